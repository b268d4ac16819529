"""The plan itself: its approval ISG by ISG, its ISGs, its findings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.lifecycle import PLAN_MOVES, check_move
from services.domain.wording import is_blank, written
from services.domain.words import FindingType, KeyQuestion, PlanState
from services.plan_api.plan.schemas import IsgShown, PartShown, PersonShown, PlanShown
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.facts import calendar_of_row
from services.shared.findings import (
    FindingsAlike,
    FindingStanding,
    all_closed,
    count_findings,
    count_kept_findings,
    findings_at,
    is_met,
    kept_findings,
    whose_stages,
)
from services.shared.models import (
    Finding,
    Isg,
    Person,
    Plan,
    PlanApproval,
    Source,
)
from services.shared.register import check_as_at, kept_is_todays

TITLE = "Quality Improvement Plan"


async def current_plan(db: AsyncSession) -> Plan:
    """The plan that answers the inspection; a draft is begun where there is none yet."""
    plan = await db.scalar(select(Plan).order_by(Plan.id.desc()).limit(1))
    if plan is None:
        plan = Plan(title=TITLE, state=PlanState.DRAFT, recorded_at=await business_now(db))
        db.add(plan)
        await db.flush()
    return plan


async def approved_isgs(db: AsyncSession) -> dict[int, date]:
    """The ISGs whose part of the plan is approved, with the day: their baselines are frozen."""
    rows = await db.execute(select(PlanApproval.isg_id, PlanApproval.approved_on))
    return {row.isg_id: row.approved_on for row in rows}


async def approve(db: AsyncSession, isg: Isg, approved_on: date, forum: str, recorded_by: int | None) -> None:
    """One ISG's part is approved by a forum: freezes the original baseline. The last one approves the plan."""
    await lock(db, "plan approval")
    today = await business_today(db)
    if approved_on > today:
        raise RuleBroken.at(
            "approved_on", f"{written(approved_on)} is in the future: give the day on which it was approved."
        )
    if is_blank(forum):
        raise RuleBroken.at("forum", "Name the forum that approved it, such as Trust Board.")
    approved = await approved_isgs(db)
    if isg.id in approved:
        raise Conflict(f"{isg.name}'s part of the plan was approved on {written(approved[isg.id])} already.")
    plan = await current_plan(db)
    db.add(
        PlanApproval(
            plan_id=plan.id, isg_id=isg.id, approved_on=approved_on, forum=forum.strip(), recorded_by=recorded_by,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
    everyone = set(await db.scalars(select(Isg.id)))
    if everyone == approved.keys() | {isg.id}:
        check_move(PLAN_MOVES, PlanState(plan.state), PlanState.APPROVED)
        plan.state = PlanState.APPROVED
    await db.flush()


async def show_plan(db: AsyncSession) -> PlanShown:
    """The plan's state and its approvals."""
    state = await db.scalar(select(Plan.state).order_by(Plan.id.desc()).limit(1))
    rows = await db.execute(
        select(Isg.name, PlanApproval.approved_on, PlanApproval.forum)
        .join(PlanApproval, PlanApproval.isg_id == Isg.id)
        .order_by(Isg.position)
    )
    return PlanShown(
        title=TITLE,
        state=PlanState(state) if state else PlanState.DRAFT,
        approvals=[{"isg": name, "approved_on": on, "forum": forum} for name, on, forum in rows],
    )


async def isg_called(db: AsyncSession, name: str) -> Isg:
    """An ISG by its name or its slug. Raises NotFound."""
    found = await db.scalar(select(Isg).where((Isg.name == name) | (Isg.slug == name)))
    if found is None:
        raise NotFound(f"There is no Improvement Steering Group “{name}”. Choose one from the list of ISGs.")
    return found


async def list_isgs(db: AsyncSession) -> list[IsgShown]:
    """The ISGs in their order, with who leads them and the cycle that is open."""
    today = await business_today(db)
    isgs = list(await db.scalars(select(Isg).order_by(Isg.position)))
    leads = {person for isg in isgs for person in (isg.chair_id, isg.executive_id)}
    people = {row.id: row for row in await db.scalars(select(Person).where(Person.id.in_(leads)))}
    return [_shown(isg, people, today) for isg in isgs]


def _shown(isg: Isg, people: dict[int, Person], today: date) -> IsgShown:
    cycle = calendar_of_row(isg).cycle_on(today)
    return IsgShown(
        name=isg.name,
        slug=isg.slug,
        cadence=isg.cadence,
        chair=_person(people.get(isg.chair_id or 0)),
        executive=_person(people.get(isg.executive_id or 0)),
        first_cycle_opens=isg.first_cycle_opens,
        cycle_number=cycle.number if cycle else None,
        deadline_on=cycle.deadline_on if cycle else None,
        meets_on=cycle.meets_on if cycle else None,
        closes_on=cycle.closes_on if cycle else None,
    )


def _person(row: Person | None) -> PersonShown | None:
    return PersonShown(name=row.name, email=row.email, job_title=row.job_title) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFindings:
    """Which findings a list is to show; what is None does not narrow it."""

    q: str | None = None
    isg: str | None = None
    finding_type: FindingType | None = None
    site: str | None = None
    core_service: str | None = None
    key_question: KeyQuestion | None = None
    regulation: str | None = None
    source: str | None = None
    closed: bool | None = None
    met: bool | None = None
    as_at: date | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """A part of the findings that fit; how many fit, have all their root causes closed, and are met."""

    items: Sequence[FindingStanding]
    total: int
    all_closed: int
    met: int


async def list_findings(db: AsyncSession, wanted: WantedFindings, start: int, limit: int) -> Findings:
    """Of the findings that fit, in the order of the workbook, `limit` from `start` on, as at `as_at` (None: today).

    Today's are chosen and counted by the database from what is kept.
    """
    as_at = await check_as_at(db, wanted.as_at)
    if await kept_is_todays(db, as_at):
        narrowed = fits(wanted)
        items = await kept_findings(db, *narrowed, start=start, limit=limit)
        if wanted.q is not None:
            return _counted(items, await count_kept_findings(db, *narrowed))
        return _counted(items, [each for each in await count_kept_findings(db) if _fits(each, wanted)])
    fitting = [each for each in await findings_at(db, as_at) if _fits(each, wanted)]
    return Findings(
        fitting[start : start + limit], len(fitting), sum(each.all_closed for each in fitting),
        sum(each.met for each in fitting),
    )  # fmt: skip


def _counted(items: Sequence[FindingStanding], fitting: Sequence[FindingsAlike]) -> Findings:
    return Findings(
        items, sum(each.times for each in fitting), sum(each.times for each in fitting if each.all_closed),
        sum(each.times for each in fitting if each.met),
    )  # fmt: skip


async def one_finding(db: AsyncSession, reference: str) -> FindingStanding:
    """As it stands today. Raises NotFound."""
    today = await business_today(db)
    if await kept_is_todays(db, today):
        found = await kept_findings(db, Finding.reference == reference, limit=1)
    else:
        found = [each for each in await findings_at(db, today) if each.reference == reference]
    if not found:
        raise NotFound(
            f"There is no finding {reference}. Check the reference, or search the list of findings."
        )
    return found[0]


def fits(wanted: WantedFindings) -> list[ColumnElement[bool]]:
    """What chooses them among today's: `_fits`, for the database."""
    said = func.lower(
        func.concat_ws(
            " ", Finding.reference, Finding.text, Finding.core_service, Finding.regulation, Source.name
        )
    )
    asked: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
        "isg": lambda name: Isg.name == name,
        "finding_type": lambda given: Finding.finding_type == given,
        "site": lambda site: Finding.site == site,
        "core_service": lambda service: Finding.core_service == service,
        "regulation": lambda regulation: Finding.regulation == regulation,
        "source": lambda source: Source.name == source,
        "key_question": lambda given: literal(given) == any_(Finding.key_questions),
        "closed": lambda wish: whose_stages(lambda stages: all_closed(stages) is wish),
        "met": lambda wish: whose_stages(lambda stages: is_met(stages) is wish),
        "q": lambda q: and_(true(), *(said.contains(word, autoescape=True) for word in q.lower().split())),
    }
    return [chosen(wish) for name, chosen in asked.items() if (wish := getattr(wanted, name)) is not None]


def _fits(each: FindingStanding | FindingsAlike, wanted: WantedFindings) -> bool:
    return (
        wanted.isg in {None, each.isg}
        and wanted.finding_type in {None, each.finding_type}
        and wanted.site in {None, each.site}
        and wanted.core_service in {None, each.core_service}
        and wanted.regulation in {None, each.regulation}
        and wanted.source in {None, each.source}
        and wanted.closed in {None, each.all_closed}
        and wanted.met in {None, each.met}
        and (wanted.key_question is None or wanted.key_question in each.key_questions)
        and (wanted.q is None or (isinstance(each, FindingStanding) and _says(each, wanted.q)))
    )


def _says(each: FindingStanding, q: str) -> bool:
    said = (each.reference, each.text, each.core_service, each.regulation, each.source)
    text = " ".join(filter(None, said)).lower()
    return all(word in text for word in q.lower().split())


PARTS: Mapping[str, Callable[[FindingsAlike], Iterable[str | None]]] = {
    "type": lambda each: (each.finding_type.value,),
    "core_service": lambda each: (each.core_service,),
    "site": lambda each: (each.site,),
    "key_question": lambda each: each.key_questions,
    "regulation": lambda each: (each.regulation,),
    "source": lambda each: (each.source,),
}
"""What findings are told apart by; a finding can have several key questions, and counts in each."""


async def findings_by_part(db: AsyncSession, as_at: date | None) -> list[PartShown]:
    """How many findings are met, by type, core service, site, key question, regulation and source (a notice's own name)."""
    every = await count_findings(db, await check_as_at(db, as_at))
    return [part for by, values in PARTS.items() for part in _parts(by, values, every)]


def _parts(
    by: str, values: Callable[[FindingsAlike], Iterable[str | None]], every: Iterable[FindingsAlike]
) -> list[PartShown]:
    groups: defaultdict[str, list[FindingsAlike]] = defaultdict(list)
    for each in every:
        for value in values(each):
            if value:
                groups[value].append(each)
    return [
        PartShown(
            by=by, value=value, total=sum(each.times for each in group),
            met=sum(each.times for each in group if each.met),
            all_closed=sum(each.times for each in group if each.all_closed),
        )
        for value, group in sorted(groups.items())
    ]  # fmt: skip
