"""What is no workbook is refused in one sentence; what is one is read as Excel shows it."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from io import BytesIO

import pytest
from openpyxl import Workbook

from services.domain.errors import RuleBroken
from services.plan_api.workbook import read
from services.plan_api.workbook.kinds import Fault
from services.plan_api.workbook.read import RawRow, read_workbook
from services.plan_api.workbook.sheets import ROOT_CAUSES
from tests.plan_api.workbook.workbooks import right_plan, written


def rezipped(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same workbook with its parts changed."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return file.getvalue()


def with_sheet_xml(cells: str, *, shared: str = "") -> bytes:
    """A workbook whose sheet Root causes has a heading Title in A1 and these cells in row 2."""
    book = Workbook()
    book.worksheets[0].title = "Root causes"
    book.worksheets[0].append(["Title"])
    file = BytesIO()
    book.save(file)
    row = f'<row r="2">{cells}</row></sheetData>'.encode()

    def change(name: str, part: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return part.replace(b"</sheetData>", row)
        return part.replace(b"</sst>", f"{shared}</sst>".encode()) if name == "xl/sharedStrings.xml" else part

    return rezipped(file.getvalue(), change)


def title(data: bytes) -> object:
    (row,) = read_workbook(data).sheet(ROOT_CAUSES).rows
    return row.cells["title"]


def refusal(data: bytes) -> str:
    with pytest.raises(RuleBroken) as refused:
        read_workbook(data)
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b"", b"Reference,Title\r\n", b"%PDF-1.7", b"PK\x03\x04 broken", read._COMPOUND_FILE + b"an old .xls"],
    ids=["nothing", "csv", "pdf", "half a zip", "xls"],
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refusal(data) == read.NOT_A_WORKBOOK


def test_another_kind_of_zip_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "no workbook")
    assert refusal(file.getvalue()) == read.NOT_A_WORKBOOK


def test_a_compression_that_no_spreadsheet_program_writes_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refusal(file.getvalue()) == read.NOT_A_WORKBOOK


def test_a_damaged_part_is_refused() -> None:
    data = bytearray(written(right_plan()))
    data[len(data) // 2] ^= 0xFF
    assert refusal(bytes(data)) == read.NOT_A_WORKBOOK


def test_a_workbook_protected_by_a_password_is_refused() -> None:
    encrypted = read._COMPOUND_FILE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    assert refusal(encrypted) == read.PROTECTED


def test_a_zip_protected_by_a_password_is_refused() -> None:
    data = bytearray(written(right_plan()))
    directory = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, directory + 8, 0x1)
    assert refusal(bytes(data)) == read.PROTECTED


def test_more_than_100_mb_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 1_000)
    assert refusal(written(right_plan())) == read.TOO_LARGE


def test_more_than_a_gigabyte_unpacked_is_refused_by_the_directory_alone() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * 1_000)
    data = bytearray(file.getvalue())
    place = -1
    for _ in range(3):
        place = data.index(b"PK\x01\x02", place + 1)
        struct.pack_into("<I", data, place + 24, 400 * 1024**2)
    assert refusal(bytes(data)) == read.TOO_LARGE_UNPACKED


def test_a_directory_that_understates_a_part_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50 * 1024**2)
    data = bytearray(file.getvalue())
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 1_000)
    assert refusal(bytes(data)) == read.NOT_A_WORKBOOK


def test_more_than_500_000_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_ROWS", 18)
    assert refusal(written(right_plan())) == read.TOO_MANY_ROWS
    monkeypatch.setattr(read, "MAX_ROWS", 19)
    assert len(read_workbook(written(right_plan())).sheets) == 8


def test_entities_are_never_expanded() -> None:
    laughs = b'<!DOCTYPE worksheet [<!ENTITY ha "ha"><!ENTITY haha "&ha;&ha;&ha;">]>'

    def with_laughs(name: str, part: bytes) -> bytes:
        return laughs + part if name == "xl/worksheets/sheet4.xml" else part

    assert refusal(rezipped(written(right_plan()), with_laughs)) == read.NOT_A_WORKBOOK


def test_a_workbook_without_any_of_the_sheets_is_refused() -> None:
    assert refusal(written({"Tracker": [["Reference"], ["RC-001"]]})) == read.NO_KNOWN_SHEET


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A2" t="str"><f>B1</f><v>stored</v></c>', "stored"),
        ('<c r="A2"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A2" t="inlineStr"><is><r><t>in </t></r><r><t>runs</t></r></is></c>', "in runs"),
        ('<c r="A2" t="inlineStr"><is><t>a_x000D_b _x005F_x000D_</t></is></c>', "a\rb _x000D_"),
        ('<c r="A2" t="b"><v>1</v></c>', True),
        ('<c r="A2" t="d"><v>2019-04-30T00:00:00</v></c>', datetime.combine(date(2019, 4, 30), time())),
        ('<c><v>81.2</v></c>', 81.2),
    ],
    ids=["formula, text", "formula, number", "rich text", "escapes", "boolean", "ISO date", "no address"],
)  # fmt: skip
def test_a_cell_reads_as_excel_shows_it(cell: str, value: object) -> None:
    assert title(with_sheet_xml(cell)) == value


@pytest.mark.parametrize("stored", ["", "<v></v>", "<v/>"])
def test_a_formula_without_a_stored_value_is_a_fault_of_its_cell(stored: str) -> None:
    fault = title(with_sheet_xml(f'<c r="A2"><f>1+1</f>{stored}</c>'))
    assert isinstance(fault, Fault)
    assert "formula without a stored value" in fault.sentence


def test_a_formula_whose_stored_value_is_an_empty_text_is_blank() -> None:
    assert (
        read_workbook(with_sheet_xml('<c r="A2" t="str"><f>""</f><v></v></c>')).sheet(ROOT_CAUSES).rows == []
    )


def test_row_numbers_with_gaps_are_taken_as_they_are() -> None:
    far = rezipped(
        with_sheet_xml(""),
        lambda _, part: part.replace(
            b'<row r="2"></row>', b'<row r="999999999"><c t="str"><v>x</v></c></row>'
        ),
    )
    assert read_workbook(far).sheet(ROOT_CAUSES).rows == [RawRow(999_999_999, {"title": "x"})]


def test_dates_by_cell_format_are_dates() -> None:
    cells = right_plan()
    rows = read_workbook(written(cells)).sheet(ROOT_CAUSES).rows
    assert rows[0].cells["due_date"] == datetime.combine(date(2019, 4, 30), time())
    assert isinstance(cells["Root causes"][1][9], date)
