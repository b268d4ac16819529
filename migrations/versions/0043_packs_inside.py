"""Packs of ECIB and of the ISGs stay inside: they hold what no meeting has released.

Revision ID: 0043_packs_inside
Revises: 0039_seen_now
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0043_packs_inside"
down_revision = "0039_seen_now"
branch_labels = None
depends_on = None

PACKS = import_module("migrations.versions.0033_packs_in_feeds")


def only_what_leaves(sql: str, before: str, condition: str) -> str:
    """The function again, which lists packs that leave alone."""
    assert before in sql
    return sql.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(before, before + condition)


NOTE = only_what_leaves(PACKS.NOTE, "WHERE c.deed IN ('published', 'superseded')", " AND NOT p.inside_only")
ALL_THERE_IS = only_what_leaves(
    PACKS.WITH_PACKS, "FROM pack WHERE state IN ('published', 'superseded')", " AND NOT inside_only"
)


def upgrade() -> None:
    """What was published of these kinds was for nobody outside."""
    op.add_column("pack", sa.Column("inside_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE pack SET inside_only = true WHERE kind IN ('ecib', 'isg')")
    op.execute(NOTE)
    op.execute(ALL_THERE_IS)


def downgrade() -> None:
    """Every pack leaves that is published."""
    op.execute(PACKS.NOTE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute(PACKS.WITH_PACKS)
    op.drop_column("pack", "inside_only")
