"""The one place that loads what the rules of trajectory, status and escalation need, for all three services."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain import facts as domain
from services.domain.classification import strongest_notice
from services.domain.cycles import ReportingCalendar
from services.domain.words import Cadence, RootCauseClass, UpdateStatus
from services.shared.holidays import working_days
from services.shared.models import Isg
from services.shared.statements import Statement

Fact = TypeVar("Fact")


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


def calendar_in(isgs: Iterable[IsgFacts], name: str) -> ReportingCalendar:
    """The calendar of the ISG with this name."""
    return next(isg.calendar for isg in isgs if isg.name == name)


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
    isgs = await load_isgs(db)
    rows = await root_cause_rows(db, known_at=known_at, released_only=released_only, only=only)
    return PlanFacts(isgs, tuple(facts_of_rows(isgs, rows)))


ISGS: Final = """
    (SELECT json_agg(json_build_array(i.id, i.name, i.slug, i.cadence, i.first_cycle_opens, i.meeting_day,
                                      i.deadline_working_days) ORDER BY i.position, i.id)::text FROM isg i)
"""
"""All ISGs as one value, for `isgs_of`."""


async def load_isgs(db: AsyncSession) -> tuple[IsgFacts, ...]:
    """The ISGs with their calendars, in their order."""
    return isgs_of(await db.scalar(text(f"SELECT {ISGS}")))


@lru_cache(maxsize=16)
def isgs_of(described: str | None) -> tuple[IsgFacts, ...]:
    """The ISGs that `ISGS` describes: few, and the same for months."""
    return tuple(
        IsgFacts(
            row_id, name, slug,
            ReportingCalendar(
                Cadence(cadence), date.fromisoformat(opens), meeting_day, deadline, working_days=working_days()
            ),
        )
        for row_id, name, slug, cadence, opens, meeting_day, deadline in listed(described)
    )  # fmt: skip


FOREVER: Final = datetime.max  # noqa: DTZ901 - what asyncpg writes as PostgreSQL's 'infinity'
"""Known by now: no instant is later."""

_FACTS = """
    r.id, r.reference,
    (SELECT json_agg(json_build_array(p.holds_from, p.isg_id, p.root_cause_class, p.in_plan) ORDER BY p.id)
       FROM root_cause_placement p
      WHERE p.root_cause_id = r.id AND p.recorded_at <= :known_at
        AND (p.superseded_at IS NULL OR p.superseded_at > :known_at)) AS placements,
    (SELECT json_agg(json_build_array(b.version, b.holds_from, b.due_date) ORDER BY b.version)
       FROM baseline b
      WHERE b.root_cause_id = r.id AND b.recorded_at <= :known_at
        AND (b.superseded_at IS NULL OR b.superseded_at > :known_at)) AS baselines,
    (SELECT json_agg(json_build_array(c.closed_on, CASE WHEN c.reopened_recorded_at <= :known_at THEN c.reopened_on END)
                     ORDER BY c.id)
       FROM closing c
      WHERE c.root_cause_id = r.id AND c.recorded_at <= :known_at) AS closings,
    (SELECT json_agg(json_build_array(u.cycle_number, u.version, u.reported_on, u.status, u.forecast_date,
                                      q.id IS NOT NULL, u.late, CASE WHEN q.decided_at <= :known_at THEN q.decided_on END)
                     ORDER BY u.id)
       FROM progress_update u LEFT JOIN closing_request q ON q.progress_update_id = u.id
      WHERE u.root_cause_id = r.id AND u.recorded_at <= :known_at
        AND (u.released_at <= :known_at OR NOT :released_only)) AS reports,
    (SELECT json_agg(s.name)
       FROM root_cause_finding l JOIN finding f ON f.id = l.finding_id JOIN source s ON s.id = f.source_id
      WHERE l.root_cause_id = r.id AND l.ended_at IS NULL AND f.finding_type = 'notice') AS notices
"""
"""Each kind of fact of a root cause as one JSON column, in the order recorded; what was not known then is left out."""


async def root_cause_rows(
    db: AsyncSession,
    *,
    known_at: datetime | None,
    released_only: bool,
    only: Collection[int] | None,
    more: str = "",
    **asked: object,
) -> Sequence[Any]:
    """The root causes with their facts, in the order of the workbook, in one statement.

    `more`: further columns of `root_cause r` and its `owner`, for which `asked` are the parameters.
    """
    asked |= {"known_at": known_at or FOREVER, "released_only": released_only}
    if only is not None:
        asked["only"] = list(only)
    return await _statement(more, narrowed=only is not None).rows(db, **asked)


@lru_cache
def _statement(more: str, *, narrowed: bool) -> Statement:
    return Statement(
        f"SELECT {_FACTS}{more} FROM root_cause r JOIN person owner ON owner.id = r.owner_id"  # noqa: S608 - our own SQL
        f"{' WHERE r.id = ANY(:only)' if narrowed else ''} ORDER BY r.position, r.id"
    )


def facts_of_rows(isgs: Iterable[IsgFacts], rows: Iterable[Any]) -> Iterable[domain.RootCauseFacts]:
    """What the rules need of each row; what had no place in the plan or no due date then is left out."""
    names = {isg.id: isg.name for isg in isgs}
    for row in rows:
        if row.placements and row.baselines:
            yield facts_of_row(names, row)


def facts_of_row(isg_names: Mapping[int, str], row: Any) -> domain.RootCauseFacts:
    """What the rules need of one row of `root_cause_rows`."""
    return domain.RootCauseFacts(
        row.reference,
        _facts(
            row.placements,
            lambda held_from, isg, root_cause_class, in_plan: domain.Placement(
                day(held_from), isg_names[isg], RootCauseClass(root_cause_class), in_plan
            ),
        ),
        _facts(
            row.baselines,
            lambda version, held_from, due: domain.Baseline(version, day(held_from), date.fromisoformat(due)),
        ),
        _facts(
            row.closings, lambda closed, reopened: domain.Closing(date.fromisoformat(closed), day(reopened))
        ),
        _facts(row.reports, _report),
        strongest_notice(listed(row.notices)),
    )


def _report(
    cycle: int, version: int, reported_on: str, status: str, forecast: str | None, has_evidence: bool, late: bool,
    decided_on: str | None,
) -> domain.Report:  # fmt: skip
    """`has_evidence`: the update asks for closing, with evidence."""
    return domain.Report(
        cycle, version, date.fromisoformat(reported_on), UpdateStatus(status), day(forecast), has_evidence, late,
        day(decided_on),
    )  # fmt: skip


def _facts(column: Any, fact: Callable[..., Fact]) -> tuple[Fact, ...]:
    return tuple(fact(*values) for values in listed(column))


def listed(column: Any) -> Sequence[Any]:
    """A JSON column's array; none where there was nothing to gather."""
    if column is None:
        return ()
    values: Sequence[Any] = json.loads(column) if isinstance(column, str) else column
    return values


def day(written: str | None) -> date | None:
    """A date of JSON."""
    return None if written is None else date.fromisoformat(written)
