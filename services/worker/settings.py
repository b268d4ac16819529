"""What the worker needs to know: its own login, and where each service listens."""

from functools import lru_cache

from services.shared.settings import Settings, SettingsWrong


class WorkerSettings(Settings):
    """The common settings, the worker's login, and the addresses of services that are not on this machine."""

    worker_database_url: str | None = None
    plan_url: str | None = None
    kpi_url: str | None = None
    reporting_url: str | None = None

    @property
    def login(self) -> str:
        """The database address that the worker connects with. Raises SettingsWrong when there is none."""
        url = self.worker_database_url or self.database_url
        if url is None:
            raise SettingsWrong(
                "QIP_WORKER_DATABASE_URL is not set: start the worker with `qip up`, or set it."
            )
        return url

    def address_of(self, service: str) -> str:
        """Where a service ("plan") listens: as set, else its port on this machine. Raises SettingsWrong."""
        if service not in {"plan", "kpi", "reporting"}:
            raise SettingsWrong(f"There is no service called {service!r}: it is plan, kpi or reporting.")
        given: str | None = getattr(self, f"{service}_url")
        return (given or f"http://{self._own_host}:{getattr(self, f'{service}_port')}").rstrip("/")

    @property
    def _own_host(self) -> str:
        return "127.0.0.1" if self.host in {"0.0.0.0", "::", "localhost"} else self.host  # noqa: S104 - compared, not bound


@lru_cache
def worker_settings() -> WorkerSettings:
    """The settings, read once a process."""
    return WorkerSettings()
