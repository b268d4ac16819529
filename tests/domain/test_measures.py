"""What makes a definition, a target, a benchmark and an ISG's set of KPIs acceptable, and what is still wanting."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.domain.errors import RuleBroken
from services.domain.measures import (
    DefinitionText,
    Member,
    change_problems,
    changes_since_signed,
    check_benchmark_values,
    check_retirement,
    check_sign_off,
    check_target,
    definition_problems,
    figure_problem,
    frequency_of,
    is_percentage,
    is_rate,
    place_problems,
    shortfalls_of_set,
    wanting,
)
from services.domain.words import Frequency, KpiLevel

TODAY = date(2019, 5, 22)
GOOD: dict[str, Any] = {
    "level": KpiLevel.HIGH_LEVEL, "name": "Seen within four hours", "key_question": "responsive", "unit": "%",
    "numerator": "Four hours and less", "denominator": "All", "part_of_whole": True, "frequency": "monthly",
}  # fmt: skip
WHOLE: dict[str, Any] = {
    "purpose": "To know", "key_question": "safe", "unit": "%", "numerator": "Some", "denominator": "All",
    "frequency": "Monthly", "source": "Audit", "data_owner": "a@b.c", "direction": "increase",
    "timely": True, "complete": False, "audited": True, "granular": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "percentage", "rate"),
    [("%", True, True), (" Percent ", True, True), ("per cent", True, True), ("Percentage", True, True),
     ("per 1,000 bed days", False, True), ("rate", False, True), ("Rate per 100", False, True), ("days", False, False),
     ("persons", False, False), ("number", False, False), ("", False, False), (None, False, False)],
)  # fmt: skip
def test_a_unit_says_whether_it_is_a_percentage_or_a_rate(
    unit: str | None, percentage: bool, rate: bool
) -> None:
    assert (is_percentage(unit), is_rate(unit)) == (percentage, rate)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Monthly", Frequency.MONTHLY), (" DAILY ", Frequency.DAILY), ("quarterly", Frequency.QUARTERLY),
     ("Every six weeks", None), ("", None), (None, None)],
)  # fmt: skip
def test_a_frequency_is_a_word_in_any_case(text: str | None, expected: Frequency | None) -> None:
    assert frequency_of(text) is expected


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"name": "  "}, ["name"]),
        ({"key_question": None}, ["key_question"]),
        ({"key_question": None, "level": KpiLevel.ROOT_CAUSE}, []),
        ({"unit": None, "part_of_whole": True}, ["unit"]),
        ({"unit": "days"}, ["part_of_whole"]),
        ({"unit": "days", "part_of_whole": False, "numerator": None, "denominator": None}, []),
        ({"numerator": None}, ["numerator"]),
        ({"denominator": " "}, ["denominator"]),
        ({"frequency": "Yearly"}, ["frequency"]),
        ({"frequency": "Yearly", "frequency_before": "Yearly"}, []),
        ({"frequency": None}, []),
        ({"name": None, "unit": None, "frequency": "now and then"}, ["name", "unit", "frequency"]),
    ],
)  # fmt: skip
def test_a_definition_is_refused_at_each_wrong_field(changed: dict[str, Any], fields: list[str]) -> None:
    assert [each.field for each in definition_problems(DefinitionText(**{**GOOD, **changed}))] == fields


@pytest.mark.parametrize(
    ("level", "isg", "root_cause", "fields"),
    [
        (KpiLevel.HIGH_LEVEL, "Unscheduled Care", None, []),
        (KpiLevel.HIGH_LEVEL, "", "", ["isg"]),
        (KpiLevel.HIGH_LEVEL, "Unscheduled Care", "RC-1", ["root_cause"]),
        (KpiLevel.ROOT_CAUSE, None, "RC-1", []),
        (KpiLevel.ROOT_CAUSE, "Unscheduled Care", " ", ["root_cause"]),
    ],
)
def test_a_kpi_belongs_to_an_isg_or_to_a_root_cause(
    level: KpiLevel, isg: str | None, root_cause: str | None, fields: list[str]
) -> None:
    assert [each.field for each in place_problems(level, isg, root_cause)] == fields


@pytest.mark.parametrize(
    ("holds_from", "reason", "latest", "fields"),
    [
        (TODAY, "Clearer", None, []),
        (date(2019, 5, 1), "Clearer", date(2019, 5, 1), []),
        (date(2019, 5, 23), "Clearer", None, ["holds_from"]),
        (date(2019, 4, 30), "Clearer", date(2019, 5, 1), ["holds_from"]),
        (date(2019, 5, 23), None, None, ["holds_from", "reason"]),
    ],
)
def test_a_change_holds_up_to_today_and_after_the_one_before(
    holds_from: date, reason: str | None, latest: date | None, fields: list[str]
) -> None:
    assert [each.field for each in change_problems(holds_from, reason, latest, TODAY)] == fields


@pytest.mark.parametrize(
    ("value", "unit", "part_of_whole", "is_wrong"),
    [
        ("95", "%", True, False), ("0", "%", True, False), ("100", "%", True, False), ("100.1", "%", True, True),
        ("-0.1", "%", True, True), ("104", "%", False, False), ("-3", "days", False, False), ("NaN", "days", False, True),
        ("Infinity", "days", False, True), ("1e308", "days", False, True), ("-1e13", "days", False, True),
        ("1e12", "days", False, False), ("0.000001", "days", False, False), ("0.0000001", "days", False, True),
        ("1e-999999", "days", False, True), ("1.50", "days", False, False), ("101", "days", True, False),
    ],
)  # fmt: skip
def test_a_figure_is_one_that_the_unit_can_have(
    value: str, unit: str, part_of_whole: bool, is_wrong: bool
) -> None:
    assert (figure_problem(Decimal(value), unit, part_of_whole=part_of_whole) is not None) is is_wrong


@pytest.mark.parametrize(
    ("value", "holds_from", "reason", "has_target", "fields"),
    [
        ("95", None, None, False, []),
        ("95", None, None, True, ["reason"]),
        ("95", TODAY, "Agreed", True, []),
        (None, None, None, False, ["value"]),
        (None, None, "Reviewed", True, ["holds_from"]),
        (None, TODAY, "Reviewed", True, []),
        ("101", TODAY, "", True, ["value", "reason"]),
    ],
)
def test_a_target_that_follows_another_says_why(
    value: str | None, holds_from: date | None, reason: str | None, has_target: bool, fields: list[str]
) -> None:
    found: list[str] = []
    try:
        check_target(
            None if value is None else Decimal(value),
            holds_from,
            reason,
            "%",
            part_of_whole=True,
            has_target=has_target,
        )
    except RuleBroken as broken:
        found = [each.field for each in broken.problems]
    assert found == fields


def test_a_kpi_is_retired_up_to_today_with_the_reason() -> None:
    check_retirement(TODAY, "Not collected", TODAY)
    with pytest.raises(RuleBroken) as broken:
        check_retirement(date(2019, 5, 23), " ", TODAY)
    assert [each.field for each in broken.value.problems] == ["reason", "retired_on"]


def test_values_of_a_benchmark_are_refused_each_at_its_place() -> None:
    given = [
        (date(2019, 4, 1), Decimal(85)),
        (date(2019, 4, 1), Decimal(101)),
        (date(2019, 6, 1), Decimal(1)),
    ]
    with pytest.raises(RuleBroken) as broken:
        check_benchmark_values(given, TODAY, "%", part_of_whole=True)
    assert [each.field for each in broken.value.problems] == [
        "values.1.period",
        "values.1.value",
        "values.2.period",
    ]


@pytest.mark.parametrize(
    ("changed", "has_target", "sentences"),
    [
        ({}, True, []),
        ({}, False, ["It has no target."]),
        ({"direction": "neutral"}, False, []),
        ({"numerator": None}, True, ["Nothing says what is counted, out of what."]),
        ({"numerator": None, "unit": "days"}, True, []),
        ({"granular": None}, True, ["The quality of its data has not been judged."]),
        ({"frequency": "now and then"}, True, ["Nothing says how often a value is due."]),
        (
            {"purpose": " ", "data_owner": None},
            True,
            ["Nothing says what it is for.", "Nobody owns its data."],
        ),
    ],
)
def test_what_a_definition_lacks_is_said(
    changed: dict[str, Any], has_target: bool, sentences: list[str]
) -> None:
    assert wanting({**WHOLE, **changed}, has_target=has_target) == sentences


FIVE = ["safe", "effective", "caring", "responsive", "well_led"]


@pytest.mark.parametrize(
    ("key_questions", "sentences"),
    [
        (FIVE * 2, []),
        (FIVE * 4, []),
        ([*FIVE * 4, "safe"], ["21 high-level KPIs: an ISG agrees on 10 to 20, so at least 1 fewer."]),
        (FIVE * 2 + [None], []),
        ((FIVE * 2)[:9], ["9 high-level KPIs: an ISG agrees on 10 to 20, so at least 1 more."]),
        (["safe"] * 10, ["No KPI answers Effective, Caring, Responsive or Well-led."]),
        ([*FIVE[:4] * 3], ["No KPI answers Well-led."]),
        ([], ["No high-level KPIs: an ISG agrees on 10 to 20, so at least 10 more.",
              "No KPI answers Safe, Effective, Caring, Responsive or Well-led."]),
    ],
)  # fmt: skip
def test_a_set_is_10_to_20_kpis_across_the_five_key_questions(
    key_questions: list[str | None], sentences: list[str]
) -> None:
    assert shortfalls_of_set(key_questions) == sentences


@pytest.mark.parametrize(
    ("count", "shortfalls", "note", "signed_on", "last", "fields"),
    [
        (10, [], None, TODAY, None, []),
        (0, ["x"], None, TODAY, None, [""]),
        (9, ["x"], " ", TODAY, None, ["note"]),
        (9, ["x"], "In June", TODAY, None, []),
        (10, [], None, date(2019, 5, 23), None, ["signed_on"]),
        (10, [], None, date(2019, 5, 1), date(2019, 5, 2), ["signed_on"]),
        (10, [], None, date(2019, 5, 2), date(2019, 5, 2), []),
    ],
)
def test_a_set_is_signed_off_up_to_today_and_with_a_reason_where_something_is_wanting(
    count: int, shortfalls: list[str], note: str | None, signed_on: date, last: date | None, fields: list[str]
) -> None:
    found: list[str] = []
    try:
        check_sign_off(count, shortfalls, note, signed_on, last, TODAY)
    except RuleBroken as broken:
        found = [each.field for each in broken.problems]
    assert found == fields


def test_what_has_changed_since_a_set_was_signed_is_told_kpi_by_kpi() -> None:
    parts = {**WHOLE, "name": "A", "part_of_whole": True, "quality_note": None}
    one, two = Member("K-1", "A", 1, parts), Member("K-2", "B", 3, parts)
    assert changes_since_signed([one, two], [one, two]) == []
    assert changes_since_signed([one], [two]) == ["K-2 B is new.", "K-1 A is no longer part of it."]
    defined_anew = Member("K-1", "A", 2, {**parts, "unit": "days", "audited": None}, retargeted=True)
    assert changes_since_signed([one], [defined_anew]) == [
        "K-1 A is defined anew: unit and audited.",
        "K-1 A has another target.",
    ]
    assert changes_since_signed([one], [Member("K-1", "A", 3, parts)]) == ["K-1 A is defined anew."]
