"""Redaction of every version of a text, counted beforehand by the same matching; what stands there afterwards is sealed in the trail.

A text that was edited before its redaction goes in all its versions: every image of that column of that row, and elsewhere every
copy of any of these texts that has 12 characters or more. Each row that was blanked gets a last entry in the trail with what
stands there now, so that a change of it behind the system's back is found as any other.

Revision ID: 0012_redaction_preview
Revises: 0011_since_the_meeting
"""

from importlib import import_module

from alembic import op

revision = "0012_redaction_preview"
down_revision = "0011_since_the_meeting"
branch_labels = None
depends_on = None

TEXTS = """
CREATE FUNCTION redaction_texts(of_table text, of_row bigint, of_column text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  standing text;
BEGIN
  -- What stands there and all that ever did, the longest first, so that a text goes before its own parts.
  EXECUTE format('SELECT %I::text FROM %I WHERE id = $1', of_column, of_table) INTO standing USING of_row;
  RETURN (
    SELECT coalesce(array_agg(known.held ORDER BY length(known.held) DESC, known.held), '{}')
      FROM (SELECT standing AS held
            UNION
            SELECT side.held
              FROM audit_entry AS e
             CROSS JOIN LATERAL jsonb_array_elements_text(
               CASE jsonb_typeof(e.changes -> of_column) WHEN 'array' THEN e.changes -> of_column ELSE '[]' END) AS side(held)
             WHERE e.table_name = of_table AND e.row_id = of_row) AS known
     WHERE known.held NOT IN ('', '[redacted]', 'https://redacted.invalid/'));
END $$
"""

PLACES = """
CREATE FUNCTION redaction_places(wanted bigint, texts text[])
RETURNS TABLE (kind text, table_name text, row_id bigint, column_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
  asked redaction;
  place redactable;
  long text[] := ARRAY(SELECT t FROM unnest(texts) AS t WHERE length(t) >= 12);
  escaped text[] := ARRAY(SELECT substr(to_jsonb(t)::text, 2, length(to_jsonb(t)::text) - 2) FROM unnest(long) AS t);
BEGIN
  SELECT * INTO STRICT asked FROM redaction AS r WHERE r.id = wanted;
  FOR place IN SELECT r.* FROM redactable AS r ORDER BY r.table_name, r.column_name LOOP
    RETURN QUERY EXECUTE format(
      'SELECT CASE WHEN %3$L AND id = $1 THEN ''itself'' ELSE ''copy'' END, %1$L::text, id, %2$L::text FROM %1$I
        WHERE %2$I <> '''' AND ((%3$L AND id = $1) OR EXISTS (SELECT FROM unnest($2) AS t WHERE position(t IN %2$I) > 0))',
      place.table_name, place.column_name,
      place.table_name = asked.table_name AND place.column_name = asked.column_name) USING asked.row_id, long;
  END LOOP;
  RETURN QUERY SELECT 'draft', 'update_draft', d.id, 'fields' FROM update_draft AS d
    WHERE EXISTS (SELECT FROM unnest(long || escaped) AS t WHERE position(t IN d.fields::text) > 0);
  RETURN QUERY SELECT 'message', 'outbox', o.id, 'payload' FROM outbox AS o
    WHERE EXISTS (SELECT FROM unnest(escaped) AS t WHERE position(t IN o.payload::text) > 0);
  RETURN QUERY SELECT 'answer', 'idempotency_key', k.id, 'body' FROM idempotency_key AS k
    WHERE EXISTS (SELECT FROM unnest(long || escaped) AS t WHERE position(t IN k.body) > 0);
  RETURN QUERY SELECT 'image', 'audit_entry', e.id, c.key
     FROM audit_entry AS e CROSS JOIN LATERAL jsonb_each(e.changes) AS c
    WHERE c.value <> 'null'
      AND ((e.table_name = asked.table_name AND e.row_id = asked.row_id AND c.key = asked.column_name)
           OR EXISTS (SELECT FROM unnest(long) AS t WHERE position(t IN coalesce(c.value ->> 0, '')) > 0
                                                       OR position(t IN coalesce(c.value ->> 1, '')) > 0)
           OR EXISTS (SELECT FROM unnest(escaped) AS t WHERE position(t IN c.value::text) > 0));
END $$
"""

PREVIEW = """
CREATE FUNCTION redaction_preview(wanted bigint)
RETURNS TABLE (kind text, table_name text, column_name text, places bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  -- Where and how often, never what. An image stands for the column of the thing that it is an image of.
  SELECT p.kind, coalesce(e.table_name, p.table_name), p.column_name, count(*)
    FROM redaction AS r
   CROSS JOIN LATERAL redaction_places(r.id, redaction_texts(r.table_name, r.row_id, r.column_name)) AS p
    LEFT JOIN audit_entry AS e ON p.kind = 'image' AND e.id = p.row_id
   WHERE r.id = wanted AND r.approved IS NULL
   GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$
"""

BLANKED = """
CREATE FUNCTION redaction_blanked(value text, texts text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  secret text;
BEGIN
  FOREACH secret IN ARRAY texts LOOP
    value := replace(value, secret, '[redacted]');
  END LOOP;
  RETURN value;
END $$
"""

SEAL = """
CREATE FUNCTION redaction_seal(of_table text, of_row bigint, of_column text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  standing jsonb;
  newest jsonb;
  salt text := replace(gen_random_uuid()::text, '-', '');
  before jsonb := '"[redacted]"';
BEGIN
  EXECUTE format('SELECT to_jsonb(%I) FROM %I WHERE id = $1', of_column, of_table) INTO standing USING of_row;
  SELECT e.changes -> of_column INTO newest FROM audit_entry AS e
   WHERE e.table_name = of_table AND e.row_id = of_row AND e.changes ? of_column ORDER BY e.id DESC LIMIT 1;
  IF standing IS NULL OR newest IS DISTINCT FROM 'null'::jsonb THEN
    RETURN;
  END IF;
  INSERT INTO audit_entry (at, transaction_id, service_login, actor, request_id, table_name, row_id, operation,
                           changes, salts, digests)
  VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint, session_user,
          coalesce(nullif(current_setting('app.actor', true), ''), 'unknown'),
          coalesce(nullif(current_setting('app.request_id', true), ''), 'none'),
          of_table, of_row, 'update', jsonb_build_object(of_column, jsonb_build_array(before, standing)),
          jsonb_build_object(of_column, salt),
          jsonb_build_object(of_column, audit_digest(salt, of_column, before, standing)));
END $$
"""

REDACT = """
CREATE FUNCTION redact(wanted bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asked redaction;
  place record;
  texts text[];
  long text[];
  escaped text[];
  blanked integer := 0;
BEGIN
  SELECT * INTO STRICT asked FROM redaction WHERE id = wanted;
  IF NOT coalesce(asked.approved, false) OR asked.decided_by = asked.asked_by OR asked.copies IS NOT NULL THEN
    RAISE EXCEPTION 'Redaction % is not approved by a second person, or is done already.', wanted;
  END IF;
  IF NOT EXISTS (SELECT FROM redactable r WHERE r.table_name = asked.table_name AND r.column_name = asked.column_name) THEN
    RAISE EXCEPTION '% of % can not be redacted.', asked.column_name, asked.table_name;
  END IF;
  texts := redaction_texts(asked.table_name, asked.row_id, asked.column_name);
  IF cardinality(texts) = 0 THEN
    RAISE EXCEPTION 'There is nothing to redact.';
  END IF;
  long := ARRAY(SELECT t FROM unnest(texts) AS t WHERE length(t) >= 12);
  escaped := ARRAY(SELECT substr(to_jsonb(t)::text, 2, length(to_jsonb(t)::text) - 2) FROM unnest(long) AS t);
  PERFORM set_config('app.redacting', 'yes', true);

  -- The thing itself, every other place where people's texts stand, and what is kept beside.
  FOR place IN SELECT p.* FROM redaction_places(wanted, texts) AS p WHERE p.kind <> 'image' LOOP
    CASE place.kind
      WHEN 'draft' THEN
        DELETE FROM update_draft WHERE id = place.row_id;
      WHEN 'message' THEN
        UPDATE outbox SET payload = redaction_blanked(payload::text, escaped)::jsonb WHERE id = place.row_id;
      WHEN 'answer' THEN
        UPDATE idempotency_key SET body = redaction_blanked(redaction_blanked(body, escaped), long) WHERE id = place.row_id;
      ELSE
        EXECUTE format('UPDATE %1$I SET %2$I = %3$s WHERE id = $1', place.table_name, place.column_name,
          CASE WHEN place.column_name = 'url' THEN quote_literal('https://redacted.invalid/')
               WHEN place.kind = 'itself' THEN quote_literal('[redacted]')
               ELSE format('redaction_blanked(%I, $2)', place.column_name) END) USING place.row_id, long;
        INSERT INTO redacted_place (redaction_id, table_name, row_id, column_name)
        VALUES (wanted, place.table_name, place.row_id, place.column_name) ON CONFLICT DO NOTHING;
        blanked := blanked + 1;
    END CASE;
  END LOOP;

  -- The images in the trail, those of the blanking among them: value and salt go, the digest stays.
  WITH held AS (
    SELECT e.id, e.table_name, e.row_id, array_agg(p.column_name) AS names
      FROM redaction_places(wanted, texts) AS p JOIN audit_entry AS e ON e.id = p.row_id
     WHERE p.kind = 'image' GROUP BY e.id
  ), blank AS (
    UPDATE audit_entry AS e
       SET changes = e.changes || (SELECT jsonb_object_agg(name, NULL) FROM unnest(held.names) AS name),
           salts = e.salts || (SELECT jsonb_object_agg(name, NULL) FROM unnest(held.names) AS name)
      FROM held WHERE held.id = e.id
    RETURNING held.table_name, held.row_id, held.names
  )
  INSERT INTO redacted_place (redaction_id, table_name, row_id, column_name)
  SELECT DISTINCT wanted, blank.table_name, blank.row_id, name FROM blank CROSS JOIN LATERAL unnest(blank.names) AS name
  ON CONFLICT DO NOTHING;

  -- What stands there now is in the trail again: a later change behind the system's back is found.
  PERFORM redaction_seal(p.table_name, p.row_id, p.column_name)
     FROM redacted_place AS p JOIN redactable AS r USING (table_name, column_name) WHERE p.redaction_id = wanted;

  PERFORM set_config('app.redacting', '', true);
  UPDATE redaction SET copies = blanked, done_at = clock_timestamp() WHERE id = wanted;
  RETURN blanked;
END $$
"""

NEW = (
    "redaction_texts(text, bigint, text)", "redaction_places(bigint, text[])", "redaction_preview(bigint)",
    "redaction_blanked(text, text[])", "redaction_seal(text, bigint, text)",
)  # fmt: skip


def upgrade() -> None:
    """The function anew, with the parts that the preview shares; what was redacted before is sealed as it stands."""
    op.execute("DROP FUNCTION redact(bigint)")
    for function in (TEXTS, PLACES, PREVIEW, BLANKED, SEAL, REDACT):
        op.execute(function)
    for signature in ("redact(bigint)", *NEW):
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(
        "SELECT redaction_seal(p.table_name, p.row_id, p.column_name) FROM (SELECT DISTINCT table_name, row_id, column_name "
        "FROM redacted_place JOIN redactable USING (table_name, column_name)) AS p"
    )


def downgrade() -> None:
    """The function as it was."""
    op.execute("DROP FUNCTION redact(bigint)")
    for signature in NEW:
        op.execute(f"DROP FUNCTION {signature}")
    op.execute(import_module("migrations.versions.0004_the_audit_chain").REDACT)
    op.execute("REVOKE ALL ON FUNCTION redact(bigint) FROM PUBLIC")
