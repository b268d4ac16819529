"""The fortnight of an ISG, from the owners' desks to the confirmed report, with JavaScript and without.

An owner reports row by row; owner and deputy write about the same root cause at once; the chair adds a risk, closes what asks
for closing, records the meeting and writes the cycle report; the executive confirms it.
"""

import pytest
from playwright.async_api import Page, expect

from services.plan_api.cycles.service import run_day
from services.shared.clock import business_today
from tests.journeys.conftest import Site

OWNER, DEPUTY, CHAIR, EXECUTIVE = (
    "owner@demo.example",
    "deputy@demo.example",
    "chair@demo.example",
    "executive@demo.example",
)
REPORT = "/isgs/unscheduled-care/reports/5"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_from_the_first_row_to_the_confirmed_report(site: Site, javascript: bool) -> None:
    """See the module's docstring."""
    async with site.database.plan.transaction() as db:
        await run_day(db, await business_today(db))
    owner, deputy = (
        await site.visitor(OWNER, javascript=javascript),
        await site.visitor(DEPUTY, javascript=javascript),
    )
    await owner.goto("/updates")
    await deputy.goto("/updates")
    await when_the_owner_sends_one_row_and_leaves_another_half_written(owner)
    await then_the_deputy_sees_both_texts_and_sends_theirs(deputy)

    chair = await site.visitor(CHAIR, javascript=javascript)
    await when_the_chair_says_that_nothing_changed_on_their_own(chair)
    await when_the_chair_adds_a_risk(chair)
    await when_the_chair_records_the_meeting(chair)
    await when_the_chair_writes_the_report(chair)
    await then_the_executive_confirms_it(await site.visitor(EXECUTIVE, javascript=javascript))


async def when_the_owner_sends_one_row_and_leaves_another_half_written(owner: Page) -> None:
    await owner.get_by_label("How does RC-1 stand?").select_option("on_track")
    await owner.get_by_label("What has changed on RC-1?").fill("The rota is written.")
    await owner.get_by_label("What has changed on RC-2?").fill("Half a sen")
    await owner.get_by_role("button", name="Send the update of RC-1").click()
    await expect(owner.get_by_text("Your update of RC-1 is sent")).to_be_visible()
    await expect(owner.get_by_label("What has changed on RC-2?")).to_have_value("Half a sen")


async def then_the_deputy_sees_both_texts_and_sends_theirs(deputy: Page) -> None:
    await deputy.get_by_label("How does RC-1 stand?").select_option("on_track")
    await deputy.get_by_label("What has changed on RC-1?").fill("The rota is written and checked.")
    await deputy.get_by_role("button", name="Send the update of RC-1").click()
    await expect(deputy.get_by_text("What is there now (Owner Person")).to_be_visible()
    await expect(deputy.locator(".qip-comparison__now").get_by_text("The rota is written.")).to_be_visible()
    await expect(deputy.get_by_label("What has changed on RC-1?")).to_have_value(
        "The rota is written and checked."
    )
    await deputy.get_by_role("button", name="Send mine over it").click()
    await expect(deputy.get_by_text("Your update of RC-1 is sent")).to_be_visible()


async def when_the_chair_says_that_nothing_changed_on_their_own(chair: Page) -> None:
    """RC-6 has not started, and is due in less than eight weeks: that takes a word."""
    await chair.goto("/updates")
    await chair.get_by_label("How does RC-6 stand?").select_option("on_track")
    await chair.get_by_label("What has changed on RC-6?").fill("Begun.")
    await chair.get_by_role("button", name="Send the update of RC-6").click()
    await expect(chair.locator("h1")).to_have_text("You have reported on everything")


async def when_the_chair_adds_a_risk(chair: Page) -> None:
    await chair.goto("/risks/new")
    await chair.get_by_label("ISG", exact=True).select_option("Unscheduled Care")
    await chair.get_by_label("What could happen, and why?").fill("Too few nurses apply.")
    await chair.get_by_label("What would it do to the plan?").fill("Rotas can't be filled.")
    await chair.get_by_label("Likelihood before mitigation").select_option("5")
    await chair.get_by_label("Impact before mitigation").select_option("4")
    await chair.get_by_label("What is done about it?").fill("Agency.")
    await chair.get_by_label("Likelihood after mitigation").select_option("3")
    await chair.get_by_label("Impact after mitigation").select_option("4")
    await chair.get_by_label("Email address of its owner").fill(OWNER)
    await chair.get_by_label("Root causes that it threatens").fill("RC-1")
    await chair.get_by_role("button", name="Add the risk").click()
    await expect(chair.locator("h1")).to_have_text("1 risk to delivery")


async def when_the_chair_records_the_meeting(chair: Page) -> None:
    await chair.goto("/meetings")
    await chair.get_by_role("link", name="Cycle 5 of Unscheduled Care").click()
    await chair.get_by_role("link", name="Record that the ISG has met").click()
    await expect(chair.get_by_text("to be released")).to_be_visible()
    await chair.get_by_role("button", name="Record the meeting").click()
    await expect(chair.get_by_text("held on 22 May 2019")).to_be_visible()


async def when_the_chair_writes_the_report(chair: Page) -> None:
    await chair.get_by_role("button", name="Write the report").click()
    progress = chair.get_by_label("What has the ISG achieved in this cycle?")
    assert "open root causes were reported on" in await progress.input_value()
    await progress.fill("The rota is written.")
    await chair.get_by_label("It may not recover").check()
    await chair.get_by_role("button", name="Save the report").click()
    await expect(chair.get_by_text("May not recover")).to_be_visible()


async def then_the_executive_confirms_it(executive: Page) -> None:
    await executive.goto(REPORT)
    await executive.get_by_role("button", name="Confirm it").click()
    await executive.get_by_role("button", name="Confirm the report").click()
    await expect(executive.get_by_text("Packs quote it from now on.")).to_be_visible()
