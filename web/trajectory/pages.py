"""What the trajectory and the dashboard show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from web.as_at import AsAtForm
from web.clients.answers.reporting import (
    Dashboard,
    FindingCounts,
    IsgOnTrajectory,
    MonthRow,
    OnTrajectory,
    RootCauseCounts,
    Trajectory,
)
from web.findings.pages import TYPES
from web.rendering import counted, percent, short_day
from web.wording import label

ALL: Final = "all"
STATUSES: Final = ("complete", "awaiting_closure", "off_track", "at_risk", "on_track", "not_started")


def on_trajectory(standing: OnTrajectory, of_class: str) -> str:
    """16 of the 24 Must Do root causes due by 30 April 2019 are closed: 66.7% of trajectory."""
    planned, complete = standing.planned.count, standing.complete.count
    kind, due_by = label(of_class), short_day(standing.due_by)
    if not planned:
        closed = f", and {complete} {'is' if complete == 1 else 'are'} closed" if complete else ""
        return f"No {kind} root cause was due by {due_by}{closed}"
    noun = counted(planned, f"{kind} root cause")
    verb = "is" if complete == 1 else "are"
    share = f"{percent(standing.percent_of_trajectory)} of trajectory"
    return f"{complete} of the {noun} due by {due_by} {verb} closed: {share}"


@dataclass(frozen=True, slots=True)
class IsgMonths:
    """The months of one ISG and one class."""

    isg: str
    rows: Sequence[MonthRow]

    @property
    def has_been_replanned(self) -> bool:
        """Whether a re-baseline has moved what was planned."""
        return any(row.planned != row.original_planned for row in self.rows)


@dataclass(frozen=True, slots=True)
class ClassPart:
    """Figure 1 or 2, and the same figures as tables."""

    number: int
    root_cause_class: str
    trajectory: Trajectory

    @property
    def name(self) -> str:
        """Must Do."""
        return label(self.root_cause_class)

    @property
    def isgs(self) -> Sequence[tuple[IsgOnTrajectory, OnTrajectory]]:
        """Each ISG and the whole plan, with where they stand on the day."""
        return [(isg, getattr(isg, self.root_cause_class)) for isg in self.trajectory.isgs]

    @property
    def months(self) -> Sequence[IsgMonths]:
        """Month by month, the whole plan last."""
        return [
            IsgMonths("Whole plan" if isg.isg == ALL else isg.isg, months_of(self.trajectory, isg.isg, self.root_cause_class))
            for isg in self.trajectory.isgs
        ]  # fmt: skip

    @property
    def has_been_replanned(self) -> bool:
        """Whether a re-baseline has moved what was planned in any ISG."""
        return any(isg.has_been_replanned for isg in self.months)


def months_of(trajectory: Trajectory, isg: str, root_cause_class: str) -> Sequence[MonthRow]:
    """The months of an ISG (or "all") and a class."""
    return [row for row in trajectory.rows if (row.isg, row.root_cause_class) == (isg, root_cause_class)]


@dataclass(frozen=True, slots=True)
class TrajectoryPage:
    """Planned beside complete, by ISG and month."""

    form: AsAtForm
    trajectory: Trajectory

    @property
    def title(self) -> str:
        """93 of the 114 Must Do root causes due by 30 April 2019 are closed: 81.6% of trajectory."""
        whole = next(isg for isg in self.trajectory.isgs if isg.isg == ALL)
        return on_trajectory(whole.must_do, "must_do")

    @property
    def classes(self) -> Sequence[ClassPart]:
        """Figures 1 and 2."""
        return [ClassPart(1, "must_do", self.trajectory), ClassPart(2, "should_do", self.trajectory)]


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """How the whole plan stands, for those who oversee it."""

    form: AsAtForm
    dashboard: Dashboard

    @property
    def title(self) -> str:
        """93 of 265 Must Do root causes are complete."""
        must_do = self.dashboard.whole.must_do
        complete = must_do.complete.count
        noun = counted(must_do.in_plan.count, "Must Do root cause")
        return f"{complete} of {noun} {'is' if complete == 1 else 'are'} complete"

    @property
    def sentence(self) -> str:
        """137 are on track; 35 are neither complete nor on track."""
        must_do = self.dashboard.whole.must_do
        on_track, neither = must_do.on_track.count, must_do.neither.count
        return (
            f"{on_track} {'is' if on_track == 1 else 'are'} on track; "
            f"{neither} {'is' if neither == 1 else 'are'} neither complete nor on track."
        )

    @property
    def statuses(self) -> Sequence[str]:
        """Those that add up to the whole plan."""
        return STATUSES

    @property
    def classes(self) -> Sequence[tuple[str, RootCauseCounts]]:
        """The columns of the table."""
        whole = self.dashboard.whole
        return [(label("must_do"), whole.must_do), (label("should_do"), whole.should_do), ("All", whole.all)]

    @property
    def findings(self) -> Sequence[tuple[str, FindingCounts]]:
        """By type, those that the plan has."""
        held = self.dashboard.whole.findings
        by_type = {code: getattr(held, code) for code in TYPES}
        return [(label(code), counts) for code, counts in by_type.items() if counts.in_plan.count]

    @property
    def trajectory_sentences(self) -> Sequence[str]:
        """Where the whole plan stands against its trajectory."""
        whole = self.dashboard.whole
        return [
            on_trajectory(whole.must_do.trajectory, "must_do"),
            on_trajectory(whole.should_do.trajectory, "should_do"),
        ]
