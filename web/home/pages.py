"""What the home page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from web.clients.answers.home import Home, OwnersWork
from web.clients.answers.isgs import Meeting
from web.clients.answers.kpi_values import ExpectedData
from web.clients.answers.reporting import IsgOnTrajectory
from web.clients.answers.sign_in import RoleHeld
from web.rendering import counted, day
from web.trajectory.pages import on_trajectory

WHOLE_PLAN = "all"
SEE_THE_WHOLE_PLAN = frozenset({"ecib_member", "pmo", "board_member", "reader"})
LEAD_AN_ISG = frozenset({"isg_chair", "isg_member", "accountable_executive"})


@dataclass(frozen=True, slots=True)
class Overseen:
    """The parts of the plan whose trajectory is somebody's concern."""

    everything: bool
    isgs: frozenset[str]

    def covers(self, isg: str) -> bool:
        """Whether this ISG's, or the whole plan's, line is shown."""
        return self.everything or isg in self.isgs

    def __bool__(self) -> bool:
        return self.everything or bool(self.isgs)


def parts_overseen(roles: Iterable[RoleHeld]) -> Overseen:
    """All for ECIB, the PMO, the Board and readers; their own for those who lead or belong to an ISG."""
    held = tuple(roles)
    return Overseen(
        everything=any(each.role in SEE_THE_WHOLE_PLAN for each in held),
        isgs=frozenset(each.isg for each in held if each.role in LEAD_AN_ISG and each.isg),
    )


@dataclass(frozen=True, slots=True)
class PartOnTrajectory:
    """One line: how an ISG, or the whole plan, stands on its Must Do trajectory today."""

    part: IsgOnTrajectory

    @property
    def name(self) -> str:
        """The ISG's, or the whole plan."""
        return "The whole plan" if self.part.isg == WHOLE_PLAN else self.part.isg

    @property
    def href(self) -> str:
        """Where it is told in full."""
        return f"/isgs/{self.part.slug}" if self.part.slug else "/trajectory"

    @property
    def sentence(self) -> str:
        """16 of the 24 Must Do root causes due by 30 April 2019 are closed: 66.7% of trajectory."""
        return on_trajectory(self.part.must_do, "must_do")


@dataclass(frozen=True, slots=True)
class HomePage:
    """A part for each of the person's roles; the title is the most pressing one's answer."""

    home: Home
    on_trajectory: tuple[PartOnTrajectory, ...] = ()
    values: ExpectedData | None = None
    values_unknown: bool = False

    @property
    def title(self) -> str:
        """You have 3 updates due by Monday 11 March 2019."""
        home = self.home
        if home.owner and home.owner.to_report:
            return updates_due(home.owner, home.today)
        if (
            self.values
            and self.values.missing
            and not home.ecib
            and not home.meetings
            and home.progress is None
        ):
            return f"You owe {counted(self.values.missing, 'KPI value')}"
        if home.ecib and home.ecib.waiting:
            return f"{counted(home.ecib.waiting, 'escalation')} {'waits' if home.ecib.waiting == 1 else 'wait'} for a decision"
        if home.meetings:
            return meeting_ahead(home.meetings[0])
        if home.progress is not None:
            reported, expected = (
                sum(getattr(each, part) for each in home.progress) for part in ("reported", "expected")
            )
            return f"{reported} of {counted(expected, 'update')} given in this cycle"
        otherwise = "Your home page" if self.values_unknown else "Nothing waits for you here"
        return "You have nothing to report now" if home.owner else otherwise

    @property
    def values_owed(self) -> str:
        """2 KPIs wait for values: 3 are missing, 1 is due soon, 1 is provisional."""
        assert self.values is not None
        states = (
            (self.values.missing, "missing"), (self.values.due, "due soon"), (self.values.provisional, "still provisional"),
        )  # fmt: skip
        told = ", ".join(
            f"{number} {'is' if number == 1 else 'are'} {word}" for number, word in states if number
        )
        kpis = counted(self.values.total, "KPI")
        return f"{kpis} {'waits' if self.values.total == 1 else 'wait'} for values from you: {told}."

    @property
    def values_are_more(self) -> int:
        """How many KPIs owe values beside those that are listed."""
        return self.values.total - len(self.values.items) if self.values else 0

    @property
    def updates_are_late(self) -> bool:
        """Whether the deadline of something that is to report has passed."""
        return bool(self.home.owner and late_updates(self.home.owner, self.home.today))


def late_updates(work: OwnersWork, today: date) -> int:
    """How many of the updates that are to give should have come already."""
    return sum(1 for each in work.to_report if each.deadline_on and each.deadline_on < today)


def updates_due(work: OwnersWork, today: date) -> str:
    """You have 1 update due by Monday 11 March 2019; from the day after it: You have 1 late update that was due by …"""
    late = late_updates(work, today)
    if work.next_deadline is None:
        return f"You have {counted(len(work.to_report), 'update')} to give"
    if late:
        were = "that was" if late == 1 else "that were"
        return f"You have {counted(late, 'late update')} {were} due by {day(work.next_deadline)}"
    return f"You have {counted(len(work.to_report), 'update')} due by {day(work.next_deadline)}"


def meeting_ahead(meeting: Meeting) -> str:
    """12 of 18 have reported; Unscheduled Care meets on Thursday 14 March 2019."""
    reported = f"{meeting.reported} of {meeting.open_root_causes} {'has' if meeting.reported == 1 else 'have'} reported"
    when = f" on {day(meeting.isg.meets_on)}" if meeting.isg.meets_on else ""
    return f"{reported}; {meeting.isg.name} meets{when}" if when else f"{reported} to {meeting.isg.name}"
