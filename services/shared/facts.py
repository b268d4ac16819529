"""The one place that loads what the rules of trajectory, status and escalation need, for all three services."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.domain import facts as domain
from services.domain.cycles import ReportingCalendar
from services.domain.words import Cadence, FindingType, NoticeKind, RootCauseClass, UpdateStatus
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

    `released_only` leaves out updates that no ISG meeting and no PMO has released yet.
    """
    isgs = {isg.id: isg for isg in await db.scalars(select(Isg).order_by(Isg.position, Isg.id))}
    names = {key: isg.name for key, isg in isgs.items()}
    load = _Loader(db, known_at, only)

    placements = await load.by_root_cause(
        select(Placement.root_cause_id, Placement.holds_from, Placement.isg_id, Placement.root_cause_class, Placement.in_plan)
        .where(load.known(Placement.recorded_at), load.not_superseded(Placement.superseded_at))
        .order_by(Placement.id),
        Placement.root_cause_id,
        lambda r: domain.Placement(r.holds_from, names[r.isg_id], RootCauseClass(r.root_cause_class), r.in_plan),
    )  # fmt: skip
    baselines = await load.by_root_cause(
        select(Baseline.root_cause_id, Baseline.version, Baseline.holds_from, Baseline.due_date)
        .where(load.known(Baseline.recorded_at), load.not_superseded(Baseline.superseded_at))
        .order_by(Baseline.version),
        Baseline.root_cause_id,
        lambda r: domain.Baseline(r.version, r.holds_from, r.due_date),
    )
    closings = await load.by_root_cause(
        select(Closing.root_cause_id, Closing.closed_on, Closing.reopened_on, Closing.reopened_recorded_at)
        .where(load.known(Closing.recorded_at))
        .order_by(Closing.id),
        Closing.root_cause_id,
        lambda r: domain.Closing(
            r.closed_on, r.reopened_on if load.is_known(r.reopened_recorded_at) else None
        ),
    )
    reports = await load.by_root_cause(
        select(
            ProgressUpdate.root_cause_id, ProgressUpdate.cycle_number, ProgressUpdate.version, ProgressUpdate.reported_on,
            ProgressUpdate.status, ProgressUpdate.forecast_date, ProgressUpdate.late,
            exists().where(ClosingRequest.progress_update_id == ProgressUpdate.id).label("asks_for_closing"),
            select(ClosingRequest.decided_on)
            .where(ClosingRequest.progress_update_id == ProgressUpdate.id, load.known(ClosingRequest.decided_at))
            .scalar_subquery().label("decided_on"),
        )
        .where(
            load.known(ProgressUpdate.recorded_at),
            ProgressUpdate.released_at.is_not(None) if released_only else true(),
        )
        .order_by(ProgressUpdate.id),
        ProgressUpdate.root_cause_id,
        lambda r: domain.Report(
            r.cycle_number, r.version, r.reported_on, UpdateStatus(r.status), r.forecast_date, r.asks_for_closing, r.late,
            r.decided_on,
        ),
    )  # fmt: skip
    notices = await load.by_root_cause(
        select(RootCauseFinding.root_cause_id, Source.name)
        .join(Finding, Finding.id == RootCauseFinding.finding_id)
        .join(Source, Source.id == Finding.source_id)
        .where(Finding.finding_type == FindingType.NOTICE, RootCauseFinding.ended_at.is_(None)),
        RootCauseFinding.root_cause_id,
        lambda r: r.name,
    )
    rows = await db.execute(
        load.only_these(select(RootCause.id, RootCause.reference), RootCause.id).order_by(
            RootCause.position, RootCause.id
        )
    )
    return PlanFacts(
        tuple(IsgFacts(isg.id, isg.name, isg.slug, calendar_of_row(isg)) for isg in isgs.values()),
        tuple(
            domain.RootCauseFacts(
                row.reference, placements[row.id], baselines[row.id], closings[row.id], reports[row.id],
                strongest_notice(notices[row.id]),
            )
            for row in rows
            if placements[row.id] and baselines[row.id]
        ),
    )  # fmt: skip


NOTICES_BY_STRENGTH = (
    NoticeKind.SECTION_31,
    NoticeKind.REGULATION_31,
    NoticeKind.SECTION_29A,
    NoticeKind.SECTION_64,
)


def strongest_notice(sources: Iterable[str]) -> NoticeKind | None:
    """The strongest kind of notice among the names of sources: a Notice's source begins with its kind."""
    kinds = {
        kind
        for kind in NOTICES_BY_STRENGTH
        for name in sources
        if name.lower().startswith(kind.value.lower())
    }
    return min(kinds, key=NOTICES_BY_STRENGTH.index, default=None)


class _Loader:
    """Groups rows by root cause, and leaves out what was not known at an instant."""

    def __init__(self, db: AsyncSession, known_at: datetime | None, only: Collection[int] | None) -> None:
        self._db = db
        self._known_at = known_at
        self._only = only

    def known(self, recorded_at: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return true() if self._known_at is None else recorded_at <= self._known_at

    def is_known(self, recorded_at: datetime | None) -> bool:
        return recorded_at is not None and (self._known_at is None or recorded_at <= self._known_at)

    def not_superseded(self, superseded_at: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        if self._known_at is None:
            return superseded_at.is_(None)
        return or_(superseded_at.is_(None), superseded_at > self._known_at)

    def only_these(self, query: AnySelect, root_cause_id: InstrumentedAttribute[int]) -> AnySelect:
        return query if self._only is None else query.where(root_cause_id.in_(self._only))

    async def by_root_cause(
        self, query: AnySelect, root_cause_id: InstrumentedAttribute[int], fact: Any
    ) -> defaultdict[int, tuple[Any, ...]]:
        grouped: defaultdict[int, list[Any]] = defaultdict(list)
        for row in await self._db.execute(self.only_these(query, root_cause_id)):
            grouped[row.root_cause_id].append(fact(row))
        return defaultdict(tuple, {key: tuple(facts) for key, facts in grouped.items()})
