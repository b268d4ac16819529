"""Large imports: the audit trail in one statement a change, however many rows it changes; how far each import is.

Three triggers a table in place of one for each row: what an import of thousands of rows adds is written to the trail at once. An
entry is what it was: who, when, which row, and each changed column's value before and after, with a salt and a digest of its own.

Revision ID: 0017_imports
Revises: 0016_reminders
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017_imports"
down_revision = "0016_reminders"
branch_labels = None
depends_on = None

ENTRIES = """
    INSERT INTO audit_entry (at, transaction_id, service_login, actor, request_id, table_name, row_id, operation,
                             changes, salts, digests)
    SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
           coalesce(nullif(current_setting('app.actor', true), ''), 'unknown'),
           coalesce(nullif(current_setting('app.request_id', true), ''), 'none'),
           TG_TABLE_NAME, image.id, lower(TG_OP), kept.changes, kept.salts, kept.digests
      FROM ({images}) AS image
     CROSS JOIN LATERAL (
       SELECT ('{{' || string_agg('"' || name || '":[' || before || ',' || after || ']', ',') || '}}')::jsonb AS changes,
              jsonb_object(array_agg(name), array_agg(salt)) AS salts,
              -- audit_digest(salt, name, before, after), written out: called for each value it would cost as much as the rest
              jsonb_object(array_agg(name), array_agg(encode(sha256(convert_to(
                salt || '|' || name || '|' || before || '|' || after, 'UTF8')), 'hex'))) AS digests
         FROM (SELECT name, before, after,
                      substr(encode(sha256(convert_to(seed || '|' || image.id || '|' || name, 'UTF8')), 'hex'), 1, 32) AS salt
                 FROM (SELECT name,
                              CASE WHEN name = TG_ARGV[0] AND before <> 'null' THEN '"(secret)"' ELSE before::text END AS before,
                              CASE WHEN name = TG_ARGV[0] AND after <> 'null' THEN '"(secret)"' ELSE after::text END AS after
                         FROM ({values}) AS value
                        WHERE before <> after
                       OFFSET 0) AS told
               OFFSET 0) AS changed
       HAVING count(*) > 0) AS kept;
"""

INSERTED = ENTRIES.format(
    images="SELECT id, to_jsonb(new_rows) AS new_row FROM new_rows",
    values="SELECT key AS name, 'null'::jsonb AS before, value AS after FROM jsonb_each(image.new_row)",
)
DELETED = ENTRIES.format(
    images="SELECT id, to_jsonb(old_rows) AS old_row FROM old_rows",
    values="SELECT key AS name, value AS before, 'null'::jsonb AS after FROM jsonb_each(image.old_row)",
)
UPDATED = ENTRIES.format(
    images="SELECT id, to_jsonb(old_rows) AS old_row, to_jsonb(new_rows) AS new_row FROM old_rows JOIN new_rows USING (id)",
    values="SELECT key AS name, image.old_row -> key AS before, value AS after FROM jsonb_each(image.new_row)",
)

AUDIT_ROW = f"""
CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  -- Each value's salt comes from this, the value's row and its name. It is kept nowhere: no salt tells another.
  seed text := gen_random_uuid()::text || gen_random_uuid()::text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM new_rows) THEN
      {INSERTED}
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    -- A statement that found nothing to change costs next to nothing.
    IF EXISTS (SELECT FROM new_rows) THEN
      {UPDATED}
    END IF;
  ELSE
    {DELETED}
  END IF;
  RETURN NULL;
END $$
"""

TRIGGERS = (
    ("audit", "INSERT", "NEW TABLE AS new_rows"),
    ("audit_update", "UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    ("audit_delete", "DELETE", "OLD TABLE AS old_rows"),
)
"""Rows of a statement can be had for one kind of statement at a time."""

_CREATED = "\n".join(
    f"  EXECUTE format('CREATE TRIGGER {name} AFTER {operation} ON %s REFERENCING {rows} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_row(%L)', watched, secret_column);"
    for name, operation, rows in TRIGGERS
)

AUDIT_WATCH = f"""
CREATE OR REPLACE FUNCTION audit_watch(watched regclass, secret_column text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
{_CREATED}
  EXECUTE format('CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON %s EXECUTE FUNCTION audit_refuses()', watched);
END $$
"""

WATCH_ANEW = """
DO $$
DECLARE
  watched record;
BEGIN
  FOR watched IN
    SELECT tgrelid::regclass AS name, replace(encode(tgargs, 'escape'), '\\000', '') AS secret FROM pg_trigger
     WHERE tgname = 'audit' ORDER BY 1
  LOOP
    EXECUTE format('DROP TRIGGER audit ON %s', watched.name);
    EXECUTE format('DROP TRIGGER IF EXISTS audit_update ON %s', watched.name);
    EXECUTE format('DROP TRIGGER IF EXISTS audit_delete ON %s', watched.name);
    EXECUTE format('DROP TRIGGER audit_no_truncate ON %s', watched.name);
    PERFORM audit_watch(watched.name, watched.secret);
  END LOOP;
END $$
"""
"""Every table that is watched, with its secret column as before."""


WITH_HISTORY = ("baseline", "root_cause_placement")

ANALYSE_PLAN = """
CREATE FUNCTION analyse_plan() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  ANALYZE person, role_grant, finding, root_cause, root_cause_finding, root_cause_placement, baseline, action,
          progress_update, recovery_plan, evidence, assurance, closing, closing_request;
END $$
"""
"""In the transaction that has written thousands of rows: until then the database plans its reading as if there were none."""


def upgrade() -> None:
    """The functions replaced (so that owner and rights stay), every table watched by them, and the table of runs."""
    op.execute(AUDIT_ROW)
    op.execute(AUDIT_WATCH)
    op.execute(WATCH_ANEW)
    # What a root cause was, superseded or not, is read by its id: the indexes of what holds now don't serve that.
    for table in WITH_HISTORY:
        op.create_index(f"ix_{table}_root_cause_id", table, ["root_cause_id"])
    op.execute(ANALYSE_PLAN)
    op.execute("REVOKE ALL ON FUNCTION analyse_plan() FROM PUBLIC")
    # Salts and digests can't be compressed, and entries of two to eight kilobytes fit a page as they are.
    op.execute("ALTER TABLE audit_entry SET (toast_tuple_target = 8160)")
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_only", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", JSONB(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'refused')", name="ck_import_run_state_known"),
        sa.CheckConstraint("(state = 'done') = (result IS NOT NULL)", name="ck_import_run_done_with_result"),
        sa.CheckConstraint(
            "(state = 'refused') = (refusal IS NOT NULL)", name="ck_import_run_refused_with_reason"
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["person.id"], name="fk_import_run_started_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
    )


def downgrade() -> None:
    """As the audit trail began: a trigger for each row."""
    op.drop_table("import_run")
    op.execute("DROP FUNCTION analyse_plan()")
    for table in WITH_HISTORY:
        op.drop_index(f"ix_{table}_root_cause_id", table)
    op.execute("ALTER TABLE audit_entry RESET (toast_tuple_target)")
    migrations = op.get_context().script
    assert migrations is not None
    began = migrations.get_revision("0002_the_audit_trail").module
    op.execute(began.AUDIT_ROW.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(began.AUDIT_WATCH.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(WATCH_ANEW)
