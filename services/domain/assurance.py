"""Assurance, the second axis: closed, then evidence assured, then embedded. Source: domain.md, Assurance.

Signing takes evidence of a closed root cause by somebody other than its owner or whoever asked for closing. Reopening ends it;
the completion date never changes with it.
"""

from collections.abc import Collection

from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.permissions import Action, Person, Subject, allowed
from services.domain.wording import is_blank
from services.domain.words import AssuranceStage

OWN = "You own this root cause, or asked for its closing: somebody else of the PMO assures its evidence."


def may_assure(
    person: Person, subject: Subject, stage: AssuranceStage | None, asked_by: Collection[str]
) -> bool:
    """Whether the person may sign for the evidence now; `asked_by`: the email addresses of whoever asked for closing."""
    return (
        stage is AssuranceStage.CLOSED
        and allowed(Action.ASSURE, person, subject)
        and person.email != subject.owner_email
        and person.email not in asked_by
    )


def check_assurance(
    note: str | None, *, person: Person, subject: Subject, stage: AssuranceStage | None, asked_by: Collection[str],
    has_evidence: bool,
) -> None:  # fmt: skip
    """Raises Conflict, NotAllowed or RuleBroken, each with the sentence that the person reads."""
    if stage is None:
        raise Conflict(
            "This root cause is not closed: the ISG closes it first, then its evidence is assured."
        )
    if stage is not AssuranceStage.CLOSED:
        raise Conflict("The evidence of this root cause has been assured already.")
    if person.email == subject.owner_email or person.email in asked_by:
        raise NotAllowed(OWN)
    if not has_evidence and is_blank(note):
        raise RuleBroken.at(
            "note",
            "No evidence is attached to this root cause: say what you have seen, and where it can be found.",
        )


def check_withdrawal(note: str | None, stage: AssuranceStage | None) -> None:
    """Raises Conflict where nothing is assured, RuleBroken without a reason."""
    if stage not in {AssuranceStage.EVIDENCE_ASSURED, AssuranceStage.EMBEDDED}:
        raise Conflict("The evidence of this root cause is not assured: there is nothing to take back.")
    if is_blank(note):
        raise RuleBroken.at("note", "Say why the evidence no longer assures you.")
