"""The settings of mail: a wrong one stops the start with its name and the reason; `qip doctor` says what becomes of mail."""

import os
import subprocess
import sys
from typing import Any

import pytest

from services.cli import doctor
from services.shared.settings import Settings
from tests.worker.mailbox import Mailbox


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "QIP_SMTP_FROM must be one email address"),
        ({"smtp_from": "PMO <pmo@trust.example>"}, "QIP_SMTP_FROM must be one email address"),
        ({"smtp_from": "a@trust.example\nBcc: b@trust.example"}, "QIP_SMTP_FROM must be one email address"),
        (
            {"smtp_from": "a@trust.example", "smtp_user": "a"},
            "QIP_SMTP_USER and QIP_SMTP_PASSWORD go together",
        ),
        (
            {"smtp_from": "a@trust.example", "smtp_user": "a", "smtp_password": "b", "smtp_tls": "none"},
            "the password would travel in the clear",
        ),
        ({"smtp_from": "a@trust.example", "smtp_tls": "ssl"}, "starttls"),
        ({"smtp_from": "a@trust.example", "digest_hour": 24}, "digest_hour"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(_env_file=None, smtp_host="smtp.trust.example", **given)


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_is_the_usual_one_of_the_encryption(tls: Any, port: int) -> None:
    settings = Settings(_env_file=None, smtp_host="smtp", smtp_from="a@trust.example", smtp_tls=tls)
    assert (settings.sends_mail, settings.mail_port) == (True, port)


def test_a_process_that_is_started_with_a_wrong_setting_names_it() -> None:
    environment = os.environ | {"QIP_SMTP_HOST": "smtp.trust.example", "QIP_SMTP_FROM": "nobody"}
    started = subprocess.run(
        [sys.executable, "-m", "services.cli", "doctor"], env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert started.returncode != 0
    assert "QIP_SMTP_FROM must be one email address" in started.stderr
    assert "Traceback" not in started.stderr


async def test_doctor_says_whether_the_mail_server_lets_us_in(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mailbox()
    async with box.listening() as port:
        settings = Settings(
            _env_file=None, smtp_host="127.0.0.1", smtp_port=port, smtp_from="a@trust.example", smtp_tls="none"
        )  # fmt: skip
        monkeypatch.setattr(doctor, "settings", lambda: settings)
        (up,) = await doctor._mail()
    assert (up.fine, up.sentence) == (
        True,
        f"The mail server 127.0.0.1, port {port}, answers and lets us in.",
    )
    (down,) = await doctor._mail()
    assert down.fine is False
    assert "is not to be used" in down.sentence
