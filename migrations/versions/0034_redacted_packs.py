"""Redaction reaches what packs froze and issued, and outlines; the worker makes the files of packs; and partners get mail.

What a pack froze is blanked in place, and a file that holds the text loses its bytes: its row stays, with the digest of the file as
it was issued, and a file of the next number takes its place once the worker has had it made (`pack_rendering`). The same table has
what is being published. A digest may go to the contact of a partner whose webhook was stopped, who is nobody here.

Revision ID: 0034_redacted_packs
Revises: 0043_packs_inside
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0034_redacted_packs"
down_revision = "0043_packs_inside"
branch_labels = None
depends_on = None

REDACTABLE = (("pack", "title"), ("pack_outline", "outline"), ("pack_outline", "reason"))
DEEDS = "'begun', 'assembled', 'put_back', 'approved', 'published', 'superseded'"

STAYS_AS_IT_IS = """
CREATE OR REPLACE FUNCTION stays_as_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The one exception: `redact`, which belongs to the trail's own role as the trail does.
  IF current_setting('app.redacting', true) = 'yes'
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'public.audit_entry'::regclass) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'What a pack froze or issued is never changed (% on %).', TG_OP, TG_TABLE_NAME;
END $$
"""

AS_PRINTED = """
CREATE FUNCTION redaction_as_printed(texts text[], by_paragraph boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE AS $$
  -- Packs print a text in one line, cut to 299 characters in a table's cell, with a capital at the beginning of a sentence; of an
  -- outline's text each paragraph, item and line by itself.
  SELECT coalesce(array_agg(said ORDER BY length(said) DESC, said), '{}') FROM (
    SELECT DISTINCT said FROM unnest(texts) AS t
     CROSS JOIN LATERAL (
       SELECT t AS part
        UNION ALL SELECT regexp_split_to_table(replace(t, E'\\r', ''), '\\n\\s*\\n') WHERE by_paragraph
        UNION ALL SELECT regexp_split_to_table(t, '\\s*\\n\\s*(- )?|^\\s*- ') WHERE by_paragraph) AS parts
     CROSS JOIN LATERAL (SELECT btrim(regexp_replace(part, '\\s+', ' ', 'g')) AS flat) AS flattened
     CROSS JOIN LATERAL (VALUES (part), (flat), (rtrim(left(flat, 299))), (upper(left(flat, 1)) || substr(flat, 2))) AS v(said)
     WHERE length(said) >= 12) AS said
$$
"""

IN_JSON = """
CREATE FUNCTION redaction_in_json(node jsonb, texts text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  blank jsonb;
  line text;
BEGIN
  CASE jsonb_typeof(node)
    WHEN 'string' THEN
      RETURN to_jsonb(redaction_blanked(node #>> '{}', texts));
    WHEN 'object' THEN
      RETURN coalesce((SELECT jsonb_object_agg(e.key, redaction_in_json(e.value, texts)) FROM jsonb_each(node) AS e), '{}');
    WHEN 'array' THEN
      SELECT coalesce(jsonb_agg(redaction_in_json(e.value, texts) ORDER BY e.place), '[]') INTO blank
        FROM jsonb_array_elements(node) WITH ORDINALITY AS e(value, place);
      -- A line of words and figures may hold it across several of them: then it becomes words alone.
      IF blank -> 0 ->> 'kind' IN ('text', 'figure') THEN
        SELECT string_agg(e.value ->> 'text', '' ORDER BY e.place) INTO line
          FROM jsonb_array_elements(blank) WITH ORDINALITY AS e(value, place);
        IF redaction_blanked(line, texts) <> line THEN
          RETURN jsonb_build_array(
            jsonb_build_object('kind', 'text', 'text', redaction_blanked(line, texts), 'strong', false));
        END IF;
      END IF;
      RETURN blank;
    ELSE
      RETURN node;
  END CASE;
END $$
"""

OF_BLOCK = """
CREATE FUNCTION redaction_of_block(node jsonb, block text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  -- The words of the block of this name, be it of a pack or of an outline; a block without a key is named by its section and place.
  IF node ? 'blocks' THEN
    node := node || jsonb_build_object('blocks', (
      SELECT coalesce(jsonb_agg(CASE
               WHEN coalesce(nullif(e.value ->> 'key', ''), node ->> 'key' || '.' || e.place) <> block THEN e.value
               WHEN e.value ? 'inlines' THEN e.value || '{"inlines": [{"kind": "text", "text": "[redacted]", "strong": false}]}'
               WHEN e.value ? 'items' THEN e.value || '{"items": [[{"kind": "text", "text": "[redacted]", "strong": false}]]}'
               WHEN e.value ->> 'text' <> '' THEN e.value || '{"text": "[redacted]"}'
               ELSE e.value END ORDER BY e.place), '[]')
        FROM jsonb_array_elements(node -> 'blocks') WITH ORDINALITY AS e(value, place)));
  END IF;
  IF node ? 'sections' THEN
    node := node || jsonb_build_object('sections', (
      SELECT coalesce(jsonb_agg(redaction_of_block(e.value, block) ORDER BY e.place), '[]')
        FROM jsonb_array_elements(node -> 'sections') WITH ORDINALITY AS e(value, place)));
  END IF;
  RETURN node;
END $$
"""

IN_PACK = """
CREATE FUNCTION redaction_in_pack(frozen pack_content, asked redaction, texts text[], printed text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  said jsonb := redaction_in_json(frozen.content, printed);
  edited text;
BEGIN
  -- An edit's words have placeholders where the pack has figures: its block is blanked as a whole.
  IF asked.table_name = 'pack_edit' THEN
    FOR edited IN SELECT DISTINCT e.block FROM pack_edit AS e
      WHERE e.pack_id = frozen.pack_id AND (e.id = asked.row_id OR e.words = ANY(texts) OR e.drafted = ANY(texts)) LOOP
      said := redaction_of_block(said, edited);
    END LOOP;
  END IF;
  RETURN said;
END $$
"""

IN_OUTLINE = """
CREATE FUNCTION redaction_in_outline(held pack_outline, asked redaction, printed text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF asked.table_name = 'pack_outline' AND asked.column_name LIKE 'outline:%'
     AND held.kind = (SELECT o.kind FROM pack_outline AS o WHERE o.id = asked.row_id) THEN
    RETURN redaction_in_json(redaction_of_block(held.outline, split_part(asked.column_name, ':', 2)), printed);
  END IF;
  RETURN redaction_in_json(held.outline, printed);
END $$
"""

TEXTS = """
CREATE OR REPLACE FUNCTION redaction_texts(of_table text, of_row bigint, of_column text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  standing text;
BEGIN
  IF of_table = 'pack_outline' AND of_column LIKE 'outline:%' THEN
    -- Of a block of an outline: what stands in it in every version of that kind.
    RETURN (
      SELECT coalesce(array_agg(known.held ORDER BY length(known.held) DESC, known.held), '{}')
        FROM (SELECT DISTINCT block ->> 'text' AS held
                FROM pack_outline AS asked JOIN pack_outline AS o ON o.kind = asked.kind
               CROSS JOIN LATERAL jsonb_path_query(o.outline, '$.**.blocks[*] ? (@.key == $key)',
                                                   jsonb_build_object('key', split_part(of_column, ':', 2))) AS block
               WHERE asked.id = of_row) AS known
       WHERE known.held NOT IN ('', '[redacted]'));
  END IF;
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
CREATE OR REPLACE FUNCTION redaction_places(wanted bigint, texts text[])
RETURNS TABLE (kind text, table_name text, row_id bigint, column_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
  asked redaction;
  place redactable;
  long text[];
  escaped text[];
BEGIN
  SELECT * INTO STRICT asked FROM redaction AS r WHERE r.id = wanted;
  long := redaction_as_printed(texts, asked.table_name = 'pack_outline');
  escaped := ARRAY(SELECT substr(to_jsonb(t)::text, 2, length(to_jsonb(t)::text) - 2) FROM unnest(long) AS t);
  FOR place IN SELECT r.* FROM redactable AS r
                WHERE r.column_name <> 'outline' ORDER BY r.table_name, r.column_name LOOP
    RETURN QUERY EXECUTE format(
      'SELECT CASE WHEN %3$L AND id = $1 THEN ''itself'' ELSE ''copy'' END, %1$L::text, id, %2$L::text FROM %1$I
        WHERE %2$I <> '''' AND ((%3$L AND id = $1) OR EXISTS (SELECT FROM unnest($2) AS t WHERE position(t IN %2$I) > 0))',
      place.table_name, place.column_name,
      place.table_name = asked.table_name AND place.column_name = asked.column_name) USING asked.row_id, long;
  END LOOP;
  RETURN QUERY SELECT 'outline', 'pack_outline', o.id, 'outline' FROM pack_outline AS o
    WHERE redaction_in_outline(o, asked, long) <> o.outline;
  -- Reading every word of every pack in its place takes long: only of those that have all of a text's longer words.
  RETURN QUERY WITH held AS (
    SELECT c.id, c.pack_id, c.number = max(c.number) OVER (PARTITION BY c.pack_id) AS newest, c
      FROM pack_content AS c), found AS (
    SELECT h.id, h.pack_id, h.newest FROM held AS h CROSS JOIN LATERAL (SELECT (h.c).content::text AS said OFFSET 0) AS words
     WHERE (asked.table_name = 'pack_edit' OR EXISTS (
             SELECT FROM unnest(long) AS t WHERE NOT EXISTS (
               SELECT FROM regexp_split_to_table(t, '[^[:alnum:]]+') AS w
                WHERE length(w) > 3 AND position(substr(w, 2) IN words.said) = 0)))
       AND redaction_in_pack(h.c, asked, texts, long) <> (h.c).content)
    SELECT 'pack', 'pack_content', f.id, 'content' FROM found AS f
    UNION ALL
    SELECT 'file', 'pack_file', file.id, 'digest' FROM found AS f
      JOIN pack_file AS file USING (pack_id) JOIN pack_file_content AS bytes ON bytes.digest = file.digest WHERE f.newest;
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
           OR (asked.column_name LIKE 'outline:%' AND e.table_name = 'pack_outline' AND c.key = 'outline' AND e.row_id IN (
                 SELECT o.id FROM pack_outline AS o JOIN pack_outline AS it ON it.kind = o.kind WHERE it.id = asked.row_id))
           OR EXISTS (SELECT FROM unnest(long) AS t WHERE position(t IN coalesce(c.value ->> 0, '')) > 0
                                                       OR position(t IN coalesce(c.value ->> 1, '')) > 0)
           OR EXISTS (SELECT FROM unnest(escaped) AS t WHERE position(t IN c.value::text) > 0));
END $$
"""

REDACT = """
CREATE OR REPLACE FUNCTION redact(wanted bigint) RETURNS integer
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
  IF NOT EXISTS (SELECT FROM redactable r WHERE r.table_name = asked.table_name AND r.column_name = split_part(asked.column_name, ':', 1)) THEN
    RAISE EXCEPTION '% of % can not be redacted.', asked.column_name, asked.table_name;
  END IF;
  texts := redaction_texts(asked.table_name, asked.row_id, asked.column_name);
  IF cardinality(texts) = 0 THEN
    RAISE EXCEPTION 'There is nothing to redact.';
  END IF;
  long := redaction_as_printed(texts, asked.table_name = 'pack_outline');
  escaped := ARRAY(SELECT substr(to_jsonb(t)::text, 2, length(to_jsonb(t)::text) - 2) FROM unnest(long) AS t);
  PERFORM set_config('app.redacting', 'yes', true);

  -- The thing itself, every other place where people's texts stand, and what is kept beside.
  FOR place IN SELECT p.* FROM redaction_places(wanted, texts) AS p WHERE p.kind <> 'image'
                ORDER BY p.kind NOT IN ('pack', 'file') LOOP
    CASE place.kind
      WHEN 'draft' THEN
        DELETE FROM update_draft WHERE id = place.row_id;
      WHEN 'message' THEN
        UPDATE outbox SET payload = redaction_blanked(payload::text, escaped)::jsonb WHERE id = place.row_id;
      WHEN 'answer' THEN
        UPDATE idempotency_key SET body = redaction_blanked(redaction_blanked(body, escaped), long) WHERE id = place.row_id;
      WHEN 'outline' THEN
        UPDATE pack_outline AS o SET outline = redaction_in_outline(o, asked, long) WHERE o.id = place.row_id;
      WHEN 'pack' THEN
        UPDATE pack_content AS c SET content = redaction_in_pack(c, asked, texts, long) WHERE c.id = place.row_id;
      WHEN 'file' THEN
        -- The file stays on record with its digest; its bytes go.
        DELETE FROM pack_file_content AS b USING pack_file AS f WHERE f.id = place.row_id AND b.digest = f.digest;
      ELSE
        EXECUTE format('UPDATE %1$I SET %2$I = %3$s WHERE id = $1', place.table_name, place.column_name,
          CASE WHEN place.column_name = 'url' THEN quote_literal('https://redacted.invalid/')
               WHEN place.kind = 'itself' THEN quote_literal('[redacted]')
               ELSE format('redaction_blanked(%I, $2)', place.column_name) END) USING place.row_id, long;
    END CASE;
    IF place.kind IN ('itself', 'copy', 'outline', 'pack', 'file') THEN
      INSERT INTO redacted_place (redaction_id, table_name, row_id, column_name)
      VALUES (wanted, place.table_name, place.row_id, place.column_name) ON CONFLICT DO NOTHING;
      blanked := blanked + 1;
    END IF;
  END LOOP;

  -- Whoever reads feeds is told at once that files are gone; the files are made anew by the worker, from what stands there now.
  INSERT INTO feed_change (feed, row_id, ref)
  SELECT DISTINCT 'packs', pack.id, pack.reference FROM redacted_place AS p
    JOIN pack_content AS c ON c.id = p.row_id JOIN pack ON pack.id = c.pack_id
   WHERE p.redaction_id = wanted AND p.table_name = 'pack_content' AND pack.state IN ('published', 'superseded')
     AND NOT pack.inside_only
  ON CONFLICT DO NOTHING;
  WITH due AS (
    INSERT INTO pack_rendering (pack_id, because, asked_by, asked_at)
    SELECT DISTINCT c.pack_id, 'redaction', asked.decided_by, asked.decided_at
      FROM redacted_place AS p JOIN pack_content AS c ON c.id = p.row_id
     WHERE p.redaction_id = wanted AND p.table_name = 'pack_content'
    RETURNING id)
  INSERT INTO outbox (created_at, from_service, to_service, path, payload)
  SELECT clock_timestamp(), 'plan', 'reporting', '/v1/packs/papers/renderings/' || due.id, '{}' FROM due;

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
    "redaction_in_outline(pack_outline, redaction, text[])",
    "redaction_in_pack(pack_content, redaction, text[], text[])",
    "redaction_of_block(jsonb, text)",
    "redaction_in_json(jsonb, text[])",
    "redaction_as_printed(text[], boolean)",
)
NOTE = import_module("migrations.versions.0043_packs_inside").NOTE


def upgrade() -> None:
    """The table of what is to be made, files by number, and the redaction that reaches them."""
    op.create_table(
        "pack_rendering",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_id", sa.BigInteger(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("to_make", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "because IN ('publication', 'redaction')", name=op.f("ck_pack_rendering_because_known")
        ),
        sa.CheckConstraint(
            "refusal IS NULL OR ended_at IS NOT NULL", name=op.f("ck_pack_rendering_refusal_ends_it")
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"], ["pack.id"], name="fk_pack_rendering_pack_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name="fk_pack_rendering_asked_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pack_rendering"),
    )
    op.create_index("ix_pack_rendering_pack_id", "pack_rendering", ["pack_id"])
    op.create_index(
        "uq_pack_rendering_publication", "pack_rendering", ["pack_id"], unique=True,
        postgresql_where=sa.text("because = 'publication' AND ended_at IS NULL"),
    )  # fmt: skip
    op.add_column(
        "pack_file", sa.Column("number", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.drop_constraint("uq_pack_file_pack_id_audience_format", "pack_file")
    op.create_unique_constraint(
        "uq_pack_file_pack_id_audience_format_number",
        "pack_file",
        ["pack_id", "audience", "format", "number"],
    )
    _one_of("pack_step", "deed", f"{DEEDS}, 'redacted'")
    op.execute(NOTE.replace("'superseded')", "'superseded', 'redacted')"))
    op.execute(STAYS_AS_IT_IS)
    for table, column in REDACTABLE:
        op.execute(f"INSERT INTO redactable VALUES ('{table}', '{column}')")
    for function in (AS_PRINTED, IN_JSON, OF_BLOCK, IN_PACK, IN_OUTLINE, TEXTS, PLACES, REDACT):
        op.execute(function)
    for signature in NEW:
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")

    op.alter_column("digest", "person_id", nullable=True)
    op.add_column("digest", sa.Column("webhook_endpoint_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "fk_digest_webhook_endpoint_id", "digest", "webhook_endpoint", ["webhook_endpoint_id"], ["id"], ondelete="RESTRICT"
    )  # fmt: skip
    op.create_check_constraint(
        op.f("ck_digest_to_a_person_or_a_partner"),
        "digest",
        "num_nonnulls(person_id, webhook_endpoint_id) = 1",
    )
    _one_of("digest", "occasion", "'day', 'chaser', 'webhook_stopped'")


def downgrade() -> None:
    """Redaction as it was. Refused where a pack was redacted, or a partner was mailed: what is there has no place then."""
    _one_of("digest", "occasion", "'day', 'chaser'")
    op.drop_column("digest", "webhook_endpoint_id")
    op.alter_column("digest", "person_id", nullable=False)
    before = import_module("migrations.versions.0012_redaction_preview")
    for function in (before.TEXTS, before.PLACES, before.REDACT):
        op.execute(function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    for signature in NEW:
        op.execute(f"DROP FUNCTION {signature}")
    for table, column in REDACTABLE:
        op.execute(f"DELETE FROM redactable WHERE table_name = '{table}' AND column_name = '{column}'")
    packs = import_module("migrations.versions.0025_packs")
    op.execute(packs.STAYS_AS_IT_IS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(NOTE)
    _one_of("pack_step", "deed", DEEDS)
    op.drop_constraint("uq_pack_file_pack_id_audience_format_number", "pack_file")
    op.create_unique_constraint(
        "uq_pack_file_pack_id_audience_format", "pack_file", ["pack_id", "audience", "format"]
    )
    op.drop_column("pack_file", "number")
    op.drop_table("pack_rendering")


def _one_of(table: str, column: str, known: str) -> None:
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS ck_{table}_ck_{table}_{column}_known")
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS ck_{table}_{column}_known")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{column}_known CHECK ({column} IN ({known}))")
