"""The audit chain: committed entries are linked after the fact, each link's digest covering all before it. And redaction.

A link covers an entry's own fields and the digests of its values, never the values: one can be blanked, with its salt, and the
chain holds. Only the trail's own role writes any of this; the services' logins may call `audit_chain` (the worker) and
`redact` (the plan service), and can do nothing else to it.

Revision ID: 0004_the_audit_chain
Revises: 0003_the_queue
"""

import sqlalchemy as sa
from alembic import op

revision = "0004_the_audit_chain"
down_revision = "0003_the_queue"
branch_labels = None
depends_on = None

LINK_DIGEST = """
CREATE FUNCTION audit_link_digest(previous text, entry audit_entry) RETURNS text
LANGUAGE sql STABLE RETURN
  encode(sha256(convert_to(previous || '|' || jsonb_build_array(
    (entry).id, extract(epoch FROM (entry).at)::text, (entry).transaction_id, (entry).service_login, (entry).actor,
    (entry).request_id, (entry).table_name, (entry).row_id, (entry).operation, (entry).digests)::text, 'UTF8')), 'hex')
"""

CHAIN = """
CREATE FUNCTION audit_chain(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  head audit_link;
  entry audit_entry;
  linked integer := 0;
BEGIN
  -- One writer: whoever else comes meanwhile finds nothing to do.
  IF NOT pg_try_advisory_xact_lock(hashtextextended('the audit chain', 0)) THEN
    RETURN 0;
  END IF;
  SELECT * INTO head FROM audit_link ORDER BY position DESC LIMIT 1;
  head.position := coalesce(head.position, 0);
  head.digest := coalesce(head.digest, '');
  FOR entry IN
    SELECT e.* FROM audit_unchained AS u JOIN audit_entry AS e ON e.id = u.entry_id ORDER BY e.id LIMIT most
  LOOP
    head.position := head.position + 1;
    head.digest := audit_link_digest(head.digest, entry);
    INSERT INTO audit_link (position, entry_id, digest, chained_at)
    VALUES (head.position, entry.id, head.digest, clock_timestamp());
    DELETE FROM audit_unchained WHERE entry_id = entry.id;
    linked := linked + 1;
  END LOOP;
  RETURN linked;
END $$
"""

NOTE_UNCHAINED = """
CREATE FUNCTION audit_note_unchained() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO audit_unchained (entry_id) SELECT id FROM entries;
  RETURN NULL;
END $$
"""

NEVER = """
CREATE FUNCTION audit_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The one exception: `redact` blanks values with their salts, and touches nothing else.
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_entry' AND current_setting('app.redacting', true) = 'yes' THEN
    IF to_jsonb(OLD) - 'changes' - 'salts' = to_jsonb(NEW) - 'changes' - 'salts' THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'The audit trail and what it watches are never changed or emptied wholesale (% on %).', TG_OP, TG_TABLE_NAME;
END $$
"""

REDACT = """
CREATE FUNCTION redact(wanted bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asked redaction;
  place record;
  secret text;
  escaped text;
  blanked integer := 0;
  rows_blanked integer;
BEGIN
  SELECT * INTO STRICT asked FROM redaction WHERE id = wanted;
  IF NOT coalesce(asked.approved, false) OR asked.decided_by = asked.asked_by OR asked.copies IS NOT NULL THEN
    RAISE EXCEPTION 'Redaction % is not approved by a second person, or is done already.', wanted;
  END IF;
  IF NOT EXISTS (SELECT FROM redactable r WHERE r.table_name = asked.table_name AND r.column_name = asked.column_name) THEN
    RAISE EXCEPTION '% of % can not be redacted.', asked.column_name, asked.table_name;
  END IF;
  EXECUTE format('SELECT %I::text FROM %I WHERE id = $1', asked.column_name, asked.table_name) INTO secret USING asked.row_id;
  IF secret IS NULL OR secret = '' THEN
    RAISE EXCEPTION 'There is nothing to redact.';
  END IF;
  escaped := substr(to_jsonb(secret)::text, 2, length(to_jsonb(secret)::text) - 2);
  PERFORM set_config('app.redacting', 'yes', true);

  -- The thing itself; then every other place where people's texts stand and that holds the same words.
  FOR place IN SELECT r.* FROM redactable r LOOP
    EXECUTE format(
      'WITH hit AS (UPDATE %1$I SET %2$I = %3$s WHERE (%4$L AND id = $2) OR ($3 AND position($1 IN %2$I) > 0) RETURNING id)
       INSERT INTO redacted_place (redaction_id, table_name, row_id, column_name) SELECT $4, %1$L, id, %2$L FROM hit',
      place.table_name, place.column_name,
      CASE WHEN place.column_name = 'url' THEN quote_literal('https://redacted.invalid/')
           ELSE format('CASE WHEN $3 THEN replace(%I, $1, ''[redacted]'') ELSE ''[redacted]'' END', place.column_name) END,
      place.table_name = asked.table_name AND place.column_name = asked.column_name)
    USING secret, asked.row_id, length(secret) >= 12, wanted;
    GET DIAGNOSTICS rows_blanked = ROW_COUNT;
    blanked := blanked + rows_blanked;
  END LOOP;

  -- What is kept beside: drafts, messages between services, answers kept for repeats.
  IF length(secret) >= 12 THEN
    DELETE FROM update_draft WHERE position(escaped IN fields::text) > 0 OR position(secret IN fields::text) > 0;
    UPDATE outbox SET payload = replace(payload::text, escaped, '[redacted]')::jsonb
     WHERE position(escaped IN payload::text) > 0;
    UPDATE idempotency_key SET body = replace(replace(body, escaped, '[redacted]'), secret, '[redacted]')
     WHERE position(escaped IN body) > 0 OR position(secret IN body) > 0;
  END IF;

  -- The images in the trail: value and salt go, the digest stays.
  WITH held AS (
    SELECT e.id, e.table_name, e.row_id, array_agg(c.key) AS names
      FROM audit_entry AS e CROSS JOIN LATERAL jsonb_each(e.changes) AS c
     WHERE c.value <> 'null'
       AND ((e.table_name = asked.table_name AND e.row_id = asked.row_id AND c.key = asked.column_name)
            OR (length(secret) >= 12 AND (position(secret IN coalesce(c.value ->> 0, '')) > 0
                                          OR position(secret IN coalesce(c.value ->> 1, '')) > 0
                                          OR position(escaped IN c.value::text) > 0)))
     GROUP BY e.id
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

  PERFORM set_config('app.redacting', '', true);
  UPDATE redaction SET copies = blanked, done_at = clock_timestamp() WHERE id = wanted;
  RETURN blanked;
END $$
"""

REDACTABLE = {
    "action": ("description", "withdrawn_reason"),
    "change_request": ("reason",),
    "closing": ("reason", "reopened_reason"),
    "closing_request": ("reason",),
    "escalation_decision": ("reason",),
    "escalation_reason": ("detail",),
    "escalation_step": ("detail",),
    "evidence": ("description", "url"),
    "finding": ("text",),
    "progress_update": ("progress", "reason"),
    "recovery_plan": ("steps", "support"),
    "root_cause": ("title", "situation", "background", "assessment", "recommendation"),
}
"""What people write freely. A later migration that adds such a column adds its row."""


def upgrade() -> None:
    """Tables, functions, and every entry there is as the first to be chained."""
    op.create_table(
        "audit_unchained",
        sa.Column("entry_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_audit_unchained"),
    )
    op.create_table(
        "audit_link",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("chained_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit_link"),
        sa.UniqueConstraint("entry_id", name="uq_audit_link_entry_id"),
    )
    op.create_table(
        "audit_verification",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("tail", sa.BigInteger(), nullable=False),
        sa.Column("broken", sa.BigInteger(), nullable=False),
        sa.Column("first_breaks", sa.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_verification"),
    )
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('workbook_exported', 'list_exported', 'evidence_downloaded', 'trail_read', 'pack_drafted')",
            name="ck_disclosure_kind_known",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure"),
    )
    _create_redaction()
    for statement in (LINK_DIGEST, CHAIN, NOTE_UNCHAINED, NEVER, REDACT):
        op.execute(statement)
    op.execute("INSERT INTO audit_unchained (entry_id) SELECT id FROM audit_entry")
    op.execute(
        "CREATE TRIGGER note_unchained AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_note_unchained()"
    )
    op.execute("DROP TRIGGER never ON audit_entry")
    op.execute(
        "CREATE TRIGGER never BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_never()"
    )
    op.execute("CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION audit_refuses()")
    op.execute(
        "CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link EXECUTE FUNCTION audit_refuses()"
    )
    for table in ("disclosure", "redaction", "redacted_place"):
        op.execute(f"SELECT audit_watch('{table}')")
    for function in ("audit_chain(integer)", "redact(bigint)", "audit_note_unchained()"):
        op.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")


def _create_redaction() -> None:
    op.create_table(
        "redactable",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "column_name", name="pk_redactable"),
    )
    op.create_table(
        "redaction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        sa.Column("copies", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name="ck_redaction_reason_given"),
        sa.CheckConstraint("decided_by <> asked_by", name="ck_redaction_second_person"),
        sa.CheckConstraint("(approved IS NULL) = (decided_by IS NULL)", name="ck_redaction_decided_whole"),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name="fk_redaction_asked_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_redaction_decided_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_redaction"),
    )
    op.create_index(
        "uq_redaction_waiting", "redaction", ["table_name", "row_id", "column_name"], unique=True,
        postgresql_where=sa.text("approved IS NULL"),
    )  # fmt: skip
    op.create_table(
        "redacted_place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("redaction_id", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["redaction_id"], ["redaction.id"], name="fk_redacted_place_redaction_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_redacted_place"),
        sa.UniqueConstraint(
            "redaction_id",
            "table_name",
            "row_id",
            "column_name",
            name="uq_redacted_place_redaction_id_table_name_row_id_column_name",
        ),
    )
    op.create_index("ix_redacted_place_place", "redacted_place", ["table_name", "row_id", "column_name"])
    for table, columns in REDACTABLE.items():
        for column in columns:
            op.execute(f"INSERT INTO redactable VALUES ('{table}', '{column}')")


def downgrade() -> None:
    """Takes the chain away; the entries stay."""
    op.execute("DROP TRIGGER note_unchained ON audit_entry")
    op.execute("DROP TRIGGER never ON audit_entry")
    op.execute("DROP TRIGGER never_emptied ON audit_entry")
    op.execute(
        "CREATE TRIGGER never BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry EXECUTE FUNCTION audit_refuses()"
    )
    for function in (
        "redact(bigint)", "audit_chain(integer)", "audit_note_unchained()", "audit_never()",
        "audit_link_digest(text, audit_entry)",
    ):  # fmt: skip
        op.execute(f"DROP FUNCTION {function}")
    for table in (
        "redacted_place", "redaction", "redactable", "disclosure", "audit_verification", "audit_link", "audit_unchained",
    ):  # fmt: skip
        op.drop_table(table)
