"""Root causes: the list with its filters, one with what may be done to it, and its story."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from heapq import nlargest, nsmallest
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain import trajectory
from services.domain.assurance import may_assure
from services.domain.closing import may_decide_closing
from services.domain.errors import RuleBroken
from services.domain.escalation import STATES_BEFORE_DECIDED
from services.domain.impact import may_review
from services.domain.permissions import Action, Person, allowed, reach
from services.domain.status import is_neither
from services.domain.words import DeliveryStatus, FindingType
from services.plan_api.assurance.queries import who_asked_for_closing
from services.plan_api.closing.queries import closure_request_of, open_closure_request, open_request_rows
from services.plan_api.escalations.queries import open_escalation
from services.plan_api.impact.embedding import embedding_of, may_confirm, may_take_back
from services.plan_api.impact.queries import open_actions_since_closing, open_reviews
from services.plan_api.root_causes import queries
from services.plan_api.root_causes.queries import Wanted, within
from services.plan_api.root_causes.schemas import (
    ActionShown,
    BaselineShown,
    FindingShown,
    RequestShown,
    RootCauseWhole,
    fields_of,
)
from services.plan_api.root_causes.words import speaking_of
from services.shared.before_ecib import before_ecib
from services.shared.db import among
from services.shared.facts import load_isgs, load_plan_facts
from services.shared.models import (
    Baseline,
    ChangeRequest,
    Finding,
    RootCause,
    RootCauseFinding,
    Source,
    StandingRow,
)
from services.shared.register import (
    Standing,
    check_as_at,
    count_kept,
    kept_is_todays,
    kept_standings,
    load_register,
)
from services.shared.standing_counts import STANDINGS, Stands

CanDo = Literal["submit_update", "close", "send_back", "reopen", "escalate"]
DECIDES_ON_CLOSING = ("close", "send_back")
COUNTED = ("planned", "original_planned", "complete")
SORTS: dict[str, Callable[[Standing], Any]] = {
    "ref": lambda each: each.reference,
    "title": lambda each: (each.title.lower(), each.reference),
    "isg": lambda each: (each.isg, each.reference),
    "owner": lambda each: (each.owner_name.lower(), each.reference),
    "due_date": lambda each: (each.due_date, each.reference),
    "status": lambda each: (list(DeliveryStatus).index(each.delivery_status), each.reference),
    "days_overdue": lambda each: (-each.days_overdue, each.reference),
}


async def list_root_causes(
    db: AsyncSession, person: Person, wanted: Wanted, *, start: int, limit: int
) -> tuple[Sequence[Standing], int]:
    """Of the root causes in the plan that fit, sorted, `limit` from `start` on, and how many there are of them.

    Today's are chosen by the database from what is kept; those of another day, and those that a figure of the trajectory
    counts (`counted`), from what is worked out.
    """
    if wanted.sort.removeprefix("-") not in SORTS:
        raise RuleBroken.at(
            "sort", f"The list can be sorted by {', '.join(SORTS)}, with a minus before it for the other way."
        )
    as_at = await check_as_at(db, wanted.as_at)
    if wanted.counted is None and await kept_is_todays(db, as_at):
        if (found := await _said_among_kept(db, wanted, as_at, start, limit)) is not None:
            return found
        fits = queries.fits(wanted, as_at)
        if wanted.can is not None:
            fits.append(await _may_be_done(db, person, wanted.can, as_at))
        fits += [
            among(RootCause.id, ids) if wish else not_(among(RootCause.id, ids))
            for wish, ids in await _escalated(db, wanted, as_at)
        ]
        order = queries.sorted_by(wanted.sort, as_at)
        chosen = await kept_standings(db, as_at, *fits, order=order, offset=start, limit=limit)
        return chosen, await count_kept(db, *fits)
    fitting = [each for each in await _chosen(db, wanted, as_at) if _fits(each, wanted)]
    if wanted.can is not None:
        deciding = await _closings_to_decide(db, person, as_at) if wanted.can in DECIDES_ON_CLOSING else set()
        fitting = [each for each in fitting if each.id in deciding or wanted.can in can_do(person, each)]
    for wish, ids in await _escalated(db, wanted, as_at):
        fitting = [each for each in fitting if (each.id in ids) == wish]
    fitting.sort(key=SORTS[wanted.sort.removeprefix("-")], reverse=wanted.sort.startswith("-"))
    return fitting[start : start + limit], len(fitting)


def _asks_of_ecib(wanted: Wanted) -> bool:
    return any(each is not None for each in (wanted.before_ecib, wanted.to_decide, wanted.without_plan))


async def _escalated(db: AsyncSession, wanted: Wanted, as_at: date) -> list[tuple[bool, set[int]]]:
    """The root causes before ECIB then, those that it has not decided on, those without a recovery plan: as asked for."""
    if not _asks_of_ecib(wanted):
        return []
    found = await before_ecib(db, as_at)
    asked = (
        (wanted.before_ecib, {row.root_cause_id for row in found}),
        (wanted.to_decide, {row.root_cause_id for row in found if row.state in STATES_BEFORE_DECIDED}),
        (wanted.without_plan, {row.root_cause_id for row in found if row.steps is None}),
    )
    return [(wish, ids) for wish, ids in asked if wish is not None]


async def _said_among_kept(
    db: AsyncSession, wanted: Wanted, today: date, start: int, limit: int
) -> tuple[Sequence[Standing], int] | None:
    """Today's that say `q`, by reference; None where something else is asked, or nothing is kept of what is written."""
    if (
        wanted.q is None
        or wanted.owner is not None
        or wanted.can is not None
        or _asks_of_ecib(wanted)
        or wanted.sort not in {"ref", "-ref"}
    ):
        return None
    stands = await STANDINGS.each(db, today)
    said = await speaking_of(db, wanted.q, today)
    if stands is None or said is None:
        return None
    isgs = {isg.name: isg.id for isg in await load_isgs(db)}
    stands_so = cache(lambda each: _stands_so(each, wanted, isgs))  # many stand alike
    fitting = [
        (reference, row_id)
        for row_id, reference in said.items()
        if (each := stands.get(row_id)) is not None and stands_so(each)
    ]
    first = (nsmallest if wanted.sort == "ref" else nlargest)(start + limit, fitting)
    shown = [row_id for _, row_id in first[start:]]
    order = queries.sorted_by(wanted.sort, today)
    return await kept_standings(db, today, among(RootCause.id, shown), order=order), len(fitting)


def _stands_so(each: Stands, wanted: Wanted, isgs: Mapping[str, int]) -> bool:
    """As `_fits` chooses, but for words and owner."""
    status = DeliveryStatus(each.delivery_status)
    return (
        (wanted.isg is None or each.isg_id == isgs.get(wanted.isg))
        and wanted.root_cause_class in {None, each.root_cause_class}
        and wanted.status in {None, status}
        and wanted.neither in {None, is_neither(status)}
        and wanted.overdue in {None, each.overdue}
        and wanted.update_missed in {None, each.update_missed}
    )


async def _may_be_done(db: AsyncSession, person: Person, can: str, today: date) -> ColumnElement[bool]:
    """To which of today's root causes the person may do it: `can_do`, for the database."""
    if can in DECIDES_ON_CLOSING:
        return RootCause.id.in_(await _closings_to_decide(db, person, today))
    closed = StandingRow.delivery_status == DeliveryStatus.COMPLETE
    return and_(closed if can == "reopen" else not_(closed), within(reach(Action(can), person)))


async def _closings_to_decide(db: AsyncSession, person: Person, as_at: date) -> set[int]:
    """The root causes whose closing this person could decide now. There are few requests at a time, so each is asked about."""
    requests = await open_request_rows(db)
    register = await load_register(db, as_at, only=[row.root_cause_id for row in requests])
    standings = {each.id: each for each in register.standings}
    deciding = set()
    for row in requests:
        standing = standings.get(row.root_cause_id)
        if standing is None:
            continue
        last_meeting = register.calendar_of(standing.isg).last_meeting_on_or_before(as_at)
        if may_decide_closing(person, await closure_request_of(db, row, standing), last_meeting):
            deciding.add(standing.id)
    return deciding


async def _chosen(db: AsyncSession, wanted: Wanted, as_at: date) -> list[Standing]:
    """Those in the plan on the day; or exactly those behind a figure, which chose by ISG and class as they stood then."""
    register = await load_register(db, as_at)
    if wanted.counted is None:
        return [each for each in register.standings if each.in_plan]
    if wanted.counted not in COUNTED or wanted.month is None:
        raise RuleBroken.at(
            "counted", f"`counted` is one of {', '.join(COUNTED)} and needs a `month` such as 2019-04."
        )
    _check_month(wanted.month)
    facts = await load_plan_facts(db)
    figures = trajectory.counted(
        facts.root_causes, wanted.isg or trajectory.ALL, wanted.root_cause_class or trajectory.ALL, wanted.month, as_at
    )  # fmt: skip
    references = set(getattr(figures, wanted.counted) or ())
    return [each for each in register.standings if each.reference in references]


def _check_month(month: str) -> None:
    try:
        date.fromisoformat(f"{month}-01")
    except ValueError:
        raise RuleBroken.at("month", f"“{month}” is no month: write it as 2019-04.") from None


def _fits(each: Standing, wanted: Wanted) -> bool:
    """As `queries.fits` chooses in the database."""
    # A figure counts by the plan as it stood at a month's end: it has chosen by ISG and class already.
    placed = wanted.counted is not None or (
        (wanted.isg is None or each.isg == wanted.isg)
        and (wanted.root_cause_class is None or each.root_cause_class == wanted.root_cause_class)
    )
    return (
        placed
        and (wanted.status is None or each.delivery_status == wanted.status)
        and (wanted.neither is None or wanted.neither == is_neither(each.delivery_status))
        and (wanted.owner is None or each.owner_email == wanted.owner.lower())
        and (wanted.overdue is None or each.overdue == wanted.overdue)
        and (wanted.update_missed is None or each.update_missed == wanted.update_missed)
        and (wanted.q is None or _says(each, wanted.q))
    )


def _says(each: Standing, q: str) -> bool:
    text = " ".join([each.reference, each.title, each.owner_name, each.theme or "", *each.findings]).lower()
    return all(word in text for word in q.lower().split())


def can_do(person: Person, each: Standing) -> list[str]:
    """What the person may do to it now, as far as lists ask: by the permission table and by its status."""
    closed = each.delivery_status is DeliveryStatus.COMPLETE
    open_to_updates = each.in_plan and not closed
    possible = {
        "submit_update": open_to_updates and allowed(Action.SUBMIT_UPDATE, person, each.subject),
        "reopen": closed and allowed(Action.REOPEN, person, each.subject),
        "escalate": open_to_updates and allowed(Action.ESCALATE, person, each.subject),
    }
    return [action for action, may in possible.items() if may]


async def whole_root_cause(
    db: AsyncSession, person: Person, reference: str, as_at: date | None
) -> RootCauseWhole:
    """One root cause with everything about it, and what this person may do now. Raises NotFound."""
    day = await check_as_at(db, as_at)
    row_id = await queries.root_cause_id(db, reference)
    row = await db.get_one(RootCause, row_id)
    register = await load_register(db, day, only=[row_id])
    standing = register.standings[0]
    calendar = register.calendar_of(standing.isg)
    escalation = await open_escalation(db, row_id)
    request = await open_closure_request(db, row_id, standing)
    can = can_do(person, standing)
    if may_decide_closing(person, request, calendar.last_meeting_on_or_before(day)):
        can += ["close", "send_back"]
    has_actions_to_do = standing.closed_on is None or bool(await open_actions_since_closing(db, row_id))
    if allowed(Action.COMPLETE_ACTION, person, standing.subject) and has_actions_to_do:
        can.append("complete_action")
    if allowed(Action.WITHDRAW_ACTION, person, standing.subject) and has_actions_to_do:
        can.append("withdraw_action")
    if allowed(Action.ASSIGN_OWNER, person, standing.subject):
        can.append("assign_owner")
    may_release = allowed(Action.RELEASE_UPDATE, person, standing.subject)
    unreleased = await queries.count_of_unreleased(db, row_id) if may_release else 0
    if unreleased:
        can.append("release_update")
    if allowed(Action.VIEW_AUDIT, person, standing.subject):
        can.append("view_audit")
    asked_by = await who_asked_for_closing(db, row_id) if standing.assurance_stage else set()
    if may_assure(person, standing.subject, standing.assurance_stage, asked_by):
        can.append("assure")
    if standing.evidence_assured and allowed(Action.ASSURE, person, standing.subject):
        can.append("withdraw_assurance")
    embedding = await embedding_of(db, standing) if standing.closed_on is not None else None
    review = (await open_reviews(db, [row_id])).get(row_id)
    if review is not None and may_review(person, standing.subject):
        can.append("review_impact")
    if embedding is not None and await may_confirm(db, person, standing, embedding):
        can.append("confirm_embedded")
    if may_take_back(person, standing):
        can.append("take_back_embedded")
    return RootCauseWhole(
        **fields_of(standing),
        situation=row.situation,
        background=row.background,
        assessment=row.assessment,
        recommendation=row.recommendation,
        actions=[
            ActionShown(
                ref=action.reference, description=action.description, owner_name=action.owner_name, due_date=action.due_date,
                completed_date=action.completed_on, withdrawn_on=action.withdrawn_on, withdrawn_reason=action.withdrawn_reason,
            )
            for action in await queries.actions_of(db, row_id)
        ],
        baselines=await _baselines(db, row_id),
        findings_shown=await _findings(db, row_id),
        escalation=escalation.reference if escalation else None,
        escalation_state=escalation.state if escalation else None,
        recovery_date=await queries.recovery_date(db, escalation.recovery_plan_id) if escalation else None,
        closure_request=RequestShown(
            requested_on=request.requested_on,
            requested_by=request.requested_by,
            requested_by_name=await queries.name_of(db, request.requested_by),
            earliest_meeting=request.requested_on,
            isg_meets_on=calendar.first_meeting_after(request.requested_on),
        ) if request else None,
        unreleased=unreleased,
        asked_about_impact_on=review.asked_on if review else None,
        not_embedded_because=embedding.why_not if embedding else None,
        embedded_by_check_in_practice=embedding is not None and embedding.in_practice,
        can=can,
    )  # fmt: skip


async def _baselines(db: AsyncSession, row_id: int) -> list[BaselineShown]:
    rows = await db.execute(
        select(Baseline.version, Baseline.due_date, Baseline.holds_from, ChangeRequest.reference)
        .outerjoin(ChangeRequest, ChangeRequest.id == Baseline.change_request_id)
        .where(Baseline.root_cause_id == row_id, Baseline.superseded_at.is_(None))
        .order_by(Baseline.version)
    )
    return [
        BaselineShown(version=v, due_date=due, holds_from=since, change_request=cr)
        for v, due, since, cr in rows
    ]


async def _findings(db: AsyncSession, row_id: int) -> list[FindingShown]:
    rows = await db.execute(
        select(Finding.reference, Finding.finding_type, Finding.text, Source.name)
        .join(RootCauseFinding, RootCauseFinding.finding_id == Finding.id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .where(RootCauseFinding.root_cause_id == row_id, RootCauseFinding.ended_at.is_(None))
        .order_by(RootCauseFinding.position)
    )
    return [
        FindingShown(ref=ref, type=FindingType(kind), text=text, source=source)
        for ref, kind, text, source in rows
    ]
