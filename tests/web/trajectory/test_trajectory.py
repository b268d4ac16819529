"""The trajectory and the dashboard: at any day, each figure opening what it counts."""

import pytest

from tests.web.conftest import Visits
from tests.web.page_checks import Tree

OWNER, BOARD, READER = "owner@demo.example", "board@demo.example", "reader@demo.example"


async def test_the_heading_is_the_trajectory_in_a_sentence(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/trajectory")
    assert page.h1 == "1 of the 2 Must Do root causes due by 22 May 2019 is closed: 50.0% of trajectory"


async def test_any_day_up_to_today_can_be_asked_for_in_the_address(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/trajectory?as_at=2019-04-30")
    assert page.h1 == "1 of the 1 Must Do root cause due by 30 April 2019 is closed: 100.0% of trajectory"
    assert page.fields("/trajectory") == {"as_at": ["2019-04-30"]}
    assert "/figures/1.svg?as_at=2019-04-30&shape=page" in page.response.text.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2019-05-23", "23 May 2019 is after today, 22 May 2019: figures are known up to today."),
        ("30/4/2019", "“30/4/2019” is not a real date. Enter it like 2019-04-30."),
    ],
)
@pytest.mark.parametrize("address", ["/trajectory", "/dashboard", "/isgs/unscheduled-care", "/packs/board"])
async def test_a_day_that_cannot_be_had_is_said_at_its_field_above_todays_figures(
    visit: Visits, address: str, day: str, sentence: str
) -> None:
    page = await (await visit(BOARD)).get(f"{address}?as_at={day}")
    assert page.status == 422
    assert page.errors[0].startswith(sentence)
    assert "22 May 2019" in page.text


async def test_each_number_opens_exactly_what_it_counts(visit: Visits) -> None:
    browser = await visit(OWNER)
    page = await browser.get("/trajectory")
    opens = [href for href in page.links.values() if "counted=planned" in href and "class=must_do" in href]
    assert opens
    assert all("as_at=2019-05-22" in href for href in opens)


async def test_nothing_due_is_said_and_never_a_percentage(visit: Visits) -> None:
    page = await (await visit(OWNER)).get("/trajectory")
    row = next(
        text for text in (_text(row) for row in page.by_class("nhsuk-table__row")) if "ISG Well-led" in text
    )
    assert "nothing due" in row
    assert "%" not in row


async def test_a_reader_sees_the_figures_without_links_to_root_causes(visit: Visits) -> None:
    browser = await visit(READER)
    for address in ("/trajectory", "/dashboard", "/isgs/unscheduled-care"):
        page = await browser.get(address)
        assert page.status == 200
        assert not [href for href in page.links.values() if href.startswith(("/root-causes", "/findings"))]


@pytest.mark.parametrize("shape", ["page", "narrow"])
@pytest.mark.parametrize("isg", ["", "&isg=Unscheduled+Care"])
async def test_the_charts_are_pictures_of_ours(visit: Visits, shape: str, isg: str) -> None:
    browser = await visit(READER)
    answer = await browser.http.get(f"/figures/1.svg?as_at=2019-05-22&shape={shape}{isg}")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "<svg" in answer.text
    assert (">Scheduled Care<" in answer.text) is not bool(isg)


@pytest.mark.parametrize("address", ["/trajectory", "/isgs/unscheduled-care"])
async def test_a_chart_says_how_to_read_it(visit: Visits, address: str) -> None:
    page = await (await visit(READER)).get(address)
    assert "Outlined bar: planned by then. Solid bar: complete." in page.text
    assert "Dotted line" not in page.text, "nothing has been re-baselined"


async def test_the_dashboard_says_what_is_complete_on_track_and_neither(visit: Visits) -> None:
    page = await (await visit(BOARD)).get("/dashboard")
    assert page.h1 == "1 of 4 Must Do root causes is complete"
    assert "1 is on track; 2 are neither complete nor on track." in page.text
    assert any("neither=true" in href for href in page.links.values())
    assert "1 of the 2 Must Do root causes due by 22 May 2019 is closed: 50.0% of trajectory." in page.text


def _text(row: Tree) -> str:
    return " ".join("".join(row.itertext()).split())
