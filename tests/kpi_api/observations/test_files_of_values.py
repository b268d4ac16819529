"""Files of values: CSV and Excel, every cell checked, problems by cell, all kept or nothing; and what is no such file at all."""

import io
from datetime import date
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import httpx2
import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from services.domain.errors import RuleBroken
from services.kpi_api.observation_files.reading import MOST_BYTES, read
from services.shared.models import KpiObservation, KpiStanding
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.people import Callers

DOOR = "/v1/observation-files"
PMO, OWNER = "pmo@demo.example", "owner@demo.example"
GOOD = """KPI,Period,Value,Numerator,Denominator,Note
K-1,01/03/2019,81.2,812,1000,
K-1,2019-04-30,,3,4,
K-2,Mar 2019,"1,234",,,x
"""


def workbook(*rows: tuple[Any, ...], title: str = "KPI data") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


async def sent(client: httpx2.AsyncClient, data: bytes | str, **query: Any) -> httpx2.Response:
    content = data.encode() if isinstance(data, str) else data
    return await client.post(DOOR, content=content, params=query, headers={"Content-Type": "text/csv"})


async def kept_values(database: TestDatabase) -> int:
    async with database.owner.transaction() as db:
        return int(await db.scalar(select(func.count()).select_from(KpiObservation)) or 0)


@pytest.fixture
async def pmo(database: TestDatabase, kpi: Callers) -> httpx2.AsyncClient:
    await plant_kpi(database, "K-1")
    await plant_kpi(database, "K-2", unit="number", root_cause="RC-4")
    return await kpi(PMO)


async def test_a_csv_file_is_checked_then_kept_then_the_same(
    pmo: httpx2.AsyncClient, database: TestDatabase
) -> None:
    checked = (await sent(pmo, GOOD, check=True, keep=True)).json()
    nothing = await kept_values(database)
    kept = (await pmo.post(f"{DOOR}/kept", params={"digest": checked["digest"]})).json()
    gone = await pmo.post(f"{DOOR}/kept", params={"digest": checked["digest"]})
    again = (await sent(pmo, GOOD)).json()

    assert (checked["kept"], checked["accepted"], checked["problem_count"], nothing) == (False, 3, 0, 0)
    assert (kept["kept"], kept["accepted"], kept["rows"], kept["kpis"]) == (True, 3, 3, 2)
    assert gone.status_code == 409
    assert (again["accepted"], again["revised"], again["unchanged"]) == (0, 0, 3)
    items = (await pmo.get("/v1/kpis/K-1/observations")).json()["items"]
    assert [(each["period"], each["value"], each["given_through"]) for each in items] == [
        ("2019-04-01", 75, "upload"),
        ("2019-03-01", 81.2, "upload"),
    ]
    async with database.owner.transaction() as db:
        assert set(await db.scalars(select(KpiStanding.latest_value))) == {75, 1234}


async def test_a_workbook_is_read_the_same(pmo: httpx2.AsyncClient) -> None:
    data = workbook(
        ("Period", "kpi", "Value", "State", "Remark"), (date(2019, 3, 1), "K-1", 80.5, "Provisional", "ignored"),
        (None, None, None, None, None), ("30/04/2019", "K-1", "81%", None, None),
    )  # fmt: skip

    answer = (await sent(pmo, data)).json()

    assert (answer["accepted"], answer["ignored_columns"]) == (2, ["Remark"])
    items = (await pmo.get("/v1/kpis/K-1/observations")).json()["items"]
    assert [(each["value"], each["state"]) for each in items] == [(81, "final"), (80.5, "provisional")]


BAD = [
    ("K-1,01/03/2019,n/a", "row 2, Value", "“n/a” is not a number: write a number."),
    ("K-1,01/03/2019,\"81,2\"", "row 2, Value", "write decimals with a point"),
    ("K-1,01/03/2019,4,3,4,1,234", "row 2, Value", "This row has 7 cells and there are 5 headings"),
    ("K-1,01/03/2019,NaN", "row 2, Value", "“NaN” is not a number"),
    ("K-1,01/03/2019,1e308", "row 2, Value", "The value is too large"),
    ("K-1,01/03/2019,", "row 2, Value", "Give a value for March 2019"),
    ("K-1,31/02/2019,5", "row 2, Period", "“31/02/2019” is no day that there is"),
    ("K-1,03-01-19,5", "row 2, Period", "“03-01-19” is not a date"),
    ("K-1,,5", "row 2, Period", "The period is blank"),
    ("K-1,01/06/2019,5", "row 2, Period", "June 2019 lies in the future"),
    ("K-1,01/01/9999,5", "row 2, Period", "check the year"),
    ("K-9,01/03/2019,5", "row 2, KPI", "There is no KPI “K-9”"),
    (",01/03/2019,5", "row 2, KPI", "The reference of the KPI is blank"),
    ("K-1,01/03/2019,5\nK-1,15/03/2019,6", "row 3, Period", "There is more than one value for March 2019"),
    ("K-1,01/03/2019,5,,0", "row 2, Denominator", "The denominator is zero"),
    ("K-1,01/03/2019,5,x,10", "row 2, Numerator", "“x” is not a number"),
    ("K-1,01/03/2019,50,6,10", "row 2, Value", "6 out of 10 is 60%, not 50"),
]  # fmt: skip


async def test_bad_data_is_refused_by_cell_and_nothing_is_kept(
    pmo: httpx2.AsyncClient, database: TestDatabase
) -> None:
    for rows, cell, sentence in BAD:
        data = f"KPI,Period,Value,Numerator,Denominator\n{rows}\nK-2,01/03/2019,7\n"
        checked, refused = await sent(pmo, data, check=True), await sent(pmo, data)
        problems = checked.json()["problems"]
        assert [(each["cell"], sentence in each["message"]) for each in problems] == [(cell, True)], problems
        assert refused.status_code == 422, rows
        assert [each["field"] for each in refused.json()["errors"]] == [cell], rows
    assert await kept_values(database) == 0


@pytest.mark.parametrize("value", ["1,234", "81,2"])
async def test_a_number_that_its_comma_cuts_in_two_is_refused(
    pmo: httpx2.AsyncClient, database: TestDatabase, value: str
) -> None:
    for headings, row in (
        ("KPI,Period,Value", f"K-1,01/03/2019,{value}"),
        ("KPI,Period,Value,", f"K-1,01/03/2019,{value}"),
    ):
        [problem] = (await sent(pmo, f"{headings}\n{row}\n", check=True)).json()["problems"]
        assert problem["cell"] == "row 2, Value"
        assert problem["message"].endswith("put a number with a comma in quotation marks.")
        assert (await sent(pmo, f"{headings}\n{row}\n")).status_code == 422
    assert await kept_values(database) == 0
    assert (await sent(pmo, "KPI,Period,Value\nK-1,01/03/2019,81,,\n")).json()["accepted"] == 1


async def test_a_value_under_no_heading_of_a_sheet_is_refused(
    pmo: httpx2.AsyncClient, database: TestDatabase
) -> None:
    file = workbook(("KPI", "Period", "Value"), ("K-1", date(2019, 3, 1), 1, 234))
    [problem] = (await sent(pmo, file, check=True)).json()["problems"]
    assert problem["message"].endswith("olumn D has no heading: give it one, or empty this cell.")
    assert (await sent(pmo, file)).status_code == 422
    assert await kept_values(database) == 0
    blank = workbook(("KPI", "Period", "Value"), ("K-1", date(2019, 3, 1), 1, " "))
    assert (await sent(pmo, blank)).json()["accepted"] == 1


async def test_problems_of_a_workbook_name_its_cells(pmo: httpx2.AsyncClient) -> None:
    data = workbook(("KPI", "Period", "Value"), ("K-1", "01/03/2019", True), ("K-2", date(2019, 7, 1), 5))

    problems = (await sent(pmo, data, check=True)).json()["problems"]

    assert [each["cell"] for each in problems] == ["KPI data!C2", "KPI data!B3"]


@pytest.mark.usefixtures("pmo")
async def test_a_row_of_a_kpi_that_is_not_theirs_is_refused_by_cell(kpi: Callers) -> None:
    problems = (await sent(await kpi(OWNER), GOOD, check=True)).json()["problems"]

    assert [each["cell"] for each in problems] == ["row 4, KPI"]
    assert "K-2 is not yours" in problems[0]["message"]
    assert (await sent(await kpi("ecib@demo.example"), GOOD)).status_code == 403
    assert (await sent(await kpi.anonymous(), GOOD)).status_code == 401


def _declaring_entities() -> bytes:
    held = io.BytesIO(workbook(("KPI", "Period", "Value")))
    out = io.BytesIO()
    with ZipFile(held) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>' + part.partition(b"?>")[2]
            target.writestr(name, part)
    return out.getvalue()


def _bomb() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as target:
        target.writestr("xl/worksheets/sheet1.xml", b"<" + b" " * (65 * 1024**2))
    return out.getvalue()


NO_SUCH_FILE: list[tuple[bytes, str]] = [
    (b"", "This file is empty"),
    (b"\n \n", "This file is empty"),
    (b"KPI|Period|Value\nK-1|01/03/2019|5\n", "The columns of this file are separated by “|”"),
    (b"KPI:Period:Value\nK-1:01/03/2019:5\n", "The columns of this file are separated by “:”"),
    (b"KPI Period Value\nK-1 01/03/2019 5\n", "The first row has no heading KPI and Period"),
    (b"KPI,Value\nK-1,5\n", "The first row has no heading Period"),
    (b"KPI,Period\nK-1,01/03/2019\n", "The first row has no heading Value"),
    (b"KPI,Period,Value,value\n", "There are two columns “value”"),
    (b'KPI,Period,Value\n"K-1,01/03/2019,5\n', "a quotation mark is opened and not closed"),
    (b"\x89PNG\r\n\x1a\n\0\0\0", "This file is neither an Excel workbook (.xlsx) nor a CSV text"),
    (b"PK\x03\x04 and nothing more", "This file is neither an Excel workbook"),
    (bytes.fromhex("d0cf11e0a1b11ae1") + b"old", "protected by a password or in the old .xls format"),
    (workbook(("Name", "Age")), "The first row has no heading KPI and Period"),
    (workbook((None,), ("KPI", "Period", "Value")), "The first row of the sheet is empty"),
    (workbook(("KPI", "Period", "Value"))[:-200], "This file is neither an Excel workbook"),
    (_declaring_entities(), "This file is neither an Excel workbook"),
    (_bomb(), "larger than 64 MB when unpacked"),
    (b"KPI,Period,Value\n" + b"K-1,01/03/2019,5\n" * 20_001, "more than 20,000 rows"),
    (b"x" * (MOST_BYTES + 1), "larger than 5 MB"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "sentence"), NO_SUCH_FILE, ids=range(len(NO_SUCH_FILE)))
def test_what_is_no_file_of_values_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read(data)

    assert sentence in str(refused.value)
    assert [problem.field for problem in refused.value.problems] == ["file"]


@pytest.mark.parametrize(
    "data",
    [
        "KPI;Period;Value\nK-1;01/03/2019;80,5\n".replace("80,5", "80.5"),
        "KPI\tPeriod\tValue\nK-1\t01/03/2019\t80.5\n",
        '"KPI","Period","Value"\r\n"K-1","01/03/2019","80.5"\r\n',
        "\ufeffKPI,Period,Value\nK-1,01/03/2019,80.5\n",
        " kpi , PERIOD ,value\n\n\nK-1,01/03/2019,80.5\n,,\n",
        "KPI,Period,Value\nK-1,01/03/2019,80.5\n".encode("utf-16"),
        "KPI,Period,Value,Note\nK-1,01/03/2019,80.5,caf\xe9\n".encode("cp1252"),
    ],
)
def test_what_spreadsheets_write_is_read(data: str | bytes) -> None:
    table = read(data.encode() if isinstance(data, str) else data)

    assert [(line.cells["kpi"], line.cells["period"], line.cells["value"]) for line in table.lines] == [
        ("K-1", "01/03/2019", "80.5")
    ]


async def test_fifty_megabytes_are_refused_without_being_read(pmo: httpx2.AsyncClient) -> None:
    answer = await sent(pmo, b"x" * 50 * 1024**2)

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
