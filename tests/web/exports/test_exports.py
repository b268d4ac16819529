"""Any list as a file, as shown: the same filters, rows and order; formulas stay text; who took it is kept."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.people import Callers
from tests.web.conftest import Visits

PMO, OWNER, READER = "pmo@demo.example", "owner@demo.example", "reader@demo.example"


def rows_of_csv(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


async def test_the_file_has_the_rows_of_the_page_in_its_order(visit: Visits) -> None:
    pmo = await visit(PMO)
    page = await pmo.get("/root-causes?isg=Unscheduled+Care&sort=-due_date")
    link = page.links["CSV"]
    assert link == "/exports/root-causes.csv?isg=Unscheduled+Care&sort=-due_date"
    file = await pmo.http.get(link)
    assert file.headers["Content-Disposition"] == 'attachment; filename="root-causes-2019-05-22.csv"'
    assert [row["Root cause"] for row in rows_of_csv(file.content)] == ["RC-3", "RC-6", "RC-1", "RC-2"]


async def test_the_workbook_has_real_dates_and_numbers(visit: Visits) -> None:
    pmo = await visit(PMO)
    file = await pmo.http.get("/exports/root-causes.xlsx?q=RC-2")
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    headings, values = ([cell.value for cell in row] for row in sheet.iter_rows(max_row=2))
    row: dict[Any, Any] = dict(zip(headings, values, strict=True))
    assert (row["Due date"], row["Days overdue"]) == (datetime(2019, 5, 10), 12)  # noqa: DTZ001 - Excel has no zones


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.y")'])
async def test_a_formula_that_somebody_typed_stays_text(visit: Visits, plan: Callers, formula: str) -> None:
    said = {"status": "on_track", "progress": f"{formula} said"}
    assert (await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    pmo = await visit(PMO)
    (row,) = rows_of_csv((await pmo.http.get("/exports/root-causes.csv?q=RC-1")).content)
    assert not row["Last said"].startswith(("=", "+", "-", "@", "\t"))
    book = load_workbook(io.BytesIO((await pmo.http.get("/exports/root-causes.xlsx?q=RC-1")).content))
    assert book.active is not None
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)


@pytest.mark.parametrize(
    "name", ["root-causes", "findings", "escalations", "change-requests", "risks", "audit", "data-quality"]
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_every_list_can_be_taken_by_those_who_may_open_it(visit: Visits, name: str, kind: str) -> None:
    assert (await (await visit(PMO)).http.get(f"/exports/{name}.{kind}")).status_code == 200
    assert (await (await visit(READER)).http.get(f"/exports/{name}.{kind}")).status_code == 403


async def test_who_took_what_is_in_the_trail(visit: Visits, plan: Callers) -> None:
    await (await visit(OWNER)).http.get("/exports/findings.csv?type=must_do")
    trail = (await (await plan(PMO)).get("/v1/audit", params={"kind": "disclosure"})).json()["items"]
    assert trail[0]["who"] == "Owner Person"
    assert "findings as csv, 2 rows with type=must_do" in trail[0]["thing"]


async def test_what_can_not_be_asked_for_leads_back_to_the_list_that_says_so(visit: Visits) -> None:
    answer = await (await visit(PMO)).http.get("/exports/root-causes.csv?as_at=2030-01-01")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/root-causes?as_at=2030-01-01")
    assert (await (await visit(PMO)).http.get("/exports/nothing.csv")).status_code == 404
    assert (await (await visit(PMO)).http.get("/exports/findings.pdf")).status_code == 404
