"""What an entry of the trail causes is noted by one trigger; a transaction notes once that it changed anything.

Before, each entry ran two triggers, and each looked again whether its transaction had been noted: a fifth of what the trail
cost an update. And an escalation that is written without a change of what partners read of it is no news to them.

Revision ID: 0038_noted_once
Revises: 0032_search_kpis
"""

from importlib import import_module

from alembic import op

revision = "0038_noted_once"
down_revision = "0032_search_kpis"
branch_labels = None
depends_on = None

CHAIN = import_module("migrations.versions.0004_the_audit_chain")
CHANGES = import_module("migrations.versions.0030_what_changed_since")
FEEDS = import_module("migrations.versions.0027_feeds")

# `app.change_noted` is undone with a savepoint, as the row is that it tells of.
NOTE_ENTRIES = """
CREATE FUNCTION audit_note_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO audit_unchained (entry_id) SELECT id FROM entries;
  IF current_setting('app.change_noted', true) IS DISTINCT FROM pg_current_xact_id()::text THEN
    INSERT INTO changed_by (transaction_id, first_entry)
    SELECT pg_current_xact_id()::text::bigint, min(id) FROM entries
     WHERE table_name NOT IN ('disclosure', 'sign_in_session')
    HAVING count(*) > 0
        ON CONFLICT DO NOTHING;
    IF FOUND THEN
      PERFORM set_config('app.change_noted', pg_current_xact_id()::text, true);
    END IF;
  END IF;
  RETURN NULL;
END $$
"""
ON_ENTRIES = (
    "CREATE TRIGGER {name} AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS {rows} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
)


def upgrade() -> None:
    """One trigger in place of two, and escalations are listed for partners where something of theirs changed."""
    op.execute(NOTE_ENTRIES)
    op.execute("REVOKE ALL ON FUNCTION audit_note_entries() FROM PUBLIC")
    op.execute("DROP TRIGGER note_unchained ON audit_entry")
    op.execute("DROP TRIGGER note_change ON audit_entry")
    op.execute(ON_ENTRIES.format(name="note_entries", rows="entries", function="audit_note_entries"))
    op.execute("DROP FUNCTION audit_note_unchained()")
    op.execute("DROP FUNCTION note_change()")
    columns, _, _ = FEEDS.COLUMNS["escalation"]
    old, new = (", ".join(f"{row}.{column}" for column in columns.split(", ")) for row in ("OLD", "NEW"))
    _list_escalations(columns, f"({old}) IS DISTINCT FROM ({new})")


def downgrade() -> None:
    """Two triggers, as before."""
    columns, counts, _ = FEEDS.COLUMNS["escalation"]
    _list_escalations(columns, counts)
    op.execute(CHAIN.NOTE_UNCHAINED)
    op.execute("REVOKE ALL ON FUNCTION audit_note_unchained() FROM PUBLIC")
    op.execute(CHANGES.NOTE_CHANGE)
    op.execute("DROP TRIGGER note_entries ON audit_entry")
    op.execute(ON_ENTRIES.format(name="note_unchained", rows="entries", function="audit_note_unchained"))
    op.execute(ON_ENTRIES.format(name="note_change", rows="added", function="note_change"))
    op.execute("DROP FUNCTION audit_note_entries()")


def _list_escalations(columns: str, counts: str) -> None:
    op.execute("DROP TRIGGER feed_change_on_columns ON escalation")
    op.execute(
        f"CREATE TRIGGER feed_change_on_columns AFTER UPDATE OF {columns} ON escalation "
        f"FOR EACH ROW WHEN ({counts}) EXECUTE FUNCTION feed_change_escalation_row()"
    )
