"""A tracker's own headings are matched to ours on a page, without sending the workbook twice."""

from datetime import date
from typing import Any

from tests.web.conftest import Visits
from tests.web.imports.test_imports import PMO, _completed_date, edited, exported, send


async def test_headings_are_matched_remembered_and_the_kept_workbook_imported(visit: Visits) -> None:
    pmo = await visit(PMO)
    plan = await exported(pmo)
    chosen: dict[str, Any] = {"choices.0": "Reference"}
    theirs = edited(plan, ("Root causes", "A1", "RC no"), ("Actions", _completed_date(plan), "2019-05-20"))
    checked = await send(pmo, theirs, "check")
    assert "the column “Reference” is missing" in checked.text
    form = await pmo.get(checked.links["Match them to ours"])
    again = await pmo.submit(form, "/import/headings")
    assert again.errors == ["Choose for at least one heading which of ours it is."]
    done = await pmo.submit(again, "/import/headings", **chosen)
    assert done.goes_to == "/import?kept=yes"
    after = await pmo.open("/import?kept=yes")
    assert after.h1 == "The workbook can be imported"
    assert "“RC no” is read as “Reference”" in after.text
    remembered = await pmo.get("/import/headings")
    assert "Theirs rc no Ours Reference" in remembered.text
    await pmo.submit(remembered, "/import/headings", forget="1")
    assert "Nothing yet." in (await pmo.get("/import/headings")).text


async def test_a_checked_workbook_is_imported_without_sending_it_again(visit: Visits) -> None:
    pmo = await visit(PMO)
    plan = await exported(pmo)
    done = edited(plan, ("Actions", _completed_date(plan), date(2019, 5, 20)))
    checked = await send(pmo, done, "check")
    assert (await pmo.submit(checked, "/import", do="import_kept")).h1 == "The workbook is imported"
    gone = await pmo.submit(await pmo.get("/import"), "/import", do="import_kept")
    assert gone.errors == ["The workbook that you checked is kept for an hour only. Choose it again."]
