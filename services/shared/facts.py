"""The one place that loads what the rules of trajectory, status and escalation need, for all three services."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.domain import facts as domain
from services.domain.classification import strongest_notice
from services.domain.cycles import ReportingCalendar
from services.domain.words import Cadence, FindingType, RootCauseClass, UpdateStatus
from services.shared.holidays import working_days
from services.shared.models import (
    Baseline,
    Closing,
    ClosingRequest,
    Finding,
    Isg,
    Placement,
    ProgressUpdate,
    RootCause,
    RootCauseFinding,
    Source,
)

AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class IsgFacts:
    """An ISG as the rules see it: its name and its calendar."""

    id: int
    name: str
    slug: str
    calendar: ReportingCalendar


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan as recorded: ISGs and root causes in the order of the workbook."""

    isgs: tuple[IsgFacts, ...]
    root_causes: tuple[domain.RootCauseFacts, ...]
    isg_by_name: dict[str, IsgFacts] = field(init=False)
    by_reference: dict[str, domain.RootCauseFacts] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "isg_by_name", {isg.name: isg for isg in self.isgs})
        object.__setattr__(self, "by_reference", {each.reference: each for each in self.root_causes})

    @property
    def isg_names(self) -> list[str]:
        """The ISGs' names, letter for letter as in the sheet."""
        return [isg.name for isg in self.isgs]

    def calendar_of(self, isg: str) -> ReportingCalendar:
        """The calendar of an ISG."""
        return self.isg_by_name[isg].calendar


def calendar_of_row(isg: Isg) -> ReportingCalendar:
    """The reporting calendar that an ISG's row sets."""
    return ReportingCalendar(
        Cadence(isg.cadence),
        isg.first_cycle_opens,
        isg.meeting_day,
        isg.deadline_working_days,
        working_days=working_days(),
    )


async def load_plan_facts(
    db: AsyncSession,
    *,
    known_at: datetime | None = None,
    released_only: bool = False,
    only: Collection[int] | None = None,
) -> PlanFacts:
    """Everything recorded by the instant `known_at` (None: by now), of all root causes or `only` those with these ids.

    `released_only` leaves out updates that no ISG meeting and no PMO had released by then.
    """
    isgs = {isg.id: isg for isg in await db.scalars(select(Isg).order_by(Isg.position, Isg.id))}
    load = _Loader(db, known_at, only)
    placements = await load.placements({key: isg.name for key, isg in isgs.items()})
    baselines = await load.baselines()
    closings = await load.closings()
    reports = await load.reports(released_only=released_only)
    notices = await load.notices()
    return PlanFacts(
        tuple(IsgFacts(isg.id, isg.name, isg.slug, calendar_of_row(isg)) for isg in isgs.values()),
        tuple(
            domain.RootCauseFacts(
                row.reference,
                placements[row.id],
                baselines[row.id],
                closings[row.id],
                reports[row.id],
                strongest_notice(notices[row.id]),
            )
            for row in await load.root_causes()
            if placements[row.id] and baselines[row.id]
        ),
    )


Grouped = defaultdict[int, tuple[Any, ...]]
"""Facts by root cause, in the order recorded."""


class _Loader:
    """One query a kind of fact; what was not known at the instant is left out."""

    def __init__(self, db: AsyncSession, known_at: datetime | None, only: Collection[int] | None) -> None:
        self._db = db
        self._known_at = known_at
        self._only = only

    async def root_causes(self) -> Iterable[Any]:
        """Their rows and references, in the order of the workbook."""
        query = self._only_these(select(RootCause.id, RootCause.reference), RootCause.id)
        return await self._db.execute(query.order_by(RootCause.position, RootCause.id))

    async def placements(self, isg_names: dict[int, str]) -> Grouped:
        """Where each stands in the plan, from which day on."""
        return await self._by_root_cause(
            select(
                Placement.root_cause_id,
                Placement.holds_from,
                Placement.isg_id,
                Placement.root_cause_class,
                Placement.in_plan,
            )
            .where(self._known(Placement.recorded_at), self._not_superseded(Placement.superseded_at))
            .order_by(Placement.id),
            Placement.root_cause_id,
            lambda r: domain.Placement(
                r.holds_from, isg_names[r.isg_id], RootCauseClass(r.root_cause_class), r.in_plan
            ),
        )

    async def baselines(self) -> Grouped:
        """Due dates, from which day on."""
        return await self._by_root_cause(
            select(Baseline.root_cause_id, Baseline.version, Baseline.holds_from, Baseline.due_date)
            .where(self._known(Baseline.recorded_at), self._not_superseded(Baseline.superseded_at))
            .order_by(Baseline.version),
            Baseline.root_cause_id,
            lambda r: domain.Baseline(r.version, r.holds_from, r.due_date),
        )

    async def closings(self) -> Grouped:
        """Closings, with their reopening where it was known."""
        return await self._by_root_cause(
            select(
                Closing.root_cause_id, Closing.closed_on, Closing.reopened_on, Closing.reopened_recorded_at
            )
            .where(self._known(Closing.recorded_at))
            .order_by(Closing.id),
            Closing.root_cause_id,
            lambda r: domain.Closing(
                r.closed_on, r.reopened_on if self._is_known(r.reopened_recorded_at) else None
            ),
        )

    async def reports(self, *, released_only: bool) -> Grouped:
        """What was said; of what asks for closing, the day when that was decided."""
        released = (
            and_(ProgressUpdate.released_at.is_not(None), self._known(ProgressUpdate.released_at))
            if released_only
            else true()
        )
        of_the_update = ClosingRequest.progress_update_id == ProgressUpdate.id
        return await self._by_root_cause(
            select(
                ProgressUpdate.root_cause_id,
                ProgressUpdate.cycle_number,
                ProgressUpdate.version,
                ProgressUpdate.reported_on,
                ProgressUpdate.status,
                ProgressUpdate.forecast_date,
                ProgressUpdate.late,
                exists().where(of_the_update).label("asks_for_closing"),
                select(ClosingRequest.decided_on)
                .where(of_the_update, self._known(ClosingRequest.decided_at))
                .scalar_subquery()
                .label("decided_on"),
            )
            .where(self._known(ProgressUpdate.recorded_at), released)
            .order_by(ProgressUpdate.id),
            ProgressUpdate.root_cause_id,
            lambda r: domain.Report(
                r.cycle_number,
                r.version,
                r.reported_on,
                UpdateStatus(r.status),
                r.forecast_date,
                r.asks_for_closing,
                r.late,
                r.decided_on,
            ),
        )

    async def notices(self) -> Grouped:
        """The names of the notices that each answers."""
        return await self._by_root_cause(
            select(RootCauseFinding.root_cause_id, Source.name)
            .join(Finding, Finding.id == RootCauseFinding.finding_id)
            .join(Source, Source.id == Finding.source_id)
            .where(Finding.finding_type == FindingType.NOTICE, RootCauseFinding.ended_at.is_(None)),
            RootCauseFinding.root_cause_id,
            lambda r: r.name,
        )

    def _known(self, recorded_at: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return true() if self._known_at is None else recorded_at <= self._known_at

    def _is_known(self, recorded_at: datetime | None) -> bool:
        return recorded_at is not None and (self._known_at is None or recorded_at <= self._known_at)

    def _not_superseded(self, superseded_at: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        if self._known_at is None:
            return superseded_at.is_(None)
        return or_(superseded_at.is_(None), superseded_at > self._known_at)

    def _only_these(self, query: AnySelect, root_cause_id: InstrumentedAttribute[int]) -> AnySelect:
        return query if self._only is None else query.where(root_cause_id.in_(self._only))

    async def _by_root_cause(
        self, query: AnySelect, root_cause_id: InstrumentedAttribute[int], fact: Callable[[Any], object]
    ) -> Grouped:
        grouped: defaultdict[int, list[Any]] = defaultdict(list)
        for row in await self._db.execute(self._only_these(query, root_cause_id)):
            grouped[row.root_cause_id].append(fact(row))
        return defaultdict(tuple, {key: tuple(facts) for key, facts in grouped.items()})
