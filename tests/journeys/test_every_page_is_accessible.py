"""Every page in Chromium at 1280 and 375 pixels: axe finds nothing against WCAG 2.2 AA, one h1 starts the title, nothing scrolls
sideways, and the browser's console is silent (so that the content security policy stops nothing of ours)."""

from functools import partial

import pytest
from playwright.async_api import ConsoleMessage

from tests.journeys.conftest import Site, accessibility_faults, sideways_scroll

OWNER, CHAIR, ECIB, PMO = "owner@demo.example", "chair@demo.example", "ecib@demo.example", "pmo@demo.example"
ADMIN = "admin@demo.example"

PAGES = [
    (None, "/sign-in"),
    (None, "/accessibility"),
    (OWNER, "/"),
    (CHAIR, "/"),
    ("executive@demo.example", "/"),
    (ECIB, "/"),
    (PMO, "/"),
    ("board@demo.example", "/"),
    ("reader@demo.example", "/"),
    ("admin@demo.example", "/"),
    (OWNER, "/root-causes"),
    (OWNER, "/root-causes?q=nothing-is-called-this"),
    (OWNER, "/root-causes/RC-2"),
    (OWNER, "/root-causes/RC-2?view=sbar"),
    (OWNER, "/root-causes/RC-2?view=findings"),
    (OWNER, "/root-causes/RC-1?view=actions"),
    (OWNER, "/root-causes/RC-1/update"),
    (OWNER, "/root-causes/RC-2/update"),
    (PMO, "/root-causes/RC-1/actions/A-1"),
    (CHAIR, "/root-causes/RC-1/owner"),
    (OWNER, "/root-causes/RC-99"),
    (OWNER, "/findings"),
    (OWNER, "/findings/MD-1"),
    (ECIB, "/escalations"),
    (ECIB, "/escalations/ESC-0001"),
    (PMO, "/escalations"),
    (CHAIR, "/isgs"),
    (CHAIR, "/isgs/unscheduled-care"),
    (CHAIR, "/isgs/well-led"),
    ("board@demo.example", "/trajectory"),
    ("reader@demo.example", "/trajectory"),
    (PMO, "/import"),
    ("board@demo.example", "/dashboard"),
    ("reader@demo.example", "/dashboard"),
    ("chair2@demo.example", "/root-causes/RC-4/reopening"),
    (CHAIR, "/root-causes/RC-1/escalation"),
    (PMO, "/import/approval"),
    (PMO, "/packs"),
    (PMO, "/packs/board"),
    (PMO, "/change-requests"),
    (OWNER, "/updates"),
    (OWNER, "/updates/unchanged"),
    (OWNER, "/account"),
    (ADMIN, "/account"),
    (ADMIN, "/admin"),
    (ADMIN, "/admin/people/new"),
    (ADMIN, "/admin/people/owner@demo.example"),
    (ADMIN, "/admin/people/owner@demo.example/leaving"),
    (ADMIN, "/admin/clients"),
    (OWNER, "/notices"),
    (ADMIN, "/notices"),
    (PMO, "/cycle"),
    (CHAIR, "/cycle"),
    (CHAIR, "/meetings"),
    (CHAIR, "/isgs/unscheduled-care/reports/5"),
    (CHAIR, "/isgs/unscheduled-care/reports/5/write"),
    (PMO, "/audit"),
    (PMO, "/risks"),
    (PMO, "/risks/new"),
    (PMO, "/redactions"),
    (PMO, "/redactions/new?entry=1&column=progress"),
    (PMO, "/search?q=staff"),
    (PMO, "/help"),
    (PMO, "/help/words"),
]


def note_errors(said: list[str], message: ConsoleMessage) -> None:
    """Keeps what the browser complains of."""
    if message.type == "error":
        said.append(message.text)


NOT_FOUND = {"/root-causes/RC-99": 404}


@pytest.mark.parametrize(("email", "path"), PAGES, ids=str)
async def test_the_page_is_accessible_at_both_widths(
    site_to_look_at: Site, email: str | None, path: str
) -> None:
    """As somebody whose page it is."""
    for width in (1280, 375):
        page = await site_to_look_at.visitor(email, width=width)
        said: list[str] = []
        page.on("console", partial(note_errors, said))
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == NOT_FOUND.get(path, 200)
        heading = await page.locator("h1").all_inner_texts()
        assert len(heading) == 1
        assert (await page.title()).startswith(heading[0].split("\n")[0].strip()[:40])
        assert await accessibility_faults(page) == []
        assert await sideways_scroll(page) <= 0
        assert [text for text in said if "404" not in text] == []
