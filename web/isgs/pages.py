"""What the list of ISGs and an ISG's page show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from web.as_at import AsAtForm
from web.clients.answers.isgs import ChangeSince, Isg, MeetingWhole
from web.clients.answers.reporting import IsgOnTrajectory, OnTrajectory, Trajectory
from web.kpis.matrix import Matrix
from web.rendering import counted, short_day
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


KINDS: Final = {
    "closed": "Closed", "sent_back": "Sent back", "reopened": "Reopened", "escalated": "Escalated to ECIB",
    "decided": "Decided by ECIB", "rebaselined": "Re-baselined", "moved": "Reported otherwise than before",
    "owner": "Changed owner", "risk": "New risks to delivery",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangesOfKind:
    """What happened of one kind since the last meeting."""

    heading: str
    items: Sequence[ChangeSince]


def told(each: ChangeSince) -> str:
    """What it was and is: On track, now off track; due 30 June 2019, now 31 July 2019."""
    match each.kind:
        case "moved":
            was = label(each.before) if each.before else "Nothing said"
            return f"{was}, now {label(each.after or '').lower()}"
        case "rebaselined":
            was, due = (short_day(date.fromisoformat(day)) for day in (each.before or "", each.after or ""))
            return f"due {was}, now {due}"
        case "owner":
            return f"from {each.before} to {each.after}"
        case "decided":
            return f"{each.escalation}: {label(each.after or '').lower()}"
        case "escalated":
            return f"as {each.escalation}"
    return ""


@dataclass(frozen=True, slots=True)
class IsgPage:
    """One ISG: its sentence, its charts, and what its next meeting has before it where the person may see that."""

    isg: Isg
    form: AsAtForm
    trajectory: Trajectory
    meeting: MeetingWhole | None
    measures: Matrix | None = None

    @property
    def title(self) -> str:
        """Unscheduled Care: 16 of the 24 Must Do root causes due by 30 April 2019 are closed: 66.7% of trajectory."""
        return f"{self.isg.name}: {self.classes[0].sentence}"

    @property
    def changes(self) -> Sequence[ChangesOfKind]:
        """What has changed since the last meeting, by kind."""
        changes = self.meeting.changes if self.meeting else ()
        by_kind = {kind: [each for each in changes if each.kind == kind] for kind in KINDS}
        return [ChangesOfKind(KINDS[kind], items) for kind, items in by_kind.items() if items]

    @staticmethod
    def told(each: ChangeSince) -> str:
        """What it was and is."""
        return told(each)

    @staticmethod
    def address_of(each: ChangeSince) -> str:
        """The page of what it happened to."""
        return f"/risks/{each.ref}" if each.kind == "risk" else f"/root-causes/{each.ref}"

    @property
    def since(self) -> str:
        """Since the meeting of 9 May 2019; since the meeting that was planned for 9 May 2019."""
        if self.meeting is None or self.meeting.since is None:
            return ""
        planned = "" if self.meeting.held else " that was planned for"
        return f"since the meeting{planned or ' of'} {short_day(self.meeting.since)}"

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
