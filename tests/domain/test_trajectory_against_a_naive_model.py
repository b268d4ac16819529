"""For any history the trajectory and the status at any date equal those of a naive model.

The model reads domain.md's sentences (Time, Trajectory, Delivery status, Closing) one after the other, looks
at every root cause on every day, and shares nothing with the rules but the facts. Histories are made of few
days that collide: month ends, first days of months, meeting days, all of them again and again.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.standing import stands_until, work_out
from services.domain.status import delivery_status
from services.domain.trajectory import counted, trajectory
from services.domain.words import Cadence, DeliveryStatus, RootCauseClass, UpdateStatus

ISGS = ("Unscheduled Care", "Well-led")
CLASSES = ("must_do", "should_do", "all")
BEFORE_EVERYTHING = date(2019, 1, 25)
DAYS_BY_MONTH = {2: (27, 28), 3: (1, 13, 14, 15, 31), 4: (1, 11, 29, 30), 5: (1, 2, 9, 31), 6: (1,)}
DAYS = [date(2019, month, day) for month, in_month in DAYS_BY_MONTH.items() for day in in_month]
FORTNIGHTLY = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 3, 4), working_days=WorkingDays())
MEETINGS = [date(2019, 3, 14) + timedelta(days=14 * number) for number in range(20)]

days = st.sampled_from(DAYS)
days_or_the_beginning = st.none() | days


@st.composite
def placements(draw: st.DrawFn) -> tuple[Placement, ...]:
    """It comes into the plan; moves, withdrawals, merges and new classes follow."""
    isgs, classes = st.sampled_from(ISGS), st.sampled_from(RootCauseClass)
    first = Placement(draw(days_or_the_beginning), draw(isgs), draw(classes))
    later = st.builds(Placement, days, isgs, classes, st.sampled_from([True, True, False]))
    return first, *draw(st.lists(later, max_size=3))


@st.composite
def baselines(draw: st.DrawFn) -> tuple[Baseline, ...]:
    """The original one and its re-baselines, some decided on one day, some dated back."""
    original = Baseline(1, draw(days_or_the_beginning), draw(days))
    later = draw(st.lists(st.tuples(days, days), max_size=3))
    return original, *(Baseline(version, *dates) for version, dates in enumerate(later, start=2))


@st.composite
def closings(draw: st.DrawFn) -> tuple[Closing, ...]:
    pairs = draw(st.lists(st.tuples(days, days_or_the_beginning), max_size=3))
    return tuple(Closing(closed, reopened and max(closed, reopened)) for closed, reopened in pairs)


@st.composite
def reports(draw: st.DrawFn) -> tuple[Report, ...]:
    """Every update is one version more of its cycle; some ask for closing, some of those are decided."""
    made = []
    for version, said_on in enumerate(sorted(draw(st.lists(days, max_size=4))), start=1):
        decided_on = draw(days_or_the_beginning)
        made.append(
            Report(
                cycle=FORTNIGHTLY.number_on(said_on) or 0,
                version=version,
                reported_on=said_on,
                status=draw(st.sampled_from([*UpdateStatus, UpdateStatus.COMPLETE])),
                forecast_date=draw(days_or_the_beginning),
                has_evidence=draw(st.booleans()),
                decided_on=decided_on and max(said_on, decided_on),
            )
        )
    return tuple(made)


@st.composite
def plans(draw: st.DrawFn) -> list[RootCauseFacts]:
    parts = st.tuples(placements(), baselines(), closings(), reports())
    histories = draw(st.lists(parts, max_size=4))
    return [RootCauseFacts(f"RC-{number}", *history) for number, history in enumerate(histories)]


# The naive model ---------------------------------------------------------------------------


def every_day(until: date) -> Iterator[date]:
    day = BEFORE_EVERYTHING
    while day <= until:
        yield day
        day += timedelta(days=1)


def has_begun(holds_from: date | None, day: date) -> bool:
    return holds_from is None or holds_from <= day


def place_of(root_cause: RootCauseFacts, day: date) -> Placement | None:
    """The placement that began last; of those that began on one day, the one recorded last."""
    standing = None
    for placement in root_cause.placements:
        if has_begun(placement.holds_from, day) and (
            standing is None or (placement.holds_from or date.min) >= (standing.holds_from or date.min)
        ):
            standing = placement
    return standing


def due_date_of(root_cause: RootCauseFacts, day: date) -> date:
    """The baseline that began last; the first one until its first change."""
    in_force = root_cause.baselines[0]
    for baseline in root_cause.baselines:
        began, now = baseline.holds_from or date.min, in_force.holds_from or date.min
        if has_begun(baseline.holds_from, day) and (began >= now or not has_begun(in_force.holds_from, day)):
            in_force = baseline
    return in_force.due_date


def is_complete(root_cause: RootCauseFacts, day: date) -> bool:
    for closing in root_cause.closings:
        closed = closing.closed_on <= day
        reopened = closing.reopened_on is not None and closing.reopened_on <= day
        if closed and not reopened:
            return True
    return False


def month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    following = date(year + 1, 1, 1) if number == 12 else date(year, number + 1, 1)
    return following - timedelta(days=1)


def month_of(day: date) -> str:
    return day.isoformat()[:7]


def months_of(plan: list[RootCauseFacts], as_at: date) -> list[str]:
    """From the first due date or completion to the later of the last due date and D."""
    due: list[date] = []
    completed: list[date] = []
    for root_cause in plan:
        lived = [day for day in every_day(as_at) if (place := place_of(root_cause, day)) and place.in_plan]
        if lived:
            due.append(root_cause.baselines[0].due_date)
            due.extend(due_date_of(root_cause, day) for day in every_day(as_at))
            completed.extend(day for day in every_day(as_at) if is_complete(root_cause, day))
    if not due:
        return []
    first, last = min(due + completed), max([*due, as_at])
    return sorted({month_of(first + timedelta(days=n)) for n in range((last - first).days + 1)})


def naive_cell(
    plan: list[RootCauseFacts], isg: str, root_cause_class: str, month: str, as_at: date
) -> tuple[list[str], list[str], list[str] | None]:
    """Who is planned, originally planned and complete in one month, straight from the definition."""
    planned, original_planned, complete = [], [], []
    ended = month < month_of(as_at)
    stands_on = month_end(month) if ended else as_at
    due_by = as_at if month == month_of(as_at) else month_end(month)
    for root_cause in plan:
        place = place_of(root_cause, stands_on)
        if place is None or not place.in_plan:
            continue
        if isg not in {"all", place.isg} or root_cause_class not in {"all", place.root_cause_class}:
            continue
        if due_date_of(root_cause, stands_on) <= due_by:
            planned.append(root_cause.reference)
        if root_cause.baselines[0].due_date <= due_by:
            original_planned.append(root_cause.reference)
        if is_complete(root_cause, stands_on):
            complete.append(root_cause.reference)
    return planned, original_planned, None if month > month_of(as_at) else complete


def naive_percentage(complete: int, planned: int) -> Decimal | None:
    if planned == 0:
        return None
    return (Decimal(100) * complete / planned).quantize(Decimal("0.1"), ROUND_HALF_UP)


def naive_status(root_cause: RootCauseFacts, day: date) -> str:
    """The first that fits, from the top of the table."""
    if is_complete(root_cause, day):
        return "complete"
    said = [report for report in root_cause.reports if report.reported_on <= day]
    word, waits = word_of(root_cause, said, day)
    due_date = due_date_of(root_cause, day)
    if waits:
        return "awaiting_closure"
    if due_date < day or (word and word.status == "off_track"):
        return "off_track"
    if word and (word.status == "at_risk" or (word.forecast_date and word.forecast_date > due_date)):
        return "at_risk"
    if word and word.status in {"on_track", "complete"}:
        return "on_track"
    return "not_started"


def word_of(root_cause: RootCauseFacts, said: list[Report], day: date) -> tuple[Report | None, bool]:
    """The word that counts, and whether it is a closure request that waits for its first meeting."""
    if not said:
        return None, False
    last = said[-1]
    if last.status != "complete":
        return last, False
    asked = last.has_evidence
    for closing in root_cause.closings:
        if closing.reopened_on is None or closing.reopened_on > day:
            continue
        asked_again_that_day = (
            asked and closing.reopened_on == last.reported_on and last.decided_on != last.reported_on
        )
        if closing.reopened_on >= last.reported_on and not asked_again_that_day:
            return None, False
    if last.decided_on is not None and last.decided_on <= day:
        others = [report for report in said if report.status != "complete"]
        return (others[-1] if others else None), False
    met_since = any(last.reported_on < meeting <= day for meeting in MEETINGS)
    return last, asked and not met_since


# The properties ----------------------------------------------------------------------------


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans(), days)
def test_every_cell_of_the_trajectory_equals_the_naive_model(plan: list[RootCauseFacts], as_at: date) -> None:
    rows = trajectory(plan, ISGS, as_at)
    months = months_of(plan, as_at)
    assert [(row.isg, row.root_cause_class, row.month) for row in rows] == [
        (isg, root_cause_class, month)
        for isg in (*ISGS, "all")
        for root_cause_class in CLASSES
        for month in months
    ]
    for row in rows:
        planned, original_planned, complete = naive_cell(
            plan, row.isg, row.root_cause_class, row.month, as_at
        )
        assert row.planned == len(planned)
        assert row.original_planned == len(original_planned)
        assert row.complete == (None if complete is None else len(complete))
        assert row.percent_of_trajectory == (
            None if complete is None else naive_percentage(len(complete), len(planned))
        )


@settings(max_examples=150, deadline=None)
@given(plans(), days, days, st.sampled_from([*ISGS, "all"]), st.sampled_from(CLASSES))
def test_every_figure_opens_to_the_root_causes_of_the_naive_model(
    plan: list[RootCauseFacts], as_at: date, in_month: date, isg: str, root_cause_class: str
) -> None:
    month = month_of(in_month)
    behind = counted(plan, isg, root_cause_class, month, as_at)
    planned, original_planned, complete = naive_cell(plan, isg, root_cause_class, month, as_at)
    assert list(behind.planned) == planned
    assert list(behind.original_planned) == original_planned
    assert behind.complete == (None if complete is None else tuple(complete))


@settings(max_examples=300, deadline=None)
@given(placements(), baselines(), closings(), reports())
def test_the_status_on_every_day_equals_the_naive_model(
    where: tuple[Placement, ...],
    due: tuple[Baseline, ...],
    closed: tuple[Closing, ...],
    said: tuple[Report, ...],
) -> None:
    root_cause = RootCauseFacts("RC-1", where, due, closed, said)
    for day in {each + timedelta(days=n) for each in DAYS for n in (-1, 0, 1)}:
        assert delivery_status(root_cause, day, FORTNIGHTLY) is DeliveryStatus(naive_status(root_cause, day))


@settings(max_examples=300, deadline=None)
@given(placements(), baselines(), closings(), reports(), days)
def test_a_standing_is_the_same_on_every_day_until_the_one_it_says(
    where: tuple[Placement, ...],
    due: tuple[Baseline, ...],
    closed: tuple[Closing, ...],
    said: tuple[Report, ...],
    day: date,
) -> None:
    root_cause = RootCauseFacts("RC-1", where, due, closed, said)
    calendars = dict.fromkeys(ISGS, FORTNIGHTLY)
    until = stands_until(root_cause, day, calendars)
    stands = work_out(root_cause, day, calendars)
    assert until is None or until > day
    for later in every_day(until - timedelta(days=1) if until else date(2019, 7, 31)):
        if later >= day:
            assert work_out(root_cause, later, calendars) == stands
