"""Meetings held, cycle reports, assurance of what was closed, and risks to delivery.

Revision ID: 0005_meetings_and_risks
Revises: 0004_the_audit_chain
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_meetings_and_risks"
down_revision = "0004_the_audit_chain"
branch_labels = None
depends_on = None

WATCHED = ("assurance", "cycle_report", "risk", "risk_review", "risk_root_cause")
REDACTABLE = {
    "assurance": ("note", "ended_because"),
    "cycle_report": ("progress", "asks"),
    "risk": ("cause", "effect", "mitigation", "closed_reason"),
    "risk_review": ("note",),
}


def upgrade() -> None:
    """The tables, watched, with what people write freely in them open to redaction."""
    op.create_table(
        "cycle_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("cycle_number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("outlook", sa.Text(), nullable=True),
        sa.Column("asks", sa.Text(), nullable=True),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outlook IN ('will_recover', 'may_not', 'unlikely')", name="ck_cycle_report_outlook_known"
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="ck_cycle_report_confirmed_whole"
        ),
        sa.CheckConstraint("confirmed_by <> written_by", name="ck_cycle_report_second_person"),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["person.id"], name="fk_cycle_report_confirmed_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name="fk_cycle_report_isg_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name="fk_cycle_report_written_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cycle_report"),
        sa.UniqueConstraint(
            "isg_id", "cycle_number", "version", name="uq_cycle_report_isg_id_cycle_number_version"
        ),
    )
    op.create_table(
        "risk",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("likelihood_before", sa.BigInteger(), nullable=False),
        sa.Column("impact_before", sa.BigInteger(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("likelihood_after", sa.BigInteger(), nullable=False),
        sa.Column("impact_after", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("baf_reference", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="ck_risk_closed_with_day"),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_risk_state_known"),
        sa.CheckConstraint("impact_after BETWEEN 1 AND 5", name="ck_risk_impact_after_on_scale"),
        sa.CheckConstraint("impact_before BETWEEN 1 AND 5", name="ck_risk_impact_before_on_scale"),
        sa.CheckConstraint("likelihood_after BETWEEN 1 AND 5", name="ck_risk_likelihood_after_on_scale"),
        sa.CheckConstraint("likelihood_before BETWEEN 1 AND 5", name="ck_risk_likelihood_before_on_scale"),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name="fk_risk_isg_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_risk_owner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["raised_by"], ["person.id"], name="fk_risk_raised_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_risk"),
        sa.UniqueConstraint("reference", name="uq_risk_reference"),
    )
    op.create_index("ix_risk_isg_id", "risk", ["isg_id"], unique=False)
    op.create_index("ix_risk_owner_id", "risk", ["owner_id"], unique=False)
    op.create_table(
        "risk_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("risk_id", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("likelihood_after", sa.BigInteger(), nullable=False),
        sa.Column("impact_after", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("impact_after BETWEEN 1 AND 5", name="ck_risk_review_impact_after_on_scale"),
        sa.CheckConstraint(
            "likelihood_after BETWEEN 1 AND 5", name="ck_risk_review_likelihood_after_on_scale"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name="fk_risk_review_recorded_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name="fk_risk_review_risk_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_risk_review"),
    )
    op.create_index("ix_risk_review_risk_id", "risk_review", ["risk_id"], unique=False)
    op.create_table(
        "risk_root_cause",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("risk_id", sa.BigInteger(), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["risk_id"], ["risk.id"], name="fk_risk_root_cause_risk_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_risk_root_cause_root_cause_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_risk_root_cause"),
    )
    op.create_index("ix_risk_root_cause_root_cause_id", "risk_root_cause", ["root_cause_id"], unique=False)
    op.create_index(
        "uq_risk_root_cause_current",
        "risk_root_cause",
        ["risk_id", "root_cause_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "assurance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("closing_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("progress_update_id", sa.BigInteger(), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("ended_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stage IN ('evidence_assured', 'embedded')", name="ck_assurance_stage_known"),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_because IS NULL)", name="ck_assurance_ended_whole"),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["closing.id"], name="fk_assurance_closing_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name="fk_assurance_ended_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["progress_update_id"],
            ["progress_update.id"],
            name="fk_assurance_progress_update_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_assurance_root_cause_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["person.id"], name="fk_assurance_signed_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assurance"),
    )
    op.create_index("ix_assurance_root_cause_id", "assurance", ["root_cause_id"], unique=False)
    op.create_index(
        "uq_assurance_standing",
        "assurance",
        ["root_cause_id", "stage"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.add_column("cycle", sa.Column("held_on", sa.Date(), nullable=True))
    op.add_column("cycle", sa.Column("held_recorded_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_cycle_held_recorded_by", "cycle", "person", ["held_recorded_by"], ["id"], ondelete="RESTRICT"
    )
    op.execute("CREATE SEQUENCE risk_number")
    for table in WATCHED:
        op.execute(f"SELECT audit_watch('{table}')")
    for table, columns in REDACTABLE.items():
        for column in columns:
            op.execute(f"INSERT INTO redactable VALUES ('{table}', '{column}')")


def downgrade() -> None:
    """Takes them away."""
    for table in REDACTABLE:
        op.execute(f"DELETE FROM redactable WHERE table_name = '{table}'")
    op.execute("DROP SEQUENCE risk_number")
    op.drop_constraint("fk_cycle_held_recorded_by", "cycle", type_="foreignkey")
    op.drop_column("cycle", "held_recorded_by")
    op.drop_column("cycle", "held_on")
    op.drop_index(
        "uq_assurance_standing", table_name="assurance", postgresql_where=sa.text("ended_on IS NULL")
    )
    op.drop_index("ix_assurance_root_cause_id", table_name="assurance")
    op.drop_table("assurance")
    op.drop_index(
        "uq_risk_root_cause_current",
        table_name="risk_root_cause",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_risk_root_cause_root_cause_id", table_name="risk_root_cause")
    op.drop_table("risk_root_cause")
    op.drop_index("ix_risk_review_risk_id", table_name="risk_review")
    op.drop_table("risk_review")
    op.drop_index("ix_risk_owner_id", table_name="risk")
    op.drop_index("ix_risk_isg_id", table_name="risk")
    op.drop_table("risk")
    op.drop_table("cycle_report")
