"""Idempotency keys are forgotten when nobody can ask again, and not before."""

from sqlalchemy import text

from services.shared.db import Database
from services.worker.housekeeping import forget_old_idempotency_keys, forget_old_import_runs
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


async def test_what_imports_came_to_is_forgotten_after_a_week(
    owner: Database, worker_database: Database
) -> None:
    async with owner.transaction() as db:
        await db.execute(
            text("""
                WITH pmo AS (INSERT INTO person (name, email, recorded_at) VALUES ('P', 'p@demo.example', now()) RETURNING id)
                INSERT INTO import_run (started_by, started_at, check_only, state, said, said_at)
                SELECT pmo.id, now(), false, 'running', said, now() - age
                  FROM pmo, (VALUES ('old', interval '8 days'), ('recent', interval '6 days')) AS runs(said, age)
            """)
        )
    async with worker_database.transaction() as db:
        await forget_old_import_runs(db)
    async with owner.transaction() as db:
        assert list(await db.scalars(text("SELECT said FROM import_run"))) == ["recent"]
