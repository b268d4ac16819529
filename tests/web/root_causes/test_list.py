"""The list of root causes: its title is the answer, its filters live in the address."""

import pytest

from tests.conftest import TestDatabase
from tests.reporting_api.feeds.test_what_is_kept import CHANGES, change
from tests.web.conftest import Visits
from tests.web.page_checks import Page


def listed(page: Page) -> list[str]:
    """The references, in the order of the list."""
    return [text.split()[0] for text, href in page.links.items() if href.startswith("/root-causes/RC")]


@pytest.mark.parametrize(
    ("query", "title", "references"),
    [
        ("", "6 root causes", ["RC-1", "RC-2", "RC-3", "RC-4", "RC-5", "RC-6"]),
        ("class=must_do&isg=Unscheduled+Care", "3 Must Do root causes of Unscheduled Care", ["RC-1", "RC-2", "RC-6"]),
        ("class=none", "1 root cause, of neither class", ["RC-5"]),
        ("status=complete", "1 root cause, complete", ["RC-4"]),
        ("overdue=true", "1 root cause, overdue", ["RC-2"]),
        ("neither=true&class=must_do", "2 Must Do root causes, neither complete nor on track", ["RC-2", "RC-6"]),
        ("owner=other@demo.example", "2 root causes, owned by other@demo.example", ["RC-4", "RC-5"]),
        ("q=sd-1", "1 root cause, with “sd-1”", ["RC-3"]),
        ("sort=days_overdue&isg=Unscheduled+Care", "4 root causes of Unscheduled Care", ["RC-2", "RC-1", "RC-3", "RC-6"]),
        (
            "counted=complete&month=2019-04&as_at=2019-04-30&isg=Scheduled+Care&class=must_do",
            "1 Must Do root cause of Scheduled Care complete by 30 April 2019",
            ["RC-4"],
        ),
        ("counted=planned&month=2019-05", "2 root causes due by 22 May 2019", ["RC-2", "RC-4"]),
        ("counted=planned&month=2019-06", "4 root causes due by 30 June 2019", ["RC-1", "RC-2", "RC-4", "RC-6"]),
        ("overdue=true&as_at=2019-05-09", "No root causes, overdue, as at 9 May 2019", []),
    ],
)  # fmt: skip
async def test_the_title_says_what_is_listed(
    visit_either_way: Visits, query: str, title: str, references: list[str]
) -> None:
    page = await (await visit_either_way("chair@demo.example")).get(f"/root-causes?{query}")
    assert (page.status, page.h1, listed(page)) == (200, title, references)


async def test_an_empty_list_says_why_and_what_to_do(visit: Visits) -> None:
    page = await (await visit("chair@demo.example")).get("/root-causes?q=nothing-is-called-this")
    assert page.h1 == "No root causes, with “nothing-is-called-this”"
    assert page.links["show all root causes"] == "/root-causes"


async def test_what_cannot_be_asked_for_is_said_in_a_sentence(visit: Visits) -> None:
    page = await (await visit("chair@demo.example")).get("/root-causes?as_at=2019-06-01")
    assert page.status == 422
    assert page.errors[0].startswith("1 June 2019 is after today, 22 May 2019")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("status=banana", "There is no status “banana”: choose one from the list."),
        ("isg=Nowhere", "There is no ISG “Nowhere”: choose one from the list."),
        ("sort=luck", "There is no order “luck”: choose one from the list."),
    ],
)
async def test_what_is_not_in_the_list_is_said_in_words(visit: Visits, query: str, sentence: str) -> None:
    page = await (await visit("chair@demo.example")).get(f"/root-causes?{query}")
    assert (page.status, page.errors) == (422, [sentence])


@pytest.mark.parametrize("query", ["status=lost", "sort=luck", "as_at=never", "counted=planned", "cursor=x"])
async def test_an_address_somebody_has_spoiled_is_answered_by_a_page(visit: Visits, query: str) -> None:
    page = await (await visit("chair@demo.example")).get(f"/root-causes?{query}")
    assert (page.status, page.h1) == (422, "Root causes")


async def test_the_form_holds_the_filters_of_the_address(visit: Visits) -> None:
    query = "q=nurse&isg=Unscheduled+Care&class=must_do&status=at_risk&overdue=true&sort=-due_date"
    page = await (await visit("chair@demo.example")).get(f"/root-causes?{query}")
    fields = page.fields("/root-causes")
    assert fields["overdue"] == ["true"]
    assert (fields["isg"], fields["class"], fields["sort"]) == (
        ["Unscheduled Care"],
        ["must_do"],
        ["-due_date"],
    )
    assert "Me" in page.text


async def test_who_may_not_see_the_plan_is_told_so(visit: Visits) -> None:
    assert (await (await visit("reader@demo.example")).get("/root-causes")).status == 403


@pytest.mark.parametrize(
    ("query", "title", "references"),
    [
        ("before_ecib=true", "1 root cause, before ECIB", ["RC-2"]),
        ("before_ecib=true&overdue=true", "1 root cause, overdue, before ECIB", ["RC-2"]),
        ("to_decide=true", "1 root cause, waiting for ECIB’s decision", ["RC-2"]),
        ("without_plan=true", "1 root cause, before ECIB without a recovery plan", ["RC-2"]),
        ("before_ecib=true&isg=Scheduled+Care", "No root causes of Scheduled Care, before ECIB", []),
        ("before_ecib=true&as_at=2019-05-20", "No root causes, before ECIB, as at 20 May 2019", []),
        ("before_ecib=true&q=children", "1 root cause, before ECIB, with “children”", ["RC-2"]),
    ],
)  # fmt: skip
async def test_what_is_before_ecib_can_be_listed_at_any_day(
    visit: Visits, database: TestDatabase, query: str, title: str, references: list[str]
) -> None:
    await change(database, CHANGES["decided"])
    await change(database, "UPDATE escalation SET raised_on = '2019-05-21'")
    page = await (await visit("chair@demo.example")).get(f"/root-causes?{query}")
    assert (page.h1, listed(page)) == (title, references)
