"""Published packs are a feed: what changes of them is listed for partners as all else is (decision 17).

Revision ID: 0033_packs_in_feeds
Revises: 0025_packs
"""

from importlib import import_module

from alembic import op

revision = "0033_packs_in_feeds"
down_revision = "0025_packs"
branch_labels = None
depends_on = None

FEEDS = import_module("migrations.versions.0027_feeds")

NOTE = """
CREATE FUNCTION feed_change_pack_step_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO feed_change (feed, row_id, ref)
  SELECT 'packs', p.id, p.reference FROM changed c JOIN pack p ON p.id = c.pack_id
   WHERE c.deed IN ('published', 'superseded')
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$
"""
ALL_THERE_IS = FEEDS.ALL_THERE_IS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
WITH_PACKS = ALL_THERE_IS.replace(
    "  ON CONFLICT DO NOTHING",
    "   UNION ALL SELECT 'packs', id, reference FROM pack WHERE state IN ('published', 'superseded')\n  ON CONFLICT DO NOTHING",
)
assert WITH_PACKS != ALL_THERE_IS


def upgrade() -> None:
    """Publishing and superseding are steps; a published pack changes by nothing else."""
    op.execute(NOTE)
    op.execute(
        "CREATE TRIGGER feed_change_on_insert AFTER INSERT ON pack_step REFERENCING NEW TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION feed_change_pack_step_rows()"
    )
    op.execute(WITH_PACKS)
    op.execute("""
        INSERT INTO feed_change (feed, row_id, ref)
        SELECT 'packs', id, reference FROM pack WHERE state IN ('published', 'superseded') ON CONFLICT DO NOTHING
    """)


def downgrade() -> None:
    """Packs are no feed."""
    op.execute(ALL_THERE_IS)
    op.execute("DELETE FROM feed_change WHERE feed = 'packs'")
    op.execute("DROP TRIGGER feed_change_on_insert ON pack_step")
    op.execute("DROP FUNCTION feed_change_pack_step_rows()")
