"""The register: every root cause as it stands at a date. What lists, dashboards, feeds and packs count is counted here."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.domain import status
from services.domain.errors import RuleBroken
from services.domain.facts import RootCauseFacts
from services.domain.permissions import Subject
from services.domain.wording import written
from services.domain.words import AssuranceStage, DeliveryStatus, NoticeKind, RootCauseClass
from services.shared.clock import business_today
from services.shared.facts import AnySelect, PlanFacts, load_plan_facts
from services.shared.fields import EARLIEST
from services.shared.models import (
    Assurance,
    Finding,
    Kpi,
    Person,
    ProgressUpdate,
    RootCause,
    RootCauseFinding,
)


@dataclass(frozen=True, slots=True)
class LatestUpdate:
    """The last thing that was said, as it is shown."""

    cycle: int
    version: int
    reported_on: date
    status: str
    progress: str | None
    reason: str | None
    late: bool
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One root cause at the end of a day."""

    id: int
    reference: str
    title: str
    isg: str
    root_cause_class: RootCauseClass
    in_plan: bool
    owner_id: int
    owner_name: str
    owner_email: str
    owner_role: str
    theme: str | None
    kloe: str | None
    findings: tuple[str, ...]
    kpis: tuple[str, ...]
    strongest_notice: NoticeKind | None
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: DeliveryStatus
    days_overdue: int
    update_missed: bool
    closed_on: date | None
    latest_update: LatestUpdate | None
    recorded_at: datetime
    version: int
    evidence_assured: bool = False
    """The PMO has signed for the evidence of this closing, and has not taken it back."""

    @property
    def overdue(self) -> bool:
        """Due date before the day, and not complete."""
        return self.days_overdue > 0

    @property
    def assurance_stage(self) -> AssuranceStage | None:
        """The second axis, never mixed with delivery: a closed root cause begins at `closed`."""
        if self.delivery_status is not DeliveryStatus.COMPLETE:
            return None
        return AssuranceStage.EVIDENCE_ASSURED if self.evidence_assured else AssuranceStage.CLOSED

    @property
    def subject(self) -> Subject:
        """For the permission table."""
        return Subject(self.isg, self.owner_email)


@dataclass(frozen=True, slots=True)
class Register:
    """The root causes in the plan at `as_at`, in the order of the workbook, with the facts they were worked out from."""

    as_at: date
    facts: PlanFacts
    standings: tuple[Standing, ...]

    def find(self, reference: str) -> Standing | None:
        """One of them."""
        return next((each for each in self.standings if each.reference == reference), None)


async def check_as_at(db: AsyncSession, as_at: date | None) -> date:
    """The date that figures are asked for: today when none is given. Raises RuleBroken for one after today."""
    today = await business_today(db)
    if as_at is not None and as_at > today:
        raise RuleBroken.at(
            "as_at",
            f"{written(as_at)} is after today, {written(today)}: figures are known up to today. Ask for an earlier date.",
        )
    if as_at is not None and as_at < EARLIEST:
        raise RuleBroken.at("as_at", f"{as_at.isoformat()} is earlier than any plan: ask for a later date.")
    return as_at or today


async def load_register(
    db: AsyncSession,
    as_at: date,
    *,
    known_at: datetime | None = None,
    released_only: bool = False,
    only: Collection[int] | None = None,
) -> Register:
    """The register at the end of `as_at`, of all root causes or `only` those with these ids."""
    facts = await load_plan_facts(db, known_at=known_at, released_only=released_only, only=only)
    details = await _details(db, only)
    texts = await _update_texts(db, only)
    findings = await _references(
        db,
        RootCauseFinding.root_cause_id,
        only,
        select(RootCauseFinding.root_cause_id, Finding.reference)
        .join(Finding, Finding.id == RootCauseFinding.finding_id)
        .where(_link_stands(known_at))
        .order_by(RootCauseFinding.position),
    )
    kpis = await _references(
        db,
        Kpi.root_cause_id,
        only,
        select(Kpi.root_cause_id, Kpi.reference).where(Kpi.root_cause_id.is_not(None)).order_by(Kpi.position),
    )
    assured = await _assured(db, as_at, known_at, only)
    standings = []
    for root_cause in facts.root_causes:
        row = details[root_cause.reference]
        standing = _standing(facts, root_cause, row, as_at, texts, findings[row.id], kpis[row.id])
        if standing is not None:
            standings.append(replace(standing, evidence_assured=row.id in assured))
    return Register(as_at, facts, tuple(standings))


def _standing(
    facts: PlanFacts, root_cause: RootCauseFacts, row: Any, as_at: date, texts: dict[tuple[int, int, int], Any],
    findings: list[str], kpis: list[str],
) -> Standing | None:  # fmt: skip
    placement = status.placement_on(root_cause, as_at)
    if placement is None:
        return None
    calendar = facts.calendar_of(placement.isg)
    report = status.latest_report(root_cause, as_at)
    said = texts[row.id, report.cycle, report.version] if report else None
    closing = next(
        (
            c
            for c in root_cause.closings
            if c.closed_on <= as_at and (c.reopened_on is None or c.reopened_on > as_at)
        ),
        None,
    )
    return Standing(
        id=row.id,
        reference=root_cause.reference,
        title=row.title,
        isg=placement.isg,
        root_cause_class=placement.root_cause_class,
        in_plan=placement.in_plan,
        owner_id=row.owner_id,
        owner_name=row.name,
        owner_email=row.email,
        owner_role=row.job_title or "Root cause owner",
        theme=row.theme,
        kloe=row.kloe,
        findings=tuple(findings),
        kpis=tuple(kpis),
        strongest_notice=root_cause.strongest_notice,
        due_date=status.due_date_on(root_cause, as_at),
        original_due_date=status.original_baseline(root_cause).due_date,
        forecast_date=report.forecast_date if report and closing is None else None,
        delivery_status=status.delivery_status(root_cause, as_at, calendar),
        days_overdue=status.days_overdue(root_cause, as_at),
        update_missed=status.update_missed(root_cause, as_at, calendar),
        closed_on=closing.closed_on if closing else None,
        latest_update=LatestUpdate(
            said.cycle_number, said.version, said.reported_on, said.status, said.progress, said.reason, said.late,
            said.released_at,
        ) if said else None,
        recorded_at=row.recorded_at,
        version=row.version,
    )  # fmt: skip


async def _details(db: AsyncSession, only: Collection[int] | None) -> dict[str, Any]:
    query = select(
        RootCause.id, RootCause.reference, RootCause.title, RootCause.theme, RootCause.kloe, RootCause.owner_id,
        RootCause.recorded_at, RootCause.version, Person.name, Person.email, Person.job_title,
    ).join(Person, Person.id == RootCause.owner_id)  # fmt: skip
    if only is not None:
        query = query.where(RootCause.id.in_(only))
    return {row.reference: row for row in await db.execute(query)}


async def _update_texts(db: AsyncSession, only: Collection[int] | None) -> dict[tuple[int, int, int], Any]:
    query = select(
        ProgressUpdate.root_cause_id, ProgressUpdate.cycle_number, ProgressUpdate.version, ProgressUpdate.reported_on,
        ProgressUpdate.status, ProgressUpdate.late, ProgressUpdate.released_at,
        ProgressUpdate.progress, ProgressUpdate.reason,
    )  # fmt: skip
    if only is not None:
        query = query.where(ProgressUpdate.root_cause_id.in_(only))
    return {(row.root_cause_id, row.cycle_number, row.version): row for row in await db.execute(query)}


async def _assured(
    db: AsyncSession, as_at: date, known_at: datetime | None, only: Collection[int] | None
) -> set[int]:
    """The root causes whose evidence had been signed for by the end of the day, and not taken back by then."""
    known: ColumnElement[bool] = true()
    end_known: ColumnElement[bool] = true()
    if known_at is not None:
        known, end_known = Assurance.recorded_at <= known_at, Assurance.ended_recorded_at <= known_at
    ended = and_(Assurance.ended_on.is_not(None), Assurance.ended_on <= as_at, end_known)
    query = select(Assurance.root_cause_id).where(Assurance.signed_on <= as_at, known, not_(ended))
    if only is not None:
        query = query.where(Assurance.root_cause_id.in_(only))
    return set(await db.scalars(query))


def _link_stands(known_at: datetime | None) -> ColumnElement[bool]:
    if known_at is None:
        return RootCauseFinding.ended_at.is_(None)
    not_ended = or_(RootCauseFinding.ended_at.is_(None), RootCauseFinding.ended_at > known_at)
    return and_(RootCauseFinding.recorded_at <= known_at, not_ended)


async def _references(
    db: AsyncSession,
    root_cause_id: InstrumentedAttribute[Any],
    only: Collection[int] | None,
    query: AnySelect,
) -> defaultdict[int, list[str]]:
    """References by root cause, in the query's order."""
    if only is not None:
        query = query.where(root_cause_id.in_(only))
    grouped: defaultdict[int, list[str]] = defaultdict(list)
    for row_id, reference in await db.execute(query):
        grouped[row_id].append(reference)
    return grouped
