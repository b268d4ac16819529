"""The forecast stands beside the chair's outlook, says where the two differ, and how it was made."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from services.domain.forecast import Forecast
from services.domain.words import Outlook
from services.reporting_api.packs.board_isgs import QuotedReport
from services.reporting_api.packs.content import Figure, Paragraph, plain
from services.reporting_api.packs.forecasts import month_looked_at
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.papers import APRIL, MAY_2019, UNSCHEDULED
from tests.reporting_api.packs.test_board_paper import find

FOUND = Forecast(APRIL, date(2019, 5, 31), 41, 16, 25, 52, 16, 3, Decimal("0.08"), 2000, 20190430)


def said(found: Forecast, outlook: Outlook | None = None) -> Paragraph:
    """What the paper says of the ISG's forecast."""
    report = QuotedReport(4, "Rotas are written.", outlook, None, "Chair", "Executive", APRIL)
    pack = board_paper(MAY_2019, {UNSCHEDULED.name: report}, {UNSCHEDULED.name: found})
    (block,) = [
        block
        for block in find(pack.sections, "isg-unscheduled-care").blocks
        if block.key == "isg-forecast-unscheduled-care"
    ]
    assert isinstance(block, Paragraph)
    return block


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2019, 4, 30), date(2019, 5, 31)),
        (date(2019, 5, 22), date(2019, 5, 31)),
        (date(2019, 12, 31), date(2020, 1, 31)),
        (date(2020, 1, 31), date(2020, 2, 29)),
    ],
)
def test_it_looks_to_the_end_of_the_month_or_of_the_next_on_its_last_day(day: date, end: date) -> None:
    assert month_looked_at(day) == end


def test_it_says_what_is_due_what_is_needed_and_how_likely_that_is() -> None:
    words = plain(said(FOUND).inlines)
    assert (
        "41 Must Do Root Causes of the ISG are due by 31 May, and 16 were complete at the end of April."
        in words
    )
    assert "25 of the 52 still open have to be closed by then." in words
    assert "By the ISG's own pace this is very unlikely (a probability of 8%)." in words
    assert "In the middle of its 16 closings, a Root Cause was closed three days after its due date." in words
    assert "outlook" not in words


@pytest.mark.parametrize(
    ("outlook", "words"),
    [
        (Outlook.UNLIKELY, "This agrees with the chair's outlook, which is that it is unlikely to recover."),
        (Outlook.WILL_RECOVER, "This differs from the chair's outlook, which is that it will recover:"),
        (Outlook.MAY_NOT, "This differs from the chair's outlook, which is that it may not recover:"),
    ],
)
def test_it_stands_beside_the_chairs_outlook(outlook: Outlook, words: str) -> None:
    assert words in plain(said(FOUND, outlook).inlines)


def test_too_little_history_is_no_probability() -> None:
    words = plain(said(replace(FOUND, probability=None, closed_in_history=3), Outlook.UNLIKELY).inlines)
    assert (
        "There is too little history for a probability: three closings so far, and it takes eight." in words
    )
    assert "%" not in words
    assert "outlook" not in words


def test_what_is_recovered_already_needs_no_probability() -> None:
    words = plain(said(replace(FOUND, complete=41, needed=0, probability=Decimal(1))).inlines)
    assert "That is as many as are due" in words
    assert "%" not in words


def test_its_counts_open_what_they_count() -> None:
    counted = {
        each.text: each.counted for each in said(FOUND).inlines if isinstance(each, Figure) and each.counted
    }
    assert counted == {
        "41": "/root-causes?counted=planned&class=must_do&isg=Unscheduled+Care&month=2019-05&as_at=2019-04-30",
        "16": "/root-causes?counted=complete&class=must_do&isg=Unscheduled+Care&month=2019-04&as_at=2019-04-30",
    }
