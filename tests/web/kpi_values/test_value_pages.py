"""The pages of values: entering, revising, uploading, what is expected, and decisions about a chart."""

from datetime import date
from typing import Any

import pytest

from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.web.conftest import Visits
from tests.web.page_checks import Page

CHAIR, PMO, ECIB, OWNER = "chair@demo.example", "pmo@demo.example", "ecib@demo.example", "owner@demo.example"
NEW = "/kpis/K-1/values/new"


@pytest.fixture
async def planted(database: TestDatabase) -> None:
    """K-1 of RC-1 with values from January to March 2019 but for February."""
    await plant_kpi(database, values={date(2019, 1, 1): 80, date(2019, 3, 1): 81.5}, numerator="Seen in time")


@pytest.mark.usefixtures("planted")
async def test_a_value_is_entered_at_the_missing_period_and_revised(visit: Visits) -> None:
    owner = await visit(OWNER)
    values = await owner.get("/kpis/K-1/values")
    assert values.h1 == "Values of K-1: Measure K-1"
    assert "Missing: April 2019, February 2019" in values.text
    form = await owner.get(values.links["Enter a value"])
    assert form.fields(NEW)["period"] == ["2019-02-01"]
    assert "Seen in time" in form.text
    wrong = await owner.submit(form, NEW, value="n/a", numerator="3", denominator="0")
    assert (wrong.status, wrong.errors) == (
        422,
        ["“n/a” is not a number: write a number."],
    )
    assert wrong.fields(NEW)["numerator"] == ["3"]
    kept = await owner.submit(wrong, NEW, value="", numerator="3", denominator="4", note="")
    assert kept.goes_to == "/kpis/K-1/values"
    shown = await owner.open("/kpis/K-1/values")
    assert "The value of K-1 for February 2019 is kept" in shown.text
    assert "75 (3 of 4)" in shown.text
    revising = await owner.get(shown.links["Revise the value of February 2019"])
    assert revising.fields(NEW)["value"] == ["75"]
    await owner.submit(revising, NEW, value="76", numerator="", denominator="", state="provisional")
    again = await owner.open("/kpis/K-1/values")
    assert "Provisional, late, revised" in again.text
    assert "75 (3 of 4) (Owner Person, on this page, 22 May 2019)" in again.text


@pytest.mark.usefixtures("planted")
async def test_two_at_once_see_both_values(visit: Visits) -> None:
    owner, pmo = await visit(OWNER), await visit(PMO)
    form = await pmo.get(f"{NEW}?period=2019-03-01")
    await owner.submit(await owner.get(f"{NEW}?period=2019-03-01"), NEW, value="82")
    late = await pmo.submit(form, NEW, value="83")
    assert late.status == 412
    assert "March 2019 now has the value 82" in late.text
    await pmo.submit(late, NEW)
    assert "83" in (await pmo.open("/kpis/K-1/values")).text


@pytest.mark.usefixtures("planted")
async def test_who_only_reads_finds_no_form(visit: Visits) -> None:
    ecib, other = await visit(ECIB), await visit("other@demo.example")
    values = await ecib.get("/kpis/K-1/values")
    assert "Enter a value" not in values.links
    for address in (NEW, "/kpis/upload", "/kpis/K-1/decisions/new"):
        assert (await ecib.get(address)).status == 403
    assert (await other.get(NEW)).status == 403
    assert (await (await visit("reader@demo.example")).get("/expected-data")).status == 403


async def test_a_kpi_without_a_frequency_takes_any_day(database: TestDatabase, visit: Visits) -> None:
    await plant_kpi(database, frequency="When asked", unit=None)
    owner = await visit(OWNER)
    form = await owner.get(NEW)
    day: dict[str, Any] = {"period.day": "7", "period.month": "3", "period.year": "2019"}
    kept = await owner.submit(form, NEW, value="5", **day)
    assert kept.goes_to == "/kpis/K-1/values"
    assert "7 March 2019" in (await owner.open("/kpis/K-1/values")).text


@pytest.mark.usefixtures("planted")
async def test_a_file_is_checked_mended_and_kept(visit: Visits) -> None:
    owner = await visit(OWNER)

    async def checked(data: bytes) -> Page:
        form = await owner.get("/kpis/upload")
        fields = {name: values[0] for name, values in form.fields("/kpis/upload").items()} | {"do": "check"}
        sent = await owner.http.post(
            "/kpis/upload", data=fields, files={"file": ("values.csv", data, "text/csv")},
            headers={"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        return owner._check(sent)

    wrong = await checked(b"KPI,Period,Value\nK-1,01/02/2019,n/a\nK-1,01/07/2019,5\n")
    assert wrong.h1 == "2 cells need attention"
    assert "row 2, Value" in wrong.text
    piped = await checked(b"KPI|Period|Value\nK-1|01/02/2019|5\n")
    assert piped.errors == [
        "The columns of this file are separated by “|”: separate them by commas, semicolons or tabs."
    ]
    good = await checked(b"KPI,Period,Value\nK-1,01/02/2019,79\nK-1,01/03/2019,81.5\n")
    assert good.h1 == "The file can be kept"
    large = await checked(b"x" * (5 * 1024**2 + 10))
    assert large.errors == ["This file is larger than 5 MB: split it into smaller ones."]
    fields = {"do": "keep", "digest": good.fields("/kpis/upload")["digest"][0]}
    kept = await owner.post("/kpis/upload", {**good.fields("/kpis/upload"), **fields})
    assert kept.h1 == "The values are kept"
    assert "1 new value, 0 revisions and 1 value as before, of 1 KPI." in kept.text
    gone = await owner.post("/kpis/upload", {**good.fields("/kpis/upload"), **fields, "once": "another"})
    assert gone.errors == ["The file that you checked is kept for an hour only. Choose it again."]


@pytest.mark.usefixtures("planted")
async def test_what_is_expected_and_who_owes_it(visit: Visits) -> None:
    owner, ecib = await visit(OWNER), await visit(ECIB)
    shown = await owner.get("/expected-data?mine=true")
    assert shown.h1 == "2 values are missing"
    assert "Missing: February 2019, April 2019" in shown.text
    assert "Owner Person, who owns its root cause" in shown.text
    assert shown.links["Enter a value of K-1"] == "/kpis/K-1/values/new?period=2019-02-01"
    assert (await ecib.get("/expected-data?mine=true")).h1 == "No value is missing"
    assert (await ecib.get("/expected-data?frequency=nonsense")).h1 == "2 values are missing"


@pytest.mark.usefixtures("planted")
async def test_a_chart_is_decided_about_and_that_is_taken_back(visit: Visits) -> None:
    chair, new = await visit(CHAIR), "/kpis/K-1/decisions/new"
    empty = await chair.get("/kpis/K-1/decisions")
    form = await chair.get(empty.links["Decide how it is read"])
    wrong = await chair.submit(form, new, kind="baseline", period="2019-03-01", points="x", reason="")
    assert wrong.errors == [
        "Say how many points the baseline has, as a number: 12 or more.",
        "Say why, or what happened.",
    ]
    few = await chair.submit(
        wrong, new, kind="baseline", period="2019-03-01", points="12", reason="A new pathway"
    )
    assert few.errors == [
        "There are 2 points between the changes of limits around this period: 12 is too many."
    ]
    await chair.submit(few, new, kind="rebase", period="2019-03-01", points="", reason="A new pathway")
    shown = await chair.open("/kpis/K-1/decisions")
    assert "New limits" in shown.text
    assert "Chair Person, 22 May 2019" in shown.text
    undoing = await chair.get(shown.links["Take it back: New limits, March 2019"])
    assert undoing.h1 == "Take back: begin new limits, March 2019"
    address = undoing.form().get("action")
    await chair.submit(undoing, address, reason="Too early")
    assert (
        "Taken back by Chair Person, 22 May 2019: Too early" in (await chair.open("/kpis/K-1/decisions")).text
    )
