"""The parts of the system: what each is started with, and the one database login that it is told."""

import os
import sys
from dataclasses import dataclass

from services.shared.migrate import Logins
from services.shared.settings import Settings

APPLICATIONS = {
    "plan": "services.plan_api.main:create_app",
    "kpi": "services.kpi_api.main:create_app",
    "reporting": "services.reporting_api.main:create_app",
    "web": "web.main:create_app",
}
LISTENING = tuple(APPLICATIONS)
SECONDS_TO_FINISH = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One child process."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


def parts(settings: Settings, logins: Logins) -> list[Part]:
    """The three services, the web layer and the worker."""
    listening = [
        Part(
            name,
            serving(application, settings.host, port_of(name, settings)),
            environment(name, settings, logins),
        )
        for name, application in APPLICATIONS.items()
    ]
    worker = Part(
        "worker", (sys.executable, "-m", "services.worker"), environment("worker", settings, logins)
    )
    return [*listening, worker]


def serving(application: str, host: str, port: int) -> tuple[str, ...]:
    """The command that serves an application. It believes no forwarded header: whoever trusts a proxy says so itself."""
    return (
        sys.executable, "-m", "uvicorn", "--factory", application, "--host", host, "--port", str(port),
        "--no-access-log", "--no-server-header", "--no-proxy-headers", "--log-level", "warning",
        "--timeout-graceful-shutdown", str(SECONDS_TO_FINISH),
    )  # fmt: skip


def port_of(name: str, settings: Settings) -> int:
    """Where a part listens."""
    port: int = getattr(settings, f"{name}_port")
    return port


def environment(name: str, settings: Settings, logins: Logins) -> dict[str, str]:
    """Our own environment with this part's login in place of every other; the web layer gets none."""
    inherited = {key: value for key, value in os.environ.items() if not _is_database_address(key)}
    told = {"QIP_DATA_DIR": str(settings.data_dir.absolute()), "QIP_DEMO": "1" if settings.is_demo else "0"}
    login = getattr(logins, name, None)
    if login is not None:
        told[f"QIP_{name.upper()}_DATABASE_URL"] = login
    if name == "reporting" and settings.database_read_url is not None:
        told["QIP_DATABASE_READ_URL"] = settings.database_read_url
    return inherited | told


def _is_database_address(variable: str) -> bool:
    return variable.startswith("QIP_") and variable.endswith(("DATABASE_URL", "DATABASE_READ_URL"))
