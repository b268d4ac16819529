"""Settings from the environment (prefix `QIP_`) or a `.env` file. A wrong value stops the start with its name and the reason."""

import re
from datetime import date
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.domain.errors import DomainError

LARGEST_EVIDENCE_MB = 200
ONE_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


class SettingsWrong(DomainError):
    """A setting has a value that the system can't work with: the message names it and says why."""


class Settings(BaseSettings):
    """The contract's settings; what is unset here is worked out where it is used."""

    model_config = SettingsConfigDict(
        env_prefix="QIP_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    database_url: str | None = None
    plan_database_url: str | None = None
    kpi_database_url: str | None = None
    reporting_database_url: str | None = None
    worker_database_url: str | None = None
    database_read_url: str | None = None
    data_dir: Path = Path(".local")

    host: str = "127.0.0.1"
    web_port: int = Field(8000, ge=1, le=65535)
    plan_port: int = Field(8001, ge=1, le=65535)
    kpi_port: int = Field(8002, ge=1, le=65535)
    reporting_port: int = Field(8003, ge=1, le=65535)
    public_url: str | None = None

    trust_ods_code: str = Field("RXW", pattern=r"^[A-Z0-9]{3,10}$")
    trust_name: str = "The Shrewsbury and Telford Hospital NHS Trust"

    demo: bool | None = None
    today: date | None = None
    demo_password: str = Field("improving-together", min_length=8)

    token_key: str | None = Field(None, min_length=32)
    evidence_max_mb: int = Field(20, ge=1, le=LARGEST_EVIDENCE_MB)
    feed_requests_a_minute: int = Field(600, ge=1)
    webhooks_to_this_machine: bool = False

    smtp_host: str | None = None
    smtp_port: int | None = Field(None, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_from: str | None = None
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    digest_hour: int = Field(7, ge=0, le=23)

    @model_validator(mode="after")
    def _demo_is_a_thing_of_its_own(self) -> Self:
        if self.today is not None and not self.is_demo:
            raise ValueError("QIP_TODAY is for demo mode only: unset it, or set QIP_DEMO=1")
        if self.webhooks_to_this_machine and not self.is_demo:
            raise ValueError(
                "QIP_WEBHOOKS_TO_THIS_MACHINE is for development in demo mode only: unset it, or set QIP_DEMO=1"
            )
        if self.is_demo and not _is_loopback(self.host):
            raise ValueError(
                "QIP_HOST must be a loopback address in demo mode: use 127.0.0.1, or set QIP_DEMO=0"
            )
        return self

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if self.smtp_host is None:
            return self
        if self.smtp_from is None or not ONE_ADDRESS.fullmatch(self.smtp_from):
            raise ValueError(
                "QIP_SMTP_FROM must be one email address, which mail is sent from: set it, or unset QIP_SMTP_HOST"
            )
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError("QIP_SMTP_USER and QIP_SMTP_PASSWORD go together: set both, or neither")
        if self.smtp_user is not None and self.smtp_tls == "none" and not _is_loopback(self.smtp_host):
            raise ValueError(
                "QIP_SMTP_TLS is none, so that the password would travel in the clear: use starttls or tls"
            )
        return self

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server to send reminders by."""
        return self.smtp_host is not None

    @property
    def mail_port(self) -> int:
        """The mail server's port: as set, else the usual one of its encryption."""
        return self.smtp_port or {"starttls": 587, "tls": 465, "none": 25}[self.smtp_tls]

    @property
    def is_demo(self) -> bool:
        """Demo mode: as set, else on exactly when the database is the embedded one."""
        return self.demo if self.demo is not None else self.database_url is None

    def login_url(self, service: str) -> str:
        """The database address of a service's own login ("plan"), else the one for all."""
        url = getattr(self, f"{service}_database_url", None) or self.database_url
        if url is None:
            raise SettingsWrong(
                f"QIP_{service.upper()}_DATABASE_URL is not set: start with `qip up`, or set it."
            )
        return str(url)

    @property
    def public_address(self) -> str:
        """Where people reach the web layer, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.web_port}").rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings() -> Settings:
    """The settings of this process. Raises SettingsWrong with one sentence for each wrong value."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsWrong(" ".join(_sentence(dict(problem)) for problem in error.errors())) from None


@lru_cache
def settings() -> Settings:
    """The settings, read once a process."""
    return load_settings()


def _sentence(problem: dict[str, object]) -> str:
    location = problem["loc"]
    message = str(problem["msg"]).removeprefix("Value error, ")
    if isinstance(location, tuple) and location:
        return f"QIP_{str(location[0]).upper()} is wrong: {message}."
    return f"{message}."
