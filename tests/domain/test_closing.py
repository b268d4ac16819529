"""Who closes a root cause, between which dates, and what else it takes. Source: domain.md, Closing.

The owner asked on Wednesday 8 May 2019; the ISG met on 9 May and again on 23 May; today is 27 May.
"""

from dataclasses import replace
from datetime import date

import pytest

from services.domain.closing import ClosureRequest, check_closing, check_reopening, may_decide_closing
from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.permissions import Person, Subject
from services.domain.words import ClosingDecision, Role

ISG = "Unscheduled Care"
ASKED, FIRST_MEETING, LAST_MEETING = date(2019, 5, 8), date(2019, 5, 9), date(2019, 5, 23)
TODAY = date(2019, 5, 27)


def person(name: str, *roles: Role, isg: str | None = ISG) -> Person:
    return Person(f"{name}@demo.example", frozenset((role, isg) for role in roles))


OWNER = person("owner", Role.ROOT_CAUSE_OWNER)
CHAIR = person("chair", Role.ISG_CHAIR)
MEMBER = person("member", Role.ISG_MEMBER)
EXECUTIVE = person("executive", Role.ACCOUNTABLE_EXECUTIVE)
PMO = person("pmo", Role.PMO, isg=None)
STRANGER = person("stranger", Role.ISG_CHAIR, isg="Workforce")

REQUEST = ClosureRequest(ISG, OWNER.email, OWNER.email, ASKED, frozenset({CHAIR.email}))
OWNED_BY_CHAIR = replace(REQUEST, owner_email=CHAIR.email, requested_by=CHAIR.email)
ASKED_BY_CHAIR = replace(REQUEST, requested_by=CHAIR.email)


def decide(
    by: Person = CHAIR,
    *,
    decision: ClosingDecision = ClosingDecision.CLOSE,
    meeting_date: date = LAST_MEETING,
    reason: str | None = None,
    request: ClosureRequest | None = REQUEST,
    last_meeting_on: date | None = LAST_MEETING,
) -> None:
    check_closing(
        decision,
        meeting_date,
        reason,
        person=by,
        request=request,
        last_meeting_on=last_meeting_on,
        today=TODAY,
    )


def fields(**wish: object) -> list[str]:
    """The fields that are wrong with a decision."""
    with pytest.raises(RuleBroken) as broken:
        decide(**wish)  # type: ignore[arg-type]
    return [problem.field for problem in broken.value.problems]


@pytest.mark.parametrize("meeting_date", [LAST_MEETING, TODAY])
def test_the_chair_closes_it_dated_by_the_last_meeting_or_later(meeting_date: date) -> None:
    decide(meeting_date=meeting_date)


def test_the_chair_sends_it_back_with_a_reason() -> None:
    decide(decision=ClosingDecision.SEND_BACK, reason="The audit shows one month only.")
    assert fields(decision=ClosingDecision.SEND_BACK, reason=" ") == ["reason"]


def test_without_a_request_there_is_nothing_to_decide() -> None:
    with pytest.raises(Conflict, match="nothing to decide"):
        decide(request=None)


@pytest.mark.parametrize(
    ("by", "request_made"),
    [
        (MEMBER, REQUEST),
        (EXECUTIVE, REQUEST),
        (STRANGER, REQUEST),
        (OWNER, REQUEST),
        (CHAIR, OWNED_BY_CHAIR),
        (CHAIR, ASKED_BY_CHAIR),
        (PMO, REQUEST),
        (person("owner", Role.ISG_CHAIR), REQUEST),
        (person("owner", Role.PMO), REQUEST),
        (person("member", Role.ISG_MEMBER, isg="Workforce"), OWNED_BY_CHAIR),
    ],
)
def test_nobody_else_closes_it_and_nobody_decides_on_what_they_own_or_asked_for(
    by: Person, request_made: ClosureRequest
) -> None:
    with pytest.raises(NotAllowed):
        decide(by, request=request_made)


@pytest.mark.parametrize("by", [MEMBER, EXECUTIVE])
@pytest.mark.parametrize("request_made", [OWNED_BY_CHAIR, ASKED_BY_CHAIR])
def test_when_the_chair_owns_it_or_asked_another_member_or_the_executive_closes_it(
    by: Person, request_made: ClosureRequest
) -> None:
    decide(by, request=request_made)


def test_a_second_chair_leaves_the_members_out() -> None:
    two_chairs = replace(OWNED_BY_CHAIR, chair_emails=frozenset({CHAIR.email, "vice@demo.example"}))
    with pytest.raises(NotAllowed, match="The chair of the ISG decides"):
        decide(MEMBER, request=two_chairs)


def test_while_an_isg_has_no_chair_its_members_decide() -> None:
    decide(MEMBER, request=replace(REQUEST, chair_emails=frozenset()))


def test_a_closing_lies_between_the_request_and_today() -> None:
    assert fields(meeting_date=date(2019, 5, 28)) == ["meeting_date"]
    assert fields(meeting_date=date(2019, 5, 7), last_meeting_on=None) == ["meeting_date"]
    decide(meeting_date=ASKED, last_meeting_on=None)


def test_the_chair_cannot_date_it_before_the_last_meeting() -> None:
    assert fields(meeting_date=FIRST_MEETING, reason="We did decide it then.") == ["meeting_date"]


def test_the_pmo_records_an_earlier_meeting_with_a_reason_and_only_that() -> None:
    decide(PMO, meeting_date=FIRST_MEETING, reason="Closed on 9 May; the minutes came late.")
    assert fields(by=PMO, meeting_date=FIRST_MEETING) == ["reason"]
    with pytest.raises(NotAllowed, match="the PMO records only what an earlier meeting decided"):
        decide(PMO, meeting_date=LAST_MEETING, reason="Closed on 23 May.")


def test_the_pmo_who_also_chairs_may_do_both() -> None:
    both = Person("both@demo.example", CHAIR.grants | PMO.grants)
    decide(both)
    decide(both, meeting_date=FIRST_MEETING, reason="Closed on 9 May; the minutes came late.")


@pytest.mark.parametrize(
    ("by", "request_made", "last_meeting_on", "may"),
    [
        (CHAIR, REQUEST, LAST_MEETING, True),
        (CHAIR, None, LAST_MEETING, False),
        (CHAIR, OWNED_BY_CHAIR, LAST_MEETING, False),
        (MEMBER, OWNED_BY_CHAIR, LAST_MEETING, True),
        (OWNER, REQUEST, LAST_MEETING, False),
        (PMO, REQUEST, LAST_MEETING, True),
        (person("owner", Role.PMO), REQUEST, LAST_MEETING, False),
        (PMO, REQUEST, ASKED, False),
        (PMO, REQUEST, None, False),
        (STRANGER, REQUEST, LAST_MEETING, False),
    ],
)
def test_a_page_offers_the_decision_to_those_who_can_take_it(
    by: Person, request_made: ClosureRequest | None, last_meeting_on: date | None, may: bool
) -> None:
    assert may_decide_closing(by, request_made, last_meeting_on) is may


@pytest.mark.parametrize("by", [CHAIR, EXECUTIVE, PMO])
def test_it_is_reopened_with_a_reason(by: Person) -> None:
    subject = Subject(ISG, OWNER.email)
    check_reopening("It has come back.", person=by, subject=subject, is_complete=True)
    with pytest.raises(RuleBroken, match="Say why it is reopened"):
        check_reopening("", person=by, subject=subject, is_complete=True)
    with pytest.raises(Conflict, match="nothing to reopen"):
        check_reopening("It has come back.", person=by, subject=subject, is_complete=False)


@pytest.mark.parametrize("by", [OWNER, MEMBER, STRANGER])
def test_nobody_else_reopens_it(by: Person) -> None:
    with pytest.raises(NotAllowed):
        check_reopening("It has come back.", person=by, subject=Subject(ISG, OWNER.email), is_complete=True)
