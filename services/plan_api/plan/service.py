"""The plan itself: its approval ISG by ISG, its ISGs, its findings."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.lifecycle import PLAN_MOVES, check_move
from services.domain.wording import is_blank, written
from services.domain.words import FindingStatus, FindingType, PlanState
from services.plan_api.plan.schemas import FindingRow, IsgShown, PersonShown, PlanShown, RootCauseOfFinding
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.facts import calendar_of_row
from services.shared.models import (
    Finding,
    Isg,
    Person,
    Plan,
    PlanApproval,
    RootCause,
    RootCauseFinding,
    Source,
)
from services.shared.register import load_register

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
    people = {row.id: row for row in await db.scalars(select(Person))}
    return [_shown(isg, people, today) for isg in await db.scalars(select(Isg).order_by(Isg.position))]


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


async def list_findings(db: AsyncSession, **wanted: Any) -> list[FindingRow]:
    """The findings that fit, in the order of the workbook, each with how many of its root causes are closed."""
    closed = {each.reference: each for each in (await load_register(db, await business_today(db))).standings}
    links: dict[int, list[RootCauseOfFinding]] = {}
    for finding_id, reference in await db.execute(
        select(RootCauseFinding.finding_id, RootCause.reference)
        .join(RootCause, RootCause.id == RootCauseFinding.root_cause_id)
        .where(RootCauseFinding.ended_at.is_(None))
        .order_by(RootCause.position)
    ):
        standing = closed[reference]
        links.setdefault(finding_id, []).append(
            RootCauseOfFinding(
                ref=reference, title=standing.title, isg=standing.isg, delivery_status=standing.delivery_status,
                due_date=standing.due_date, closed=standing.closed_on is not None,
            )
        )  # fmt: skip
    rows = await db.execute(
        select(Finding, Isg.name, Source.name)
        .join(Isg, Isg.id == Finding.isg_id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .order_by(Finding.position, Finding.id)
    )
    findings = [_finding(finding, isg, source, links.get(finding.id, [])) for finding, isg, source in rows]
    return [each for each in findings if _fits(each, wanted)]


def _finding(row: Finding, isg: str, source: str | None, root_causes: list[RootCauseOfFinding]) -> FindingRow:
    return FindingRow(
        ref=row.reference, type=FindingType(row.finding_type), finding=row.text, isg=isg, source=source,
        core_service=row.core_service, site=row.site, key_questions=row.key_questions, regulation=row.regulation,
        status=FindingStatus.OPEN, root_causes=root_causes, closed=sum(each.closed for each in root_causes),
    )  # fmt: skip


def _fits(each: FindingRow, wanted: dict[str, Any]) -> bool:
    def is_wanted(name: str, value: object) -> bool:
        return wanted.get(name) is None or wanted[name] == value

    text = " ".join(
        [each.ref, each.finding, each.core_service or "", each.regulation or "", each.source or ""]
    ).lower()
    return (
        is_wanted("isg", each.isg)
        and is_wanted("type", each.type)
        and is_wanted("site", each.site)
        and is_wanted("core_service", each.core_service)
        and (wanted.get("key_question") is None or wanted["key_question"] in each.key_questions)
        and (not wanted.get("q") or all(word in text for word in wanted["q"].lower().split()))
    )
