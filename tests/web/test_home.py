"""The home page says what each role must do now."""

from datetime import date

import pytest

from tests.conftest import TestDatabase
from tests.web.conftest import Visits


async def test_an_owner_sees_the_updates_that_are_due_and_by_when(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("owner@demo.example")).get("/", htmx=False)
    assert page.h1 == "You have 2 late updates, due by Monday 20 May 2019"
    assert "The deadline was Monday 20 May 2019 at 23:59, 2 days ago." in page.text
    assert {"/root-causes/RC-1/update", "/root-causes/RC-2/update", "/root-causes/RC-3"} <= set(
        page.links.values()
    )


async def test_before_the_deadline_it_says_how_long_there_is(visit: Visits, database: TestDatabase) -> None:
    await database.set_today(date(2019, 5, 18))
    page = await (await visit("owner@demo.example")).get("/")
    assert page.h1 == "You have 3 updates due by Monday 20 May 2019"
    assert "The deadline is Monday 20 May 2019 at 23:59, in 2 days." in page.text


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("owner@demo.example", "Updates to give"),
        ("deputy@demo.example", "Updates to give"),
        ("chair@demo.example", "Unscheduled Care"),
        ("executive@demo.example", "Unscheduled Care"),
        ("ecib@demo.example", "No escalation waits for a decision."),
        ("pmo@demo.example", "This cycle in every ISG"),
        ("board@demo.example", "Trajectory"),
        ("reader@demo.example", "Trajectory"),
        ("admin@demo.example", "Nothing waits for you here"),
    ],
)
async def test_every_role_has_a_home_page_of_its_own(visit: Visits, email: str, says: str) -> None:
    page = await (await visit(email)).get("/")
    assert page.status == 200
    assert says in page.text


async def test_a_chair_sees_what_the_meeting_has_before_it(visit: Visits) -> None:
    page = await (await visit("chair@demo.example")).get("/")
    assert "Updates to give" in page.text
    assert "The ISG meets on" in page.text
    assert "/isgs/unscheduled-care" in page.links.values()
