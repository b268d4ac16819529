"""Only our own pages can send our forms (CSRF)."""

import pytest

from tests.web.page_checks import Browser
from web import csrf

UPDATE = "/long"
GIVEN = {"status": "on_track", "progress": "All is well"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", [UPDATE, "/sign-in", "/sign-out"])
async def test_another_sites_form_is_refused_whatever_it_carries(
    owner: Browser, path: str, headers: dict[str, str]
) -> None:
    token = (await owner.get(UPDATE, htmx=False)).fields()["csrf_token"]
    page = await owner.post(path, {**GIVEN, "csrf_token": token}, headers=headers)
    assert (page.status, page.h1) == (403, "This form did not come from here")


async def test_a_form_without_our_token_changes_nothing(owner: Browser) -> None:
    silent = {"Origin": "", "Sec-Fetch-Site": ""}
    answer = await owner.http.post(UPDATE, data=GIVEN)
    assert answer.status_code == 403
    assert (await owner.post(UPDATE, GIVEN, headers=silent)).status == 403


async def test_a_sign_in_form_without_our_token_signs_nobody_in(anonymous: Browser) -> None:
    answer = await anonymous.http.post(
        "/sign-in", data={"email": "owner@demo.example", "password": "improving-together"}
    )
    assert answer.status_code == 403
    assert "qip_session" not in answer.cookies


def test_a_token_is_another_text_each_time_and_fits_its_own_secret_alone() -> None:
    first, second = csrf.token("secret"), csrf.token("secret")
    assert first != second
    assert csrf.is_token(first, "secret")
    assert csrf.is_token(second, "secret")
    assert not csrf.is_token(first, "another")
    assert not any(
        csrf.is_token(nonsense, "secret") for nonsense in ("", "x", "é", first[:-4], first + "AAAA")
    )
