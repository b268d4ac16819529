"""What is written reads back to the letter, whatever it is, and is the same bytes every time."""

import zipfile
from dataclasses import fields
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.domain.words import FindingType
from services.plan_api.workbook.kinds import Choice, Day, Email, Kind, Number, Reference, Several, Text
from services.plan_api.workbook.parse import parse
from services.plan_api.workbook.read import read_workbook
from services.plan_api.workbook.rows import FindingRow, PersonRow, PlanRows, RootCauseRow
from services.plan_api.workbook.sheets import SHEETS, Sheet
from services.plan_api.workbook.write import LeftOut, write_workbook

LETTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
PROSE = st.text(LETTERS | st.sampled_from("\n\t="), max_size=60).map(str.strip).filter(bool)
TELLING = st.sampled_from(
    ["=1+1", "+44", "-", "@SUM(A1)", "_x000D_", "_x005F_", "x005F_", "007", "1/2", "TRUE", "'", "#REF!"]
)
REFERENCES = (
    st.text(LETTERS.filter(lambda letter: letter not in r";/\?#%"), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
NUMBERS = st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=6) | st.floats(
    -1e6, 1e6, allow_subnormal=False
).filter(lambda number: number == 0 or abs(number) > 1e-9).map(lambda number: Decimal(repr(number)))


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Whatever a column of this kind may hold."""
    match kind:
        case Email():
            strategy: st.SearchStrategy[Any] = st.emails().map(str.lower).filter(_reads_as_email)
        case Reference():
            strategy = REFERENCES
        case Text():
            strategy = (PROSE | TELLING).filter(lambda text: len(text) <= kind.longest)
        case Day():
            strategy = st.dates(date(1990, 1, 1), date(2099, 12, 31))
        case Number():
            strategy = NUMBERS
        case Choice():
            strategy = st.sampled_from(list(kind.words))
        case Several():
            strategy = st.lists(values(kind.of), unique=True, max_size=4).map(tuple)
        case _:
            raise AssertionError(kind)
    return strategy


def _reads_as_email(text: str) -> bool:
    try:
        return Email().read(text) == text
    except ValueError:
        return False


def rows_of(sheet: Sheet) -> st.SearchStrategy[Any]:
    fields_of_rows = {column.field: values(column.kind) for column in sheet.columns}
    for column in sheet.columns:
        if not column.required and not isinstance(column.kind, Several):
            fields_of_rows[column.field] |= st.none()
    return st.lists(st.builds(sheet.row, **fields_of_rows), max_size=4).map(tuple)


PLANS = st.builds(PlanRows, **{sheet.field: rows_of(sheet) for sheet in SHEETS})


def read_back(data: bytes) -> PlanRows:
    tables, problems = parse(read_workbook(data))
    assert problems == []
    read: dict[str, Any] = {}
    for sheet in SHEETS:
        make: Any = sheet.row
        read[sheet.field] = tuple(make(**row.values) for row in tables[sheet.name].rows)
    return PlanRows(**read)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(PLANS)
def test_whatever_is_written_reads_back(plan: PlanRows) -> None:
    assert read_back(write_workbook(plan)) == plan


def test_the_fields_of_the_rows_are_the_columns_of_the_sheets() -> None:
    for sheet in SHEETS:
        assert {field.name for field in fields(sheet.row)} == set(sheet.by_field)
    assert [field.name for field in fields(PlanRows)] == [sheet.field for sheet in SHEETS]


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1", "-1", "@x", "http://x.example", "{=1}", "00123", "1e5"]
)
def test_text_is_never_written_as_a_formula_link_or_number(text: str) -> None:
    data = write_workbook(PlanRows(people=(PersonRow(name=text, email="jo@trust.example"),)))

    cell = load_workbook(BytesIO(data))["People"]["A2"]

    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)


def test_the_same_rows_are_the_same_bytes() -> None:
    plan = PlanRows(people=(PersonRow(name="Jo", email="jo@trust.example"),))

    assert write_workbook(plan) == write_workbook(plan)
    with zipfile.ZipFile(BytesIO(write_workbook(plan))) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}


def test_dates_are_dates_and_headings_stay_in_sight() -> None:
    row = RootCauseRow("RC-001", "Workforce", "Title", "jo@trust.example", date(2019, 4, 30))

    page = load_workbook(BytesIO(write_workbook(PlanRows(root_causes=(row,)))))["Root causes"]

    assert (page["J2"].is_date, page["J2"].number_format, page.freeze_panes) == (True, "dd/mm/yyyy", "A2")
    assert [cell.value for cell in page[1]][:4] == ["Reference", "Findings", "ISG", "Title"]


def test_the_longest_text_that_excel_keeps_comes_back() -> None:
    row = FindingRow("F-1", FindingType.MUST_DO, "x" * 32_767, "Workforce")

    assert read_back(write_workbook(PlanRows(findings=(row,)))).findings == (row,)


def test_what_no_sheet_holds_is_listed_with_its_reason() -> None:
    left_out = [LeftOut("Updates", "RC-001", "Complete on 20/05/2019", "the ISG has not decided on it")]

    page = load_workbook(BytesIO(write_workbook(PlanRows(), left_out)))["Not exported"]

    assert [cell.value for cell in page[2]] == [
        "Updates",
        "RC-001",
        "Complete on 20/05/2019",
        "the ISG has not decided on it",
    ]
