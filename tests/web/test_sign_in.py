"""Signing in and out, by the pages."""

import pytest
from fastapi import FastAPI

from tests.web.page_checks import Browser, browser_of
from tests.web.pretend_plan import PretendPlan
from web.sign_in.routes import own_path

UPDATE = "/long"


async def test_the_anonymous_are_sent_to_sign_in_and_from_there_to_the_page_they_asked_for(
    anonymous: Browser,
) -> None:
    refused = await anonymous.get(f"{UPDATE}?from=mail&day=2")
    assert (refused.status, refused.goes_to) == (
        303,
        "/sign-in?next=%2Flong%3Ffrom%3Dmail%26day%3D2",
    )

    done = await anonymous.submit(
        await anonymous.open(refused.goes_to), email="owner@demo.example", password="improving-together"
    )

    assert (done.status, done.goes_to) == (303, f"{UPDATE}?from=mail&day=2")
    assert (await anonymous.get(done.goes_to)).h1 == "Update RC-1"


async def test_htmx_makes_the_browser_go_to_sign_in_instead_of_swapping_it_in(pretend_app: FastAPI) -> None:
    browser = browser_of(pretend_app, htmx=True)
    refused = await browser.get(UPDATE, headers={"HX-Current-URL": "http://127.0.0.1:8000/root-causes?isg=x"})
    assert (refused.status, refused.goes_to) == (200, "/sign-in?next=%2Froot-causes%3Fisg%3Dx")


async def test_a_wrong_password_says_so_at_the_field_and_keeps_the_email(anonymous: Browser) -> None:
    page = await anonymous.sign_in("owner@demo.example", "guessed")
    assert page.status == 422
    assert page.errors == ["The email address or the password is not right."]
    assert page.fields()["email"] == ["owner@demo.example"]
    assert page.fields()["password"] == [""]


async def test_nothing_typed_is_two_sentences_that_link_to_the_fields(anonymous: Browser) -> None:
    page = await anonymous.sign_in("", "")
    assert page.errors == ["Enter your email address.", "Enter your password."]
    assert page.links["Enter your password."] == "#password"


async def test_signing_out_ends_the_session_on_the_server(owner: Browser, pretend_plan: PretendPlan) -> None:
    page = await owner.get(UPDATE, htmx=False)
    out = await owner.submit(page, "/sign-out", htmx=False)
    assert (out.status, out.goes_to) == (303, "/sign-in")
    assert not pretend_plan.sessions
    assert "You are signed out" in (await owner.open("/sign-in")).text
    assert (await owner.get(UPDATE, htmx=False)).status == 303


async def test_who_is_signed_in_goes_straight_on_from_the_sign_in_page(owner: Browser) -> None:
    page = await owner.get("/sign-in?next=/root-causes", htmx=False)
    assert (page.status, page.goes_to) == (303, "/root-causes")


async def test_the_header_shows_who_is_signed_in_and_only_the_pages_they_may_open(owner: Browser) -> None:
    page = await owner.get(UPDATE, htmx=False)
    assert {"Home", "Root causes", "Findings", "Trajectory"} <= set(page.links)
    assert not {"Escalations", "Packs", "Import"} & set(page.links)
    assert any(
        "Sam O'Neill" in "".join(element.itertext()) for element in page.by_class("nhsuk-header__account")
    )


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/root-causes?isg=a&b=c", "/root-causes?isg=a&b=c"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("root-causes", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_nobody_is_sent_to_another_site(wanted: str | None, goes_to: str) -> None:
    assert own_path(wanted) == goes_to
