"""Brings the database to the newest migration, and gives each service a login that can write only its own tables.

Logins belong to the whole cluster, so their names begin with the database's. Where this login may not create others,
the services use the one they have and the separation is off: `separation_sql` is what the DBA can run instead.
"""

import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.shared.models import Base, owned_by
from services.shared.models.partners import ENDPOINTS_FATE
from services.shared.models.reminders import DIGESTS_FATE
from services.shared.settings import settings

SERVICES = ("plan", "kpi", "reporting", "worker")
SECRET_COLUMNS = {
    "calendar_address": {"secret_digest"},
    "password_link": {"secret_digest"},
    "person": {"password_hash"},
    "sign_in_session": {"secret_digest"},
}
"""What only the plan service, which signs people in, may read."""
TRAIL_TABLES = ("audit_entry", "audit_link", "audit_unchained")
TRAIL_FUNCTIONS = (
    "audit_row()", "audit_note_entries()", "audit_chain(integer)", "redact(bigint)", "redaction_texts(text, bigint, text)",
    "redaction_places(bigint, text[])", "redaction_preview(bigint)", "redaction_blanked(text, text[])",
    "redaction_seal(text, bigint, text)", "redaction_as_printed(text[], boolean)", "redaction_in_json(jsonb, text[])",
    "redaction_of_block(jsonb, text)", "redaction_in_pack(pack_content, redaction, text[], text[])",
    "redaction_in_outline(pack_outline, redaction, text[])",
)  # fmt: skip
"""Owned by a role of their own that nobody can sign in as: no login can write the trail but through these functions."""
REDACTABLE_TABLES = (
    "action", "assurance", "change_request", "client_request", "closing", "closing_request", "cycle_report", "digest",
    "escalation_decision", "escalation_reason", "escalation_step", "evidence", "evidence_file", "finding",
    "impact_review", "kpi", "kpi_benchmark", "kpi_decision", "kpi_definition", "kpi_observation", "kpi_set",
    "kpi_target", "pack", "pack_comment", "pack_edit", "pack_exemption", "pack_explanation", "pack_outline", "pack_step",
    "pack_writing",
    "progress_update", "recovery_plan", "risk", "risk_review", "root_cause",
)  # fmt: skip
"""The tables of `redactable`: where people write freely."""
QUEUE_TABLES = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")
"""The job queue's own: the worker's alone."""
OTHERS_TABLES = ("alembic_version", "pgqueuer")
"""Tables that are not models: alembic's own, and the job queue's."""
OF_EXPRESSIONS = ("_words", "_in_order")
"""How indexes of expressions end, which alembic can't compare: those of search, which a test holds, and those that sort."""
MIGRATIONS = Path(__file__).parents[2] / "migrations"


@dataclass(frozen=True, slots=True)
class Logins:
    """The URL that each service connects with."""

    plan: str
    kpi: str
    reporting: str
    worker: str
    separated: bool


async def migrate(admin_url: str) -> Logins:
    """Migrates, then creates and grants the services' logins where that is allowed. Safe to run again."""
    engine = create_async_engine(asyncpg_url(admin_url))
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
            # Another release may know more bank holidays: what was worked out is worked out anew.
            await connection.execute(
                text("INSERT INTO standing_due (root_cause_id) SELECT id FROM root_cause")
            )
            # Feeds begin with what was there before they were kept, or was restored.
            await connection.execute(
                text("SELECT list_feed_changes() WHERE NOT EXISTS (SELECT FROM feed_change)")
            )
        async with engine.begin() as connection:
            return await _separate(connection, make_url(asyncpg_url(admin_url)))
    finally:
        await engine.dispose()


def asyncpg_url(url: str) -> str:
    """An ordinary postgresql:// address, for asyncpg."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


@lru_cache
def newest_revision() -> str:
    """The newest migration that the code knows."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    assert head is not None
    return head


def compared_with_models(
    _object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object
) -> bool:
    """Whether a table or index of the database has to be in the models: alembic's `include_object`."""
    known_elsewhere = {
        "table": (name or "").startswith(OTHERS_TABLES),
        "index": (name or "").endswith(OF_EXPRESSIONS),
    }
    return not known_elsewhere.get(kind, False)


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's settings, made here so that no ini file is needed."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


async def _separate(connection: AsyncConnection, admin: URL) -> Logins:
    may_create = await connection.scalar(
        text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    )
    urls = {service: _configured(service) for service in SERVICES}
    if not may_create:
        one = admin.render_as_string(hide_password=False)
        return Logins(**{service: url or one for service, url in urls.items()}, separated=all(urls.values()))
    database = str(admin.database)
    passwords = _kept_passwords(database)
    logins = {}
    for service in SERVICES:
        given = urls[service]
        url = (
            make_url(given)
            if given
            else admin.set(username=f"{database}_{service}", password=passwords[service])
        )
        logins[service] = url
    # Two migrations at once would both create the cluster-wide roles.
    await connection.execute(text("SELECT pg_advisory_xact_lock(20190522)"))
    for statement in separation_sql(
        database, {service: (str(url.username), str(url.password)) for service, url in logins.items()}
    ):
        await connection.exec_driver_sql(statement)
    return Logins(
        **{service: url.render_as_string(hide_password=False) for service, url in logins.items()},
        separated=True,
    )


def separation_sql(database: str, logins: dict[str, tuple[str, str]]) -> list[str]:
    """The statements that give each service its login (name, password) and rights, and the audit trail an owner of its own."""
    audit = _quoted(f"{database}_audit")
    statements = [_create_role(f"{database}_audit", "NOLOGIN")]
    for name, password in logins.values():
        statements.append(_create_role(name, "LOGIN"))
        statements.append(f"ALTER ROLE {_quoted(name)} LOGIN PASSWORD {_literal(password)}")
    statements += [
        f"GRANT {audit} TO CURRENT_USER",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {audit}",
        *(f"ALTER TABLE {table} OWNER TO {audit}" for table in TRAIL_TABLES),
        *(f"ALTER FUNCTION {function} OWNER TO {audit}" for function in TRAIL_FUNCTIONS),
        f"GRANT INSERT ON changed_by TO {audit}",
        *_redacting(audit),
        f"REVOKE CREATE ON SCHEMA public FROM {audit}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "REVOKE ALL ON FUNCTION audit_row() FROM PUBLIC",
    ]
    for service, (name, _) in logins.items():
        statements += _rights(service, _quoted(name))
    callable_by = (
        ("worker", "audit_chain(integer)"),
        ("plan", "redact(bigint)"),
        ("plan", "redaction_preview(bigint)"),
        ("plan", "analyse_plan()"),
    )
    for service, function in callable_by:
        statements.append(f"GRANT EXECUTE ON FUNCTION {function} TO {_quoted(logins[service][0])}")
    return statements


def _redacting(audit: str) -> list[str]:
    """What the trail's role needs for its one exception: blanking what people wrote, wherever it stands."""
    written = sorted(
        {"update_draft", "outbox", "idempotency_key", "redaction", "pack_content", *REDACTABLE_TABLES}
    )
    return [
        f"GRANT SELECT ON redactable, pack_file TO {audit}",
        f"GRANT SELECT, DELETE ON pack_file_content TO {audit}",
        f"GRANT SELECT, INSERT ON feed_change, pack_rendering TO {audit}",
        f"GRANT INSERT ON outbox TO {audit}",
        f"GRANT SELECT, INSERT ON redacted_place TO {audit}",
        f"GRANT DELETE ON update_draft TO {audit}",
        *(f"GRANT SELECT, UPDATE ON {table} TO {audit}" for table in written),
    ]


def _rights(service: str, login: str) -> list[str]:
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {login}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {login}",
        f"GRANT SELECT ON alembic_version TO {login}",
    ]
    for table in Base.metadata.sorted_tables:
        owner, hidden = owned_by(table.name), SECRET_COLUMNS.get(table.name, set())
        if table.name in TRAIL_TABLES and service not in {"plan", "worker"}:
            continue
        if hidden and service != "plan":
            readable = ", ".join(column.name for column in table.columns if column.name not in hidden)
            statements.append(f"GRANT SELECT ({readable}) ON {table.name} TO {login}")
        else:
            statements.append(f"GRANT SELECT ON {table.name} TO {login}")
        if owner == service:
            statements.append(f"GRANT INSERT, UPDATE ON {table.name} TO {login}")
        elif owner == "every":
            statements.append(f"GRANT INSERT ON {table.name} TO {login}")
    if service == "plan":
        statements.append(
            f"GRANT DELETE ON update_draft, sign_in_attempt, standing_due, import_run TO {login}"
        )
        statements.append(f"GRANT USAGE ON SEQUENCE risk_number, escalation_number TO {login}")
    if service == "kpi":
        statements.append(f"GRANT USAGE ON SEQUENCE kpi_number TO {login}")
        # Who changed a KPI last, for whoever is too late; what was changed stays the plan service's to read.
        statements.append(f"GRANT SELECT (id, at, actor, table_name, row_id) ON audit_entry TO {login}")
    if service == "reporting":
        # When each night's work was done last, for the partners' status page.
        statements.append(f"GRANT SELECT (entrypoint, last_run) ON pgqueuer_schedules TO {login}")
        statements.append(f"GRANT USAGE ON SEQUENCE pack_number TO {login}")
        # Who changed a pack last, for whoever is too late; and how far the chain reaches, which a published pack notes.
        statements.append(f"GRANT SELECT (id, at, actor, table_name, row_id) ON audit_entry TO {login}")
        statements.append(f"GRANT SELECT (position, digest) ON audit_link TO {login}")
    if service == "worker":
        statements.append(f"GRANT UPDATE ON outbox TO {login}")
        statements.append(f"GRANT INSERT, UPDATE ({', '.join(DIGESTS_FATE)}) ON digest TO {login}")
        statements.append(f"GRANT UPDATE ({', '.join(ENDPOINTS_FATE)}) ON webhook_endpoint TO {login}")
        statements.append(f"GRANT UPDATE ON webhook_delivery TO {login}")
        statements.append(
            f"GRANT DELETE ON idempotency_key, changed_by, import_run, api_client_use TO {login}"
        )
        for queue_table in QUEUE_TABLES:
            statements.append(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {queue_table} TO {login}")
            statements.append(f"GRANT USAGE ON SEQUENCE {queue_table}_id_seq TO {login}")
    return statements


def _create_role(name: str, kind: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {_literal(name)}) "
        f"THEN CREATE ROLE {_quoted(name)} {kind}; END IF; END $$"
    )


def _configured(service: str) -> str | None:
    url: str | None = getattr(settings(), f"{service}_database_url", None)
    return asyncpg_url(url) if url else None


def _kept_passwords(database: str) -> dict[str, str]:
    """The logins' passwords, made once and kept in the data folder where only its owner can read them."""
    path = settings().data_dir / "keys" / f"logins-{database}.json"
    if path.exists():
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    passwords = {service: secrets.token_urlsafe(24) for service in SERVICES}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(passwords, file)
    return passwords


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
