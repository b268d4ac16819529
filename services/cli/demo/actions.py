"""The steps of each root cause: what they are, when they are due, and when they were done.

Under Must Do root causes eight actions are due in March 2019, all done in March: the Board paper's "target of completing
eight Must Do actions". No other action under a Must Do root cause is due in that month.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from services.cli.demo.library import Topic
from services.cli.demo.schedule import END_OF_MARCH, ISG_28_MARCH, TODAY, Course, Fate
from services.domain.words import RootCauseClass
from services.plan_api.workbook.rows import ActionRow

INSPECTED = date(2018, 12, 3)
END_OF_FEBRUARY = date(2019, 2, 27)
AFTER_MARCH = date(2019, 4, 1)
PLAN_BEGINS = date(2019, 3, 4)
SUMMER = date(2019, 6, 3)
DUE_IN_MARCH = date(2019, 3, 20)
DONE_WHEN_DUE = 0.95
STALLED = frozenset({Course.SLIPPING, Course.STUCK, Course.LATE, Course.REBASELINED, Course.FAILS_IN_MAY})


def ready_by_the_end_of_march(fate: Fate) -> bool:
    """Those that may carry one of the eight actions due in March."""
    return fate.due == END_OF_MARCH and fate.closed == ISG_28_MARCH


def plan_actions(
    topic: Topic,
    position: int,
    root_cause: str,
    root_cause_class: RootCauseClass,
    fate: Fate,
    owner: str,
    numbers: Iterator[int],
    assurance: list[str],
    random: Random,
    *,
    done_by: date | None,
    due_in_march: bool,
) -> tuple[ActionRow, ...]:
    """Two to four; `done_by`: the day on which closing is asked for, when all of them are done."""
    wanted = random.choice((2, 3, 3, 4))
    steps = [topic.actions[(2 * position + step) % len(topic.actions)] for step in range(wanted - 1)]
    steps.append(random.choice(assurance).format(subject=topic.subject))
    due_dates = _due_dates(wanted, root_cause_class, fate, random)
    if due_in_march:
        due_dates[-1] = DUE_IN_MARCH
    return tuple(
        ActionRow(
            reference=f"A-{next(numbers):04}",
            root_cause=root_cause,
            description=step,
            owner_email=owner,
            due_date=due,
            completed_date=_completed(due, fate, random, done_by=done_by, is_last=step is steps[-1]),
        )
        for step, due in zip(steps, due_dates, strict=True)
    )


def _due_dates(wanted: int, root_cause_class: RootCauseClass, fate: Fate, random: Random) -> list[date]:
    """Spread evenly up to the root cause's own due date; for a Must Do none of them in March."""
    if fate.course is Course.UNSTARTED:
        return _spread(SUMMER, fate.due, wanted)
    is_must_do = root_cause_class is RootCauseClass.MUST_DO
    if fate.due <= END_OF_MARCH:
        return _spread(INSPECTED + timedelta(days=random.randrange(40)), END_OF_FEBRUARY, wanted)
    return _spread(AFTER_MARCH if is_must_do else PLAN_BEGINS, fate.due, wanted)


def _spread(first: date, last: date, wanted: int) -> list[date]:
    days = (last - first).days
    return [
        _working_day(first + timedelta(days=days * step // wanted), not_before=first)
        for step in range(1, wanted + 1)
    ]


def _completed(due: date, fate: Fate, random: Random, *, done_by: date | None, is_last: bool) -> date | None:
    day = _working_day(due + timedelta(days=random.randint(-4, 2)), not_before=INSPECTED)
    if done_by is not None:
        return min(day, done_by)
    stalled = is_last and fate.course in STALLED
    if day > TODAY or stalled or random.random() > DONE_WHEN_DUE:
        return None
    return day


def _working_day(day: date, *, not_before: date) -> date:
    """The Friday before a weekend, or the Monday after when that would be too early."""
    friday = day - timedelta(days=max(0, day.weekday() - 4))
    return friday if friday >= not_before else day + timedelta(days=7 - day.weekday())
