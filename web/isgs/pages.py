"""What the list of ISGs and an ISG's page show."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.as_at import AsAtForm
from web.clients.answers.isgs import Isg, Meeting
from web.clients.answers.reporting import IsgOnTrajectory, OnTrajectory, Trajectory
from web.rendering import counted
from web.trajectory.pages import IsgMonths, months_of, on_trajectory
from web.wording import label

CLASSES = ((1, "must_do"), (2, "should_do"))


@dataclass(frozen=True, slots=True)
class IsgInList:
    """An ISG and where it stands today."""

    isg: Isg
    standing: IsgOnTrajectory

    @property
    def sentence(self) -> str:
        """16 of the 24 Must Do root causes due by 30 April 2019 are closed: 66.7% of trajectory."""
        return on_trajectory(self.standing.must_do, "must_do")


@dataclass(frozen=True, slots=True)
class IsgsPage:
    """All ISGs, each with its sentence."""

    isgs: Sequence[IsgInList]

    @property
    def title(self) -> str:
        """5 Improvement Steering Groups."""
        return counted(len(self.isgs), "Improvement Steering Group")


@dataclass(frozen=True, slots=True)
class IsgClass:
    """One class of an ISG's root causes: the sentence, the chart and its table."""

    number: int
    root_cause_class: str
    standing: OnTrajectory
    months: IsgMonths

    @property
    def name(self) -> str:
        """Must Do."""
        return label(self.root_cause_class)

    @property
    def sentence(self) -> str:
        """Where it stands."""
        return on_trajectory(self.standing, self.root_cause_class)

    @property
    def is_empty(self) -> bool:
        """Whether it is to do nothing of this class in any month."""
        return not any(row.planned or row.original_planned or row.complete for row in self.months.rows)


@dataclass(frozen=True, slots=True)
class IsgPage:
    """One ISG: its sentence, its charts, and what its next meeting has before it where the person may see that."""

    isg: Isg
    form: AsAtForm
    trajectory: Trajectory
    meeting: Meeting | None

    @property
    def title(self) -> str:
        """Unscheduled Care: 16 of the 24 Must Do root causes due by 30 April 2019 are closed: 66.7% of trajectory."""
        return f"{self.isg.name}: {self.classes[0].sentence}"

    @property
    def classes(self) -> Sequence[IsgClass]:
        """Must Do and Should Do."""
        standing = next(each for each in self.trajectory.isgs if each.isg == self.isg.name)
        return [
            IsgClass(
                number, code, getattr(standing, code),
                IsgMonths(self.isg.name, months_of(self.trajectory, self.isg.name, code)),
            )
            for number, code in CLASSES
        ]  # fmt: skip
