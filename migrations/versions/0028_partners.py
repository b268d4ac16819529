"""Partners ask for clients; clients have secrets that are replaced with an overlap; webhooks.

Revision ID: 0028_partners
Revises: 0027_feeds
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0028_partners"
down_revision = "0027_feeds"
branch_labels = None
depends_on = None

KINDS = "'pack.published', 'escalation.raised', 'escalation.decided', 'test'"
INSTANT = sa.DateTime(timezone=True)
WAITING = sa.text("delivered_at IS NULL AND given_up_at IS NULL")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _link(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete="RESTRICT")


def upgrade() -> None:
    """Each client's secret moves to a table of its own; the trail never had it, and has the move."""
    _client_request()
    _client_secrets()
    _webhooks()
    for table in ("client_request", "webhook_endpoint"):
        op.execute(f"SELECT audit_watch('{table}')")
    for column in ("name", "contact", "purpose", "reason"):
        op.execute(f"INSERT INTO redactable VALUES ('client_request', '{column}')")


def _client_request() -> None:
    op.create_table(
        "client_request",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("scopes", ARRAY(sa.Text()), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("api_client_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "decision IN ('approve', 'refuse')", name=op.f("ck_client_request_decision_known")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_client_request_decided_whole")
        ),
        sa.CheckConstraint(
            "decision <> 'refuse' OR reason <> ''", name=op.f("ck_client_request_refused_with_reason")
        ),
        sa.CheckConstraint(
            "(decision = 'approve') = (api_client_id IS NOT NULL)",
            name=op.f("ck_client_request_approved_makes_client"),
        ),
        sa.CheckConstraint("months BETWEEN 1 AND 24", name=op.f("ck_client_request_months_sensible")),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_client_request_decided_by_another")),
        _link("client_request", "asked_by", "person"),
        _link("client_request", "decided_by", "person"),
        _link("client_request", "api_client_id", "api_client"),
        sa.PrimaryKeyConstraint("id", name="pk_client_request"),
    )


def _client_secrets() -> None:
    op.create_table(
        "api_client_secret",
        _id(),
        sa.Column("api_client_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        _link("api_client_secret", "api_client_id", "api_client"),
        _link("api_client_secret", "made_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_api_client_secret"),
    )
    op.create_index("ix_api_client_secret_api_client_id", "api_client_secret", ["api_client_id"])
    op.create_index(
        "uq_api_client_secret_current", "api_client_secret", ["api_client_id"], unique=True,
        postgresql_where=sa.text("ends_at IS NULL"),
    )  # fmt: skip
    op.execute("SELECT audit_watch('api_client_secret', 'secret_digest')")
    op.execute("""
        INSERT INTO api_client_secret (api_client_id, secret_digest, recorded_at)
        SELECT id, secret_digest, recorded_at FROM api_client ORDER BY id
    """)
    op.drop_column("api_client", "secret_digest")
    op.create_table(
        "api_client_use",
        _id(),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("hour", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_client_use"),
        sa.UniqueConstraint("client_id", "hour", name="uq_api_client_use_client_id_hour"),
    )


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        _id(),
        sa.Column("api_client_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", ARRAY(sa.Text()), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("previous_salt", sa.Text(), nullable=True),
        sa.Column("previous_until", INSTANT, nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("disabled_because", sa.Text(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(disabled_at IS NULL) = (disabled_because IS NULL)",
            name=op.f("ck_webhook_endpoint_disabled_whole"),
        ),
        sa.CheckConstraint(
            "(previous_salt IS NULL) = (previous_until IS NULL)",
            name=op.f("ck_webhook_endpoint_previous_whole"),
        ),
        _link("webhook_endpoint", "api_client_id", "api_client"),
        _link("webhook_endpoint", "registered_by", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_endpoint"),
    )
    op.create_index("ix_webhook_endpoint_api_client_id", "webhook_endpoint", ["api_client_id"])
    op.create_table(
        "webhook_event",
        _id(),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_webhook_event_kind_known")),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_event"),
        sa.UniqueConstraint("message_id", name="uq_webhook_event_message_id"),
    )
    op.create_table(
        "webhook_delivery",
        _id(),
        sa.Column("webhook_endpoint_id", sa.BigInteger(), nullable=False),
        sa.Column("webhook_event_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=False),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("given_up_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "delivered_at IS NULL OR given_up_at IS NULL",
            name=op.f("ck_webhook_delivery_delivered_or_given_up"),
        ),
        _link("webhook_delivery", "webhook_endpoint_id", "webhook_endpoint"),
        _link("webhook_delivery", "webhook_event_id", "webhook_event"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_delivery"),
        sa.UniqueConstraint(
            "webhook_endpoint_id",
            "webhook_event_id",
            name="uq_webhook_delivery_webhook_endpoint_id_webhook_event_id",
        ),
    )
    op.create_index(
        "ix_webhook_delivery_waiting", "webhook_delivery", ["next_attempt_at"], postgresql_where=WAITING
    )
    op.create_table(
        "webhook_attempt",
        _id(),
        sa.Column("webhook_delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("status_code", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(status_code IS NULL) <> (error IS NULL)", name=op.f("ck_webhook_attempt_answered_or_failed")
        ),
        _link("webhook_attempt", "webhook_delivery_id", "webhook_delivery"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_attempt"),
    )
    op.create_index("ix_webhook_attempt_webhook_delivery_id", "webhook_attempt", ["webhook_delivery_id"])


def downgrade() -> None:
    """Each client keeps the newest of its secrets."""
    op.execute("DELETE FROM redactable WHERE table_name = 'client_request'")
    for table in (
        "webhook_attempt",
        "webhook_delivery",
        "webhook_event",
        "webhook_endpoint",
        "api_client_use",
    ):
        op.drop_table(table)
    op.add_column("api_client", sa.Column("secret_digest", sa.Text(), nullable=True))
    op.execute("""
        UPDATE api_client SET secret_digest = s.secret_digest FROM api_client_secret s
         WHERE s.api_client_id = api_client.id AND s.ends_at IS NULL
    """)
    op.alter_column("api_client", "secret_digest", nullable=False)
    op.drop_table("api_client_secret")
    op.drop_table("client_request")
