"""Did it work? By hand: 14 monthly values from January 2018 that alternate between 50 and 52, closed on 10 March 2019.

Their mean is 51 and each moving range 2: limits 51 +/- 5.32, so 45.68 to 56.32; near limits 47.453 to 54.547.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.impact import (
    NOT_WORKING,
    WORKS,
    Impact,
    LastReview,
    Measure,
    Review,
    Value,
    before_and_after,
    charted,
    check_embedding,
    check_review,
    impact_of,
    may_review,
    no_impact_escalates,
    overall,
    review_due,
    wait_is_over,
    why_not_embedded,
)
from services.domain.permissions import Person, Subject
from services.domain.spc import Observation, SpcResult
from services.domain.words import (
    AssuranceStage,
    Cadence,
    Direction,
    ImpactDecision,
    ImpactVerdict,
    Role,
    Verdict,
)

CLOSED = date(2019, 3, 10)
UP, DOWN, NEUTRAL = Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL
IMPROVING, WORKING, WORSE, NO_CHANGE, TOO_FEW = (
    ImpactVerdict.IMPROVING, ImpactVerdict.WORKING, ImpactVerdict.DETERIORATING, ImpactVerdict.NO_CHANGE_YET,
    ImpactVerdict.NOT_ENOUGH_POINTS,
)  # fmt: skip


def month(number: int) -> date:
    """Number 0 is January 2018; 14 is March 2019, which had begun by the closing."""
    return date(2018 + number // 12, number % 12 + 1, 1)


def series(since: list[float], *, before: int = 15, target: float | None = None) -> list[Value]:
    """Values up to March 2019, and `since` from April on."""
    first = 15 - before
    old = [Value(month(first + each), 50 + each % 2 * 2, target) for each in range(before)]
    return old + [Value(month(15 + each), value, target) for each, value in enumerate(since)]


def says(since: list[float], direction: Direction = UP, **how: object) -> Impact:
    """What the rules say of `since`."""
    return impact_of(series(since, **how), CLOSED, direction)  # type: ignore[arg-type]


FLAT = [50.0, 52.0, 50.0, 52.0, 50.0, 52.0]


@pytest.mark.parametrize(
    ("since", "direction", "how", "expected"),
    [
        ([], UP, {}, TOO_FEW),
        (FLAT[:5], UP, {}, TOO_FEW),
        (FLAT, UP, {}, NO_CHANGE),
        (FLAT, UP, {"target": 50}, WORKING),
        (FLAT, UP, {"target": 51}, NO_CHANGE),
        (FLAT, DOWN, {"target": 52}, WORKING),
        (FLAT[:5], UP, {"target": 50}, TOO_FEW),
        ([51.0, 60.0], UP, {}, IMPROVING),  # above the limit, however few there are
        ([51.0, 60.0], DOWN, {}, WORSE),
        ([51.0, 40.0], DOWN, {}, IMPROVING),
        ([60.0, 40.0], UP, {}, WORSE),  # better for a while, but the latest is of concern
        ([40.0, 51.0], UP, {}, TOO_FEW),  # the concern has passed
        ([53.0] * 7, UP, {}, IMPROVING),  # a shift
        ([49.0] * 7, UP, {"target": 48}, WORSE),  # of concern comes before the target
        ([60.0] * 6, NEUTRAL, {"target": 50}, NO_CHANGE),
        ([60.0] * 6, UP, {"before": 11}, NO_CHANGE),  # no limits: nothing is beyond chance
        ([60.0] * 6, UP, {"before": 11, "target": 55}, WORKING),
        ([10.0] * 6, UP, {"before": 11, "target": 55}, NO_CHANGE),
        ([60.0] * 5, UP, {"before": 11, "target": 55}, TOO_FEW),
        (
            [60.0],
            UP,
            {"before": 12},
            IMPROVING,
        ),  # twelve before and one since are the thirteen that limits take
        ([60.0] * 6, UP, {"before": 0}, NO_CHANGE),
    ],
)
def test_the_verdict(
    since: list[float], direction: Direction, how: dict[str, float], expected: ImpactVerdict
) -> None:
    """The first that fits: improving, deteriorating, working, not enough points, no change yet."""
    assert says(since, direction, **how).verdict is expected


def test_a_period_that_had_begun_by_the_closing_is_before_it() -> None:
    """March 2019 began on the 1st; the root cause was closed on the 10th."""
    found = says(FLAT)
    assert (found.points_before, found.points_since, found.latest_period) == (15, 6, month(20))


def test_limits_are_frozen_at_the_closing() -> None:
    """A new level stays an improvement however long it lasts, where limits that moved along would swallow it."""
    assert says([58.0, 60.0] * 20).verdict is IMPROVING


def test_only_recalculations_up_to_the_closing_count() -> None:
    """Recalculated in October 2018, six values before closing are left: too few. Recalculated afterwards: as if it were not."""
    values = series([60.0])
    assert impact_of(values, CLOSED, UP, rebase=[month(9)]).verdict is TOO_FEW
    assert impact_of(values, CLOSED, UP, rebase=[month(15)]).verdict is IMPROVING


def test_a_ghosted_value_takes_part_in_nothing() -> None:
    """Neither as a concern nor as a value since closing."""
    values = [*series(FLAT), Value(month(21), 10, ghosted=True)]
    found = impact_of(values, CLOSED, UP)
    assert (found.verdict, found.points_since) == (NO_CHANGE, 6)


@pytest.mark.parametrize(
    ("values", "holds", "reading"),
    [
        (
            series(FLAT, target=50),
            True,
            "6 periods since closing without concern, with the target met in each.",
        ),
        (
            series([57.0, 58.0] * 3),
            True,
            "6 periods since closing without concern, with improvement beyond chance.",
        ),
        (series(FLAT[:5], target=50), False, "5 of 6 periods since closing have a value."),
        (series([57.0, 58.0]), False, "2 of 6 periods since closing have a value."),
        (series([57.0, 40.0, 57.0, 57.0, 57.0, 57.0]), False, "The last 6 periods were not without concern."),
        (
            series([40.0, *FLAT], target=50),
            True,
            "6 periods since closing without concern, with the target met in each.",
        ),
        (series(FLAT, target=51), False, "The target was not met in all of the last 6 periods"),
        (
            [*series(FLAT[:5], target=50), Value(month(20), 52, 50, final=False)],
            False,
            "Some of the last 6 values are provisional.",
        ),
    ],
)
def test_when_it_may_be_embedded(values: list[Value], holds: bool, reading: str) -> None:
    """N periods without concern, and the target met in all of them or improvement by SPC."""
    found = impact_of(values, CLOSED, UP)
    assert found.embedding_reading.startswith(reading)
    assert found.holds_for_embedding is holds


def test_values_too_large_for_limits_are_not_judged_by_them() -> None:
    """Nothing is beyond chance where no double can hold what chance is."""
    values = [Value(month(each), 1e308 * (-1) ** each) for each in range(21)]
    assert impact_of(values, CLOSED, UP).verdict is NO_CHANGE


values_since = st.lists(st.floats(0, 100), max_size=12)


@given(values_since, st.sampled_from([UP, DOWN]), st.none() | st.floats(0, 100))
def test_better_is_the_mirror_of_worse(
    since: list[float], direction: Direction, target: float | None
) -> None:
    """Turned upside down, with the other direction wanted, the verdict is the same."""
    other = DOWN if direction is UP else UP
    values = series(since, target=target)
    mirrored = [
        Value(each.period, -each.value, None if each.target is None else -each.target) for each in values
    ]
    assert impact_of(values, CLOSED, direction).verdict is impact_of(mirrored, CLOSED, other).verdict


@given(values_since, st.randoms())
def test_the_order_in_which_values_come_does_not_matter(since: list[float], random: object) -> None:
    """They are put in order first."""
    values = series(since)
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert impact_of(shuffled, CLOSED, UP) == impact_of(values, CLOSED, UP)


@given(values_since, st.none() | st.floats(0, 100), st.integers(0, 15))
def test_what_may_be_embedded_is_never_done_but_not_working(
    since: list[float], target: float | None, before: int
) -> None:
    """The two conditions exclude each other, and without limits nothing is better or worse than chance."""
    found = impact_of(series(since, before=before, target=target), CLOSED, UP)
    assert not (found.holds_for_embedding and found.verdict in NOT_WORKING)
    if before < 12:
        assert found.verdict not in {IMPROVING, WORSE}


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        ([], None),
        ([IMPROVING], IMPROVING),
        ([IMPROVING, WORKING], WORKING),
        ([WORKING, TOO_FEW], TOO_FEW),
        ([IMPROVING, TOO_FEW, NO_CHANGE], NO_CHANGE),
        ([NO_CHANGE, WORSE, IMPROVING], WORSE),
    ],
)
def test_of_several_kpis_the_weakest_speaks(
    several: list[ImpactVerdict], expected: ImpactVerdict | None
) -> None:
    """Every KPI of a root cause has to move."""
    assert overall(several) is expected


def test_every_verdict_is_told_apart() -> None:
    """Two say that it works, two that it does not, and one that it can't be said."""
    assert set(ImpactVerdict) - WORKS - NOT_WORKING == {TOO_FEW}


DAY = date(2019, 11, 1)


def last(decision: ImpactDecision, verdict: ImpactVerdict = NO_CHANGE, **more: object) -> LastReview:
    return LastReview(decision, verdict, **{"wait_until": None, "values_since": 0, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verdict", "decided", "due"),
    [
        (NO_CHANGE, None, True),
        (WORSE, None, True),
        (TOO_FEW, None, False),
        (WORKING, None, False),
        (None, None, False),
        (NO_CHANGE, last(ImpactDecision.WAIT_UNTIL, wait_until=date(2019, 11, 2)), False),
        (NO_CHANGE, last(ImpactDecision.WAIT_UNTIL, wait_until=DAY), True),
        (WORKING, last(ImpactDecision.WAIT_UNTIL, wait_until=DAY), False),
        (WORSE, last(ImpactDecision.WAIT_UNTIL, wait_until=date(2019, 11, 2)), True),
        (WORSE, last(ImpactDecision.ADD_ACTIONS, WORSE, values_since=5), False),
        (WORSE, last(ImpactDecision.ADD_ACTIONS, WORSE, values_since=6), True),
        (NO_CHANGE, last(ImpactDecision.CHANGE_KPI, values_since=5), False),
        (NO_CHANGE, last(ImpactDecision.CHANGE_KPI, values_since=6), True),
    ],
)
def test_when_the_isg_is_asked(verdict: ImpactVerdict | None, decided: LastReview | None, due: bool) -> None:
    """Done but not working, and what was decided last has had its time."""
    assert review_due(verdict, DAY, decided) is due


def test_a_wait_is_over_on_its_day() -> None:
    """Not the day before."""
    assert not wait_is_over(DAY, date(2019, 10, 31))
    assert wait_is_over(DAY, DAY)


CALENDAR = ReportingCalendar(Cadence.FORTNIGHTLY, date(2019, 3, 4), working_days=WorkingDays())


@pytest.mark.parametrize(
    ("day", "escalates"),
    [
        (date(2019, 4, 15), False),
        (date(2019, 5, 12), False),
        (date(2019, 5, 13), True),
        (date(2019, 3, 1), False),
    ],
)
def test_two_cycles_without_a_review_escalate(day: date, escalates: bool) -> None:
    """Asked in cycle 3, which opened on 15 April: cycles 3 and 4 go by, and cycle 5 opens on 13 May."""
    assert no_impact_escalates(3, day, CALENDAR) is escalates


ISG = "Unscheduled Care"
SUBJECT = Subject(ISG, "owner@demo.example")
CHAIR = Person("chair@demo.example", frozenset({(Role.ISG_CHAIR, ISG)}))
MEMBER = Person("member@demo.example", frozenset({(Role.ISG_MEMBER, ISG)}))
OTHER_CHAIR = Person("chair2@demo.example", frozenset({(Role.ISG_CHAIR, "Scheduled Care")}))
PMO = Person("pmo@demo.example", frozenset({(Role.PMO, None)}))
OWNER = Person("owner@demo.example", frozenset({(Role.ROOT_CAUSE_OWNER, None), (Role.ISG_MEMBER, ISG)}))


def review(decision: ImpactDecision, **more: object) -> Review:
    given: dict[str, object] = {"meeting_date": date(2019, 10, 24), "reason": "It has not moved.", **more}
    return Review(decision, **given)  # type: ignore[arg-type]


def check(wish: Review, decider: Person = CHAIR) -> None:
    check_review(wish, decider=decider, subject=SUBJECT, asked_on=date(2019, 10, 20), today=DAY)


@pytest.mark.parametrize(
    "wish",
    [
        review(ImpactDecision.REOPEN),
        review(ImpactDecision.REOPEN, actions=2),
        review(ImpactDecision.ADD_ACTIONS, actions=1),
        review(ImpactDecision.CHANGE_KPI, instead=True),
        review(ImpactDecision.WAIT_UNTIL, wait_until=date(2019, 11, 2)),
    ],
)
def test_what_an_isg_may_decide(wish: Review) -> None:
    """Each with what it needs."""
    check(wish)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (review(ImpactDecision.REOPEN, reason=" "), "reason"),
        (review(ImpactDecision.REOPEN, meeting_date=date(2019, 10, 19)), "meeting_date"),
        (review(ImpactDecision.REOPEN, meeting_date=date(2019, 11, 2)), "meeting_date"),
        (review(ImpactDecision.REOPEN, wait_until=date(2019, 12, 1)), "wait_until"),
        (review(ImpactDecision.REOPEN, instead=True), "instead.name"),
        (review(ImpactDecision.ADD_ACTIONS), "actions"),
        (review(ImpactDecision.CHANGE_KPI), "instead.name"),
        (review(ImpactDecision.CHANGE_KPI, instead=True, actions=1), "actions"),
        (review(ImpactDecision.WAIT_UNTIL), "wait_until"),
        (review(ImpactDecision.WAIT_UNTIL, wait_until=DAY), "wait_until"),
        (review(ImpactDecision.WAIT_UNTIL, wait_until=date(2020, 11, 2)), "wait_until"),
    ],
)
def test_what_a_review_has_to_say(wish: Review, field: str) -> None:
    """One sentence at its field."""
    with pytest.raises(RuleBroken) as refusal:
        check(wish)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_whose_decision_a_review_is() -> None:
    """The ISG's: never the owner's, nor that of somebody of another ISG or of the PMO, who records it."""
    check(review(ImpactDecision.REOPEN), MEMBER)
    with pytest.raises(NotAllowed):
        check(review(ImpactDecision.REOPEN), OWNER)
    for outsider in (OTHER_CHAIR, PMO):
        with pytest.raises(RuleBroken):
            check(review(ImpactDecision.REOPEN), outsider)
    assert [may_review(each, SUBJECT) for each in (CHAIR, MEMBER, PMO, OTHER_CHAIR, OWNER)] == [
        True, True, True, False, False,
    ]  # fmt: skip


GOOD = Measure(WORKING, holds=True, charted=True, reading="Six periods.")
EARLY = Measure(TOO_FEW, holds=False, charted=True, reading="3 of 6 periods since closing have a value.")
BAD = Measure(NO_CHANGE, holds=False, charted=True, reading="Not met.")
NEVER = Measure(TOO_FEW, holds=False, charted=False, reading="0 of 6 periods since closing have a value.")


@pytest.mark.parametrize(
    ("stage", "measures", "under_review", "why_not"),
    [
        (None, [GOOD], False, "It is open"),
        (AssuranceStage.CLOSED, [GOOD], False, "Its evidence is not assured yet"),
        (AssuranceStage.EMBEDDED, [GOOD], False, "It is embedded already"),
        (AssuranceStage.EVIDENCE_ASSURED, [GOOD], False, None),
        (AssuranceStage.EVIDENCE_ASSURED, [GOOD, EARLY], False, "3 of 6 periods"),
        (AssuranceStage.EVIDENCE_ASSURED, [GOOD, BAD], False, "It is done but not working"),
        (AssuranceStage.EVIDENCE_ASSURED, [GOOD], True, "It is done but not working"),
        (AssuranceStage.EVIDENCE_ASSURED, [], False, None),
        (AssuranceStage.EVIDENCE_ASSURED, [NEVER], False, None),
        (AssuranceStage.EVIDENCE_ASSURED, [NEVER, GOOD], False, "0 of 6 periods"),
    ],
)
def test_why_it_is_not_embedded(
    stage: AssuranceStage | None, measures: list[Measure], under_review: bool, why_not: str | None
) -> None:
    """Its evidence is assured, it is not done but not working, and every KPI holds; none to chart: a check in practice."""
    found = why_not_embedded(stage, measures, under_review=under_review)
    assert found is None if why_not is None else str(found).startswith(why_not)


@pytest.mark.parametrize(
    ("person", "in_practice", "may"),
    [
        (CHAIR, False, True), (MEMBER, False, True), (PMO, False, True), (OTHER_CHAIR, False, False), (OWNER, False, False),
        (CHAIR, True, False), (MEMBER, True, False), (PMO, True, True), (OTHER_CHAIR, True, True), (OWNER, True, False),
    ],
)  # fmt: skip
def test_who_confirms_that_it_is_embedded(person: Person, in_practice: bool, may: bool) -> None:
    """Never the owner; a check in practice is by somebody outside the ISG."""

    def confirm() -> None:
        check_embedding(
            "Seen on the ward.", person=person, subject=SUBJECT, asked_by=(), why_not=None, in_practice=in_practice
        )  # fmt: skip

    if may:
        confirm()
    else:
        with pytest.raises(NotAllowed):
            confirm()


def test_embedding_says_what_was_seen_and_when_it_does_not_hold() -> None:
    """A sentence for each refusal."""
    about = {"person": PMO, "subject": SUBJECT, "in_practice": False}
    with pytest.raises(RuleBroken):
        check_embedding(" ", asked_by=(), why_not=None, **about)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match=r"2 of 6\."):
        check_embedding("Seen.", asked_by=(), why_not="2 of 6.", **about)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        check_embedding("Seen.", asked_by=[PMO.email], why_not=None, **about)  # type: ignore[arg-type]
    assert not charted([NEVER])


class TestTheChartOfIt:
    """What is drawn before and after closing is what the verdict is about."""

    @staticmethod
    def drawn(values: list[Value], direction: Direction = UP, **how: object) -> SpcResult:
        series = [Observation(each.period, each.value, each.ghosted) for each in values]
        return before_and_after(series, CLOSED, direction, **how)  # type: ignore[arg-type]

    def test_the_limits_are_those_from_before_and_are_held(self) -> None:
        result = self.drawn(series([70.0] * 9, before=14))
        [group] = result.groups
        assert (group.mean, group.lower_limit, group.upper_limit) == pytest.approx((51, 45.68, 56.32))
        assert len(result.values) == 14 + 9
        assert result.verdict(20) is Verdict.IMPROVEMENT

    @given(
        st.lists(st.integers(20, 80).map(float), max_size=12), st.sampled_from([UP, DOWN]), st.integers(9, 15)
    )
    def test_picture_and_verdict_agree(self, since: list[float], direction: Direction, before: int) -> None:
        values = series(since, before=before)
        result, verdict = self.drawn(values, direction), impact_of(values, CLOSED, direction).verdict
        signals = [result.verdict(at) for at in range(before, len(values))]
        assert (verdict is WORSE) is (bool(since) and signals[-1] is Verdict.CONCERN)
        assert (verdict is IMPROVING) is (
            Verdict.IMPROVEMENT in signals and signals[-1] is not Verdict.CONCERN
        )

    def test_too_few_before_have_no_limits_however_many_have_come_since(self) -> None:
        result = self.drawn(series([50.0, 52.0] * 9, before=11))
        assert not result.has_limits
        assert not result.signals
        assert result.variation is None

    def test_it_begins_where_the_limits_were_last_recalculated_before_closing(self) -> None:
        values = [Value(month(-20 + each), 10.0) for each in range(20)] + series([51.0], before=15)
        later = month(15)
        result = self.drawn(values, rebase=[month(0), later])
        assert result.periods[0] == month(0)
        assert len(result.groups) == 1
