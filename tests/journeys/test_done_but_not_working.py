"""Did it work? From closing to reopening, in Chromium, with JavaScript and without.

The owner of RC-1 reports it complete and the ISG closes it. Its KPI has fourteen values from before; months later (the demo's
clock moved) it has six more, and has not moved. The ISG is asked, decides, and the root cause is reopened with new actions: the
page, the trajectory and the audit trail say so.
"""

from datetime import date

import pytest
from playwright.async_api import Page, expect

from services.kpi_api.main import create_app as create_kpi_app
from services.plan_api.cycles.service import run_day
from services.plan_api.main import create_app as create_plan_app
from tests.closed_and_measured import FLAT, deliver, measure, month
from tests.journeys.conftest import Site
from tests.people import Callers

OWNER, CHAIR, BOARD, PMO = (
    "owner@demo.example",
    "chair@demo.example",
    "board@demo.example",
    "pmo@demo.example",
)
ONE, REVIEW = "/root-causes/RC-1", "/root-causes/RC-1/impact"
MONTHS_LATER = date(2019, 12, 5)
REASON = "The nurses are there, and children wait as long as before."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_closed_without_effect_it_is_reopened_with_new_actions(site: Site, javascript: bool) -> None:
    """See the module's docstring."""
    await measure(site.database, (), root_cause="RC-1", reference="K-1")
    chair = await site.visitor(CHAIR, javascript=javascript)
    await given_that_the_owner_asks_for_closing(site)
    await when_the_isg_closes_it(chair)
    await then_it_is_too_early_to_say(site, chair)
    board = await site.visitor(BOARD, javascript=javascript)
    complete = await figure_of_the_trajectory(board)

    await when_months_pass_and_the_kpi_does_not_move(site)
    chair = await site.visitor(CHAIR, javascript=javascript)
    await then_the_isg_is_asked(chair)
    await when_the_isg_reopens_it_with_new_actions(chair)
    await then_its_page_says_so(chair)
    assert await figure_of_the_trajectory(board) == complete - 1
    await then_the_audit_trail_says_so(await site.visitor(PMO, javascript=javascript))


async def given_that_the_owner_asks_for_closing(site: Site) -> None:
    async with Callers(site.database.owner, create_plan_app(site.database.plan)) as plan:
        owner = await plan(OWNER)
        done = await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-20"})
        assert done.status_code == 200, done.text
        evidence = [{"description": "The rota", "url": "https://intranet/rota"}]
        wish = {"status": "complete", "progress": "Two nurses are here.", "evidence": evidence}
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=wish)).status_code == 201


async def when_the_isg_closes_it(chair: Page) -> None:
    await chair.goto(f"{ONE}/closing")
    await chair.get_by_label("Close it", exact=True).check()
    await fill_day(chair, "meeting_date", date(2019, 5, 22))
    await chair.get_by_role("button", name="Record the decision").click()
    await expect(chair.get_by_text("RC-1 is closed", exact=False).first).to_be_visible()


async def then_it_is_too_early_to_say(site: Site, chair: Page) -> None:
    await hand_on(site)
    await chair.goto(ONE)
    await expect(chair.get_by_role("heading", name="Did it work? Not enough points")).to_be_visible()


async def when_months_pass_and_the_kpi_does_not_move(site: Site) -> None:
    """Each night's work is done on the way; the PMO gives the values month by month."""
    for number in range(7):
        day = min(month(number + 1).replace(day=5), MONTHS_LATER)
        await site.database.set_today(day)
        async with Callers(site.database.owner, create_kpi_app(site.database.kpi)) as kpi:
            value = {"period": month(number).isoformat(), "value": (50, *FLAT)[number]}
            pmo = await kpi(PMO)
            given = await pmo.post("/v1/kpis/K-1/observations", json={"observations": [value]})
            assert given.status_code == 200, given.text
        await hand_on(site)
        async with site.database.plan.transaction() as db:
            await run_day(db, day)


async def then_the_isg_is_asked(chair: Page) -> None:
    await chair.goto("/")
    await chair.get_by_role("link", name="Review RC-1 ", exact=False).click()
    await expect(chair.locator("h1")).to_have_text("Did RC-1 work?")
    await expect(chair.get_by_text("K-1 says “no change yet”")).to_be_visible()
    await expect(chair.get_by_text("since then 51.0% of 6 values")).to_be_visible()


async def when_the_isg_reopens_it_with_new_actions(chair: Page) -> None:
    await chair.get_by_label("Reopen it", exact=True).check()
    await chair.get_by_role("button", name="Record the review").click()
    await expect(chair.locator(".nhsuk-error-summary")).to_contain_text("Say why the ISG decided so.")
    await chair.get_by_label("Why?", exact=True).fill(REASON)
    await chair.get_by_label("New action 1").fill("A nurse sees each child at the door")
    await chair.get_by_label("Who does action 1? (work email)").fill(OWNER)
    await fill_day(chair, "actions.0.due_date", date(2020, 1, 31))
    await chair.get_by_role("button", name="Record the review").click()


async def then_its_page_says_so(chair: Page) -> None:
    await expect(chair.get_by_text("The review of RC-1 is recorded")).to_be_visible()
    story = chair.locator(".qip-story")
    await expect(story).to_contain_text("The ISG reviewed whether it worked: reopen")
    await expect(story).to_contain_text("Done but not working: K-1 says no change yet")
    await expect(story).to_contain_text(REASON)
    await chair.goto(f"{ONE}?view=actions")
    await expect(chair.get_by_text("RC-1-1 A nurse sees each child at the door")).to_be_visible()
    await chair.goto("/")
    await expect(chair.get_by_text("Done but not working")).to_have_count(0)


async def figure_of_the_trajectory(board: Page) -> int:
    """How many Must Do root causes are complete: the figure on the trust's trajectory, opened to those that it counts."""
    await board.goto("/trajectory")
    await board.locator("a[href*='counted=complete'][href*='class=must_do']").first.click()
    await board.wait_for_load_state()
    return int((await board.locator("h1").inner_text()).split()[0].replace("No", "0"))


async def then_the_audit_trail_says_so(pmo: Page) -> None:
    await pmo.goto("/audit?root_cause=RC-1")
    trail = pmo.locator("main")
    await expect(trail).to_contain_text("the review of impact of RC-1")
    await expect(trail).to_contain_text("the closing of RC-1")
    await expect(trail).to_contain_text("the action RC-1-1")
    await expect(trail).to_contain_text(REASON)


async def hand_on(site: Site) -> None:
    """The worker hands on what one service causes in the other."""
    await deliver(
        site.database, plan=create_plan_app(site.database.plan), kpi=create_kpi_app(site.database.kpi)
    )


async def fill_day(page: Page, name: str, day: date) -> None:
    for part in ("day", "month", "year"):
        await page.fill(f"input[name='{name}.{part}']", str(getattr(day, part)))
