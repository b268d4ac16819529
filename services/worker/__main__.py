"""The worker: `python -m services.worker`. Delivers the outbox, sends mail, and has what dates raise raised.

It keeps nothing in memory that matters. Anything unexpected (the database gone, say) ends it, and whoever
started it starts it again; SIGTERM and SIGINT let it finish what it has in hand.
Any number may run side by side.
"""

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import asyncpg  # type: ignore[import-untyped]  # has no stubs
import httpx2
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.models import Schedule
from sqlalchemy import make_url

from services.shared.db import Database
from services.shared.logging import log, log_as_json
from services.shared.migrate import asyncpg_url
from services.worker import vital_signs
from services.worker.chaining import chain_the_trail, verify_the_trail
from services.worker.days import raise_what_dates_raise
from services.worker.delivery import deliver_outbox
from services.worker.housekeeping import (
    forget_old_changes,
    forget_old_client_uses,
    forget_old_idempotency_keys,
    forget_old_import_runs,
)
from services.worker.mail import send_digests, waiting_mail
from services.worker.measures import bring_up_measures
from services.worker.settings import worker_settings
from services.worker.webhooks import deliver_webhooks

WOKEN_BY = "outbox"
"""The channel on which the outbox's own trigger tells, at commit, that there are new rows."""
LOOK_AGAIN_SECONDS = 1
"""How long a row whose next attempt has come due, or whose wake-up was lost, waits at most."""
LOOK_FOR_DEAD_SECONDS = 5
"""How often to look for a lost connection and for a job whose worker was killed: PgQueuer looks no oftener by itself."""
CHAIN_SECONDS = 3
"""How often committed changes are linked to the audit chain."""
LOOK_FOR_MAIL_SECONDS = 2
"""How often to look for digests to send: a chaser goes at once."""
LOOK_FOR_EVENTS_SECONDS = 2
"""How often to look for what partners are to be told."""
REQUEST_SECONDS = 30


class Worker:
    """One worker process: what it works with, and the six things that it does until it is told to stop."""

    def __init__(
        self, database: Database, driver: AsyncpgPoolDriver, http_client: httpx2.AsyncClient
    ) -> None:
        self.database = database
        self.driver = driver
        self.http_client = http_client
        self.stopping = asyncio.Event()
        self.wake = asyncio.Event()

    def stop(self) -> None:
        """Finish what is in hand, begin nothing new."""
        self.stopping.set()
        self.wake.set()

    async def run(self) -> None:
        """Works until `stop`. If one of the six fails, the others are cancelled and it is raised."""
        async with asyncio.TaskGroup() as work:
            work.create_task(self._deliver())
            work.create_task(self._keep_schedules())
            work.create_task(self._chain_the_trail())
            work.create_task(self._send_mail())
            work.create_task(self._tell_partners())
            work.create_task(self._show_vital_signs())

    async def _deliver(self) -> None:
        await self.driver.add_listener(WOKEN_BY, lambda _payload: self.wake.set())
        while not self.stopping.is_set():
            self.wake.clear()
            await deliver_outbox(self.database.transaction, self.http_client, self.stopping)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), LOOK_AGAIN_SECONDS)

    async def _chain_the_trail(self) -> None:
        while not self.stopping.is_set():
            await chain_the_trail(self.database, self.stopping)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), CHAIN_SECONDS)

    async def _send_mail(self) -> None:
        while worker_settings().sends_mail and not self.stopping.is_set():
            await send_digests(self.database, self.stopping)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), LOOK_FOR_MAIL_SECONDS)

    async def _tell_partners(self) -> None:
        while not self.stopping.is_set():
            await deliver_webhooks(self.database, self.stopping)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), LOOK_FOR_EVENTS_SECONDS)

    async def _keep_schedules(self) -> None:
        queue = PgQueuer(self.driver)
        queue.shutdown = queue.qm.shutdown = queue.sm.shutdown = self.stopping

        @queue.schedule("raise_what_dates_raise", "* * * * *")
        async def _each_minute(_schedule: Schedule) -> None:
            await raise_what_dates_raise(self.http_client)

        @queue.schedule("forget_old_idempotency_keys", "17 3 * * *")
        async def _each_night(_schedule: Schedule) -> None:
            async with self.database.transaction() as db:
                await forget_old_idempotency_keys(db)
                await forget_old_import_runs(db)
                await forget_old_changes(db)
                await forget_old_client_uses(db)

        @queue.schedule("bring_up_measures", "37 3 * * *")
        async def _once_each_night(_schedule: Schedule) -> None:
            await bring_up_measures(self.http_client)

        @queue.schedule("verify_the_trail", "47 3 * * *")
        async def _once_a_night(_schedule: Schedule) -> None:
            await verify_the_trail(self.database)

        await queue.run(
            dequeue_timeout=timedelta(seconds=LOOK_FOR_DEAD_SECONDS),
            heartbeat_timeout=timedelta(seconds=2 * LOOK_FOR_DEAD_SECONDS),
            # Its first probe is sent before its own listener is sure to be there (1.6.0), so that a healthy worker would
            # end after ten seconds. Nothing here waits for a notification alone: schedules go by the clock.
            shutdown_on_listener_failure=False,
        )

    async def _show_vital_signs(self) -> None:
        while not self.stopping.is_set():
            async with self.database.transaction() as db:
                vital_signs.show(await vital_signs.backlog(db), await waiting_mail(db))
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), vital_signs.EVERY_SECONDS)


async def main() -> None:
    """Runs one worker until SIGTERM or SIGINT."""
    log_as_json("worker")
    login = worker_settings().login
    async with AsyncExitStack() as closing:
        database = Database(asyncpg_url(login), pool_size=4)
        closing.push_async_callback(database.dispose)
        plain_url = make_url(login).set(drivername="postgresql").render_as_string(hide_password=False)
        pool = await closing.enter_async_context(asyncpg.create_pool(plain_url, min_size=2, max_size=4))
        http_client = await closing.enter_async_context(httpx2.AsyncClient(timeout=REQUEST_SECONDS))
        worker = Worker(database, AsyncpgPoolDriver(pool), http_client)
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, worker.stop)
        log.info("worker_started")
        await worker.run()
    log.info("worker_stopped")


if __name__ == "__main__":
    asyncio.run(main())
