"""What people read when two of them did the same thing at the same moment and a constraint let only one through."""

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


def conflict_of(error: IntegrityError) -> Conflict:
    """The sentence for the constraint that was broken."""
    constraint = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    return Conflict(SENTENCES.get(str(constraint), OTHERWISE))
