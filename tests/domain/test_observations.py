"""Values as people give them: periods, parts, and bad data of every kind, each refused in a sentence at its field."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from services.domain.observations import (
    Given,
    Measure,
    check,
    due_on,
    frequency_called,
    is_late,
    number_in,
    period_after,
    period_of,
    period_written,
    periods_owed,
)
from services.domain.words import Frequency, ObservationState

TODAY = date(2019, 5, 22)
MARCH = date(2019, 3, 1)
PERCENT = Measure("%", "Monthly")
PART = Measure("%", "Monthly", part_of_whole=True)
COUNT = Measure("number", "Monthly")
RATE = Measure("falls per 1,000 bed days", "Monthly")


def given(
    value: str | None = None, numerator: str | None = None, denominator: str | None = None, **more: Any
) -> Given:
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return Given(**({"period": MARCH, "value": number(value), "numerator": number(numerator),
                     "denominator": number(denominator)} | more))  # fmt: skip


@pytest.mark.parametrize(
    ("day", "every", "period", "following", "said", "due"),
    [
        ("2019-03-31", Frequency.MONTHLY, "2019-03-01", "2019-04-01", "March 2019", "2019-04-15"),
        ("2019-12-05", Frequency.MONTHLY, "2019-12-01", "2020-01-01", "December 2019", "2020-01-15"),
        ("2019-03-06", Frequency.WEEKLY, "2019-03-04", "2019-03-11", "the week of 4 March 2019", "2019-03-17"),
        ("2019-06-30", Frequency.QUARTERLY, "2019-04-01", "2019-07-01", "April to June 2019", "2019-07-15"),
        ("2019-11-02", Frequency.QUARTERLY, "2019-10-01", "2020-01-01", "October to December 2019", "2020-01-15"),
        ("2019-03-06", Frequency.DAILY, "2019-03-06", "2019-03-07", "6 March 2019", "2019-03-09"),
    ],
)  # fmt: skip
def test_a_day_stands_for_its_period(
    day: str, every: Frequency, period: str, following: str, said: str, due: str
) -> None:
    found = period_of(date.fromisoformat(day), every)

    assert found.isoformat() == period
    assert period_after(found, every).isoformat() == following
    assert period_written(found, every) == said
    assert due_on(found, every).isoformat() == due
    assert not is_late(found, every, date.fromisoformat(due))
    assert is_late(found, every, date.fromordinal(date.fromisoformat(due).toordinal() + 1))


@for_any(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(Frequency))
def test_periods_follow_each_other_without_gap_or_overlap(day: date, every: Frequency) -> None:
    period = period_of(day, every)
    following = period_after(period, every)

    assert period <= day < following
    assert period_of(following, every) == following
    assert period_of(date.fromordinal(following.toordinal() - 1), every) == period


def test_a_frequency_is_known_by_its_word_in_any_case() -> None:
    assert frequency_called(" MONTHLY ") is Frequency.MONTHLY
    assert [frequency_called(word) for word in ("every other week", "", None)] == [None] * 3
    assert not is_late(MARCH, None, TODAY)


def test_a_period_is_owed_once_it_is_over() -> None:
    april = date(2019, 4, 1)

    assert periods_owed(date(2019, 2, 14), Frequency.MONTHLY, date(2019, 4, 30)) == [date(2019, 2, 1), MARCH]
    assert periods_owed(date(2019, 2, 14), Frequency.MONTHLY, date(2019, 5, 1))[-1] == april
    assert periods_owed(date(2019, 5, 1), Frequency.MONTHLY, TODAY) == []
    assert periods_owed(date(2019, 5, 22), Frequency.DAILY, TODAY) == []
    assert len(periods_owed(date(2001, 1, 1), Frequency.MONTHLY, TODAY)) == 24
    assert len(periods_owed(date(2019, 1, 1), Frequency.DAILY, TODAY)) == 31


REFUSED = [
    (PERCENT, given(), "value", "Give a value for March 2019, or say in the note why there is none."),
    (PERCENT, given(note="  "), "value", "or say in the note why"),
    (PERCENT, given("1e308"), "value", "The value is too large"),
    (PERCENT, given("-1e15"), "value", "The value is too large"),
    (PERCENT, given("1e-300"), "value", "The value is so small that it would be kept as 0"),
    (PERCENT, given("-1e-16"), "value", "The value is so small that it would be kept as 0"),
    (PERCENT, given("NaN"), "value", "The value is not a number"),
    (PERCENT, given("-Infinity"), "value", "The value is not a number"),
    (PERCENT, given(None, "sNaN", "3"), "numerator", "The numerator is not a number"),
    (PERCENT, given(None, "5", "1e400"), "denominator", "The denominator is too large"),
    (PERCENT, given(None, "5", "0"), "denominator", "The denominator is zero: nothing can be divided by it"),
    (PERCENT, given("0", "0", "0"), "denominator", "The denominator is zero"),
    (PERCENT, given(None, "5", "-2"), "denominator", "The denominator is below zero"),
    (PERCENT, given("5", "5"), "denominator", "Give the denominator too"),
    (PERCENT, given("5", period=date(2019, 6, 1)), "period", "June 2019 lies in the future"),
    (PERCENT, given("5", period=date(1919, 6, 1)), "period", "1 June 1919 is no day that a value is of: check the year."),
    (PERCENT, given("5", period=date.max), "period", "31 December 9999 is no day"),
    (Measure("%", "Quarterly"), given("5", period=date.min), "period", "1 January 1 is no day"),
    (PERCENT, given("0.812", "812", "1000"), "value", "812 out of 1,000 is 81.2%, not 0.812"),
    (PERCENT, given("81.3", "812", "1000"), "value", "812 out of 1,000 is 81.2%, not 81.3"),
    (RATE, given("6", "12", "4000"), "value", "12 out of 4,000 is 3, not 6"),
    (COUNT, given("7", "3", "4"), "value", "3 out of 4 is 0.75, not 7"),
    (PART, given("100.01"), "value", "100.01 is over 100%, and this KPI measures a part of a whole"),
    (PART, given("-1"), "value", "-1 is below zero"),
    (PART, given(None, "12", "11"), "numerator", "12 is more than the 11 that it is a part of"),
    (PERCENT, given("5", note="x" * 2001), "note", "Write at most 2,000 characters"),
    (Measure("%", "Monthly", retired_on=date(2019, 2, 1)), given("5"), "period", "was retired on 1 February 2019"),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "each", "field", "sentence"), REFUSED)
def test_bad_data_is_refused_at_its_field(measure: Measure, each: Given, field: str, sentence: str) -> None:
    found = check([given("1", period=date(2019, 1, 1)), each], measure, TODAY).problems

    assert [problem.field for problem in found] == [f"observations.1.{field}"]
    assert sentence in found[0].sentence


@pytest.mark.parametrize(
    ("measure", "each", "value"),
    [
        (PERCENT, given(None, "812", "1000"), "81.2"),
        (PERCENT, given(None, "2", "3"), "66.666667"),
        (PERCENT, given("81", "812", "1000"), "81"),
        (PERCENT, given("81.23", "8123", "10000"), "81.23"),
        (PERCENT, given("0.30000000000000004"), "0.3"),
        (RATE, given(None, "12", "4000"), "3"),
        (Measure("rate per thousand"), given(None, "12", "4000"), "3"),
        (COUNT, given(None, "3", "4"), "0.75"),
        (COUNT, given("75", "3", "4"), "75"),
        (PERCENT, given("102.5", "205", "200"), "102.5"),
        (PART, given("100", "11", "11"), "100"),
        (PERCENT, given("0"), "0"),
        (COUNT, given("-3"), "-3"),
        (COUNT, given("12", None, "40"), "12"),
        (PERCENT, given(note="The system was down"), None),
    ],
)
def test_good_data_is_kept_and_worked_out_from_its_parts(
    measure: Measure, each: Given, value: str | None
) -> None:
    found = check([each], measure, TODAY)

    assert found.problems == ()
    assert found.kept[0].value == (None if value is None else Decimal(value))


def test_over_100_percent_is_remarked_on_where_it_can_be_so() -> None:
    found = check([given("104.2")], PERCENT, TODAY)

    assert found.problems == ()
    assert [(each.field, each.sentence[:33]) for each in found.warnings] == [
        ("observations.0.value", "104.2% for March 2019 is over 100")
    ]


def test_a_share_given_for_a_percentage_is_remarked_on() -> None:
    found = check([given("0.812")], PERCENT, TODAY)

    assert found.problems == ()
    assert found.warnings[0].sentence == "0.812% for March 2019 is kept: if 81.2% is meant, write 81.2."


def test_a_month_that_is_not_over_is_remarked_on_unless_it_is_provisional() -> None:
    may = given("80", period=date(2019, 5, 3))

    assert [each.field for each in check([may], PERCENT, TODAY).warnings] == ["observations.0.state"]
    provisional = given("80", period=date(2019, 5, 3), state=ObservationState.PROVISIONAL)
    assert check([provisional], PERCENT, TODAY).warnings == ()


def test_two_days_of_one_month_are_one_period_twice() -> None:
    found = check([given("80"), given("81", period=date(2019, 3, 31))], PERCENT, TODAY)

    assert [(each.field, each.sentence) for each in found.problems] == [
        ("observations.1.period", "There is more than one value for March 2019: keep one.")
    ]


def test_a_value_revises_what_was_kept_under_another_day_of_its_month() -> None:
    known = [date(2019, 3, 31), date(2019, 2, 1)]

    assert (
        check([given("80", period=date(2019, 3, 5))], PERCENT, TODAY, known=known).kept[0].period == known[0]
    )
    assert check([given("80", period=date(2019, 4, 5))], PERCENT, TODAY, known=known).kept[0].period == date(
        2019, 4, 1
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("81.2", "81.2"), (" 81.2 % ", "81.2"), ("1,234,567.5", "1234567.5"), ("-3", "-3"), ("\N{MINUS SIGN}3", "-3"),
        (".5", ".5"), ("1e3", "1000"),
    ],
)  # fmt: skip
def test_a_text_that_is_a_number_is_read(text: str, number: str) -> None:
    assert number_in(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "n/a",
        "",
        "81,2",
        "1_000",
        "٣",
        "NaN",
        "inf",
        "12 34",
        "0x10",
        "1e9999",
        "=1+1",
        "--1",
        "1,23",
        "8l.2",
        "½",
    ],
)
def test_a_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        number_in(text)
