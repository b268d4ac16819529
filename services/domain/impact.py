"""Did it work? What the KPIs of a closed root cause say, what its ISG is asked, and when it is embedded.

Source: domain.md, Measures (did it work), Assurance (embedded) and Escalation (rule 1). N is the ISG's "periods to embed", 6
unless it has another. Closed on 25 April 2019, monthly values: April, which had begun by then, is before closing; May is the
first value since, and October the sixth.

Limits come from the values before closing alone: of the group that the last recalculation up to closing began (recalculations
later than that belong to another question), frozen, and the same values since are held against them. With fewer than 12 values
before there are no limits; then nothing is improving or deteriorating: it is working when the target was met, else there are not
enough points or there is no change yet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.domain.cycles import ReportingCalendar
from services.domain.errors import Conflict, NotAllowed, Problem, RuleBroken
from services.domain.permissions import Action, Person, Subject, allowed, allowed_somewhere
from services.domain.spc import LEAST_BASELINE, LEAST_POINTS, Group, Observation, SpcResult, xmr
from services.domain.wording import is_blank, written
from services.domain.words import AssuranceStage, Direction, ImpactDecision, ImpactVerdict, Role, Verdict

PERIODS_TO_EMBED: Final = 6
CYCLES_TO_REVIEW: Final = 2
LONGEST_WAIT: Final = timedelta(days=366)

WORKS: Final = frozenset({ImpactVerdict.IMPROVING, ImpactVerdict.WORKING})
NOT_WORKING: Final = frozenset({ImpactVerdict.DETERIORATING, ImpactVerdict.NO_CHANGE_YET})
"""Done but not working: the ISG is asked, and nothing is embedded."""
ENDS_EMBEDDING: Final = frozenset({ImpactDecision.ADD_ACTIONS, ImpactDecision.REOPEN})
"""An ISG that has more done says that it has not become how things are done; one that waits or measures anew has not said so."""
_WEAKEST_FIRST: Final = (
    ImpactVerdict.DETERIORATING,
    ImpactVerdict.NO_CHANGE_YET,
    ImpactVerdict.NOT_ENOUGH_POINTS,
    ImpactVerdict.WORKING,
    ImpactVerdict.IMPROVING,
)


# -- what one KPI says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """One value, with the target of its period. A ghosted one takes part in nothing; a provisional one embeds nothing."""

    period: date
    value: float
    target: float | None = None
    ghosted: bool = False
    final: bool = True


@dataclass(frozen=True, slots=True)
class Impact:
    """What a KPI says of a closing; both readings are whole sentences.

    `mean_before` and `mean_since` are plain averages, for showing both side by side.
    """

    verdict: ImpactVerdict
    points_before: int
    points_since: int
    mean_before: float | None
    mean_since: float | None
    latest_period: date | None
    reading: str
    holds_for_embedding: bool
    embedding_reading: str


def impact_of(
    values: Iterable[Value],
    closed_on: date,
    direction: Direction,
    *,
    periods: int = PERIODS_TO_EMBED,
    rebase: Iterable[date] = (),
) -> Impact:
    """The verdict of one KPI, the first that fits: improving, deteriorating, working, not enough points, no change yet."""
    taking_part = sorted((each for each in values if not each.ghosted), key=_period)
    begins = _begins(rebase, closed_on)
    before = [each for each in taking_part if begins <= each.period <= closed_on]
    since = [each for each in taking_part if each.period > closed_on]
    says = _signals_since(before, since, direction)
    last = since[-periods:]
    hits = sum(met(each, direction) for each in last)
    verdict = _verdict(says, enough=len(since) >= periods, met_in_all=bool(last) and hits == len(last))
    why_not = _why_not_embedded(verdict, says, last, periods, direction)
    return Impact(
        verdict,
        len(before),
        len(since),
        _mean(before),
        _mean(since),
        taking_part[-1].period if taking_part else None,
        _reading(verdict, closed_on, len(before), last, hits, len(since), periods),
        why_not is None,
        why_not or _why_embedded(verdict, periods),
    )


def met(value: Value, direction: Direction) -> bool:
    """Whether it reaches the target of its period; what is neither to rise nor to fall has none to reach."""
    if value.target is None or direction is Direction.NEUTRAL:
        return False
    return value.value >= value.target if direction is Direction.INCREASE else value.value <= value.target


def before_and_after(
    observations: Iterable[Observation],
    closed_on: date,
    direction: Direction,
    *,
    target: float | None = None,
    rebase: Iterable[date] = (),
) -> SpcResult:
    """The chart of what `impact_of` judges: the same values, and limits from before closing that go on after it.

    What lies before the last recalculation up to closing is left out.
    """
    begins = _begins(rebase, closed_on)
    shown = [each for each in observations if each.period >= begins]
    before = sum(each.period <= closed_on and not each.ghosted for each in shown)
    judged = sum(not each.ghosted for each in shown)
    if _has_limits(before, judged):
        return xmr(shown, improvement_direction=direction, target=target, baseline_points=before)
    plain = xmr(shown, improvement_direction=direction, target=target)
    without = [Group(0, 0, len(plain.values), judged)] if plain.values else []
    return plain._replace(groups=without, signals={}, variation=None, assurance=None)


def _begins(rebase: Iterable[date], closed_on: date) -> date:
    """From when on values belong to the time before closing."""
    return max((day for day in rebase if day <= closed_on), default=date.min)


def _has_limits(before: int, judged: int) -> bool:
    """Whether there are enough values before closing, and in all."""
    return before >= LEAST_BASELINE and judged >= LEAST_POINTS


def _signals_since(
    before: Sequence[Value], since: Sequence[Value], direction: Direction
) -> Sequence[Verdict | None]:
    """What each value since closing says against the limits from before; nothing where there are none."""
    if not _has_limits(len(before), len(before) + len(since)):
        return [None] * len(since)
    observations = [Observation(each.period, each.value) for each in (*before, *since)]
    try:
        result = xmr(observations, improvement_direction=direction, baseline_points=len(before))
    except RuleBroken:  # values that no double can hold the limits of: nothing is beyond chance
        return [None] * len(since)
    return [point.verdict for point in result.points[len(before) :]]


def _verdict(says: Sequence[Verdict | None], *, enough: bool, met_in_all: bool) -> ImpactVerdict:
    concerns = bool(says) and says[-1] is Verdict.CONCERN
    if Verdict.IMPROVEMENT in says and not concerns:
        return ImpactVerdict.IMPROVING
    if concerns:
        return ImpactVerdict.DETERIORATING
    if enough and met_in_all:
        return ImpactVerdict.WORKING
    return ImpactVerdict.NO_CHANGE_YET if enough else ImpactVerdict.NOT_ENOUGH_POINTS


def _why_not_embedded(
    verdict: ImpactVerdict,
    says: Sequence[Verdict | None],
    last: Sequence[Value],
    periods: int,
    direction: Direction,
) -> str | None:
    """N periods since closing without concern, and the target met in all of them or improvement by SPC; None when that holds."""
    if len(last) < periods:
        return f"{len(last)} of {periods} periods since closing have a value."
    if not all(each.final for each in last):
        return f"Some of the last {periods} values are provisional."
    if Verdict.CONCERN in says[-periods:]:
        return f"The last {periods} periods were not without concern."
    if verdict is ImpactVerdict.IMPROVING or all(met(each, direction) for each in last):
        return None
    return f"The target was not met in all of the last {periods} periods, and there is no improvement beyond chance."


def _why_embedded(verdict: ImpactVerdict, periods: int) -> str:
    how = (
        "with improvement beyond chance"
        if verdict is ImpactVerdict.IMPROVING
        else "with the target met in each"
    )
    return f"{periods} periods since closing without concern, {how}."


def _reading(
    verdict: ImpactVerdict,
    closed_on: date,
    before: int,
    last: Sequence[Value],
    hits: int,
    since: int,
    periods: int,
) -> str:
    closed = f"since closing on {written(closed_on)}"
    limits = (
        "" if before >= LEAST_BASELINE else f" There are {before} values before closing: too few for limits."
    )
    match verdict:
        case ImpactVerdict.IMPROVING:
            return f"Improving: better than chance explains {closed}."
        case ImpactVerdict.DETERIORATING:
            return f"Deteriorating: the latest value is of concern, worse than chance explains, {closed}."
        case ImpactVerdict.WORKING:
            return f"Working: the target was met in each of the last {periods} periods {closed}.{limits}"
        case ImpactVerdict.NOT_ENOUGH_POINTS:
            return f"Not enough points yet: {since} of the {periods} values needed {closed}.{limits}"
    target = (
        f" The target was met in {hits} of the last {len(last)}."
        if any(each.target is not None for each in last)
        else " It has no target to be met."
    )
    return f"No change yet: {since} values {closed}, none better than before closing beyond chance.{target}{limits}"


def _period(value: Value) -> date:
    return value.period


def _mean(values: Sequence[Value]) -> float | None:
    return sum(each.value for each in values) / len(values) if values else None


# -- what several say together ----------------------------------------------------------------------------------------


def overall(verdicts: Iterable[ImpactVerdict]) -> ImpactVerdict | None:
    """Of several KPIs of one root cause the weakest word; None without any."""
    return min(verdicts, key=_WEAKEST_FIRST.index, default=None)


# -- what the ISG is asked --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastReview:
    """The last decision on this closing: with what verdict the ISG had been asked, and the values since it was recorded."""

    decision: ImpactDecision
    verdict: ImpactVerdict
    wait_until: date | None
    values_since: int


def wait_is_over(wait_until: date, day: date) -> bool:
    """From that day on the ISG is asked anew."""
    return day >= wait_until


def review_due(
    verdict: ImpactVerdict | None, day: date, last: LastReview | None, *, periods: int = PERIODS_TO_EMBED
) -> bool:
    """Whether the ISG is to be asked: done but not working, and not while what it decided last has yet to show.

    That is until the day it waits for, else until N further values; but a KPI that deteriorates is asked about anew where the
    ISG had decided about one without change.
    """
    if verdict not in NOT_WORKING:
        return False
    if last is None:
        return True
    if verdict is ImpactVerdict.DETERIORATING and last.verdict is not ImpactVerdict.DETERIORATING:
        return True
    if last.wait_until is not None:
        return wait_is_over(last.wait_until, day)
    return last.values_since >= periods


def no_impact_escalates(asked_in_cycle: int, day: date, calendar: ReportingCalendar) -> bool:
    """No review is recorded within two cycles of being asked: asked in cycle 3, once cycle 5 opens."""
    now = calendar.number_on(day)
    return now is not None and now >= asked_in_cycle + CYCLES_TO_REVIEW


@dataclass(frozen=True, slots=True)
class Review:
    """What the ISG has decided, as it is recorded: whose decision, on which day's meeting, why, and what follows.

    `actions` counts the new ones; `instead`: what is to be measured instead.
    """

    decision: ImpactDecision
    meeting_date: date
    reason: str | None
    wait_until: date | None = None
    actions: int = 0
    instead: bool = False


def may_review(person: Person, subject: Subject) -> bool:
    """Whether the person may record what the ISG decided: nobody on what they own, and the PMO records for others."""
    return allowed(Action.REVIEW_IMPACT, person, subject) and person.email != subject.owner_email


def check_review(review: Review, *, decider: Person, subject: Subject, asked_on: date, today: date) -> None:
    """NotAllowed by person, RuleBroken by date, reason and what the decision needs."""
    if decider.email == subject.owner_email:
        raise NotAllowed("Nobody decides on what they own themselves: name somebody else of the ISG.")
    of_the_isg = (Role.ISG_CHAIR, Role.ACCOUNTABLE_EXECUTIVE, Role.ISG_MEMBER)
    if not any(decider.has(role, subject.isg) for role in of_the_isg):
        raise RuleBroken.at("decided_by", f"Name a member of {subject.isg} whose decision it is.")
    problems = [*_problems_of_review(review, asked_on, today)]
    if problems:
        raise RuleBroken(problems)


def _problems_of_review(review: Review, asked_on: date, today: date) -> Iterator[Problem]:
    if review.meeting_date < asked_on:
        yield Problem(
            "meeting_date",
            f"The ISG was asked on {written(asked_on)}: give a meeting on that day or later.",
        )
    if review.meeting_date > today:
        yield Problem(
            "meeting_date", f"{written(review.meeting_date)} is in the future: give a meeting up to today."
        )
    if is_blank(review.reason):
        yield Problem("reason", "Say why the ISG decided so.")
    yield from _problems_of_wait(review, today)
    brings_actions = review.decision in {ImpactDecision.ADD_ACTIONS, ImpactDecision.REOPEN}
    if review.decision is ImpactDecision.ADD_ACTIONS and not review.actions:
        yield Problem("actions", "Give at least one new action.")
    if review.actions and not brings_actions:
        yield Problem("actions", "New actions come with “Add actions” or “Reopen”: leave them empty.")
    if review.decision is ImpactDecision.CHANGE_KPI and not review.instead:
        yield Problem("instead.name", "Say what is to be measured instead.")
    if review.instead and review.decision is not ImpactDecision.CHANGE_KPI:
        yield Problem("instead.name", "Another measure comes with “Change the KPI”: leave this empty.")


def _problems_of_wait(review: Review, today: date) -> Iterator[Problem]:
    until = review.wait_until
    if review.decision is not ImpactDecision.WAIT_UNTIL:
        if until is not None:
            yield Problem("wait_until", "A day comes with “Wait until”: leave this empty.")
    elif until is None:
        yield Problem("wait_until", "Give the day until which the ISG waits.")
    elif until <= today:
        yield Problem("wait_until", f"{written(until)} is not after today: give a later day.")
    elif until > today + LONGEST_WAIT:
        yield Problem("wait_until", f"{written(until)} is more than a year away: give an earlier day.")


# -- embedded ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """What a KPI of the root cause says of being embedded. `charted`: it has any value at all."""

    verdict: ImpactVerdict
    holds: bool
    charted: bool
    reading: str


def charted(measures: Iterable[Measure]) -> bool:
    """Whether any KPI of the root cause can be charted; where none can, somebody outside the ISG checks in practice."""
    return any(measure.charted for measure in measures)


def why_not_embedded(
    stage: AssuranceStage | None, measures: Sequence[Measure], *, under_review: bool
) -> str | None:
    """Why it can't be embedded now, in one sentence; None when it may be."""
    if stage is None:
        return "It is open: only a closed root cause is embedded."
    if stage is AssuranceStage.EMBEDDED:
        return "It is embedded already."
    if stage is AssuranceStage.CLOSED:
        return "Its evidence is not assured yet: the PMO does that first."
    if under_review or overall(measure.verdict for measure in measures) in NOT_WORKING:
        return "It is done but not working: its ISG reviews that first."
    if charted(measures):
        return next((measure.reading for measure in measures if not measure.holds), None)
    return None


def may_embed(person: Person, subject: Subject, asked_by: Iterable[str], *, in_practice: bool) -> bool:
    """By the chart: somebody of the ISG or the PMO; a check in practice: somebody outside the ISG. Never who owns it or asked."""
    if person.email == subject.owner_email or person.email in set(asked_by):
        return False
    if not in_practice:
        return allowed(Action.CONFIRM_EMBEDDED, person, subject)
    of_the_isg = any(isg == subject.isg for _, isg in person.grants)
    return allowed_somewhere(Action.CONFIRM_EMBEDDED, person) and not of_the_isg


def check_embedding(
    note: str | None,
    *,
    person: Person,
    subject: Subject,
    asked_by: Iterable[str],
    why_not: str | None,
    in_practice: bool,
) -> None:
    """NotAllowed by person, Conflict while its conditions do not hold, RuleBroken without what was seen."""
    if not may_embed(person, subject, asked_by, in_practice=in_practice):
        raise NotAllowed(
            "Somebody outside this ISG checks in practice, who neither owns the root cause nor asked for its closing."
            if in_practice
            else "Somebody of this ISG or the PMO confirms it, who neither owns the root cause nor asked for its closing."
        )
    if why_not is not None:
        raise Conflict(why_not)
    if is_blank(note):
        raise RuleBroken.at(
            "note",
            "Say what you have seen in practice, where and when."
            if in_practice
            else "Say what convinces you.",
        )
