"""What the status is read from."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

NIGHTLY: Final = ("verify_the_trail", "bring_up_measures", "forget_old_idempotency_keys")
"""The worker's schedules of each night, by the names that it gives them."""

_FOUND: Final = text("""
    SELECT (SELECT max(at) FROM changed_by) AS last_change,
           (SELECT count(*) FROM webhook_delivery WHERE delivered_at > now() - interval '1 day') AS delivered,
           (SELECT count(*) FROM webhook_attempt
             WHERE at > now() - interval '1 day' AND (status_code IS NULL OR status_code NOT BETWEEN 200 AND 299)) AS failed,
           (SELECT count(*) FROM webhook_delivery WHERE delivered_at IS NULL AND given_up_at IS NULL) AS waiting,
           (SELECT count(*) FROM webhook_endpoint WHERE disabled_at IS NOT NULL AND ended_at IS NULL) AS stopped
""")
_VERIFIED: Final = text(
    "SELECT verified_at, entries, broken FROM audit_verification ORDER BY verified_at DESC, id DESC LIMIT 1"
)
_NIGHTLY: Final = text(
    "SELECT entrypoint, max(last_run) AS last_run FROM pgqueuer_schedules WHERE entrypoint = ANY(:names) GROUP BY entrypoint"
)


async def found(db: AsyncSession) -> Any:
    """The last change, and webhooks of the last day."""
    return (await db.execute(_FOUND)).one()


async def verified(db: AsyncSession) -> Any:
    """The newest verification of the audit trail, or None."""
    return (await db.execute(_VERIFIED)).one_or_none()


async def nightly(db: AsyncSession) -> dict[str, Any]:
    """When each night's work was last done, as the queue keeps it."""
    return {row.entrypoint: row.last_run for row in await db.execute(_NIGHTLY, {"names": list(NIGHTLY)})}
