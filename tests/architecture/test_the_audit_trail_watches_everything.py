"""Every table is watched by the audit trail or is named here with the reason why not; no login gets round it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from services.shared.audit_chain import TRIGGERS
from services.shared.db import WhoAndWhy
from services.shared.models import AuditEntry, Base, Person, owned_by
from tests.conftest import TestDatabase

UNWATCHED = {
    "audit_entry": "it is the trail",
    "audit_link": "it proves the trail",
    "audit_unchained": "it is the trail's own list of what is still to be chained",
    "audit_verification": "what was found when the trail was verified: a note, worked out again each night",
    "redactable": "a list that migrations alone write",
    "outbox": "messages between services, not people's work",
    "idempotency_key": "answers kept for repeats, cleared after a while",
    "sign_in_attempt": "failures kept for throttling, cleared after a while",
    "update_draft": "what has not been said yet is nobody's business but the writer's",
    "business_clock": "the demo's date",
    "import_run": "how far an import is; what it wrote is in the trail, row by row",
    "changed_by": "it says which transactions the trail has entries of",
    "feed_change": "it says which things of the feeds a transaction changed",
    "standing": "it follows from facts by the rules, and is worked out again whenever they change",
    "kpi_standing": "it follows from a KPI's values by the rules, and is worked out again whenever they change",
    "kpi_impact": "it follows from a KPI's values and a closing by the rules",
    "api_client_use": "in which hours a client was used, cleared after a while",
    "webhook_event": "what partners were told: references to what is watched",
    "webhook_delivery": "what is still to be told, and what became of it",
    "webhook_attempt": "what became of each try to tell a partner",
    "pack_content": "a pack frozen once and never changed; its digest is in pack_step, which the trail watches",
    "pack_rendering": "how far the files of a pack are; what comes of it is a step of the pack, which the trail watches",
    "pack_file_content": "the bytes of a file, never changed; their digest is in pack_file, which the trail watches",
    "standing_due": "the list of what is to be worked out again",
}
SERVICES = ("plan", "kpi", "reporting", "worker")


async def test_every_table_is_watched_or_named_with_a_reason(database: TestDatabase) -> None:
    """By three triggers: for what is added, changed and removed."""
    for trigger in TRIGGERS:
        async with database.owner.transaction() as db:
            watched = set(
                await db.scalars(
                    text(
                        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = :trigger AND tgenabled = 'O'"
                    ),
                    {"trigger": trigger},
                )
            )
        assert watched == set(Base.metadata.tables) - set(UNWATCHED)


async def test_an_entry_says_who_which_request_before_and_after_but_never_a_secret(
    database: TestDatabase,
) -> None:
    """And its digests can be worked out again from its salts and values."""
    async with database.plan.transaction(WhoAndWhy("person:7", "request-1")) as db:
        person = (await db.scalars(select(Person).where(Person.email == "owner@demo.example"))).one()
        person.name, person.password_hash = "Another Name", "a hash"
    async with database.owner.transaction() as db:
        entry = (await db.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
        digests = await db.scalar(
            text("""
                SELECT bool_and(audit_digest(salts ->> name, name, changes -> name -> 0, changes -> name -> 1) = digests ->> name)
                  FROM audit_entry, jsonb_object_keys(changes) AS name
            """)
        )
    assert (entry.actor, entry.request_id, entry.operation, entry.table_name) == (
        "person:7",
        "request-1",
        "update",
        "person",
    )
    assert entry.changes == {"name": ["Owner Person", "Another Name"], "password_hash": [None, "(secret)"]}
    assert entry.service_login.endswith("_plan")
    assert digests is True


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "attempt",
    [
        "INSERT INTO audit_entry (at) VALUES (now())",
        "UPDATE audit_entry SET actor = 'somebody else'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_link",
        "DELETE FROM audit_unchained",
        "UPDATE audit_link SET digest = 'x'",
        "INSERT INTO audit_link (position, entry_id, digest, chained_at) VALUES (0, 0, 'x', now())",
        "INSERT INTO audit_unchained (entry_id) VALUES (0)",
        "TRUNCATE audit_entry",
        "ALTER TABLE person DISABLE TRIGGER audit",
        "DROP TRIGGER audit ON person",
        "SET session_replication_role = replica",
        "SELECT audit_watch('person')",
        "TRUNCATE person CASCADE",
        "DELETE FROM root_cause",
        "CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
)
async def test_no_service_login_can_bypass_or_alter_the_trail(
    database: TestDatabase, service: str, attempt: str
) -> None:
    """Each is refused by PostgreSQL itself."""
    login = getattr(database, service)
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        async with login.transaction() as db:
            await db.execute(text(attempt))


async def test_not_even_the_owner_changes_the_trail_by_accident(database: TestDatabase) -> None:
    """A trigger stands in the way of the owner too."""
    with pytest.raises(DBAPIError, match="never changed"):
        async with database.owner.transaction() as db:
            await db.execute(text("UPDATE audit_entry SET actor = 'somebody else'"))


@pytest.mark.parametrize("service", SERVICES)
async def test_each_login_writes_only_its_own_tables(database: TestDatabase, service: str) -> None:
    """The rights that PostgreSQL gives are the ones that the models name."""
    async with database.owner.transaction() as db:
        login = f"{database.url.rsplit('/', 1)[1].rsplit('_', 1)[0]}_{service}"
        for table in Base.metadata.tables:
            rights = {
                right
                for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
                if await db.scalar(
                    text("SELECT has_table_privilege(:login, :table, :right)"),
                    {"login": login, "table": table, "right": right},
                )
            }
            assert rights <= allowed_rights(service, table), table


def allowed_rights(service: str, table: str) -> set[str]:
    """What a service may do to a table beside reading it."""
    owner = owned_by(table)
    rights = {"INSERT", "UPDATE"} if owner == service else {"INSERT"} if owner == "every" else set()
    if (service, table) in {
        ("plan", "update_draft"),
        ("plan", "sign_in_attempt"),
        ("plan", "standing_due"),
        ("worker", "changed_by"),
        ("plan", "import_run"),
        ("worker", "idempotency_key"),
        ("worker", "changed_by"),
        ("worker", "import_run"),
        ("worker", "api_client_use"),
    }:
        rights |= {"DELETE"}
    if (service, table) in {("worker", "outbox"), ("worker", "webhook_delivery")}:
        rights |= {"UPDATE"}
    if (service, table) == ("worker", "digest"):
        rights |= {"INSERT"}  # the mail to a partner whose webhook it stops, in that transaction
    return rights
