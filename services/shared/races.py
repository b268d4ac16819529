"""What people read when two of them did the same thing at the same moment and a constraint let only one through."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncpg import UniqueViolationError  # type: ignore[import-untyped]  # has no stubs
from sqlalchemy.exc import IntegrityError

from services.domain.errors import Conflict

SENTENCES = {
    "uq_progress_update_root_cause_id_cycle_number_version": (
        "Another update for this root cause was sent at the same moment. Open it again to see what was said, then send yours."
    ),
    "uq_escalation_open": "This root cause was escalated at the same moment by someone else. Open the ECIB queue to see it.",
    "uq_closing_standing": "This root cause was closed at the same moment by someone else. Open it again to see the decision.",
    "uq_closing_request_open": "Closing was asked for at the same moment by someone else. Open the root cause again to see it.",
    "uq_person_email": "There is already a person with this email address. Change that person instead of adding another.",
    "uq_plan_approval_plan_id_isg_id": "This ISG's part of the plan is approved already.",
}
OTHERWISE = "Someone else changed this at the same moment. Open it again and repeat what you did."


UNIQUE_VIOLATION = "23505"
"""PostgreSQL's code for it. Any other constraint that breaks is a fault of ours, not a race."""


def conflict_of(error: IntegrityError) -> Conflict | None:
    """The sentence for the unique constraint that a race broke; None for what is no race."""
    cause = getattr(error.orig, "__cause__", None)
    if getattr(cause, "sqlstate", None) != UNIQUE_VIOLATION:
        return None
    return _conflict_over(getattr(cause, "constraint_name", None))


@contextmanager
def races_told() -> Iterator[None]:
    """The same for what is asked of the database's driver itself, as COPY is."""
    try:
        yield
    except UniqueViolationError as error:
        raise _conflict_over(error.constraint_name) from error


def _conflict_over(constraint: str | None) -> Conflict:
    return Conflict(SENTENCES.get(str(constraint), OTHERWISE))
