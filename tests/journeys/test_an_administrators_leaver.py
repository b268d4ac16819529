"""An administrator's leaver: somebody new comes, somebody leaves, and everything they held has an owner."""

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Site

ADMIN, OWNER, CHAIR = "admin@demo.example", "owner@demo.example", "chair@demo.example"
NEW, PASSWORD = "nia.new@demo.example", "three odd words here"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_one_comes_and_one_leaves(site: Site, javascript: bool) -> None:
    """See the module's docstring."""
    admin = await site.visitor(ADMIN, javascript=javascript)
    leaver = await site.visitor(OWNER, javascript=javascript)
    await leaver.goto("/")
    await expect(leaver.locator("h1")).to_contain_text("update")

    await when_somebody_new_is_added(admin)
    link = await when_a_link_is_made(admin)
    newcomer = await site.visitor(javascript=javascript)
    await then_the_newcomer_chooses_a_password_and_signs_in(newcomer, link)
    await when_the_owner_leaves(admin)
    await then_they_are_signed_out_at_once(leaver)
    await then_the_newcomer_has_their_root_causes(newcomer)


async def when_somebody_new_is_added(admin: Page) -> None:
    await admin.goto("/admin")
    await admin.get_by_role("button", name="Add a person").click()
    await admin.get_by_label("Name", exact=True).fill("Nia New")
    await admin.get_by_label("Work email address").fill(NEW)
    await admin.get_by_role("button", name="Add the person").click()
    await expect(admin.locator("h1")).to_have_text("Nia New")
    await admin.get_by_role("button", name="Give a role").click()
    await admin.get_by_label("Role", exact=True).select_option("root_cause_owner")
    await admin.get_by_role("button", name="Give the role").click()
    await expect(admin.get_by_text("Nia New is now Root cause owner")).to_be_visible()


async def when_a_link_is_made(admin: Page) -> str:
    await admin.get_by_role("link", name="Make a link with which they choose a password").click()
    await admin.get_by_role("button", name="Make the link").click()
    return (await admin.locator(".qip-digest").inner_text()).strip()


async def then_the_newcomer_chooses_a_password_and_signs_in(newcomer: Page, link: str) -> None:
    await newcomer.goto(link)
    await newcomer.get_by_label("Choose a password", exact=True).fill("short")
    await newcomer.get_by_role("button", name="Set my password").click()
    await expect(newcomer.get_by_role("alert").get_by_text("at least 12 characters")).to_be_visible()
    await newcomer.get_by_label("Choose a password", exact=True).fill(PASSWORD)
    await newcomer.get_by_role("button", name="Set my password").click()
    await newcomer.get_by_label("Email address").fill(NEW)
    await newcomer.get_by_label("Password", exact=True).fill(PASSWORD)
    await newcomer.get_by_role("button", name="Sign in", exact=True).click()
    await expect(newcomer.locator("h1")).to_be_visible()


async def when_the_owner_leaves(admin: Page) -> None:
    await admin.goto(f"/admin/people/{OWNER}")
    await admin.get_by_role("link", name="They leave").click()
    await admin.get_by_role("button", name="Hand over and end the account").click()
    await expect(admin.get_by_role("alert").get_by_text("say who takes over")).to_be_visible()
    await admin.get_by_label("Email address of who takes over").fill(NEW)
    await admin.get_by_label("Email address of who takes RC-3 instead").fill(CHAIR)
    await admin.get_by_role("button", name="Hand over and end the account").click()
    await expect(admin.get_by_text("3 things handed over")).to_be_visible()


async def then_they_are_signed_out_at_once(leaver: Page) -> None:
    await leaver.goto("/root-causes/RC-1")
    assert "/sign-in" in leaver.url


async def then_the_newcomer_has_their_root_causes(newcomer: Page) -> None:
    await newcomer.goto("/updates")
    await expect(newcomer.get_by_label("What has changed on RC-1?")).to_be_visible()
    await expect(newcomer.get_by_label("What has changed on RC-2?")).to_be_visible()
    await expect(newcomer.get_by_label("What has changed on RC-3?")).to_have_count(0)
