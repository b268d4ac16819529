"""Findings: the list, what it is narrowed to, and one finding."""

import pytest
from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.web.conftest import Visits

OWNER, READER = "owner@demo.example", "reader@demo.example"


async def test_the_heading_counts_and_the_first_sentence_says_how_many_are_closed(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/findings")
    assert page.h1 == "0 of 5 findings are met"
    assert "1 of 5 findings has all its root causes closed." in page.text
    assert page.links["MD-1"] == "/findings/MD-1"


async def test_the_list_is_narrowed_in_its_address(visit: Visits) -> None:
    browser = await visit(OWNER)
    page = await browser.get(
        "/findings?type=must_do&isg=Unscheduled+Care&key_question=safe&site=RSH&q=put+right"
    )
    assert page.h1 == "0 of 1 Must Do finding that fits is met"
    assert "MD-1" in page.links
    assert page.fields("/findings")["site"] == ["RSH"]
    assert page.fields("/findings")["q"] == ["put right"]


async def test_filters_that_nothing_fits_lead_back_to_all(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/findings?q=unheard-of")
    assert page.h1 == "No finding fits"
    assert page.links["Show all findings"] == "/findings"


async def test_a_filter_that_there_is_not_narrows_nothing(visit: Visits) -> None:
    assert (
        await (await visit(OWNER)).get("/findings?type=may_do&key_question=nice")
    ).h1 == "0 of 5 findings are met"


async def test_a_finding_shows_its_root_causes_with_their_status(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/findings/MD-1")
    assert page.h1 == "MD-1: 0 of 2 root causes closed"
    assert "Inspection report" in page.text
    assert "10 May 2019, 12 days overdue" in page.text
    assert page.links["RC-2 Children wait too long to be seen (RC-2)"] == "/root-causes/RC-2"


async def test_a_finding_that_there_is_not_is_said_in_a_sentence(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/findings/MD-99")
    assert page.status == 404
    assert "There is no finding MD-99." in page.text


async def test_readers_may_not_open_findings(visit: Visits) -> None:
    assert (await (await visit(READER)).get("/findings")).status == 403


async def test_how_many_are_closed_opens_exactly_those(visit: Visits) -> None:
    browser = await visit(OWNER)
    page = await browser.get("/findings?isg=Scheduled+Care")
    closed = await browser.get(page.links["1"])
    assert closed.h1 == "0 of 1 finding that fits is met"
    assert closed.fields("/findings")["closed"] == ["true"]
    assert "MD-2" in closed.links


async def test_the_list_stands_as_it_was_at_a_day_in_the_address(visit: Visits) -> None:
    browser = await visit(OWNER)
    page = await browser.get("/findings?as_at=2019-04-24")
    assert (
        "0 of 5 findings have all their root causes closed at the end of Wednesday 24 April 2019."
        in page.text
    )
    assert page.fields("/findings")["as_at"] == ["2019-04-24"]
    assert (await browser.get("/findings?closed=true&as_at=2019-04-24")).h1 == "No finding fits"


@pytest.mark.parametrize("query", ["as_at=2019-05-23", "as_at=never", "cursor=x"])
async def test_a_day_or_page_that_cannot_be_had_is_said_above_the_list(visit: Visits, query: str) -> None:
    page = await (await visit(OWNER)).get(f"/findings?{query}")
    assert (page.status, page.h1) == (422, "Findings")
    assert page.errors


async def test_a_long_list_is_shown_in_pages(visit: Visits, database: TestDatabase) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
            INSERT INTO finding (reference, finding_type, text, key_questions, isg_id, position, recorded_at)
            SELECT 'SD-' || 100 + n, 'should_do', 'One of many.', '{}', isg.id, 100 + n, now()
            FROM isg, generate_series(1, 50) AS n WHERE slug = 'well-led'
        """)
        )
    browser = await visit(OWNER)
    first = await browser.get("/findings?type=should_do")
    assert first.h1 == "0 of 51 Should Do findings are met"
    second = await browser.get(first.links["Next page"])
    assert "SD-150" in second.links
    assert "SD-149" not in second.links
    assert second.links["First page"] == "/findings?type=should_do"
