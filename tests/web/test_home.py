"""The home page says what each role must do now."""

from asyncio import Event
from collections.abc import Callable, Coroutine
from datetime import date

import httpx2
import pytest
from fastapi import FastAPI

from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.people import Callers
from tests.web.conftest import Visits
from web.clients.base import ServicePool
from web.home import routes


async def test_an_owner_sees_the_updates_that_are_due_and_by_when(visit_either_way: Visits) -> None:
    page = await (await visit_either_way("owner@demo.example")).get("/", htmx=False)
    assert page.h1 == "You have 2 late updates that were due by Monday 20 May 2019"
    assert "The deadline was Monday 20 May 2019 at 23:59, 2 days ago." in page.text
    assert "You can still report until Sunday 26 May 2019, in 4 days, when the cycle closes" in page.text
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
    assert "Updates were due by Monday 20 May 2019, 2 days ago." in page.text
    assert page.links["1 of 4"] == "/isgs/unscheduled-care#not-reported-unscheduled-care"
    assert 'id="not-reported-unscheduled-care"' in page.response.text


async def test_the_pmo_opens_who_has_not_reported(visit: Visits) -> None:
    page = await (await visit("pmo@demo.example")).get("/")
    assert page.links["1 of 4"] == "/isgs/unscheduled-care#not-reported-unscheduled-care"


async def test_what_was_sent_back_is_listed_once(visit: Visits, plan: Callers) -> None:
    said = {
        "status": "complete",
        "progress": "Done",
        "evidence": [{"description": "The rota", "url": "https://intranet/rota"}],
    }
    decision = {"decision": "send_back", "meeting_date": "2019-05-22", "reason": "The rota has gaps."}
    owner, chair = await plan("owner@demo.example"), await plan("chair@demo.example")
    assert (await owner.post("/v1/root-causes/RC-3/updates", json=said)).status_code == 201
    answer = await chair.post("/v1/root-causes/RC-3/closing", json=decision)
    assert answer.is_success, answer.text
    page = await (await visit("owner@demo.example")).get("/")
    assert "Sent back to you" in page.text
    assert page.text.count("RC-3, Unscheduled Care.") == 1


async def test_an_owner_sees_the_kpi_values_that_they_owe_and_where_to_give_them(
    visit_either_way: Visits, database: TestDatabase
) -> None:
    await plant_kpi(database, "K-1", {date(2019, 2, 1): 80.0}, root_cause="RC-1")
    await plant_kpi(
        database, "K-2", {date(2019, 2, 1): 80.0}, isg="Unscheduled Care", data_owner="chair@demo.example"
    )
    page = await (await visit_either_way("owner@demo.example")).get("/", htmx=False)
    assert "1 KPI waits for values from you: " in page.text
    assert page.links["Measure K-1"] == "/kpis/K-1/values"
    assert "March 2019, due" in page.text
    assert "/kpis/K-2/values" not in page.links.values()
    assert page.links["All that is expected of you"] == "/expected-data?mine=true"
    chair = await (await visit_either_way("chair@demo.example")).get("/", htmx=False)
    assert chair.links["Measure K-2"] == "/kpis/K-2/values"


async def test_who_owes_no_value_is_not_asked_for_one(visit: Visits, database: TestDatabase) -> None:
    await plant_kpi(database, "K-1", {date(2019, 2, 1): 80.0}, root_cause="RC-1")
    for email in ("pmo@demo.example", "board@demo.example", "reader@demo.example", "admin@demo.example"):
        assert "KPI values to give" not in (await (await visit(email)).get("/")).text
    pmo = await (await visit("pmo@demo.example")).get("/")
    assert pmo.links["which KPI values are expected, and who owes them"] == "/expected-data"


async def test_many_kpis_are_cut_and_the_rest_is_a_link_away(visit: Visits, database: TestDatabase) -> None:
    for number in range(12):
        await plant_kpi(database, f"K-{number}", {date(2019, 2, 1): 80.0}, root_cause="RC-1")
    page = await (await visit("owner@demo.example")).get("/")
    assert sum(each.endswith("/values") for each in page.links.values()) == 10
    assert page.links["See the 2 other KPIs too, on the page of expected data"] == "/expected-data?mine=true"


async def _refuses(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused", request=request)


async def _fails(_request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(500, text="Internal Server Error")


async def _hangs(_request: httpx2.Request) -> httpx2.Response:
    await Event().wait()
    raise AssertionError


@pytest.mark.parametrize("kpi", [_refuses, _fails, _hangs])
async def test_without_the_kpi_service_the_home_page_still_shows_and_says_what_it_lacks(
    visit: Visits,
    web_app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
    kpi: Callable[[httpx2.Request], Coroutine[None, None, httpx2.Response]],
) -> None:
    monkeypatch.setattr(routes, "PATIENCE", 0.05)
    owner, reader = await visit("owner@demo.example"), await visit("reader@demo.example")
    web_app.state.services["kpi"]._transport = httpx2.MockTransport(kpi)
    page = await owner.get("/")
    assert (page.status, page.h1) == (200, "You have 2 late updates that were due by Monday 20 May 2019")
    assert "KPI values can’t be shown now." in page.text
    assert "KPI values can’t be shown now." not in (await reader.get("/")).text


async def test_what_the_home_page_asks_of_the_services_it_asks_at_once(
    visit: Visits, web_app: FastAPI
) -> None:
    """The plan's answer is held back until the KPI service has been asked."""
    owner = await visit("owner@demo.example")
    asked = Event()
    services: ServicePool = web_app.state.services
    plan, kpi = services["plan"]._transport, services["kpi"]._transport

    async def told(request: httpx2.Request) -> httpx2.Response:
        asked.set()
        return await kpi.handle_async_request(request)

    async def waiting(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/v1/home":
            await asked.wait()
        return await plan.handle_async_request(request)

    services["kpi"]._transport = httpx2.MockTransport(told)
    services["plan"]._transport = httpx2.MockTransport(waiting)
    assert (await owner.get("/")).status == 200
