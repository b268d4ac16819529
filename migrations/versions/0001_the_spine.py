"""Tables of the plan, its delivery, escalation, measures, people and the services' own book-keeping.

Revision ID: 0001_the_spine
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_the_spine"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_api_client_client_id")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("service_login", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("salts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digests", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_request_id", "audit_entry", ["request_id"], unique=False)
    op.create_index("ix_audit_entry_row", "audit_entry", ["table_name", "row_id"], unique=False)
    op.create_table(
        "business_clock",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("today", sa.Date(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_business_clock_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_clock")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("service", "caller", "key", name=op.f("uq_idempotency_key_service_caller_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_service", sa.Text(), nullable=False),
        sa.Column("to_service", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["to_service", "id"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("isg_id", sa.BigInteger(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'approved', 'closed')", name=op.f("ck_plan_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_digest", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index("ix_sign_in_attempt_account", "sign_in_attempt", ["account_digest", "at"], unique=False)
    op.create_index("ix_sign_in_attempt_address", "sign_in_attempt", ["address", "at"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "deputy",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("deputy_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("owner_id <> deputy_id", name=op.f("ck_deputy_someone_else")),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_deputy_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_deputy_id"), "deputy", ["deputy_id"], unique=False)
    op.create_index(
        "uq_deputy_current",
        "deputy",
        ["owner_id", "deputy_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "isg",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("chair_id", sa.BigInteger(), nullable=True),
        sa.Column("executive_id", sa.BigInteger(), nullable=True),
        sa.Column("first_cycle_opens", sa.Date(), nullable=False),
        sa.Column("meeting_day", sa.BigInteger(), nullable=False),
        sa.Column("deadline_working_days", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cadence IN ('fortnightly', 'monthly')", name=op.f("ck_isg_cadence_known")),
        sa.CheckConstraint(
            "deadline_working_days BETWEEN 0 AND 10", name=op.f("ck_isg_deadline_working_days_sensible")
        ),
        sa.CheckConstraint("meeting_day BETWEEN 1 AND 28", name=op.f("ck_isg_meeting_day_in_cycle")),
        sa.ForeignKeyConstraint(
            ["chair_id"], ["person.id"], name=op.f("fk_isg_chair_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["executive_id"], ["person.id"], name=op.f("fk_isg_executive_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_isg")),
        sa.UniqueConstraint("name", name=op.f("uq_isg_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_isg_slug")),
    )
    op.create_foreign_key(op.f("fk_person_isg_id"), "person", "isg", ["isg_id"], ["id"], ondelete="RESTRICT")
    op.create_table(
        "root_cause",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=True),
        sa.Column("background", sa.Text(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("recommendation", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.Column("kloe", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_root_cause_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_cause")),
        sa.UniqueConstraint("reference", name=op.f("uq_root_cause_reference")),
    )
    op.create_index("ix_root_cause_owner_id", "root_cause", ["owner_id"], unique=False)
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_session_public_id")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_sign_in_session_secret_digest")),
    )
    op.create_index(op.f("ix_sign_in_session_person_id"), "sign_in_session", ["person_id"], unique=False)
    op.create_table(
        "action",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR withdrawn_reason <> ''", name=op.f("ck_action_withdrawn_with_reason")
        ),
        sa.CheckConstraint(
            "completed_on IS NULL OR withdrawn_on IS NULL", name=op.f("ck_action_done_or_withdrawn")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_action_owner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name=op.f("fk_action_root_cause_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("reference", name=op.f("uq_action_reference")),
    )
    op.create_index(op.f("ix_action_root_cause_id"), "action", ["root_cause_id"], unique=False)
    op.create_table(
        "change_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('due_date', 'scope', 'isg', 'withdraw', 'merge', 'split', 'add', 'drop')",
            name=op.f("ck_change_request_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'supported', 'approved', 'rejected', 'applied')",
            name=op.f("ck_change_request_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_change_request_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_change_request_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_change_request_submitted_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_change_request_reference")),
    )
    op.create_index(
        op.f("ix_change_request_root_cause_id"), "change_request", ["root_cause_id"], unique=False
    )
    op.create_table(
        "closing",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.Column("reopened_by", sa.BigInteger(), nullable=True),
        sa.Column("reopened_reason", sa.Text(), nullable=True),
        sa.Column("reopened_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reopened_on IS NULL OR (reopened_on >= closed_on AND reopened_reason <> '')",
            name=op.f("ck_closing_reopened_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.id"], name=op.f("fk_closing_closed_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reopened_by"], ["person.id"], name=op.f("fk_closing_reopened_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name=op.f("fk_closing_root_cause_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
    )
    op.create_index(op.f("ix_closing_root_cause_id"), "closing", ["root_cause_id"], unique=False)
    op.create_index(
        "uq_closing_standing",
        "closing",
        ["root_cause_id"],
        unique=True,
        postgresql_where=sa.text("reopened_on IS NULL"),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("deadline_on", sa.Date(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "opens_on <= meets_on AND deadline_on <= meets_on AND opens_on < closes_on",
            name=op.f("ck_cycle_days_in_order"),
        ),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name=op.f("fk_cycle_isg_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("isg_id", "number", name=op.f("uq_cycle_isg_id_number")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("finding_type", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("core_service", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("key_questions", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("regulation", sa.Text(), nullable=True),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "finding_type IN ('must_do', 'should_do', 'notice', 'recommendation')",
            name=op.f("ck_finding_finding_type_known"),
        ),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name=op.f("fk_finding_isg_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_finding_source_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("reference", name=op.f("uq_finding_reference")),
    )
    op.create_index(op.f("ix_finding_isg_id"), "finding", ["isg_id"], unique=False)
    op.create_table(
        "kpi",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=True),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=True),
        sa.Column("key_question", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("target", sa.Numeric(), nullable=True),
        sa.Column("frequency", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "direction IN ('increase', 'decrease', 'neutral')", name=op.f("ck_kpi_direction_known")
        ),
        sa.CheckConstraint(
            "key_question IN ('safe', 'effective', 'caring', 'responsive', 'well_led')",
            name=op.f("ck_kpi_key_question_known"),
        ),
        sa.CheckConstraint("level IN ('high_level', 'root_cause')", name=op.f("ck_kpi_level_known")),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name=op.f("fk_kpi_isg_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name=op.f("fk_kpi_root_cause_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi")),
        sa.UniqueConstraint("reference", name=op.f("uq_kpi_reference")),
    )
    op.create_index(op.f("ix_kpi_root_cause_id"), "kpi", ["root_cause_id"], unique=False)
    op.create_table(
        "plan_approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("forum", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["isg_id"], ["isg.id"], name=op.f("fk_plan_approval_isg_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_plan_approval_plan_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name=op.f("fk_plan_approval_recorded_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_approval")),
        sa.UniqueConstraint("plan_id", "isg_id", name=op.f("uq_plan_approval_plan_id_isg_id")),
    )
    op.create_table(
        "recovery_plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("recovery_date", sa.Date(), nullable=False),
        sa.Column("support", sa.Text(), nullable=True),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_recovery_plan_owner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_recovery_plan_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_recovery_plan_submitted_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_plan")),
        sa.UniqueConstraint("root_cause_id", "version", name=op.f("uq_recovery_plan_root_cause_id_version")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('root_cause_owner', 'isg_member', 'isg_chair', 'accountable_executive', 'ecib_member', 'pmo', 'board_member', 'reader', 'administrator')",
            name=op.f("ck_role_grant_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["isg_id"], ["isg.id"], name=op.f("fk_role_grant_isg_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_isg_id"), "role_grant", ["isg_id"], unique=False)
    op.create_index(
        "uq_role_grant_current",
        "role_grant",
        ["person_id", "role", "isg_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "update_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_update_draft_person_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_update_draft_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_update_draft")),
        sa.UniqueConstraint(
            "person_id", "root_cause_id", name=op.f("uq_update_draft_person_id_root_cause_id")
        ),
    )
    op.create_index(op.f("ix_update_draft_root_cause_id"), "update_draft", ["root_cause_id"], unique=False)
    op.create_table(
        "baseline",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("change_request_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(version = 1) = (holds_from IS NULL)", name=op.f("ck_baseline_original_holds_from_the_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["change_request_id"],
            ["change_request.id"],
            name=op.f("fk_baseline_change_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name=op.f("fk_baseline_root_cause_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    op.create_index(
        "uq_baseline_current",
        "baseline",
        ["root_cause_id", "version"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "escalation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("recovery_plan_id", sa.BigInteger(), nullable=True),
        sa.Column("agenda_for", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_escalation_ended_with_day")
        ),
        sa.CheckConstraint(
            "state IN ('raised', 'plan_asked', 'plan_submitted', 'on_agenda', 'decided', 'monitored', 'ended')",
            name=op.f("ck_escalation_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["recovery_plan_id"],
            ["recovery_plan.id"],
            name=op.f("fk_escalation_recovery_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_escalation_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("reference", name=op.f("uq_escalation_reference")),
    )
    op.create_index(op.f("ix_escalation_root_cause_id"), "escalation", ["root_cause_id"], unique=False)
    op.create_index(
        "uq_escalation_open",
        "escalation",
        ["root_cause_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "kpi_observation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["kpi_id"], ["kpi.id"], name=op.f("fk_kpi_observation_kpi_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kpi_observation")),
        sa.UniqueConstraint(
            "kpi_id", "period", "version", name=op.f("uq_kpi_observation_kpi_id_period_version")
        ),
    )
    op.create_index(
        "uq_kpi_observation_current",
        "kpi_observation",
        ["kpi_id", "period"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "progress_update",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("cycle_number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("forecast_date", sa.Date(), nullable=True),
        sa.Column("recovery_plan_id", sa.BigInteger(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('not_started', 'on_track', 'at_risk', 'off_track', 'complete')",
            name=op.f("ck_progress_update_status_known"),
        ),
        sa.CheckConstraint(
            "version >= 1 AND cycle_number >= 0", name=op.f("ck_progress_update_counts_sensible")
        ),
        sa.ForeignKeyConstraint(
            ["recovery_plan_id"],
            ["recovery_plan.id"],
            name=op.f("fk_progress_update_recovery_plan_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_progress_update_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_progress_update_submitted_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_update")),
        sa.UniqueConstraint(
            "root_cause_id",
            "cycle_number",
            "version",
            name=op.f("uq_progress_update_root_cause_id_cycle_number_version"),
        ),
    )
    op.create_index(
        "ix_progress_update_unreleased",
        "progress_update",
        ["root_cause_id"],
        unique=False,
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "root_cause_finding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_root_cause_finding_finding_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_root_cause_finding_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_cause_finding")),
    )
    op.create_index(
        op.f("ix_root_cause_finding_finding_id"), "root_cause_finding", ["finding_id"], unique=False
    )
    op.create_index(
        "uq_root_cause_finding_current",
        "root_cause_finding",
        ["root_cause_id", "finding_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "root_cause_placement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("root_cause_class", sa.Text(), nullable=False),
        sa.Column("in_plan", sa.Boolean(), nullable=False),
        sa.Column("change_request_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "root_cause_class IN ('must_do', 'should_do', 'none')",
            name=op.f("ck_root_cause_placement_root_cause_class_known"),
        ),
        sa.ForeignKeyConstraint(
            ["change_request_id"],
            ["change_request.id"],
            name=op.f("fk_root_cause_placement_change_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["isg_id"], ["isg.id"], name=op.f("fk_root_cause_placement_isg_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_root_cause_placement_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_root_cause_placement")),
    )
    op.create_index(
        "uq_root_cause_placement_current",
        "root_cause_placement",
        ["root_cause_id", "holds_from"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.create_table(
        "closing_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("progress_update_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("meeting_date", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "decision <> 'send_back' OR reason <> ''", name=op.f("ck_closing_request_sent_back_with_reason")
        ),
        sa.CheckConstraint(
            "decision IN ('close', 'send_back')", name=op.f("ck_closing_request_decision_known")
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_on IS NULL)", name=op.f("ck_closing_request_decided_whole")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_closing_request_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["progress_update_id"],
            ["progress_update.id"],
            name=op.f("fk_closing_request_progress_update_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["person.id"], name=op.f("fk_closing_request_requested_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"],
            ["root_cause.id"],
            name=op.f("fk_closing_request_root_cause_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing_request")),
        sa.UniqueConstraint("progress_update_id", name=op.f("uq_closing_request_progress_update_id")),
    )
    op.create_index(
        op.f("ix_closing_request_root_cause_id"), "closing_request", ["root_cause_id"], unique=False
    )
    op.create_index(
        "uq_closing_request_open",
        "closing_request",
        ["root_cause_id"],
        unique=True,
        postgresql_where=sa.text("decided_on IS NULL AND superseded_at IS NULL"),
    )
    op.create_table(
        "escalation_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("meeting_date", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("new_due_date", sa.Date(), nullable=True),
        sa.Column("change_request_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(decision = 'rebaseline') = (new_due_date IS NOT NULL)",
            name=op.f("ck_escalation_decision_new_due_date_for_rebaseline"),
        ),
        sa.CheckConstraint(
            "decision IN ('accept_plan', 'send_back', 'rebaseline', 'extra_support', 'step_down')",
            name=op.f("ck_escalation_decision_decision_known"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_escalation_decision_reason_given")),
        sa.ForeignKeyConstraint(
            ["change_request_id"],
            ["change_request.id"],
            name=op.f("fk_escalation_decision_change_request_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_escalation_decision_decided_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_decision_escalation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["person.id"],
            name=op.f("fk_escalation_decision_recorded_by"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_decision")),
    )
    op.create_index(
        "ix_escalation_decision_escalation_id", "escalation_decision", ["escalation_id"], unique=False
    )
    op.create_table(
        "escalation_reason",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('said_off_track', 'due_date_passed', 'updates_missed', 'kpi_deteriorated', 'kpi_no_impact', 'by_hand')",
            name=op.f("ck_escalation_reason_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_reason_escalation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name=op.f("fk_escalation_reason_given_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_reason")),
    )
    op.create_index(
        "ix_escalation_reason_escalation_id", "escalation_reason", ["escalation_id"], unique=False
    )
    op.create_table(
        "escalation_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("moved_by", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('raised', 'plan_asked', 'plan_submitted', 'on_agenda', 'decided', 'monitored', 'ended')",
            name=op.f("ck_escalation_step_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_step_escalation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["moved_by"], ["person.id"], name=op.f("fk_escalation_step_moved_by"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_step")),
    )
    op.create_index("ix_escalation_step_escalation_id", "escalation_step", ["escalation_id"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("progress_update_id", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("url ~ '^https?://'", name=op.f("ck_evidence_url_http")),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name=op.f("fk_evidence_added_by"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["progress_update_id"],
            ["progress_update.id"],
            name=op.f("fk_evidence_progress_update_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name=op.f("fk_evidence_root_cause_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_progress_update_id"), "evidence", ["progress_update_id"], unique=False)
    op.create_index(op.f("ix_evidence_root_cause_id"), "evidence", ["root_cause_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_evidence_root_cause_id"), table_name="evidence")
    op.drop_index(op.f("ix_evidence_progress_update_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("ix_escalation_step_escalation_id", table_name="escalation_step")
    op.drop_table("escalation_step")
    op.drop_index("ix_escalation_reason_escalation_id", table_name="escalation_reason")
    op.drop_table("escalation_reason")
    op.drop_index("ix_escalation_decision_escalation_id", table_name="escalation_decision")
    op.drop_table("escalation_decision")
    op.drop_index(
        "uq_closing_request_open",
        table_name="closing_request",
        postgresql_where=sa.text("decided_on IS NULL AND superseded_at IS NULL"),
    )
    op.drop_index(op.f("ix_closing_request_root_cause_id"), table_name="closing_request")
    op.drop_table("closing_request")
    op.drop_index(
        "uq_root_cause_placement_current",
        table_name="root_cause_placement",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_table("root_cause_placement")
    op.drop_index(
        "uq_root_cause_finding_current",
        table_name="root_cause_finding",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_root_cause_finding_finding_id"), table_name="root_cause_finding")
    op.drop_table("root_cause_finding")
    op.drop_index(
        "ix_progress_update_unreleased",
        table_name="progress_update",
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.drop_table("progress_update")
    op.drop_index(
        "uq_kpi_observation_current",
        table_name="kpi_observation",
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.drop_table("kpi_observation")
    op.drop_index("uq_escalation_open", table_name="escalation", postgresql_where=sa.text("state <> 'ended'"))
    op.drop_index(op.f("ix_escalation_root_cause_id"), table_name="escalation")
    op.drop_table("escalation")
    op.drop_index(
        "uq_baseline_current", table_name="baseline", postgresql_where=sa.text("superseded_at IS NULL")
    )
    op.drop_table("baseline")
    op.drop_index(op.f("ix_update_draft_root_cause_id"), table_name="update_draft")
    op.drop_table("update_draft")
    op.drop_index(
        "uq_role_grant_current",
        table_name="role_grant",
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_role_grant_isg_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("recovery_plan")
    op.drop_table("plan_approval")
    op.drop_index(op.f("ix_kpi_root_cause_id"), table_name="kpi")
    op.drop_table("kpi")
    op.drop_index(op.f("ix_finding_isg_id"), table_name="finding")
    op.drop_table("finding")
    op.drop_table("cycle")
    op.drop_index(
        "uq_closing_standing", table_name="closing", postgresql_where=sa.text("reopened_on IS NULL")
    )
    op.drop_index(op.f("ix_closing_root_cause_id"), table_name="closing")
    op.drop_table("closing")
    op.drop_index(op.f("ix_change_request_root_cause_id"), table_name="change_request")
    op.drop_table("change_request")
    op.drop_index(op.f("ix_action_root_cause_id"), table_name="action")
    op.drop_table("action")
    op.drop_index(op.f("ix_sign_in_session_person_id"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_index("ix_root_cause_owner_id", table_name="root_cause")
    op.drop_table("root_cause")
    op.drop_constraint(op.f("fk_person_isg_id"), "person", type_="foreignkey")
    op.drop_table("isg")
    op.drop_index("uq_deputy_current", table_name="deputy", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f("ix_deputy_deputy_id"), table_name="deputy")
    op.drop_table("deputy")
    op.drop_table("source")
    op.drop_index("ix_sign_in_attempt_address", table_name="sign_in_attempt")
    op.drop_index("ix_sign_in_attempt_account", table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")
    op.drop_table("plan")
    op.drop_table("person")
    op.drop_index("ix_outbox_waiting", table_name="outbox", postgresql_where=sa.text("delivered_at IS NULL"))
    op.drop_table("outbox")
    op.drop_index(op.f("ix_idempotency_key_created_at"), table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_table("business_clock")
    op.drop_index("ix_audit_entry_row", table_name="audit_entry")
    op.drop_index("ix_audit_entry_request_id", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("api_client")
