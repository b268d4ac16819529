"""Idempotency keys are forgotten when nobody can ask again, and not before."""

from sqlalchemy import text

from services.shared.db import Database
from services.worker.housekeeping import forget_old_idempotency_keys
from tests.worker.steps import cause


async def test_keys_are_forgotten_after_thirty_days_but_for_those_of_rows_not_yet_delivered(
    owner: Database, worker_database: Database
) -> None:
    await cause(owner, 1)
    async with owner.transaction() as db:
        await db.execute(
            text("""
                INSERT INTO idempotency_key (service, caller, key, request_digest, status, body, created_at)
                SELECT 'kpi', 'service:worker', key, '', 200, '', now() - age
                  FROM (VALUES ('old', interval '31 days'), ('recent', interval '29 days'),
                               ('outbox-1', interval '31 days')) AS keys(key, age)
            """)
        )
    async with worker_database.transaction() as db:
        await forget_old_idempotency_keys(db)
    async with owner.transaction() as db:
        assert set(await db.scalars(text("SELECT key FROM idempotency_key"))) == {"recent", "outbox-1"}
