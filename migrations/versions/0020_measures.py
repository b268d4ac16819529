"""Measures: definitions and targets with their history, where values came from, people's decisions, and what follows.

What a KPI's target was so far becomes its first target, and its definition so far its first.

Revision ID: 0020_measures
Revises: 0019_counted_by_index
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020_measures"
down_revision = "0019_counted_by_index"
branch_labels = None
depends_on = None

WATCHED = (
    "kpi_definition", "kpi_target", "kpi_decision", "kpi_benchmark", "kpi_benchmark_value", "kpi_set", "kpi_set_member",
    "impact_review",
)  # fmt: skip
REDACTABLE = {
    "kpi": ("name", "purpose", "numerator", "denominator", "source", "quality_note", "retired_because"),
    "kpi_definition": (
        "name",
        "purpose",
        "numerator",
        "denominator",
        "source",
        "quality_note",
        "changed_because",
    ),
    "kpi_target": ("reason",),
    "kpi_observation": ("note",),
    "kpi_decision": ("reason", "undone_because"),
    "kpi_benchmark": ("name", "source"),
    "kpi_set": ("note",),
    "impact_review": ("reason",),
}
CHECKS = (
    ("isg", "periods_to_embed_sensible", "periods_to_embed BETWEEN 1 AND 24"),
    ("kpi", "retired_whole", "(retired_on IS NULL) = (retired_because IS NULL)"),
    ("kpi_observation", "state_known", "state IN ('provisional', 'final')"),
    (
        "kpi_observation",
        "given_through_known",
        "given_through IN ('import', 'page', 'update', 'upload', 'api')",
    ),
)
NEW_KPI_COLUMNS = (
    "definition_number", "version", "retired_on", "retired_because", "purpose", "numerator", "denominator", "part_of_whole",
    "data_owner_id", "quality_note", "timely", "complete", "audited", "granular",
)  # fmt: skip


def upgrade() -> None:
    """Nothing that was recorded is lost: the one target of a KPI is moved, not dropped."""

    op.create_table(
        "kpi_set",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("isg_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["isg_id"], ["isg.id"], name="fk_kpi_set_isg_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["person.id"], name="fk_kpi_set_signed_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_set"),
        sa.UniqueConstraint("isg_id", "version", name="uq_kpi_set_isg_id_version"),
    )
    op.create_table(
        "impact_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("closing_id", sa.BigInteger(), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("period", sa.Date(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_in_cycle", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("wait_until", sa.Date(), nullable=True),
        sa.Column("meeting_date", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("ended_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(coalesce(decision, '') = 'wait_until') = (wait_until IS NOT NULL)",
            name="ck_impact_review_waits_until_a_day",
        ),
        sa.CheckConstraint(
            "(decision IS NOT NULL) = (coalesce(ended_because, '') = 'decided')",
            name="ck_impact_review_decided_whole",
        ),
        sa.CheckConstraint(
            "decision IN ('add_actions', 'change_kpi', 'wait_until', 'reopen')",
            name="ck_impact_review_decision_known",
        ),
        sa.CheckConstraint(
            "ended_because IN ('decided', 'works_now', 'reopened')",
            name="ck_impact_review_ended_because_known",
        ),
        sa.CheckConstraint(
            "verdict IN ('improving', 'working', 'deteriorating', 'no_change_yet', 'not_enough_points')",
            name="ck_impact_review_verdict_known",
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (reason IS NULL)", name="ck_impact_review_decided_with_reason"
        ),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_because IS NULL)", name="ck_impact_review_ended_whole"
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["closing.id"], name="fk_impact_review_closing_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_impact_review_decided_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_impact_review_kpi_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.id"], name="fk_impact_review_recorded_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_impact_review_root_cause_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_impact_review"),
    )
    op.create_index("ix_impact_review_root_cause_id", "impact_review", ["root_cause_id"], unique=False)
    op.create_index(
        "uq_impact_review_open",
        "impact_review",
        ["root_cause_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "kpi_benchmark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('peer', 'national')", name="ck_kpi_benchmark_kind_known"),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name="fk_kpi_benchmark_added_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_benchmark_kpi_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_benchmark"),
    )
    op.create_index(
        "uq_kpi_benchmark_current",
        "kpi_benchmark",
        ["kpi_id", "name"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "kpi_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column("undone_on", sa.Date(), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.Column("undone_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'baseline') = (points IS NOT NULL)", name="ck_kpi_decision_baseline_with_points"
        ),
        sa.CheckConstraint(
            "kind IN ('rebase', 'baseline', 'ghost', 'annotation')", name="ck_kpi_decision_kind_known"
        ),
        sa.CheckConstraint(
            "(undone_on IS NULL) = (undone_because IS NULL)", name="ck_kpi_decision_undone_whole"
        ),
        sa.CheckConstraint("points >= 12", name="ck_kpi_decision_baseline_long_enough"),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_kpi_decision_decided_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_decision_kpi_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["person.id"], name="fk_kpi_decision_undone_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_decision"),
    )
    op.create_index("ix_kpi_decision_kpi_id", "kpi_decision", ["kpi_id"], unique=False)
    op.create_index(
        "uq_kpi_decision_standing",
        "kpi_decision",
        ["kpi_id", "kind", "period"],
        unique=True,
        postgresql_where=sa.text("undone_on IS NULL AND kind <> 'annotation'"),
    )
    op.create_table(
        "kpi_definition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("changed_because", sa.Text(), nullable=True),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("key_question", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("numerator", sa.Text(), nullable=True),
        sa.Column("denominator", sa.Text(), nullable=True),
        sa.Column("part_of_whole", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("data_owner_id", sa.BigInteger(), nullable=True),
        sa.Column("quality_note", sa.Text(), nullable=True),
        sa.Column("timely", sa.Boolean(), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=True),
        sa.Column("audited", sa.Boolean(), nullable=True),
        sa.Column("granular", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "direction IN ('increase', 'decrease', 'neutral')", name="ck_kpi_definition_direction_known"
        ),
        sa.CheckConstraint(
            "key_question IN ('safe', 'effective', 'caring', 'responsive', 'well_led')",
            name="ck_kpi_definition_key_question_known",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name="fk_kpi_definition_changed_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["data_owner_id"], ["person.id"], name="fk_kpi_definition_data_owner_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_definition_kpi_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_definition"),
        sa.UniqueConstraint("kpi_id", "number", name="uq_kpi_definition_kpi_id_number"),
    )
    op.create_table(
        "kpi_impact",
        sa.Column("kpi_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root_cause_id", sa.BigInteger(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("points_since", sa.BigInteger(), nullable=False),
        sa.Column("latest_period", sa.Date(), nullable=True),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("holds_for_embedding", sa.Boolean(), nullable=False),
        sa.Column("embedding_reading", sa.Text(), nullable=False),
        sa.Column("worked_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('improving', 'working', 'deteriorating', 'no_change_yet', 'not_enough_points')",
            name="ck_kpi_impact_verdict_known",
        ),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_impact_kpi_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["root_cause_id"], ["root_cause.id"], name="fk_kpi_impact_root_cause_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("kpi_id", name="pk_kpi_impact"),
    )
    op.create_index("ix_kpi_impact_root_cause_id", "kpi_impact", ["root_cause_id"], unique=False)
    op.create_table(
        "kpi_set_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("set_id", sa.BigInteger(), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("definition_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_set_member_kpi_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["set_id"], ["kpi_set.id"], name="fk_kpi_set_member_set_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_set_member"),
        sa.UniqueConstraint("set_id", "kpi_id", name="uq_kpi_set_member_set_id_kpi_id"),
    )
    op.create_index("ix_kpi_set_member_kpi_id", "kpi_set_member", ["kpi_id"], unique=False)
    op.create_table(
        "kpi_standing",
        sa.Column("kpi_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("latest_period", sa.Date(), nullable=True),
        sa.Column("latest_value", sa.Numeric(), nullable=True),
        sa.Column("latest_state", sa.Text(), nullable=True),
        sa.Column("target", sa.Numeric(), nullable=True),
        sa.Column("variation", sa.Text(), nullable=True),
        sa.Column("direction", sa.Text(), nullable=True),
        sa.Column("assurance", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("recent", postgresql.JSONB(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("worked_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "assurance IN ('pass', 'fail', 'inconsistent')", name="ck_kpi_standing_assurance_known"
        ),
        sa.CheckConstraint("rule_set IN ('mdc', 'nhsr')", name="ck_kpi_standing_rule_set_known"),
        sa.CheckConstraint(
            "variation IN ('common_cause', 'improvement', 'concern', 'change')",
            name="ck_kpi_standing_variation_known",
        ),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_standing_kpi_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("kpi_id", name="pk_kpi_standing"),
    )
    op.create_table(
        "kpi_target",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kpi_id", sa.BigInteger(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["kpi_id"], ["kpi.id"], name="fk_kpi_target_kpi_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name="fk_kpi_target_set_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_target"),
    )
    op.create_index(
        "uq_kpi_target_current",
        "kpi_target",
        ["kpi_id", "holds_from"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "kpi_benchmark_value",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("benchmark_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["benchmark_id"],
            ["kpi_benchmark.id"],
            name="fk_kpi_benchmark_value_benchmark_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["person.id"], name="fk_kpi_benchmark_value_given_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kpi_benchmark_value"),
    )
    op.create_index(
        "uq_kpi_benchmark_value_current",
        "kpi_benchmark_value",
        ["benchmark_id", "period"],
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
    )
    op.add_column(
        "assurance",
        sa.Column("checked_in_practice", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "isg", sa.Column("periods_to_embed", sa.BigInteger(), server_default=sa.text("6"), nullable=False)
    )
    op.add_column(
        "kpi", sa.Column("definition_number", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.add_column("kpi", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False))
    op.add_column("kpi", sa.Column("retired_on", sa.Date(), nullable=True))
    op.add_column("kpi", sa.Column("retired_because", sa.Text(), nullable=True))
    op.add_column("kpi", sa.Column("purpose", sa.Text(), nullable=True))
    op.add_column("kpi", sa.Column("numerator", sa.Text(), nullable=True))
    op.add_column("kpi", sa.Column("denominator", sa.Text(), nullable=True))
    op.add_column(
        "kpi", sa.Column("part_of_whole", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("kpi", sa.Column("data_owner_id", sa.BigInteger(), nullable=True))
    op.add_column("kpi", sa.Column("quality_note", sa.Text(), nullable=True))
    op.add_column("kpi", sa.Column("timely", sa.Boolean(), nullable=True))
    op.add_column("kpi", sa.Column("complete", sa.Boolean(), nullable=True))
    op.add_column("kpi", sa.Column("audited", sa.Boolean(), nullable=True))
    op.add_column("kpi", sa.Column("granular", sa.Boolean(), nullable=True))
    op.create_index("ix_kpi_isg_id", "kpi", ["isg_id"], unique=False)
    op.create_foreign_key(
        "fk_kpi_data_owner_id", "kpi", "person", ["data_owner_id"], ["id"], ondelete="RESTRICT"
    )

    op.add_column(
        "kpi_observation", sa.Column("state", sa.Text(), server_default=sa.text("'final'"), nullable=False)
    )
    op.add_column("kpi_observation", sa.Column("note", sa.Text(), nullable=True))
    op.add_column(
        "kpi_observation",
        sa.Column("given_through", sa.Text(), server_default=sa.text("'import'"), nullable=False),
    )
    op.add_column("kpi_observation", sa.Column("given_by", sa.BigInteger(), nullable=True))
    op.add_column("kpi_observation", sa.Column("client", sa.Text(), nullable=True))
    op.create_foreign_key(
        "fk_kpi_observation_given_by", "kpi_observation", "person", ["given_by"], ["id"], ondelete="RESTRICT"
    )
    op.execute(
        "INSERT INTO kpi_definition (kpi_id, number, name, key_question, unit, part_of_whole, direction, frequency, source,"
        " recorded_at) SELECT id, 1, name, key_question, unit, false, direction, frequency, source, recorded_at FROM kpi"
    )
    op.execute(
        "INSERT INTO kpi_target (kpi_id, value, recorded_at) SELECT id, target, recorded_at FROM kpi WHERE target IS NOT NULL"
    )
    op.drop_column("kpi", "target")
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    op.execute("CREATE SEQUENCE kpi_number")
    for table in WATCHED:
        op.execute(f"SELECT audit_watch('{table}')")
    for table, columns in REDACTABLE.items():
        for column in columns:
            op.execute(f"INSERT INTO redactable VALUES ('{table}', '{column}')")


def downgrade() -> None:
    """The target that held from the beginning is a column again; later ones go with their history."""
    op.execute("DROP SEQUENCE kpi_number")
    for table, columns in REDACTABLE.items():
        for column in columns:
            op.execute(f"DELETE FROM redactable WHERE table_name = '{table}' AND column_name = '{column}'")
    for table, name, _ in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.add_column("kpi", sa.Column("target", sa.Numeric(), nullable=True))
    op.execute(
        "UPDATE kpi SET target = t.value FROM kpi_target AS t"
        " WHERE t.kpi_id = kpi.id AND t.holds_from IS NULL AND t.superseded_at IS NULL"
    )
    for table in (
        "impact_review", "kpi_impact", "kpi_standing", "kpi_set_member", "kpi_set", "kpi_benchmark_value", "kpi_benchmark",
        "kpi_decision", "kpi_target", "kpi_definition",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_index("ix_kpi_isg_id", table_name="kpi")
    for column in NEW_KPI_COLUMNS:
        op.drop_column("kpi", column)
    for column in ("state", "note", "given_through", "given_by", "client"):
        op.drop_column("kpi_observation", column)
    op.drop_column("assurance", "checked_in_practice")
    op.drop_column("isg", "periods_to_embed")
