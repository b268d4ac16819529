"""The main job, from an owner's desk to the Board paper, with JavaScript and without.

An owner signs in and reports off track; is made to give a recovery plan; loses the session half-way without losing a word;
submits. An ECIB member sees it in its right place of the queue and decides. The owner sees the decision. An owner asks for
closing and the chair closes. Trajectory and Board paper agree.
"""

import re
from io import BytesIO

import httpx2
import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from services.plan_api.cycles.service import run_day
from services.shared.clock import business_today
from tests.journeys.conftest import PASSWORD, Site

OWNER, CHAIR, ECIB, BOARD = (
    "owner@demo.example",
    "chair@demo.example",
    "ecib@demo.example",
    "board@demo.example",
)
PROGRESS = "Two rounds of interviews held; nobody qualified applied — so the night rota has gaps."
STEPS = "Agency nurses from Monday;\nthird advert closes on 7 June."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_from_off_track_to_the_board_paper(site: Site, javascript: bool) -> None:
    """See the module's docstring."""
    await given_that_dates_have_raised_what_they_raise(site)
    await site.give_password(OWNER)
    owner = await site.visitor(javascript=javascript)

    await when_the_owner_signs_in(owner)
    await when_they_report_off_track_without_a_plan(owner)
    await then_they_are_made_to_give_a_recovery_plan(owner)
    await when_the_session_ends_before_they_send_it(site, owner)
    await then_after_signing_in_again_not_a_word_is_lost(owner)
    await when_they_send_it(owner)
    await then_it_is_said_to_be_in_the_queue(owner)

    ecib = await site.visitor(ECIB, javascript=javascript)
    await then_it_stands_first_in_the_queue(ecib)
    await when_ecib_accepts_the_plan(ecib)
    await then_the_owner_sees_the_decision(owner)

    before = await complete_should_do(await site.visitor(BOARD, javascript=javascript))
    await when_an_owner_asks_for_closing(owner)
    await when_the_chair_closes_it(await site.visitor(CHAIR, javascript=javascript))
    board = await site.visitor(BOARD, javascript=javascript)
    after = await complete_should_do(board)
    assert (before, after) == (0, 1)
    await then_the_board_paper_says_the_same(board, after)


async def given_that_dates_have_raised_what_they_raise(site: Site) -> None:
    async with site.database.plan.transaction() as db:
        await run_day(db, await business_today(db))


async def when_the_owner_signs_in(owner: Page) -> None:
    answer = await owner.goto("/")
    assert answer is not None
    assert "/sign-in" in owner.url
    await sign_in(owner)
    await expect(owner.locator("h1")).to_contain_text("update")


async def sign_in(page: Page) -> None:
    await page.get_by_label("Email address").fill(OWNER)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name=re.compile("^Sign in")).click()
    await page.wait_for_load_state()


async def when_they_report_off_track_without_a_plan(owner: Page) -> None:
    await owner.goto("/root-causes/RC-1/update")
    await choose(owner, "done", "no")
    await choose(owner, "status", "off_track")
    await owner.fill("textarea[name=progress]", PROGRESS)
    await send(owner)


async def then_they_are_made_to_give_a_recovery_plan(owner: Page) -> None:
    summary = owner.locator(".nhsuk-error-summary")
    await expect(summary).to_contain_text("recovery plan")
    await expect(owner.locator("textarea[name=progress]")).to_have_value(PROGRESS)
    await owner.fill("textarea[name='recovery_plan.steps']", STEPS)
    await owner.fill("input[name='recovery_plan.owner']", OWNER)
    await fill_day(owner, "recovery_plan.recovery_date", "20", "6", "2019")


async def when_the_session_ends_before_they_send_it(site: Site, owner: Page) -> None:
    await site.end_sessions()
    await send(owner)


async def then_after_signing_in_again_not_a_word_is_lost(owner: Page) -> None:
    await expect(owner.locator("h1")).to_contain_text("Sign in again")
    await sign_in(owner)
    await expect(owner.locator("textarea[name=progress]")).to_have_value(PROGRESS)
    await expect(owner.locator("textarea[name='recovery_plan.steps']")).to_have_value(STEPS)
    await expect(owner.locator("input[name='recovery_plan.recovery_date.month']")).to_have_value("6")
    await expect(owner.locator("input[name=status][value=off_track]")).to_be_checked()


async def when_they_send_it(owner: Page) -> None:
    await send(owner)


async def then_it_is_said_to_be_in_the_queue(owner: Page) -> None:
    await expect(
        owner.locator(".nhsuk-notification-banner, .nhsuk-notification-banner--success").first
    ).to_contain_text("ESC-")
    await owner.goto("/root-causes/RC-1")
    await expect(owner.locator("main")).to_contain_text("Off track")
    await expect(owner.locator("main")).to_contain_text(PROGRESS)


async def then_it_stands_first_in_the_queue(ecib: Page) -> None:
    """RC-1 answers a Section 31 notice; RC-2 and RC-6 are Must Do, RC-2 overdue; RC-5 is neither."""
    await ecib.goto("/escalations")
    listed = re.findall(r"RC-\d", " ".join(await ecib.locator("main h2 a, main h3 a").all_inner_texts()))
    assert list(dict.fromkeys(listed)) == ["RC-1", "RC-2", "RC-6", "RC-5"]


async def when_ecib_accepts_the_plan(ecib: Page) -> None:
    await ecib.get_by_role("link", name=re.compile("^Decide")).first.click()
    await ecib.locator("input[name=decision][value=accept_plan]").wait_for(state="attached")
    await choose(ecib, "decision", "accept_plan")
    await fill_day(ecib, "meeting_date", "22", "5", "2019")
    await ecib.locator("textarea[name=reason]").first.fill("The plan is sound; agency cover is agreed.")
    await ecib.get_by_role("button", name=re.compile("Record|decision", re.IGNORECASE)).first.click()
    recorded = re.compile("(RC-1|Recorded): accept the recovery plan", re.IGNORECASE)
    await expect(ecib.locator("main")).to_contain_text(recorded)


async def then_the_owner_sees_the_decision(owner: Page) -> None:
    await owner.goto("/root-causes/RC-1")
    await expect(owner.locator("main")).to_contain_text("The plan is sound; agency cover is agreed.")


async def when_an_owner_asks_for_closing(owner: Page) -> None:
    await owner.goto("/root-causes/RC-3/update")
    await choose(owner, "done", "yes")
    await owner.fill("textarea[name=progress]", "The rota is filled and audited.")
    await owner.locator("input[name='evidence.1.description']").fill("Audit of the rota, May 2019")
    await owner.locator("input[name='evidence.1.url']").fill("https://example.org/audit")
    await send(owner)
    await owner.goto("/root-causes/RC-3")
    await expect(owner.locator("main")).to_contain_text("Awaiting closure")


async def when_the_chair_closes_it(chair: Page) -> None:
    await chair.goto("/root-causes/RC-3/closing")
    await expect(chair.locator("main")).to_contain_text("RC-3")
    await choose(chair, "decision", "close")
    await fill_day(chair, "meeting_date", "22", "5", "2019")
    await chair.locator("main form button[type=submit], main form button:not([type])").last.click()
    await chair.goto("/root-causes/RC-3")
    await expect(chair.locator("main")).to_contain_text("Complete")


async def complete_should_do(board: Page) -> int:
    """The figure that the trajectory page shows for all Should Do root causes complete by today."""
    await board.goto("/trajectory?as_at=2019-05-22")
    link = board.locator(
        "main a[href*='counted=complete'][href*='class=should_do'][href*='month=2019-05']:not([href*='isg='])"
    )
    figure = await link.first.inner_text() if await link.count() else "0"
    return int(re.sub(r"\D", "", figure) or 0)


async def then_the_board_paper_says_the_same(board: Page, complete: int) -> None:
    """The page, and the PDF that is downloaded from it."""
    await board.goto("/packs/board?as_at=2019-05-22")
    words = await board.locator("main").inner_text()
    assert complete == 1
    assert "one Should Do Root Cause" in words
    cookies = {each["name"]: each["value"] for each in await board.context.cookies()}
    async with httpx2.AsyncClient(cookies=cookies) as client:
        pdf = await client.get(f"{board.url.split('/packs')[0]}/packs/board.pdf?as_at=2019-05-22")
    printed = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert "one Should Do Root Cause" in " ".join(printed.split())


async def choose(page: Page, name: str, value: str) -> None:
    await page.locator(f"input[name='{name}'][value='{value}']").first.check(force=True)


async def fill_day(page: Page, name: str, day: str, month: str, year: str) -> None:
    for part, text in (("day", day), ("month", month), ("year", year)):
        await page.locator(f"input[name='{name}.{part}']").first.fill(text)


async def send(owner: Page) -> None:
    await owner.get_by_role("button", name="Send update").last.click()
    await owner.wait_for_load_state()
