"""The trajectory: for an ISG, class and month what should be complete, and what is (domain.md, Trajectory).

A month's row is the plan as it stood at that month's end; the row of the as-at date's month, and every later
one, is the plan as it stands at that date. At 30 April 2019, for Unscheduled Care's Must Do root causes:

    month     planned  complete  of trajectory
    2019-04        24        16  66.7%            due by 30 April; closed by 30 April
    2019-05        ..         -  -                due by 31 May under the baseline of 30 April
"""

from bisect import bisect_left
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from itertools import accumulate
from typing import Final, TypeVar

from services.domain.facts import Baseline, Placement, RootCauseFacts
from services.domain.status import (
    baselines_in_order,
    complete_on,
    due_date_on,
    in_plan_on,
    original_baseline,
    placements_in_order,
)
from services.domain.words import RootCauseClass

ALL: Final = "all"
_Dated = TypeVar("_Dated", Placement, Baseline)
CLASSES: Final = (RootCauseClass.MUST_DO.value, RootCauseClass.SHOULD_DO.value, ALL)


@dataclass(frozen=True, slots=True)
class TrajectoryRow:
    """The cumulative figures of one month ("2019-04"); after the as-at month the last two are None."""

    isg: str
    root_cause_class: str
    month: str
    planned: int
    original_planned: int
    complete: int | None
    percent_of_trajectory: Decimal | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The references behind the figures of one row: the length of each is the figure."""

    planned: tuple[str, ...]
    original_planned: tuple[str, ...]
    complete: tuple[str, ...] | None


def percentage(complete: int, planned: int) -> Decimal | None:
    """To one place, rounded half up (13 of 16 is 81.3), never capped; None when nothing is due."""
    if planned == 0:
        return None
    tenths = (2 * 1000 * complete + planned) // (2 * planned)
    return Decimal(tenths).scaleb(-1)


def trajectory(
    root_causes: Sequence[RootCauseFacts],
    isg_names: Sequence[str],
    as_at: date,
    alike: Mapping[str, int] | None = None,
) -> list[TrajectoryRow]:
    """Every ISG and "all", every class and "all", every month; no rows while the plan is empty.

    `alike`: for root causes with the same history one stands for all, by its reference for how many (None: each for itself).

    The months run from the first due date or completion to the later of the last due date and `as_at`; the
    due dates are those of every baseline in force by `as_at` and the original one.
    """
    months = _months_of_plan(root_causes, as_at)
    tallies: defaultdict[tuple[str, str, _Figure], list[int]] = defaultdict(lambda: [0] * (len(months) + 1))
    for root_cause in root_causes:
        times = 1 if alike is None else alike[root_cause.reference]
        for count in _counts(root_cause, months):
            for isg, root_cause_class in count.rows():
                steps = tallies[isg, root_cause_class, count.figure]
                steps[count.months.start] += times
                steps[count.months.stop] -= times
    rows = []
    for isg in (*isg_names, ALL):
        for root_cause_class in CLASSES:
            figures = [accumulate(tallies[isg, root_cause_class, figure]) for figure in _Figure]
            # each tally has one step more than there are months: where the last runs end
            cells = zip(months.labels, *figures, strict=False)
            for index, (month, planned, original_planned, complete) in enumerate(cells):
                known = complete if index < months.known else None
                percent = None if known is None else percentage(known, planned)
                rows.append(
                    TrajectoryRow(isg, root_cause_class, month, planned, original_planned, known, percent)
                )
    return rows


def counted(
    root_causes: Iterable[RootCauseFacts], isg: str, root_cause_class: str, month: str, as_at: date
) -> Counted:
    """The root causes behind the figures of one row of the trajectory, in the order given."""
    months = _Months.between(_first_of(month), _first_of(month), as_at)
    references: dict[_Figure, list[str]] = {figure: [] for figure in _Figure}
    for root_cause in root_causes:
        for count in _counts(root_cause, months):
            if (isg, root_cause_class) in count.rows():
                references[count.figure].append(root_cause.reference)
    return Counted(
        planned=tuple(references[_Figure.PLANNED]),
        original_planned=tuple(references[_Figure.ORIGINAL_PLANNED]),
        complete=tuple(references[_Figure.COMPLETE]) if months.known else None,
    )


class _Figure(Enum):
    PLANNED = auto()
    ORIGINAL_PLANNED = auto()
    COMPLETE = auto()


@dataclass(frozen=True, slots=True)
class _Count:
    """One root cause counts once, in one figure, in a run of months."""

    figure: _Figure
    placement: Placement
    months: range

    def rows(self) -> list[tuple[str, str]]:
        """The (ISG, class) rows that it counts in; of class none it counts in "all" only."""
        root_cause_class = self.placement.root_cause_class
        classes = [ALL] if root_cause_class is RootCauseClass.NONE else [root_cause_class.value, ALL]
        return [(isg, each) for isg in (self.placement.isg, ALL) for each in classes]


@dataclass(frozen=True, slots=True)
class _Months:
    """A run of months seen from an as-at date; its lists ascend, so that a day is found in them by bisection.

    `stands_on` is the day whose plan a month shows, `due_by` the day by which a due date counts as planned;
    the first `known` months are not after the as-at date.
    """

    labels: Sequence[str]
    stands_on: Sequence[date]
    due_by: Sequence[date]
    known: int

    @classmethod
    def between(cls, first: date, last: date, as_at: date) -> "_Months":
        """From the month of `first` to the month of `last`, both included."""
        starts = [_month_start(number) for number in range(_month_number(first), _month_number(last) + 1)]
        ends = [start.replace(day=monthrange(start.year, start.month)[1]) for start in starts]
        return cls(
            labels=[f"{start:%Y-%m}" for start in starts],
            stands_on=[min(end, as_at) for end in ends],
            due_by=[as_at if start <= as_at <= end else end for start, end in zip(starts, ends, strict=True)],
            known=sum(start <= as_at for start in starts),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def first_standing(self, day: date | None) -> int:
        """The first month that shows the plan of `day` or later; None holds from the beginning."""
        return 0 if day is None else bisect_left(self.stands_on, day)

    def due_from(self, due_date: date) -> range:
        """The months in which this due date counts as planned."""
        return range(bisect_left(self.due_by, due_date), len(self))


def _counts(root_cause: RootCauseFacts, months: _Months) -> Iterator[_Count]:
    """Where one root cause counts: the one place that decides every figure and the references behind it."""
    figures = [
        *((_Figure.PLANNED, run) for run in _planned_runs(root_cause, months)),
        (_Figure.ORIGINAL_PLANNED, months.due_from(original_baseline(root_cause).due_date)),
        *((_Figure.COMPLETE, run) for run in _complete_runs(root_cause, months)),
    ]
    for placement, stands in _runs(placements_in_order(root_cause), months):
        for figure, run in figures:
            counts_in = _both(stands, run)
            if placement.in_plan and counts_in:
                yield _Count(figure, placement, counts_in)


def _runs(history: Sequence[_Dated], months: _Months) -> Iterator[tuple[_Dated, range]]:
    """Each entry of a history, in the order it comes to hold, with the months that show it."""
    starts: list[int] = [months.first_standing(entry.holds_from) for entry in history]
    for entry, start, stop in zip(history, starts, [*starts[1:], len(months)], strict=True):
        yield entry, range(start, stop)


def _planned_runs(root_cause: RootCauseFacts, months: _Months) -> Iterator[range]:
    """The months in which it is due under the baseline in force; before any holds, under the original one."""
    original = months.due_from(original_baseline(root_cause).due_date)
    baselines = baselines_in_order(root_cause)
    yield _both(range(months.first_standing(baselines[0].holds_from)), original)
    for baseline, in_force in _runs(baselines, months):
        yield _both(in_force, months.due_from(baseline.due_date))


def _complete_runs(root_cause: RootCauseFacts, months: _Months) -> Iterator[range]:
    """The known months at whose standing day it is complete, each once."""
    counted_up_to = 0
    for closing in sorted(root_cause.closings, key=lambda closing: closing.closed_on):
        start = max(months.first_standing(closing.closed_on), counted_up_to)
        reopened = months.known if closing.reopened_on is None else months.first_standing(closing.reopened_on)
        counted_up_to = max(counted_up_to, min(reopened, months.known))
        yield range(start, counted_up_to)


def _both(one: range, other: range) -> range:
    """The months that are in both."""
    return range(max(one.start, other.start), min(one.stop, other.stop))


def _months_of_plan(root_causes: Iterable[RootCauseFacts], as_at: date) -> _Months:
    """From the first due date or completion of the plan to the later of its last due date and `as_at`."""
    due_dates: set[date] = set()
    completed_on: set[date] = set()
    for root_cause in root_causes:
        if not _was_in_plan_by(root_cause, as_at):
            continue
        due_dates.add(original_baseline(root_cause).due_date)
        starts = (baseline.holds_from or date.min for baseline in root_cause.baselines)
        due_dates.update(due_date_on(root_cause, start) for start in starts if start <= as_at)
        closed_on = (closing.closed_on for closing in root_cause.closings)
        completed_on.update(day for day in closed_on if day <= as_at and complete_on(root_cause, day))
    if not due_dates:
        return _Months(labels=(), stands_on=(), due_by=(), known=0)
    return _Months.between(min(due_dates | completed_on), max(*due_dates, as_at), as_at)


def _was_in_plan_by(root_cause: RootCauseFacts, day: date) -> bool:
    starts = (placement.holds_from or date.min for placement in root_cause.placements)
    return any(start <= day and in_plan_on(root_cause, start) for start in starts)


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
