"""The foundation over the real services: sessions, and whom the pages of the frame greet."""

from tests.web.conftest import Visits


async def test_a_person_of_the_plan_is_greeted_by_name_with_the_business_date(visit: Visits) -> None:
    page = await (await visit("owner@demo.example")).get("/sign-out")
    assert "business date 22 May 2019" in page.response.text
    assert {"Root causes", "Escalations"} <= set(page.links)


async def test_a_reader_is_offered_figures_only(visit: Visits) -> None:
    page = await (await visit("reader@demo.example")).get("/accessibility")
    assert "Trajectory" in page.links
    assert not {"Root causes", "Escalations", "Import"} & set(page.links)


async def test_signing_out_everywhere_ends_every_session_of_the_person(visit: Visits) -> None:
    here, there = await visit("owner@demo.example"), await visit("owner@demo.example")
    done = await here.submit(await here.get("/sign-out"), everywhere="yes")
    assert done.goes_to == "/sign-in"
    assert (await there.get("/sign-out")).goes_to == "/sign-in?next=%2Fsign-out"


async def test_a_wrong_password_is_said_in_a_sentence(visit: Visits) -> None:
    page = await visit.anonymous().sign_in("owner@demo.example", "not the password")
    assert (page.status, len(page.errors)) == (422, 1)


async def test_the_web_layer_is_ready_when_the_services_are(visit: Visits) -> None:
    assert (await visit.anonymous().get("/readyz")).status == 200
