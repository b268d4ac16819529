"""Search: one index for each kind of text that people look for, in English word forms.

Each expression is the one that `services/plan_api/search/queries.py` asks with; a test holds them together.

Revision ID: 0008_search
Revises: 0007_leaving_and_arriving
"""

from alembic import op

revision = "0008_search"
down_revision = "0007_leaving_and_arriving"
branch_labels = None
depends_on = None

SEARCHED = {
    "root_cause": ("title", "situation", "background", "assessment", "recommendation", "theme"),
    "finding": ("text", "core_service", "site", "regulation"),
    "action": ("description",),
    "progress_update": ("progress", "reason"),
    "recovery_plan": ("steps", "support"),
    "evidence": ("description",),
    "escalation_decision": ("reason",),
    "change_request": ("reason",),
    "risk": ("cause", "effect", "mitigation"),
}


def _words(columns: tuple[str, ...]) -> str:
    text = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    return f"to_tsvector('english', {text})"


def upgrade() -> None:
    """GIN over the words; new rows wait in its pending list, so that writing stays fast."""
    for table, columns in SEARCHED.items():
        op.execute(f"CREATE INDEX ix_{table}_words ON {table} USING gin (({_words(columns)}))")


def downgrade() -> None:
    """Takes the indexes away."""
    for table in SEARCHED:
        op.execute(f"DROP INDEX ix_{table}_words")
