"""The worker has no HTTP door: its vital signs are a file in Prometheus' text format, for any monitoring.

`python -m services.worker.vital_signs` exits 0 when the file is fresh, else 1 with the reason.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.models import OutboxRow
from services.worker.settings import worker_settings

EVERY_SECONDS = 5
STALE_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits for one destination: rows, how often the oldest has failed, and its age."""

    to_service: str
    waiting: int
    failed_attempts: int
    oldest_seconds: float


async def backlog(db: AsyncSession) -> list[Backlog]:
    """What the outbox still has to deliver, by destination."""
    rows = await db.execute(
        select(
            OutboxRow.to_service, func.count(), func.max(OutboxRow.attempts), func.min(OutboxRow.created_at)
        )
        .where(OutboxRow.delivered_at.is_(None))
        .group_by(OutboxRow.to_service)
        .order_by(OutboxRow.to_service)
    )
    now = real_now()
    return [
        Backlog(to, waiting, attempts, (now - oldest).total_seconds())
        for to, waiting, attempts, oldest in rows
    ]


def show(waiting: Sequence[Backlog], mail: int = 0) -> None:
    """Writes the file anew, whole or not at all."""
    registry = CollectorRegistry()
    Gauge(
        "qip_worker_heartbeat_seconds", "When the worker last wrote this", registry=registry
    ).set_to_current_time()
    Gauge("qip_mail_waiting", "Digests not yet sent", registry=registry).set(mail)
    rows = Gauge("qip_outbox_waiting", "Rows not yet delivered", ["to_service"], registry=registry)
    attempts = Gauge(
        "qip_outbox_failed_attempts", "Failed attempts of the row in front", ["to_service"], registry=registry
    )
    age = Gauge(
        "qip_outbox_oldest_seconds",
        "Age of the oldest row not yet delivered",
        ["to_service"],
        registry=registry,
    )
    for one in waiting:
        rows.labels(one.to_service).set(one.waiting)
        attempts.labels(one.to_service).set(one.failed_attempts)
        age.labels(one.to_service).set(one.oldest_seconds)
    file = signs_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(file), registry)


def signs_file() -> Path:
    """Where the vital signs are."""
    return worker_settings().data_dir / "metrics" / "worker.prom"


def ill_because() -> str | None:
    """Why the worker is not well, in a sentence, or None."""
    try:
        age = time.time() - signs_file().stat().st_mtime
    except FileNotFoundError:
        return "The worker has not started yet."
    if age > STALE_AFTER_SECONDS:
        return f"The worker's last heartbeat was {age:.0f} seconds ago; it beats every {EVERY_SECONDS}."
    return None


if __name__ == "__main__":
    sys.exit(ill_because())
