"""People come, change and leave: a version for each, and links with which they choose a password.

Revision ID: 0007_leaving_and_arriving
Revises: 0006_nothing_changed
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_leaving_and_arriving"
down_revision = "0006_nothing_changed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only a digest of a link's secret is kept, and the trail has not even that."""
    op.add_column(
        "person", sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False)
    )
    op.create_table(
        "password_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_digest", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name="fk_password_link_made_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_password_link_person_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_password_link"),
        sa.UniqueConstraint("secret_digest", name="uq_password_link_secret_digest"),
    )
    op.create_index("ix_password_link_person_id", "password_link", ["person_id"])
    op.execute("SELECT audit_watch('password_link', 'secret_digest')")


def downgrade() -> None:
    """Takes them away."""
    op.drop_table("password_link")
    op.drop_column("person", "version")
