"""Whoever has read feeds is asked again who they are once a secret of theirs ends: a token ends with the secret it was got with.

Revision ID: 0041_secrets_end
Revises: 0036_pages_by_index
"""

from alembic import op

revision = "0041_secrets_end"
down_revision = "0036_pages_by_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The end of a secret is listed among what changes feeds, as a client's revocation is."""
    op.execute("""
        CREATE FUNCTION feed_change_api_client_secret_row() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        BEGIN
          INSERT INTO feed_change (feed, row_id, ref) SELECT 'clients', 0, '' ON CONFLICT DO NOTHING;
          RETURN NULL;
        END $$""")
    op.execute(
        "CREATE TRIGGER feed_change_on_columns AFTER UPDATE OF ends_at ON api_client_secret "
        "FOR EACH ROW WHEN (OLD.ends_at IS DISTINCT FROM NEW.ends_at) EXECUTE FUNCTION feed_change_api_client_secret_row()"
    )
    op.execute(
        "CREATE TRIGGER feed_change_on_delete AFTER DELETE ON api_client_secret "
        "FOR EACH ROW EXECUTE FUNCTION feed_change_api_client_secret_row()"
    )


def downgrade() -> None:
    """A token is good until it runs out."""
    op.execute("DROP TRIGGER feed_change_on_columns ON api_client_secret")
    op.execute("DROP TRIGGER feed_change_on_delete ON api_client_secret")
    op.execute("DROP FUNCTION feed_change_api_client_secret_row()")
