"""What the Board paper says in numbers: every figure, worked out from recorded facts and an as-at date.

Whole-plan figures are the sums of the ISGs' figures, so that the parts always add up to the headline.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.domain.facts import RootCauseFacts
from services.domain.status import delivery_status, due_date_on, is_neither, original_baseline, placement_on
from services.domain.trajectory import TrajectoryRow, percentage, trajectory
from services.domain.words import Cadence, DeliveryStatus, FindingType, RootCauseClass
from services.shared.facts import IsgFacts, PlanFacts

REPORTED_CLASSES = (RootCauseClass.MUST_DO, RootCauseClass.SHOULD_DO)


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """A finding as the paper needs it: where it comes from, who holds it, which root causes answer it."""

    reference: str
    finding_type: FindingType
    source: str | None
    isg: str
    core_service: str | None
    root_causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """A forum approved an ISG's part of the plan on a day."""

    isg: str
    forum: str
    approved_on: date


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action that was not withdrawn, with the day it was due and the day it was done."""

    root_cause: str
    due_date: date
    completed_on: date | None


@dataclass(frozen=True, slots=True)
class Completion:
    """So many complete, of so many planned."""

    complete: int
    planned: int

    @property
    def percent(self) -> Decimal | None:
        """To one place; None when nothing is due."""
        return percentage(self.complete, self.planned)

    @property
    def whole_percent(self) -> int | None:
        """To the whole number, rounded half up from the counts (22 of 26 is 85); None when nothing is due."""
        return None if self.planned == 0 else (200 * self.complete + self.planned) // (2 * self.planned)

    def __add__(self, other: "Completion") -> "Completion":
        return Completion(self.complete + other.complete, self.planned + other.planned)


NO_SOURCE = "Source not recorded"
NOTHING_DUE = Completion(0, 0)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The cumulative figures of one month ("2019-04"); `complete` is None after the as-at month."""

    month: str
    planned: int
    original_planned: int
    complete: int | None

    @property
    def completion(self) -> Completion | None:
        """Complete of planned, once the month has begun."""
        return None if self.complete is None else Completion(self.complete, self.planned)

    @property
    def original_completion(self) -> Completion | None:
        """Complete of originally planned, once the month has begun."""
        return None if self.complete is None else Completion(self.complete, self.original_planned)

    def __add__(self, other: "MonthFigures") -> "MonthFigures":
        complete = None if self.complete is None or other.complete is None else self.complete + other.complete
        return MonthFigures(
            self.month,
            self.planned + other.planned,
            self.original_planned + other.original_planned,
            complete,
        )


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class of root causes at the as-at date, and its trajectory by month.

    `neither` are neither complete nor on track: at risk, off track, awaiting closure or not started.
    """

    findings: int = 0
    root_causes: int = 0
    complete: int = 0
    on_track: int = 0
    neither: int = 0
    months: tuple[MonthFigures, ...] = ()

    def in_month(self, month: str) -> Completion:
        """Complete of planned in a month; nothing due in one outside the plan's months."""
        return next((m.completion for m in self.months if m.month == month and m.completion), NOTHING_DUE)

    def originally_in_month(self, month: str) -> Completion:
        """Complete of originally planned in a month."""
        found = (m.original_completion for m in self.months if m.month == month and m.original_completion)
        return next(found, NOTHING_DUE)

    def __add__(self, other: "ClassFigures") -> "ClassFigures":
        months = self.months and other.months
        return ClassFigures(
            self.findings + other.findings,
            self.root_causes + other.root_causes,
            self.complete + other.complete,
            self.on_track + other.on_track,
            self.neither + other.neither,
            tuple(mine + theirs for mine, theirs in zip(self.months, other.months, strict=True))
            if months
            else self.months or other.months,
        )


@dataclass(frozen=True, slots=True)
class IsgFigures:
    """One ISG's part of the plan.

    `services` are those its findings relate to, `notices` the sources whose notices its root causes answer;
    `answered_by` are the other ISGs that own root causes of its findings.
    """

    name: str
    slug: str
    cadence: Cadence
    must_do: ClassFigures
    should_do: ClassFigures
    services: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    answered_by: tuple[str, ...] = ()

    def of(self, root_cause_class: RootCauseClass) -> ClassFigures:
        """The figures of a class."""
        return self.must_do if root_cause_class is RootCauseClass.MUST_DO else self.should_do


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """What findings come from, and how many of each type."""

    name: str
    findings: tuple[tuple[FindingType, int], ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """A forum's approval of the plans of one or more ISGs on a day."""

    forum: str
    approved_on: date
    isgs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BoardPaperFigures:
    """Everything the Board paper states.

    `must_do_actions` were due in the month before the as-at month; of the Must Do and Should Do root causes,
    `moved_due_dates` are not the original ones, and `unreleased_updates` no ISG meeting and no PMO has released.
    """

    trust_name: str
    as_at: date
    isgs: tuple[IsgFigures, ...]
    sources: tuple[SourceFigures, ...] = ()
    approvals: tuple[Approval, ...] = ()
    must_do_actions: Completion = NOTHING_DUE
    neither_class: int = 0
    moved_due_dates: int = 0
    unreleased_updates: int = 0

    @property
    def month(self) -> str:
        """The month of the as-at date, as the trajectory spells it."""
        return f"{self.as_at:%Y-%m}"

    @property
    def is_month_end(self) -> bool:
        """Whether the as-at date ends its month."""
        return ends_its_month(self.as_at)

    @property
    def previous_month_end(self) -> date:
        """The last day of the month before the as-at month."""
        return previous_month_end(self.as_at)

    def whole(self, root_cause_class: RootCauseClass) -> ClassFigures:
        """The whole plan's figures of a class."""
        return sum((isg.of(root_cause_class) for isg in self.isgs), ClassFigures())

    def now(self, root_cause_class: RootCauseClass) -> Completion:
        """Complete of planned at the as-at date."""
        return self.whole(root_cause_class).in_month(self.month)

    def previously(self, root_cause_class: RootCauseClass) -> Completion:
        """Complete of planned at the end of the month before."""
        return self.whole(root_cause_class).in_month(f"{self.previous_month_end:%Y-%m}")

    def has(self, root_cause_class: RootCauseClass) -> bool:
        """Whether the plan has, or has had, root causes of the class."""
        whole = self.whole(root_cause_class)
        return whole.root_causes > 0 or any(month.planned or month.complete for month in whole.months)


def ends_its_month(day: date) -> bool:
    """Whether `day` is the last of its month."""
    return (day + timedelta(days=1)).day == 1


def previous_month_end(day: date) -> date:
    """The last day of the month before `day`'s: 31 March 2019 for 30 April 2019 and for 1 April 2019."""
    return day.replace(day=1) - timedelta(days=1)


def board_paper_figures(
    trust_name: str,
    plan: PlanFacts,
    findings: Sequence[FindingFacts],
    approvals: Sequence[ApprovalFacts],
    actions: Sequence[ActionFacts],
    unreleased: Sequence[str],
    as_at: date,
) -> BoardPaperFigures:
    """The figures at the end of `as_at`, from the plan's facts and what the paper needs beside them.

    `unreleased` has the root cause of each update that is not released.
    """
    standing = _Standing(plan, as_at)
    rows = trajectory(plan.root_causes, plan.isg_names, as_at)
    reported = set[str]().union(*(standing.of_class(each) for each in REPORTED_CLASSES))
    return BoardPaperFigures(
        trust_name=trust_name,
        as_at=as_at,
        isgs=tuple(_isg_figures(isg, standing, findings, rows) for isg in plan.isgs),
        sources=_sources(findings),
        approvals=_approvals(approvals, as_at),
        must_do_actions=_must_do_actions(actions, standing.of_class(RootCauseClass.MUST_DO), as_at),
        neither_class=len(standing.of_class(RootCauseClass.NONE)),
        moved_due_dates=sum(_is_moved(plan.by_reference[reference], as_at) for reference in reported),
        unreleased_updates=sum(reference in reported for reference in unreleased),
    )


def _is_moved(root_cause: RootCauseFacts, day: date) -> bool:
    return due_date_on(root_cause, day) != original_baseline(root_cause).due_date


class _Standing:
    """The root causes in the plan at the end of a day: where each stands, and its delivery status."""

    def __init__(self, plan: PlanFacts, day: date) -> None:
        self._isg: dict[str, str] = {}
        self._class: dict[str, RootCauseClass] = {}
        self._status: dict[str, DeliveryStatus] = {}
        for root_cause in plan.root_causes:
            self._place(root_cause, plan, day)

    def _place(self, root_cause: RootCauseFacts, plan: PlanFacts, day: date) -> None:
        placement = placement_on(root_cause, day)
        if placement is None or not placement.in_plan:
            return
        reference = root_cause.reference
        self._isg[reference] = placement.isg
        self._class[reference] = placement.root_cause_class
        self._status[reference] = delivery_status(root_cause, day, plan.calendar_of(placement.isg))

    def of_class(self, root_cause_class: RootCauseClass, isg: str | None = None) -> set[str]:
        """The references of a class, in one ISG or in all."""
        return {
            reference
            for reference, each in self._class.items()
            if each is root_cause_class and isg in (None, self._isg[reference])
        }

    def isg_of(self, reference: str) -> str | None:
        """The ISG that owns a root cause; None when it is not in the plan."""
        return self._isg.get(reference)

    def count(self, references: Collection[str], status: DeliveryStatus) -> int:
        """How many of these have the status."""
        return sum(self._status[reference] is status for reference in references)

    def count_neither(self, references: Collection[str]) -> int:
        """How many of these are neither complete nor on track."""
        return sum(is_neither(self._status[reference]) for reference in references)


def _isg_figures(
    isg: IsgFacts, standing: _Standing, findings: Sequence[FindingFacts], rows: Sequence[TrajectoryRow]
) -> IsgFigures:
    def figures_of(root_cause_class: RootCauseClass) -> ClassFigures:
        references = standing.of_class(root_cause_class, isg.name)
        return ClassFigures(
            findings=sum(f.isg == isg.name and f.finding_type == root_cause_class.value for f in findings),
            root_causes=len(references),
            complete=standing.count(references, DeliveryStatus.COMPLETE),
            on_track=standing.count(references, DeliveryStatus.ON_TRACK),
            neither=standing.count_neither(references),
            months=tuple(
                MonthFigures(row.month, row.planned, row.original_planned, row.complete)
                for row in rows
                if row.isg == isg.name and row.root_cause_class == root_cause_class.value
            ),
        )

    held = [each for each in findings if each.isg == isg.name and _is_of_reported_class(each)]
    return IsgFigures(
        name=isg.name,
        slug=isg.slug,
        cadence=isg.calendar.cadence,
        must_do=figures_of(RootCauseClass.MUST_DO),
        should_do=figures_of(RootCauseClass.SHOULD_DO),
        services=_once(finding.core_service for finding in held),
        notices=_once(
            finding.source
            for finding in findings
            if finding.finding_type is FindingType.NOTICE
            and any(standing.isg_of(reference) == isg.name for reference in finding.root_causes)
        ),
        answered_by=tuple(
            owner
            for owner in _once(standing.isg_of(ref) for finding in held for ref in finding.root_causes)
            if owner != isg.name
        ),
    )


def _is_of_reported_class(finding: FindingFacts) -> bool:
    return finding.finding_type in {FindingType.MUST_DO, FindingType.SHOULD_DO}


def _sources(findings: Sequence[FindingFacts]) -> tuple[SourceFigures, ...]:
    counts = Counter((finding.source or NO_SOURCE, finding.finding_type) for finding in findings)
    return tuple(
        SourceFigures(name, tuple((each, counts[name, each]) for each in FindingType if counts[name, each]))
        for name in _once(finding.source or NO_SOURCE for finding in findings)
    )


def _approvals(approvals: Sequence[ApprovalFacts], as_at: date) -> tuple[Approval, ...]:
    """By day and forum, earliest first, of what was approved by the as-at date."""
    given = [each for each in approvals if each.approved_on <= as_at]
    return tuple(
        Approval(
            forum, day, tuple(each.isg for each in given if (each.approved_on, each.forum) == (day, forum))
        )
        for day, forum in sorted({(each.approved_on, each.forum) for each in given})
    )


def _must_do_actions(actions: Sequence[ActionFacts], must_do: Collection[str], as_at: date) -> Completion:
    """Of the actions under Must Do root causes due in the month before: those done by its end."""
    last = previous_month_end(as_at)
    due = [
        action
        for action in actions
        if action.root_cause in must_do and last.replace(day=1) <= action.due_date <= last
    ]
    done = sum(action.completed_on is not None and action.completed_on <= last for action in due)
    return Completion(done, len(due))


def _once(names: Iterable[str | None]) -> tuple[str, ...]:
    """Each name once, in the order of first sight."""
    return tuple(dict.fromkeys(name for name in names if name))
