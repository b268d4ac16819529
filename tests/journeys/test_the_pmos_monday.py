"""The PMO's Monday: looks something up, takes a list to Excel, assures evidence, reads the trail, has a text redacted."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import Page, expect

from tests.journeys.conftest import Site

OWNER, PMO, EXECUTIVE = "owner@demo.example", "pmo@demo.example", "executive@demo.example"
SECRET = "Mrs Example of bed 7 complained."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_the_pmos_monday(site: Site, tmp_path: Path, javascript: bool) -> None:
    """See the module's docstring."""
    await given_an_owner_wrote_what_nobody_may_read(await site.visitor(OWNER, javascript=javascript))
    pmo = await site.visitor(PMO, javascript=javascript)
    await when_they_search_for_it(pmo)
    await when_they_take_the_list_away(pmo, tmp_path)
    await when_they_assure_evidence(pmo)
    await then_a_finding_is_met(pmo)
    await when_they_ask_for_a_redaction(pmo)
    await when_the_executive_approves_it(await site.visitor(EXECUTIVE, javascript=javascript))
    await then_nothing_of_it_is_left(pmo)


async def given_an_owner_wrote_what_nobody_may_read(owner: Page) -> None:
    await owner.goto("/updates")
    await owner.get_by_label("How does RC-1 stand?").select_option("on_track")
    await owner.get_by_label("What has changed on RC-1?").fill(SECRET)
    await owner.get_by_role("button", name="Send the update of RC-1").click()
    await expect(owner.get_by_text("Your update of RC-1 is sent")).to_be_visible()


async def when_they_search_for_it(pmo: Page) -> None:
    await pmo.goto("/")
    await pmo.get_by_role("searchbox").fill("complaining")
    await pmo.get_by_role("searchbox").press("Enter")
    await expect(pmo.locator("h1")).to_have_text("1 result for “complaining”")
    await expect(pmo.locator("mark").first).to_have_text("complained")


async def when_they_take_the_list_away(pmo: Page, folder: Path) -> None:
    await pmo.goto("/root-causes?isg=Unscheduled+Care&sort=-due_date")
    files = {}
    for name, ending in (("Excel", "xlsx"), ("CSV", "csv")):
        async with pmo.expect_download() as download:
            await pmo.get_by_role("link", name=name, exact=True).click()
        files[ending] = folder / f"list.{ending}"
        await (await download.value).save_as(files[ending])
    rows = list(csv.DictReader(io.StringIO(files["csv"].read_text(encoding="utf-8-sig"))))
    sheet = load_workbook(files["xlsx"]).active
    assert sheet is not None
    shown = [row["Root cause"] for row in rows]
    assert shown == ["RC-3", "RC-6", "RC-1", "RC-2"]
    assert [sheet.cell(place, 1).value for place in range(2, 6)] == shown


async def when_they_assure_evidence(pmo: Page) -> None:
    await pmo.goto("/root-causes/RC-4")
    await (
        pmo.get_by_role("link", name="Assure its evidence")
        .or_(pmo.get_by_role("button", name="Assure its evidence"))
        .first.click()
    )
    await pmo.get_by_label("What have you seen?").fill("The audit of 3 May, on every ward.")
    await pmo.get_by_role("button", name="Sign for the evidence").click()
    await expect(pmo.get_by_text("The evidence of RC-4 is assured")).to_be_visible()


async def then_a_finding_is_met(pmo: Page) -> None:
    await pmo.goto("/findings?type=must_do")
    await expect(pmo.locator("h1")).to_have_text("1 of 2 Must Do findings are met")


async def when_they_ask_for_a_redaction(pmo: Page) -> None:
    await pmo.goto("/audit?root_cause=RC-1&kind=progress_update")
    await pmo.get_by_role("link", name="Redact the progress of the update of RC-1 for cycle 5").first.click()
    await pmo.get_by_label("Why does it have to go?").fill("It names a patient.")
    await pmo.get_by_role("button", name="Ask for it to be redacted").click()
    await expect(pmo.locator("h1")).to_have_text("1 redaction waits for a second person")


async def when_the_executive_approves_it(executive: Page) -> None:
    await executive.goto("/redactions")
    await executive.get_by_role("link", name="The progress of the update of RC-1 for cycle 5").click()
    await executive.get_by_label("Approve it").check()
    await executive.get_by_role("button", name="Record my decision").click()
    await expect(executive.get_by_text("The text is blanked")).to_be_visible()


async def then_nothing_of_it_is_left(pmo: Page) -> None:
    for address in ("/root-causes/RC-1", "/audit?root_cause=RC-1", "/redactions", "/search?q=bed"):
        await pmo.goto(address)
        assert "Mrs Example" not in await pmo.content(), address
