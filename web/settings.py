"""The web layer's settings: the same `QIP_` environment as the services', read here because it imports nothing from them."""

from functools import lru_cache
from ipaddress import ip_address

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LARGEST_EVIDENCE_MB = 200
"""The most that `QIP_EVIDENCE_MAX_MB` may be."""


class WebSettings(BaseSettings):
    """What the web layer needs to know before it can start."""

    model_config = SettingsConfigDict(
        env_prefix="QIP_", env_file=".env", extra="ignore", env_ignore_empty=True
    )

    host: str = "127.0.0.1"
    web_port: int = Field(8000, ge=1, le=65535)
    plan_port: int = Field(8001, ge=1, le=65535)
    kpi_port: int = Field(8002, ge=1, le=65535)
    reporting_port: int = Field(8003, ge=1, le=65535)
    plan_url: str | None = None
    kpi_url: str | None = None
    reporting_url: str | None = None
    public_url: str | None = None

    evidence_max_mb: int = Field(20, ge=1, le=LARGEST_EVIDENCE_MB)
    trust_ods_code: str = "RXW"
    trust_name: str = "The Shrewsbury and Telford Hospital NHS Trust"

    database_url: str | None = None
    demo: bool | None = None
    trusted_proxies: str = ""
    """Addresses or networks, comma separated, whose `X-Forwarded-*` headers are believed. None unless said."""

    @property
    def is_demo(self) -> bool:
        """Demo mode: as set, else on exactly when the database is the embedded one."""
        return self.demo if self.demo is not None else self.database_url is None

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only, except on a demo that nobody but this machine can reach."""
        return not (self.is_demo and _is_loopback(self.host))

    @property
    def believed_proxies(self) -> list[str]:
        """The trusted proxies, one by one."""
        return [proxy.strip() for proxy in self.trusted_proxies.split(",") if proxy.strip()]

    @property
    def public_address(self) -> str:
        """What people's browsers call the web layer by: QIP_PUBLIC_URL, else this machine's address."""
        return (self.public_url or f"http://{self._own_host}:{self.web_port}").rstrip("/")

    def address_of(self, service: str) -> str:
        """Where a service listens: as set (`QIP_PLAN_URL`), else its port on this machine."""
        given: str | None = getattr(self, f"{service}_url")
        port: int = getattr(self, f"{service}_port")
        return (given or f"http://{self._own_host}:{port}").rstrip("/")

    @property
    def _own_host(self) -> str:
        return "127.0.0.1" if self.host in ("0.0.0.0", "::", "localhost") else self.host  # noqa: S104 - compared, not bound


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@lru_cache
def settings() -> WebSettings:
    """The settings, read once a process."""
    return WebSettings()
