"""The audit trail: a trigger on every table that people's work lives in.

An entry keeps each changed column's value before and after, a salt a column, and a digest a column of salt, column, before and
after. A value can later be blanked together with its salt: its digest stays, so whatever is built on the digests still holds.

Revision ID: 0002_the_audit_trail
Revises: 0001_the_spine
"""

from alembic import op

revision = "0002_the_audit_trail"
down_revision = "0001_the_spine"
branch_labels = None
depends_on = None

AUDITED = {
    "action": "", "api_client": "secret_digest", "baseline": "", "change_request": "", "closing": "", "closing_request": "",
    "cycle": "", "deputy": "", "escalation": "", "escalation_decision": "", "escalation_reason": "", "escalation_step": "",
    "evidence": "", "finding": "", "isg": "", "kpi": "", "kpi_observation": "", "person": "password_hash", "plan": "",
    "plan_approval": "", "progress_update": "", "recovery_plan": "", "role_grant": "", "root_cause": "",
    "root_cause_finding": "", "root_cause_placement": "", "sign_in_session": "secret_digest", "source": "",
}  # fmt: skip
"""Each audited table with the column whose value is a secret: that it changed is kept, its value never is."""

AUDIT_ROW = """
CREATE FUNCTION audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
BEGIN
  INSERT INTO audit_entry (at, transaction_id, service_login, actor, request_id, table_name, row_id, operation,
                           changes, salts, digests)
  SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
         coalesce(nullif(current_setting('app.actor', true), ''), 'unknown'),
         coalesce(nullif(current_setting('app.request_id', true), ''), 'none'),
         TG_TABLE_NAME, coalesce(new_row ->> 'id', old_row ->> 'id')::bigint, lower(TG_OP),
         jsonb_object_agg(name, jsonb_build_array(before, after)),
         jsonb_object_agg(name, salt),
         jsonb_object_agg(name, audit_digest(salt, name, before, after))
    FROM (SELECT name,
                 CASE WHEN name = TG_ARGV[0] AND before <> 'null' THEN '"(secret)"' ELSE before END AS before,
                 CASE WHEN name = TG_ARGV[0] AND after <> 'null' THEN '"(secret)"' ELSE after END AS after,
                 replace(gen_random_uuid()::text, '-', '') AS salt
            FROM (SELECT name, coalesce(b.value, 'null') AS before, coalesce(a.value, 'null') AS after
                    FROM jsonb_each(old_row) AS b(name, value)
                    FULL JOIN jsonb_each(new_row) AS a(name, value) USING (name)) AS columns
           WHERE before <> after
          OFFSET 0) AS changed
  HAVING count(*) > 0;
  RETURN NULL;
END $$
"""

AUDIT_DIGEST = """
CREATE FUNCTION audit_digest(salt text, name text, before jsonb, after jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  encode(sha256(convert_to(salt || '|' || name || '|' || before::text || '|' || after::text, 'UTF8')), 'hex')
"""

AUDIT_WATCH = """
CREATE FUNCTION audit_watch(watched regclass, secret_column text DEFAULT '') RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit_row(%L)',
                 watched, secret_column);
  EXECUTE format('CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON %s EXECUTE FUNCTION audit_refuses()', watched);
END $$
"""

AUDIT_REFUSES = """
CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit trail and what it watches are never changed or emptied wholesale (% on %).', TG_OP, TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Functions first, then one trigger a table; a later migration that adds a table calls `audit_watch` itself."""
    for function in (AUDIT_DIGEST, AUDIT_ROW, AUDIT_REFUSES, AUDIT_WATCH):
        op.execute(function)
    for table, secret in AUDITED.items():
        op.execute(f"SELECT audit_watch('{table}', '{secret}')")
    op.execute(
        "CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry EXECUTE FUNCTION audit_refuses()"
    )


def downgrade() -> None:
    """Takes the triggers and functions away; entries stay."""
    op.execute("DROP TRIGGER never ON audit_entry")
    for table in AUDITED:
        op.execute(f"DROP TRIGGER audit ON {table}")
        op.execute(f"DROP TRIGGER audit_no_truncate ON {table}")
    for function in (
        "audit_watch(regclass, text)",
        "audit_refuses()",
        "audit_row()",
        "audit_digest(text, text, jsonb, jsonb)",
    ):
        op.execute(f"DROP FUNCTION {function}")
