"""The 5x5 score, its bands, and what makes an entry acceptable."""

from dataclasses import replace
from datetime import date

import pytest

from services.domain.errors import RuleBroken
from services.domain.risks import (
    SCALE,
    Band,
    RiskText,
    band_of,
    check_review,
    check_risk,
    review_due,
    score,
    scores_in,
)

RIGHT = RiskText("Too few nurses", "Rotas fail", "Agency", 5, 4, 3, 4)


@pytest.mark.parametrize(
    ("points", "band"),
    [
        (1, "low"),
        (3, "low"),
        (4, "moderate"),
        (6, "moderate"),
        (8, "high"),
        (12, "high"),
        (15, "extreme"),
        (25, "extreme"),
    ],
)
def test_a_score_has_its_band(points: int, band: str) -> None:
    assert band_of(points) is Band(band)


def test_every_cell_of_the_matrix_has_a_band_that_never_falls_with_the_score() -> None:
    points = sorted({score(likelihood, impact) for likelihood in SCALE for impact in SCALE})
    order = [list(Band).index(band_of(each)) for each in points]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("risk", "fields"),
    [
        (RIGHT, []),
        (replace(RIGHT, cause=" ", mitigation=None), ["cause", "mitigation"]),
        (replace(RIGHT, likelihood_before=6, impact_after=0), ["likelihood_before", "impact_after"]),
        (replace(RIGHT, impact_before=3), ["impact_after"]),
        (replace(RIGHT, likelihood_before=None), ["likelihood_before"]),
    ],
)
def test_all_that_is_wrong_is_told_at_once_by_its_field(risk: RiskText, fields: list[str]) -> None:
    if not fields:
        check_risk(risk)
        return
    with pytest.raises(RuleBroken) as broken:
        check_risk(risk)
    assert [each.field for each in broken.value.problems] == fields


@pytest.mark.parametrize(
    ("note", "on", "says"),
    [
        ("Seen", date(2019, 5, 22), None),
        ("", date(2019, 5, 22), "what ECIB said"),
        ("Seen", date(2019, 5, 23), "in the future"),
        ("Seen", date(2019, 4, 30), "raised on 1 May 2019"),
    ],
)
def test_a_review_is_of_a_meeting_that_has_been(note: str, on: date, says: str | None) -> None:
    if says is None:
        check_review(note, on, date(2019, 5, 1), date(2019, 5, 22))
        return
    with pytest.raises(RuleBroken, match=says):
        check_review(note, on, date(2019, 5, 1), date(2019, 5, 22))


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (date(2019, 4, 16), True), (date(2019, 4, 17), False), (date(2019, 5, 22), False)],
)
def test_a_review_is_due_after_five_weeks(last: date | None, due: bool) -> None:
    assert review_due(last, date(2019, 3, 1), date(2019, 5, 22)) is due


def test_every_score_is_in_the_band_that_it_has() -> None:
    for band in Band:
        assert [points for points in range(1, 26) if band_of(points) is band] == list(scores_in(band))
