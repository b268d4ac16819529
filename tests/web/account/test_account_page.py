"""Everybody's account page."""

import pytest

from tests.small_plan import PEOPLE
from tests.web.conftest import Visits

OWNER, OTHER, ADMIN = "owner@demo.example", "other@demo.example", "admin@demo.example"


async def test_an_owner_names_a_deputy_and_ends_one(visit: Visits) -> None:
    owner = await visit(OWNER)
    form = await owner.get("/account")
    wrong = await owner.submit(form, "/account/deputies", deputies="nobody@demo.example")
    assert wrong.status == 422
    assert "There is nobody here with the email address nobody@demo.example" in wrong.errors[0]
    assert wrong.fields("/account/deputies")["deputies"] == ["nobody@demo.example"]
    named = await owner.submit(wrong, "/account/deputies", deputies=OTHER)
    assert named.goes_to == "/account"
    account = await owner.get("/account")
    assert OTHER in account.text
    assert "End that Other Person reports for you" in account.text
    await owner.post(
        "/account/deputies/ending", {**account.fields("/account/deputies/ending"), "ended": OTHER}
    )
    await owner.get("/account")
    assert OTHER not in (await owner.get("/account")).text


async def test_a_session_elsewhere_is_ended_here(visit: Visits) -> None:
    elsewhere, here = await visit(OWNER), await visit(OWNER)
    await here.submit(await here.get("/account"), "/account/sessions/ending")
    assert "This is where you are now" in (await here.get("/account")).text
    assert (await here.get("/account")).text.count("Sign out there") == 0
    assert (await elsewhere.get("/account")).status != 200


async def test_everybody_has_an_account_page_even_without_deputies(visit: Visits) -> None:
    account = await (await visit(ADMIN)).get("/account")
    assert account.h1 == "Your account"
    assert "nobody has to report for you" in account.text


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "other@demo.example"])
async def test_everybody_has_an_account_page(visit: Visits, person: str) -> None:
    """A chair who owns nothing in the own ISG too, who may name deputies for others and none for themselves."""
    page = await (await visit(person)).get("/account")
    assert page.status == 200
    assert "calendar" in page.text
