"""Delivers what a command caused in another service when no worker runs to do it."""

from services.shared.db import Database
from services.shared.settings import settings
from services.supervisor.running import running_system


async def deliver_what_waits(database: Database) -> None:
    """Leaves it to the running system's worker; without one, hands it to the services in this process."""
    if running_system(settings().data_dir) is None:
        await deliver_here(database)


async def deliver_here(database: Database) -> None:
    """Hands it to the services in this process, until nothing waits any more: what one causes may cause more in another."""
    from services.kpi_api.main import create_app as kpi_service
    from services.plan_api.main import create_app as plan_service
    from services.worker.delivery import deliver_outbox
    from services.worker.in_process import in_process_client

    services = {"plan": plan_service(database), "kpi": kpi_service(database)}
    async with in_process_client(services) as client:
        while await deliver_outbox(database.transaction, client):
            pass
