"""A lost session loses no word."""

from typing import Any

import pytest
from fastapi import FastAPI

from tests.web.page_checks import Browser, Page
from tests.web.pretend_plan import PretendPlan
from web.session import Sessions

UPDATE = "/long"
TYPED: dict[str, Any] = {
    "status": "off_track",
    "progress": "Two of five nurses have started.\nThe rest <start> in June & July.",
    "forecast_date.day": "31",
    "forecast_date.month": "6",
    "forecast_date.year": "2019",
    "themes": ["on_track", "off_track"],
    "recovery_plan.steps": "Ask the agency",
}
CREDENTIALS = {"sign_in.email": "owner@demo.example", "sign_in.password": "improving-together"}


def assert_nothing_is_lost(page: Page) -> None:
    fields = page.fields()
    for name, value in TYPED.items():
        kept = [each.replace("\r\n", "\n") for each in fields[name]]
        assert kept == (value if isinstance(value, list) else [value])


@pytest.fixture(params=["ended before", "cookie gone", "ended meanwhile"])
async def sent_too_late(
    owner: Browser, pretend_app: FastAPI, pretend_plan: PretendPlan, request: pytest.FixtureRequest
) -> Page:
    """The answer to an update that was sent after the session had been lost, in one way or another."""
    form = await owner.get(UPDATE, htmx=False)
    more: dict[str, Any] = {"session_ends": "meanwhile"} if request.param == "ended meanwhile" else {}
    if request.param == "cookie gone":
        owner.http.cookies.delete("qip_session")
    if request.param == "ended before":
        pretend_app.state.sessions = Sessions()
    pretend_plan.end_all_sessions()
    return await owner.submit(form, **TYPED, **more)


async def test_the_sign_in_page_stands_in_the_forms_place_and_carries_its_fields(sent_too_late: Page) -> None:
    assert sent_too_late.status == 401
    assert sent_too_late.h1 == "Sign in again to send your form"
    assert sent_too_late.form().get("action") == UPDATE
    assert_nothing_is_lost(sent_too_late)


async def test_after_signing_in_the_form_comes_back_filled_and_unsent(
    owner: Browser, sent_too_late: Page
) -> None:
    page = await owner.submit(sent_too_late, htmx=False, **CREDENTIALS)
    assert (page.status, page.h1) == (200, "Update RC-1")
    assert "Check what you had typed, and send it" in page.text
    assert_nothing_is_lost(page)
    assert "sign_in.password" not in page.fields()

    sent = await owner.submit(page, htmx=False)
    assert sent.errors == [] or sent.status == 422
    page = await owner.submit(page, htmx=False, **{"forecast_date.day": "30"})
    assert (page.status, page.goes_to) == (303, UPDATE)
    page = await owner.open(UPDATE)
    assert "Update sent" in page.text
    assert "Two of five nurses have started." in page.text
    assert "Update sent" not in (await owner.open(UPDATE)).text


async def test_a_wrong_password_there_loses_nothing_either(owner: Browser, sent_too_late: Page) -> None:
    page = await owner.submit(sent_too_late, htmx=False, **{**CREDENTIALS, "sign_in.password": "guessed"})
    assert page.status == 401
    assert page.errors == ["The email address or the password is not right."]
    page = await owner.submit(page, htmx=False, **CREDENTIALS)
    assert_nothing_is_lost(page)


async def test_a_form_of_an_earlier_session_comes_back_filled_and_unsent(owner: Browser) -> None:
    form = await owner.get(UPDATE, htmx=False)
    owner.http.cookies.delete("qip_session")
    await owner.sign_in("owner@demo.example")
    page = await owner.submit(form, **TYPED)
    assert (page.status, page.h1) == (200, "Update RC-1")
    assert_nothing_is_lost(page)


async def test_saving_while_typing_says_that_it_did_not_save_and_leaves_the_page_alone(
    anonymous: Browser,
) -> None:
    saved = anonymous._check(await anonymous.http.put(UPDATE, headers={"HX-Request": "true"}))
    assert saved.status in {401, 405}
