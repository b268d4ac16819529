"""Who closes a root cause, and when. Source: domain.md, Closing: complete is the ISG's decision.

A request made on Wednesday 13 March 2019, with an ISG that meets on 14 March, is decided on the 14th
or later and dated by the meeting: from 13 March to today. Should the PMO learn in May that the meeting of
14 March closed it, after the ISG has met again, the PMO records that with a reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.domain.errors import Conflict, NotAllowed, Problem, RuleBroken
from services.domain.permissions import Action, Person, Subject, require
from services.domain.wording import is_blank, written
from services.domain.words import ClosingDecision, Role


@dataclass(frozen=True, slots=True)
class ClosureRequest:
    """An owner's undecided `complete`: who asked, when, and who chairs the ISG that decides."""

    isg: str
    owner_email: str
    requested_by: str
    requested_on: date
    chair_emails: frozenset[str] = frozenset()

    @property
    def has_a_stake(self) -> frozenset[str]:
        """Those who own it or asked: nobody decides on what they themselves submitted."""
        return frozenset({self.owner_email, self.requested_by})


def decides_at_meetings(person: Person, request: ClosureRequest) -> bool:
    """The chair; when every chair owns the root cause or asked, another member or the executive."""
    if person.email in request.has_a_stake:
        return False
    if person.has(Role.ISG_CHAIR, request.isg):
        return True
    stands_in = person.has(Role.ISG_MEMBER, request.isg) or person.has(
        Role.ACCOUNTABLE_EXECUTIVE, request.isg
    )
    return stands_in and request.chair_emails <= request.has_a_stake


def records_earlier_meetings(person: Person, request: ClosureRequest) -> bool:
    """The PMO, for a meeting before the last one."""
    return person.has(Role.PMO) and person.email not in request.has_a_stake


def may_decide_closing(person: Person, request: ClosureRequest | None, last_meeting_on: date | None) -> bool:
    """Whether there is a decision on this request that the person could take now."""
    if request is None:
        return False
    earlier_is_possible = last_meeting_on is not None and request.requested_on < last_meeting_on
    return decides_at_meetings(person, request) or (
        earlier_is_possible and records_earlier_meetings(person, request)
    )


def check_closing(
    decision: ClosingDecision,
    meeting_date: date,
    reason: str | None,
    *,
    person: Person,
    request: ClosureRequest | None,
    last_meeting_on: date | None,
    today: date,
) -> None:
    """Conflict without a request, NotAllowed by person, RuleBroken by date and reason."""
    if request is None:
        raise Conflict(
            "Nobody has asked for closing, or it has been decided since: there is nothing to decide."
        )
    earlier = last_meeting_on is not None and meeting_date < last_meeting_on
    _check_decider(person, request, earlier=earlier)
    problems = [
        *_problems_of_date(meeting_date, request.requested_on, today),
        *_problems_of_reason(decision, reason, earlier=earlier),
    ]
    if earlier and not records_earlier_meetings(person, request):
        problems.append(
            Problem(
                "meeting_date",
                "The ISG has met since: give its last meeting or a later day, or ask the PMO to record this.",
            )
        )
    if problems:
        raise RuleBroken(problems)


def check_reopening(reason: str | None, *, person: Person, subject: Subject, is_complete: bool) -> None:
    """At any stage, with a reason, by the ISG's chair or executive or the PMO."""
    require(Action.REOPEN, person, subject)
    if not is_complete:
        raise Conflict("This root cause is open: there is nothing to reopen.")
    if is_blank(reason):
        raise RuleBroken.at("reason", "Say why it is reopened.")


def _check_decider(person: Person, request: ClosureRequest, *, earlier: bool) -> None:
    require(Action.CLOSE, person, Subject(request.isg, request.owner_email))
    if person.email in request.has_a_stake:
        raise NotAllowed("You own this root cause or asked for its closing: somebody else has to decide.")
    if decides_at_meetings(person, request):
        return
    if not records_earlier_meetings(person, request):
        raise NotAllowed("The chair of the ISG decides: you can when the chair owns it or asked for closing.")
    if not earlier:
        raise NotAllowed(
            "The chair of the ISG decides: the PMO records only what an earlier meeting decided."
        )


def _problems_of_date(meeting_date: date, requested_on: date, today: date) -> Iterator[Problem]:
    if meeting_date < requested_on:
        yield Problem(
            "meeting_date",
            f"Closing was asked for on {written(requested_on)}: give a meeting on that day or later.",
        )
    if meeting_date > today:
        yield Problem(
            "meeting_date", f"{written(meeting_date)} is in the future: give a meeting up to today."
        )


def _problems_of_reason(decision: ClosingDecision, reason: str | None, *, earlier: bool) -> Iterator[Problem]:
    if not is_blank(reason):
        return
    if decision is ClosingDecision.SEND_BACK:
        yield Problem("reason", "Say why it is sent back, so that the owner knows what is missing.")
    elif earlier:
        yield Problem("reason", "Say why this is recorded after the ISG has met again.")
