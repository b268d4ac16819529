"""Kept standings: a row a root cause, and triggers that say which are to be worked out anew.

Revision ID: 0009_standings
Revises: 0008_search
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_standings"
down_revision = "0008_search"
branch_labels = None
depends_on = None

FACTS = {
    "assurance": ("INSERT", "UPDATE"),
    "baseline": ("INSERT", "UPDATE"),
    "closing": ("INSERT", "UPDATE"),
    "closing_request": ("INSERT", "UPDATE"),
    "progress_update": ("INSERT",),
    "root_cause_finding": ("INSERT", "UPDATE"),
    "root_cause_placement": ("INSERT", "UPDATE"),
}
"""What a root cause's standing follows from."""
OF_WHAT_CHANGED = {
    "finding": """
        SELECT DISTINCT link.root_cause_id
          FROM changed JOIN before USING (id) JOIN root_cause_finding link ON link.finding_id = changed.id
         WHERE (changed.finding_type, changed.source_id) IS DISTINCT FROM (before.finding_type, before.source_id)""",
    "progress_update": """
        SELECT DISTINCT changed.root_cause_id
          FROM changed JOIN before USING (id)
         WHERE (changed.cycle_number, changed.version, changed.reported_on, changed.status, changed.forecast_date, changed.late)
               IS DISTINCT FROM
               (before.cycle_number, before.version, before.reported_on, before.status, before.forecast_date, before.late)""",
    "source": """
        SELECT DISTINCT link.root_cause_id
          FROM changed JOIN finding ON finding.source_id = changed.id
          JOIN root_cause_finding link ON link.finding_id = finding.id""",
    "isg": """
        SELECT DISTINCT placement.root_cause_id
          FROM changed JOIN before USING (id) JOIN root_cause_placement placement ON placement.isg_id = changed.id
         WHERE (changed.name, changed.cadence, changed.first_cycle_opens, changed.meeting_day, changed.deadline_working_days)
               IS DISTINCT FROM (before.name, before.cadence, before.first_cycle_opens, before.meeting_day, before.deadline_working_days)""",
}
"""Changes of which some columns alone count, or that speak of many root causes: of which of them."""


def upgrade() -> None:
    """The tables, the triggers on every fact, and all there is to be worked out."""
    op.create_table(
        "standing",
        sa.Column("root_cause_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=True),
        sa.Column("root_cause_class", sa.Text(), nullable=True),
        sa.Column("in_plan", sa.Boolean(), nullable=False),
        sa.Column("strongest_notice", sa.Text(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("original_due_date", sa.Date(), nullable=True),
        sa.Column("forecast_date", sa.Date(), nullable=True),
        sa.Column("delivery_status", sa.Text(), nullable=True),
        sa.Column("update_missed", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("evidence_assured", sa.Boolean(), nullable=False),
        sa.Column("latest_update_id", sa.BigInteger(), nullable=True),
        sa.Column("latest_cycle", sa.BigInteger(), nullable=True),
        sa.Column("history", sa.Text(), nullable=True),
        sa.Column("worked_out_on", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "root_cause_class IN ('must_do', 'should_do', 'none')", name="ck_standing_root_cause_class_known"
        ),
        sa.CheckConstraint(
            "delivery_status IN ('not_started', 'on_track', 'at_risk', 'off_track', 'awaiting_closure', 'complete')",
            name="ck_standing_delivery_status_known",
        ),
        sa.CheckConstraint(
            "strongest_notice IN ('Section 31', 'Regulation 31', 'Section 29A', 'Section 64')",
            name="ck_standing_strongest_notice_known",
        ),
        sa.CheckConstraint("holds_until > worked_out_on", name="ck_standing_holds_for_a_day"),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name="fk_standing_isg_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_standing_root_cause_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("root_cause_id", name="pk_standing"),
    )
    op.create_index("ix_standing_isg_id_delivery_status", "standing", ["isg_id", "delivery_status"])
    for column in ("due_date", "holds_until", "worked_out_on"):
        op.create_index(f"ix_standing_{column}", "standing", [column])
    op.create_table(
        "standing_due",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_standing_due"),
    )
    # Its rows live for a transaction: what is left of them is cleared away early.
    op.execute(
        "ALTER TABLE standing_due SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500)"
    )
    _due("of_its_facts", "SELECT DISTINCT root_cause_id FROM changed")
    for table, operations in FACTS.items():
        for operation in operations:
            _watch(table, operation, "of_its_facts", "NEW TABLE AS changed")
    for table, root_causes in OF_WHAT_CHANGED.items():
        _due(f"of_its_{table}", root_causes)
        _watch(table, "UPDATE", f"of_its_{table}", "OLD TABLE AS before NEW TABLE AS changed")
    op.execute("INSERT INTO standing_due (root_cause_id) SELECT id FROM root_cause")


def downgrade() -> None:
    """Takes what was worked out away; the facts stay."""
    for table, operations in FACTS.items():
        for operation in operations:
            op.execute(f"DROP TRIGGER standing_due_on_{operation.lower()} ON {table}")
    for table in OF_WHAT_CHANGED:
        op.execute(f"DROP TRIGGER standing_due_on_update ON {table}")
    for because in ("its_facts", *(f"its_{table}" for table in OF_WHAT_CHANGED)):
        op.execute(f"DROP FUNCTION standing_due_of_{because}()")
    op.drop_table("standing_due")
    op.drop_table("standing")


def _due(because: str, root_causes: str) -> None:
    op.execute(f"""
        CREATE FUNCTION standing_due_{because}() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        BEGIN
          INSERT INTO standing_due (root_cause_id) {root_causes};
          RETURN NULL;
        END $$""")


def _watch(table: str, operation: str, because: str, rows: str) -> None:
    op.execute(
        f"CREATE TRIGGER standing_due_on_{operation.lower()} AFTER {operation} ON {table} REFERENCING {rows} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION standing_due_{because}()"
    )
