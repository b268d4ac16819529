"""Every role against every page with a form to send: nobody is shown a form that would be refused.

`+` the page, `x` it is for others (403), `-` not now or not by them (409), `.` there is nothing for them at this address (404).
RC-1 is escalated as ESC-0001, raised and undecided; RC-2, escalated as ESC-0002, has been decided on and has not recovered.
Both are Unscheduled Care's, owned by owner@, for whom deputy@ deputises.
"""

import pytest

from tests.people import Callers
from tests.web.conftest import Visits

TABLE = """
                                   owner deputy other member chair chair2 executive ecib pmo board reader admin
/import                            x     x      x     x      x     x      x         x    +   x     x      x
/import/approval                   x     x      x     x      x     x      x         x    +   x     x      x
/import/headings                   x     x      x     x      x     x      x         x    +   x     x      x
/data-quality                      x     x      x     x      x     x      x         x    +   x     x      x
/audit                             x     x      x     x      x     x      x         x    +   x     x      x
/audit?root_cause=RC-1             x     x      x     x      +     x      +         x    +   x     x      x
/escalations                       +     +      +     +      +     +      +         +    +   +     x      x
/escalations/ESC-0001              +     +      .     +      +     +      +         +    +   +     x      x
/escalations/ESC-0001/agenda       -     -      .     -      -     -      -         -    +   -     x      x
/escalations/ESC-0001/plan-request -     -      .     -      -     -      -         -    +   -     x      x
/escalations/ESC-0001/recovery     -     -      .     -      -     -      -         -    -   -     x      x
/escalations/ESC-0002/agenda       -     -      .     -      -     -      -         -    -   -     x      x
/escalations/ESC-0002/recovery     -     -      .     -      -     -      -         -    -   -     x      x
"""
PEOPLE = TABLE.strip().splitlines()[0].split()
MARKS = {200: "+", 403: "x", 404: ".", 409: "-"}


def expectations() -> dict[str, dict[str, str]]:
    """The table's rows."""
    _, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return {address: dict(zip(PEOPLE, cells, strict=True)) for address, *cells in rows}


@pytest.fixture
async def situation(plan: Callers) -> None:
    """The situation of the module's docstring."""
    pmo, ecib = await plan("pmo@demo.example"), await plan("ecib@demo.example")
    for reference in ("RC-1", "RC-2"):
        raised = await pmo.post(f"/v1/root-causes/{reference}/escalations", json={"reason": "Worrying"})
        assert raised.status_code == 201, raised.text
    wish = {"decision": "extra_support", "meeting_date": "2019-05-22", "reason": "Agency money."}
    assert (await ecib.post("/v1/escalations/ESC-0002/decisions", json=wish)).status_code == 200


@pytest.mark.usefixtures("situation")
async def test_a_page_opens_to_whom_the_table_says(visit: Visits) -> None:
    actual: dict[str, dict[str, str]] = {address: {} for address in expectations()}
    for person in PEOPLE:
        browser = await visit(f"{person}@demo.example")
        for address, row in actual.items():
            row[person] = MARKS[(await browser.get(address)).status]
    assert actual == expectations()


@pytest.mark.usefixtures("situation")
async def test_only_those_who_may_decide_find_the_form_for_it(visit: Visits) -> None:
    """The PMO raised it by hand, and records what a member decided all the same."""
    offered = [
        person
        for person in PEOPLE
        if (page := await (await visit(f"{person}@demo.example")).get("/escalations/ESC-0001")).status == 200
        and page.by_class("nhsuk-radios")
    ]
    assert offered == ["ecib", "pmo"]
