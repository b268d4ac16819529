"""Risks to delivery: the 5x5 score and its bands, and what makes an entry acceptable. Source: domain.md, Nouns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from services.domain.errors import Problem, RuleBroken
from services.domain.wording import is_blank, written
from services.domain.words import Word

SCALE: Final = range(1, 6)
REVIEWED_EVERY: Final = timedelta(weeks=5)
"""ECIB meets weekly and looks at the register monthly: one month and a week's grace."""


class Band(Word):
    """How serious a score is, by the matrix of the NHS's risk guidance."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    EXTREME = "extreme"


BANDS: Final = ((15, Band.EXTREME), (8, Band.HIGH), (4, Band.MODERATE), (1, Band.LOW))
"""The least score of each band (National Patient Safety Agency, A risk matrix for risk managers, 2008)."""


def score(likelihood: int, impact: int) -> int:
    """Likelihood times impact: 1 to 25."""
    return likelihood * impact


def band_of(points: int) -> Band:
    """The band of a score."""
    return next(band for least, band in BANDS if points >= least)


def scores_in(band: Band) -> range:
    """The scores that make up a band."""
    highest = SCALE[-1] ** 2
    for least, each in BANDS:
        if each is band:
            return range(least, highest + 1)
        highest = least - 1
    raise AssertionError(band)


@dataclass(frozen=True, slots=True)
class RiskText:
    """What somebody enters for a risk."""

    cause: str | None
    effect: str | None
    mitigation: str | None
    likelihood_before: int | None
    impact_before: int | None
    likelihood_after: int | None
    impact_after: int | None


def check_risk(risk: RiskText) -> None:
    """Every wrong field at once (RuleBroken): nothing blank, scores on the scale, and mitigation never makes it worse."""
    problems = tuple(_problems(risk))
    if problems:
        raise RuleBroken(problems)


def _problems(risk: RiskText) -> Iterator[Problem]:
    for name, asked in (
        ("cause", "Say what could happen, and why."),
        ("effect", "Say what it would do to the plan."),
        ("mitigation", "Say what is done about it."),
    ):
        if is_blank(getattr(risk, name)):
            yield Problem(name, asked)
    for name in ("likelihood_before", "impact_before", "likelihood_after", "impact_after"):
        if getattr(risk, name) not in SCALE:
            yield Problem(name, f"Score the {name.replace('_', ' ')} mitigation from 1 to 5.")
    for name in ("likelihood", "impact"):
        before, after = getattr(risk, f"{name}_before"), getattr(risk, f"{name}_after")
        if before in SCALE and after in SCALE and after > before:
            yield Problem(
                f"{name}_after",
                f"Mitigation can't raise the {name}: it is {before} before, so at most {before} after.",
            )


def check_review(note: str | None, reviewed_on: date, raised_on: date, today: date) -> None:
    """A review has a day between raising and today, and says what ECIB said (RuleBroken)."""
    problems = []
    if is_blank(note):
        problems.append(Problem("note", "Say what ECIB said about this risk."))
    if reviewed_on > today:
        problems.append(
            Problem("reviewed_on", f"{written(reviewed_on)} is in the future: give the day of the meeting.")
        )
    elif reviewed_on < raised_on:
        problems.append(
            Problem(
                "reviewed_on", f"The risk was raised on {written(raised_on)}: ECIB can't have seen it before."
            )
        )
    if problems:
        raise RuleBroken(tuple(problems))


def review_due(last_reviewed: date | None, raised_on: date, today: date) -> bool:
    """Whether ECIB should have looked at it again by now."""
    return today > (last_reviewed or raised_on) + REVIEWED_EVERY
