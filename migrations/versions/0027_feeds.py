"""What changed in the feeds: a row for each thing of a feed that a transaction changed, written by triggers on released facts.

Revision ID: 0027_feeds
Revises: 0024_embedded
"""

import sqlalchemy as sa
from alembic import op

revision = "0027_feeds"
down_revision = "0024_embedded"
branch_labels = None
depends_on = None

ROOT_CAUSES = """
    SELECT 'root-causes', r.id, r.reference
      FROM (SELECT DISTINCT root_cause_id FROM {changed}) AS c JOIN root_cause r ON r.id = c.root_cause_id"""
AND_THEIR_FINDINGS = (
    ROOT_CAUSES
    + """
     UNION ALL
    SELECT DISTINCT 'findings', f.id, f.reference
      FROM {changed} JOIN root_cause_finding l ON l.root_cause_id = changed.root_cause_id JOIN finding f ON f.id = l.finding_id"""
)
KPIS = """
    SELECT 'kpis', k.id, k.reference
      FROM (SELECT DISTINCT kpi_id FROM {changed}) AS c JOIN kpi k ON k.id = c.kpi_id"""
OWN_KPIS = """
    SELECT 'kpis', changed.id, changed.reference FROM {changed}
     UNION ALL
    SELECT DISTINCT 'root-causes', r.id, r.reference FROM {changed} JOIN root_cause r ON r.id = changed.root_cause_id"""
VALUES = """
    SELECT 'observations', k.id, k.reference || '/' || changed.period
      FROM {changed} JOIN kpi k ON k.id = changed.kpi_id WHERE changed.state = 'final'
     UNION ALL
    SELECT DISTINCT 'kpis', k.id, k.reference
      FROM {changed} JOIN kpi k ON k.id = changed.kpi_id WHERE changed.state = 'final'"""
UPDATES = """
    SELECT 'updates', r.id, r.reference || '/' || changed.cycle_number
      FROM {changed} JOIN root_cause r ON r.id = changed.root_cause_id WHERE changed.released_at IS NOT NULL
     UNION ALL
    SELECT DISTINCT 'root-causes', r.id, r.reference
      FROM {changed} JOIN root_cause r ON r.id = changed.root_cause_id WHERE changed.released_at IS NOT NULL"""
AND_WHAT_THEY_RAISED = (
    UPDATES
    + """
     UNION ALL
    SELECT DISTINCT 'escalations', e.id, e.reference
      FROM {changed} JOIN escalation e ON e.root_cause_id = changed.root_cause_id WHERE changed.status = 'off_track'"""
)
ESCALATIONS = """
    SELECT DISTINCT 'escalations', e.id, e.reference
      FROM {changed} JOIN escalation e ON e.id = changed.escalation_id"""
REASONS = (
    ESCALATIONS + " WHERE reason_is_out(e.root_cause_id, changed.reason, changed.recorded_at, 'infinity')"
)
OWN_ESCALATIONS = """
    SELECT 'escalations', changed.id, changed.reference
      FROM {changed}
     WHERE EXISTS (SELECT FROM escalation_reason g WHERE g.escalation_id = changed.id
                      AND reason_is_out(changed.root_cause_id, g.reason, g.recorded_at, 'infinity'))"""
LINKS = """
    SELECT DISTINCT 'root-causes', r.id, r.reference FROM {changed} JOIN root_cause r ON r.id = changed.root_cause_id
     UNION ALL
    SELECT DISTINCT 'findings', f.id, f.reference FROM {changed} JOIN finding f ON f.id = changed.finding_id"""
ITSELF = "SELECT '{feed}', changed.id, changed.reference FROM {{changed}}"
EVERYTHING = "SELECT 'everything', 0, ''"

NEW, OLD = ("INSERT",), ("INSERT", "DELETE")
ALWAYS = ("INSERT", "UPDATE", "DELETE")
WHOLE = {
    "root_cause": (OLD, ITSELF.format(feed="root-causes")),
    "root_cause_placement": (ALWAYS, AND_THEIR_FINDINGS),
    "baseline": (ALWAYS, ROOT_CAUSES),
    "closing": (ALWAYS, AND_THEIR_FINDINGS),
    "closing_request": (("DELETE",), ROOT_CAUSES),
    "assurance": (ALWAYS, AND_THEIR_FINDINGS),
    "root_cause_finding": (ALWAYS, LINKS),
    "finding": (ALWAYS, ITSELF.format(feed="findings")),
    "source": (("UPDATE",), "SELECT 'findings', f.id, f.reference FROM {changed} JOIN finding f ON f.source_id = changed.id"),
    "isg": (ALWAYS, EVERYTHING),
    "progress_update": (OLD, UPDATES),
    "kpi": (OLD, OWN_KPIS),
    "kpi_definition": (ALWAYS, KPIS),
    "kpi_target": (ALWAYS, KPIS),
    "kpi_decision": (ALWAYS, KPIS),
    "kpi_observation": (OLD, VALUES),
    "escalation": (("DELETE",), OWN_ESCALATIONS),
    "escalation_reason": (OLD, REASONS),
    "escalation_decision": (ALWAYS, ESCALATIONS),
    "change_request": (ALWAYS, ITSELF.format(feed="change-requests") + " WHERE changed.state <> 'draft'"),
    "api_client": (("DELETE",), "SELECT 'clients', 0, ''"),
    "business_clock": (OLD, "SELECT 'clock', 0, ''"),
}  # fmt: skip
"""Of which tables every statement of these kinds counts, and of which things of a feed its rows speak."""
COLUMNS = {
    "root_cause": ("reference, title, owner_id, theme, kloe, recorded_at", "true", ITSELF.format(feed="root-causes")),
    "progress_update": (
        "cycle_number, version, reported_on, status, progress, forecast_date, late, released_at",
        "OLD.released_at IS NOT NULL OR NEW.released_at IS NOT NULL", AND_WHAT_THEY_RAISED,
    ),
    "closing_request": ("progress_update_id, decision, decided_on, decided_at", "true", ROOT_CAUSES),
    "kpi": (
        "reference, level, isg_id, root_cause_id, position, retired_on, name, recorded_at", "true", OWN_KPIS,
    ),
    "kpi_observation": (
        "kpi_id, period, version, value, numerator, denominator, state, recorded_at", "OLD.state = 'final' OR NEW.state = 'final'",
        "SELECT 'observations', k.id, k.reference || '/' || changed.period FROM {changed} JOIN kpi k ON k.id = changed.kpi_id"
        " UNION ALL SELECT 'kpis', k.id, k.reference FROM {changed} JOIN kpi k ON k.id = changed.kpi_id",
    ),
    "escalation": ("reference, root_cause_id, state, raised_on, ended_on", "true", OWN_ESCALATIONS),
    "person": (
        "job_title", "OLD.job_title IS DISTINCT FROM NEW.job_title",
        "SELECT 'root-causes', r.id, r.reference FROM {changed} JOIN root_cause r ON r.owner_id = changed.id",
    ),
    "api_client": ("client_id, scopes, revoked_at, expires_on", "true", "SELECT 'clients', 0, ''"),
    "business_clock": ("today", "OLD.today <> NEW.today", "SELECT 'clock', 0, ''"),
    "standing": ("worked_out_on", "OLD.holds_until <= NEW.worked_out_on", AND_THEIR_FINDINGS),
}  # fmt: skip
"""Of which tables changes of some columns alone count, so that others cost nothing: `standing` where a day has come that changes it."""
UNLESS_NONE = {
    "progress_update": "EXISTS (SELECT FROM changed WHERE released_at IS NOT NULL)",
    "kpi_observation": "EXISTS (SELECT FROM changed WHERE state = 'final')",
}
"""Asked first where most rows are not out yet: an update that is sent costs a look at the one row it adds."""
RENAMED = {
    "root_cause": "reference, position",
    "finding": "reference, position",
}
"""What other things of the feeds are named or sorted by: seldom changed, and then nothing that is kept may stay."""
RETIRED = """
    SELECT 'observations', NEW.id, NEW.reference || '/' || o.period
      FROM kpi_observation o WHERE o.kpi_id = NEW.id AND o.state = 'final'"""
"""Its values go with a KPI."""

IS_OUT = """
CREATE FUNCTION reason_is_out(root_cause_id bigint, reason text, recorded_at timestamptz, known_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public
RETURN reason <> 'said_off_track' OR coalesce((
  SELECT EXISTS (SELECT FROM progress_update v
                  WHERE v.root_cause_id = said.root_cause_id AND v.cycle_number = said.cycle_number
                    AND v.version >= said.version AND v.released_at <= $4)
    FROM progress_update said
   WHERE said.root_cause_id = $1 AND said.status = 'off_track' AND said.recorded_at <= $3
   ORDER BY said.cycle_number DESC, said.version DESC LIMIT 1), true)
"""
"""Whether partners may know of the reason: one that an update gave is out once that update is released."""
ALL_THERE_IS = """
CREATE FUNCTION list_feed_changes() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public AS $$
  INSERT INTO feed_change (feed, row_id, ref)
  SELECT 'findings', id, reference FROM finding
   UNION ALL SELECT 'root-causes', id, reference FROM root_cause
   UNION ALL SELECT DISTINCT 'updates', r.id, r.reference || '/' || u.cycle_number
               FROM progress_update u JOIN root_cause r ON r.id = u.root_cause_id WHERE u.released_at IS NOT NULL
   UNION ALL SELECT 'kpis', id, reference FROM kpi
   UNION ALL SELECT DISTINCT 'observations', k.id, k.reference || '/' || o.period
               FROM kpi_observation o JOIN kpi k ON k.id = o.kpi_id WHERE o.state = 'final'
   UNION ALL SELECT DISTINCT 'escalations', e.id, e.reference
               FROM escalation e JOIN escalation_reason g ON g.escalation_id = e.id
              WHERE reason_is_out(e.root_cause_id, g.reason, g.recorded_at, 'infinity')
   UNION ALL SELECT 'change-requests', id, reference FROM change_request WHERE state <> 'draft'
  ON CONFLICT DO NOTHING
$$
"""
"""Where a system begins with what was there before: migrated, or restored, since numbers of transactions are one cluster's."""


def upgrade() -> None:
    """The table, its triggers, and the order of root causes as an index."""
    op.create_table(
        "feed_change",
        sa.Column(
            "transaction_id", sa.BigInteger(), autoincrement=False,
            server_default=sa.text("pg_current_xact_id()::text::bigint"), nullable=False,
        ),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("transaction_id", "feed", "ref", name="pk_feed_change"),
    )  # fmt: skip
    op.create_index("ix_root_cause_position", "root_cause", ["position", "id"])
    op.execute(IS_OUT)
    op.execute(ALL_THERE_IS)
    for table, (operations, things) in WHOLE.items():
        _list(f"{table}_rows", things.format(changed="changed"), UNLESS_NONE.get(table, "true"))
        for operation in operations:
            rows = "OLD TABLE AS changed" if operation == "DELETE" else "NEW TABLE AS changed"
            op.execute(
                f"CREATE TRIGGER feed_change_on_{operation.lower()} AFTER {operation} ON {table} REFERENCING {rows} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION feed_change_{table}_rows()"
            )
    for table, (columns, counts, things) in COLUMNS.items():
        one = "(SELECT NEW.*) AS changed"
        before = things.format(changed="(SELECT OLD.*) AS changed")
        _list(f"{table}_row", f"{before} UNION ALL {things.format(changed=one)}")
        op.execute(
            f"CREATE TRIGGER feed_change_on_columns AFTER UPDATE OF {columns} ON {table} "
            f"FOR EACH ROW WHEN ({counts}) EXECUTE FUNCTION feed_change_{table}_row()"
        )
    _list("kpi_retired", RETIRED)
    op.execute(
        "CREATE TRIGGER feed_change_on_retiring AFTER UPDATE OF retired_on ON kpi "
        "FOR EACH ROW WHEN (OLD.retired_on IS DISTINCT FROM NEW.retired_on) EXECUTE FUNCTION feed_change_kpi_retired()"
    )
    _list("everything", EVERYTHING)
    for table, columns in RENAMED.items():
        op.execute(
            f"CREATE TRIGGER feed_change_on_renaming AFTER UPDATE OF {columns} ON {table} "
            "FOR EACH ROW WHEN ((OLD.reference, OLD.position) IS DISTINCT FROM (NEW.reference, NEW.position)) "
            "EXECUTE FUNCTION feed_change_everything()"
        )


def downgrade() -> None:
    """Feeds are worked out at each reading again."""
    for table in RENAMED:
        op.execute(f"DROP TRIGGER feed_change_on_renaming ON {table}")
    op.execute("DROP FUNCTION feed_change_everything()")
    op.execute("DROP TRIGGER feed_change_on_retiring ON kpi")
    op.execute("DROP FUNCTION feed_change_kpi_retired()")
    for table in COLUMNS:
        op.execute(f"DROP TRIGGER feed_change_on_columns ON {table}")
        op.execute(f"DROP FUNCTION feed_change_{table}_row()")
    for table, (operations, _) in WHOLE.items():
        for operation in operations:
            op.execute(f"DROP TRIGGER feed_change_on_{operation.lower()} ON {table}")
        op.execute(f"DROP FUNCTION feed_change_{table}_rows()")
    op.execute("DROP FUNCTION list_feed_changes()")
    op.execute("DROP FUNCTION reason_is_out(bigint, text, timestamptz, timestamptz)")
    op.drop_index("ix_root_cause_position", "root_cause")
    op.drop_table("feed_change")


def _list(because: str, things: str, any_there: str = "true") -> None:
    op.execute(f"""
        CREATE FUNCTION feed_change_{because}() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        BEGIN
          IF {any_there} THEN
            INSERT INTO feed_change (feed, row_id, ref) {things} ON CONFLICT DO NOTHING;
          END IF;
          RETURN NULL;
        END $$""")
