"""The search page."""

from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.web.conftest import Visits

OWNER = "owner@demo.example"


async def test_the_heading_counts_and_each_thing_opens(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/search?q=RC-2")
    assert page.h1 == "1 result for “RC-2”"
    assert page.links["RC-2 Children wait too long to be seen (RC-2)"] == "/root-causes/RC-2"


async def test_a_kpi_opens_its_own_page(visit: Visits, database: TestDatabase) -> None:
    await plant_kpi(database, "KPI-0901", name="Sepsis screens")
    page = await (await visit(OWNER)).get("/search?q=sepsis")
    assert page.h1 == "1 result for “sepsis”"
    assert page.links["KPI-0901 Sepsis screens"] == "/kpis/KPI-0901"


async def test_nothing_found_says_what_to_do(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/search?q=unheard-of")
    assert page.h1 == "Nothing found for “unheard-of”"
    assert page.links["list of root causes"] == "/root-causes"


async def test_before_anything_is_asked_it_says_what_it_looks_through(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/search")
    assert page.h1 == "Search"
    assert "everything that you may see" in page.text


async def test_what_was_typed_stays_in_the_box_and_is_never_markup(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/search?q=%3Cb%3Echildren%3C/b%3E")
    assert page.fields("/search")["q"] == ["<b>children</b>"]


async def test_every_page_has_the_box(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/findings")
    assert page.fields("/search")["q"] == [""]
