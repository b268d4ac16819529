"""When the demo's root causes are due and closed: the one place that makes the trajectory of the Board paper come true.

Each line is a batch of root causes with one due date and one fate. Read beside seed-figures.md: of Women's and
Children's Must Do root causes 26 are due by 30 April 2019 and 22 of them closed; over all ISGs 59 are due by 31 March and
48 closed. Nothing is closed in a month before the one it is due in; what is due on 30 April is closed or not on track.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from services.domain.words import RootCauseClass

APPROVED_ON = date(2019, 3, 1)
FIRST_CYCLE_OPENS = date(2019, 3, 4)
WELL_LED_APPROVED_ON = date(2019, 4, 29)
WELL_LED_FIRST_CYCLE_OPENS = date(2019, 5, 1)
TODAY = date(2019, 5, 22)

BEFORE_THE_FIRST_CYCLE = date(2019, 2, 28)
MID_MARCH, END_OF_MARCH = date(2019, 3, 15), date(2019, 3, 29)
EARLY_APRIL, LATE_APRIL, END_OF_APRIL = date(2019, 4, 12), date(2019, 4, 26), date(2019, 4, 30)
MID_MAY, END_OF_MAY = date(2019, 5, 17), date(2019, 5, 31)
ISG_14_MARCH, ISG_28_MARCH = date(2019, 3, 14), date(2019, 3, 28)
ISG_11_APRIL, ISG_25_APRIL, ISG_9_MAY = date(2019, 4, 11), date(2019, 4, 25), date(2019, 5, 9)
REBASELINED_ON, OPENED_AGAIN = date(2019, 5, 8), date(2019, 5, 15)

LATER_DUE_DATES = (
    date(2019, 6, 28), date(2019, 7, 31), date(2019, 9, 30), date(2019, 6, 28), date(2019, 8, 30),
    date(2019, 7, 31), date(2019, 10, 31), date(2019, 6, 14), date(2019, 9, 30), date(2019, 11, 29),
    date(2019, 7, 12), date(2019, 8, 30), date(2019, 12, 20), date(2019, 6, 28), date(2019, 9, 13),
    date(2019, 10, 31), date(2020, 1, 31), date(2019, 7, 31), date(2020, 2, 28), date(2020, 3, 31),
)  # fmt: skip
"""Due dates after May, drawn in turn: most in the summer of 2019, the last at the end of March 2020."""


class Course(Enum):
    """How a root cause fares, told by its owner's updates."""

    STEADY = auto()
    SLIPPING = auto()  # at risk from the middle of April
    STUCK = auto()  # off track by the owner's word from the middle of April
    UNSTARTED = auto()
    LATE = auto()  # still open after its due date
    ASKING = auto()  # asks for closing in the cycle of 13 May; the ISG meets on the 23rd
    SLIPS_IN_MAY = auto()
    FAILS_IN_MAY = auto()
    SENT_BACK = auto()  # late; asked for closing in the cycle of 29 April, sent back on 9 May
    REOPENED = auto()  # closed, and reopened in May
    REBASELINED = auto()  # late; ECIB sets a new due date in May
    SILENT = auto()  # steady, but two updates in a row are missed


@dataclass(frozen=True, slots=True)
class Batch:
    """`count` root causes with one fate. No due date: one of the later ones each."""

    count: int
    due: date | None
    closed: date | None = None
    course: Course = Course.STEADY


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one root cause."""

    due: date
    closed: date | None
    course: Course


def fates(isg: str, root_cause_class: RootCauseClass) -> list[Fate]:
    """One fate for each root cause of this ISG and class."""
    later = iter(LATER_DUE_DATES * 4)
    return [
        Fate(batch.due or next(later), batch.closed, batch.course)
        for batch in _SCHEDULE[isg, root_cause_class]
        for _ in range(batch.count)
    ]


_MUST, _SHOULD = RootCauseClass.MUST_DO, RootCauseClass.SHOULD_DO

_SCHEDULE = {
    ("Women's and Children's", _MUST): (
        Batch(3, BEFORE_THE_FIRST_CYCLE, BEFORE_THE_FIRST_CYCLE),
        Batch(4, MID_MARCH, ISG_14_MARCH),
        Batch(4, END_OF_MARCH, ISG_28_MARCH),
        Batch(1, END_OF_MARCH, ISG_11_APRIL, Course.LATE),
        Batch(1, END_OF_MARCH, ISG_9_MAY, Course.LATE),
        Batch(3, EARLY_APRIL, ISG_11_APRIL),
        Batch(1, EARLY_APRIL, ISG_11_APRIL, Course.REOPENED),
        Batch(6, LATE_APRIL, ISG_25_APRIL),
        Batch(1, LATE_APRIL, ISG_9_MAY, Course.LATE),
        Batch(1, END_OF_APRIL, ISG_9_MAY, Course.LATE),
        Batch(1, END_OF_APRIL, None, Course.LATE),
        Batch(2, MID_MAY, ISG_9_MAY),
        Batch(3, END_OF_MAY, None, Course.ASKING),
        Batch(2, END_OF_MAY),
        Batch(1, END_OF_MAY, None, Course.SLIPPING),
        Batch(1, None, None, Course.UNSTARTED),
        Batch(1, None, None, Course.SILENT),
        Batch(11, None),
    ),
    ("Women's and Children's", _SHOULD): (
        Batch(1, END_OF_MARCH, ISG_28_MARCH),
        Batch(1, END_OF_MARCH, ISG_9_MAY, Course.LATE),
        Batch(1, LATE_APRIL, ISG_25_APRIL),
        Batch(2, END_OF_APRIL, None, Course.LATE),
        Batch(2, END_OF_MAY, None, Course.ASKING),
        Batch(2, END_OF_MAY),
        Batch(4, None, None, Course.UNSTARTED),
        Batch(2, None, None, Course.SLIPPING),
        Batch(20, None),
    ),
    ("Scheduled Care", _MUST): (
        Batch(3, BEFORE_THE_FIRST_CYCLE, BEFORE_THE_FIRST_CYCLE),
        Batch(4, MID_MARCH, ISG_14_MARCH),
        Batch(4, END_OF_MARCH, ISG_28_MARCH),
        Batch(1, END_OF_MARCH, ISG_25_APRIL, Course.LATE),
        Batch(1, END_OF_MARCH, None, Course.REBASELINED),
        Batch(4, EARLY_APRIL, ISG_11_APRIL),
        Batch(5, LATE_APRIL, ISG_25_APRIL),
        Batch(1, LATE_APRIL, ISG_9_MAY, Course.LATE),
        Batch(1, LATE_APRIL, None, Course.LATE),
        Batch(1, END_OF_APRIL, ISG_9_MAY, Course.LATE),
        Batch(2, MID_MAY, ISG_9_MAY),
        Batch(1, MID_MAY, None, Course.FAILS_IN_MAY),
        Batch(2, END_OF_MAY, None, Course.SLIPS_IN_MAY),
        Batch(1, END_OF_MAY, None, Course.ASKING),
        Batch(1, END_OF_MAY),
        Batch(2, None, None, Course.SLIPPING),
        Batch(1, None, None, Course.STUCK),
        Batch(10, None),
    ),
    ("Scheduled Care", _SHOULD): (
        Batch(2, END_OF_MARCH, ISG_28_MARCH),
        Batch(1, END_OF_MARCH, None, Course.LATE),
        Batch(2, LATE_APRIL, ISG_25_APRIL),
        Batch(3, LATE_APRIL, None, Course.LATE),
        Batch(2, END_OF_APRIL, None, Course.LATE),
        Batch(3, END_OF_MAY, None, Course.SLIPS_IN_MAY),
        Batch(2, END_OF_MAY, None, Course.ASKING),
        Batch(2, END_OF_MAY),
        Batch(8, None, None, Course.UNSTARTED),
        Batch(4, None, None, Course.SLIPPING),
        Batch(1, None, None, Course.STUCK),
        Batch(1, None, None, Course.SILENT),
        Batch(37, None),
    ),
    ("Unscheduled Care", _MUST): (
        Batch(2, BEFORE_THE_FIRST_CYCLE, BEFORE_THE_FIRST_CYCLE),
        Batch(3, MID_MARCH, ISG_14_MARCH),
        Batch(3, END_OF_MARCH, ISG_28_MARCH),
        Batch(1, END_OF_MARCH, ISG_11_APRIL, Course.LATE),
        Batch(1, END_OF_MARCH, ISG_25_APRIL, Course.LATE),
        Batch(1, MID_MARCH, None, Course.LATE),
        Batch(1, END_OF_MARCH, None, Course.REBASELINED),
        Batch(2, EARLY_APRIL, ISG_11_APRIL),
        Batch(4, LATE_APRIL, ISG_25_APRIL),
        Batch(1, EARLY_APRIL, None, Course.LATE),
        Batch(1, LATE_APRIL, None, Course.LATE),
        Batch(1, LATE_APRIL, None, Course.SENT_BACK),
        Batch(2, END_OF_APRIL, ISG_9_MAY, Course.LATE),
        Batch(1, END_OF_APRIL, None, Course.LATE),
        Batch(2, MID_MAY, ISG_9_MAY),
        Batch(2, MID_MAY, None, Course.FAILS_IN_MAY),
        Batch(1, END_OF_MAY, None, Course.ASKING),
        Batch(3, END_OF_MAY, None, Course.FAILS_IN_MAY),
        Batch(2, END_OF_MAY, None, Course.SLIPS_IN_MAY),
        Batch(3, None, None, Course.SLIPPING),
        Batch(2, None, None, Course.STUCK),
        Batch(1, None, None, Course.UNSTARTED),
        Batch(1, None, None, Course.SILENT),
        Batch(27, None),
    ),
    ("Unscheduled Care", _SHOULD): (
        Batch(1, END_OF_MARCH, ISG_28_MARCH),
        Batch(1, LATE_APRIL, None, Course.LATE),
        Batch(1, END_OF_APRIL, None, Course.LATE),
        Batch(1, END_OF_MAY, None, Course.SLIPS_IN_MAY),
        Batch(2, END_OF_MAY),
        Batch(3, None, None, Course.UNSTARTED),
        Batch(1, None, None, Course.SLIPPING),
        Batch(13, None),
    ),
    ("Workforce", _MUST): (
        Batch(4, BEFORE_THE_FIRST_CYCLE, BEFORE_THE_FIRST_CYCLE),
        Batch(7, MID_MARCH, ISG_14_MARCH),
        Batch(7, END_OF_MARCH, ISG_28_MARCH),
        Batch(2, END_OF_MARCH, ISG_11_APRIL, Course.LATE),
        Batch(1, END_OF_MARCH, ISG_9_MAY, Course.LATE),
        Batch(6, EARLY_APRIL, ISG_11_APRIL),
        Batch(8, LATE_APRIL, ISG_25_APRIL),
        Batch(1, LATE_APRIL, ISG_9_MAY, Course.LATE),
        Batch(1, LATE_APRIL, None, Course.SENT_BACK),
        Batch(1, END_OF_APRIL, ISG_9_MAY, Course.LATE),
        Batch(1, END_OF_APRIL, None, Course.LATE),
        Batch(4, MID_MAY, ISG_9_MAY),
        Batch(6, END_OF_MAY, None, Course.ASKING),
        Batch(4, END_OF_MAY),
        Batch(2, None, None, Course.SLIPPING),
        Batch(1, None, None, Course.STUCK),
        Batch(49, None),
    ),
    ("Workforce", _SHOULD): (
        Batch(1, LATE_APRIL, ISG_25_APRIL),
        Batch(1, END_OF_APRIL, None, Course.LATE),
        Batch(1, END_OF_MAY, None, Course.ASKING),
        Batch(1, END_OF_MAY),
        Batch(1, None, None, Course.UNSTARTED),
        Batch(11, None),
    ),
}
