"""Search knows KPIs: one index over the words of their name and purpose, as migration 0008 has for the others.

Revision ID: 0032_search_kpis
Revises: 0033_packs_in_feeds
"""

from alembic import op

revision = "0032_search_kpis"
down_revision = "0033_packs_in_feeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The expression is the one that `services/plan_api/search/queries.py` asks with; a test holds them together."""
    op.execute(
        "CREATE INDEX ix_kpi_words ON kpi "
        "USING gin ((to_tsvector('english', coalesce(name, '') || ' ' || coalesce(purpose, ''))))"
    )


def downgrade() -> None:
    """Takes the index away."""
    op.execute("DROP INDEX ix_kpi_words")
