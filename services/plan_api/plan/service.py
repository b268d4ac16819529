"""The plan itself: its approval ISG by ISG, its ISGs, its findings."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.lifecycle import PLAN_MOVES, check_move
from services.domain.wording import is_blank, written
from services.domain.words import FindingType, KeyQuestion, PlanState
from services.plan_api.plan.schemas import IsgShown, PartShown, PersonShown, PlanShown
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.facts import calendar_of_row
from services.shared.findings import FindingStanding, findings_at
from services.shared.models import (
    Isg,
    Person,
    Plan,
    PlanApproval,
)
from services.shared.register import check_as_at

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


async def list_findings(db: AsyncSession, wanted: WantedFindings) -> list[FindingStanding]:
    """The findings that fit, in the order of the workbook, as they stood at the end of `as_at` (None: today)."""
    every = await findings_at(db, await check_as_at(db, wanted.as_at))
    return [each for each in every if _fits(each, wanted)]


def _fits(each: FindingStanding, wanted: WantedFindings) -> bool:
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
        and (wanted.q is None or _says(each, wanted.q))
    )


def _says(each: FindingStanding, q: str) -> bool:
    said = (each.reference, each.text, each.core_service, each.regulation, each.source)
    text = " ".join(filter(None, said)).lower()
    return all(word in text for word in q.lower().split())


PARTS: Mapping[str, Callable[[FindingStanding], Iterable[str | None]]] = {
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
    every = await list_findings(db, WantedFindings(as_at=as_at))
    return [part for by, values in PARTS.items() for part in _parts(by, values, every)]


def _parts(
    by: str, values: Callable[[FindingStanding], Iterable[str | None]], every: Iterable[FindingStanding]
) -> list[PartShown]:
    groups: defaultdict[str, list[FindingStanding]] = defaultdict(list)
    for each in every:
        for value in values(each):
            if value:
                groups[value].append(each)
    return [
        PartShown(
            by=by, value=value, total=len(group), met=sum(each.met for each in group),
            all_closed=sum(each.all_closed for each in group),
        )
        for value, group in sorted(groups.items())
    ]  # fmt: skip
