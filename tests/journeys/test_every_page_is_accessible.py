"""Every page in Chromium at 1280 and 375 pixels: axe finds nothing against WCAG 2.2 AA, one h1 starts the title, nothing scrolls
sideways, and the browser's console is silent (so that the content security policy stops nothing of ours)."""

import re
from functools import partial

import pytest
from playwright.async_api import ConsoleMessage

from tests.apps import create_plan_app
from tests.journeys.conftest import Site, accessibility_faults, sideways_scroll
from tests.people import Callers
from tests.web.test_every_page_is_guarded import DOORS

OWNER, CHAIR, ECIB, PMO = "owner@demo.example", "chair@demo.example", "ecib@demo.example", "pmo@demo.example"
ADMIN, EXECUTIVE = "admin@demo.example", "executive@demo.example"

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
    (CHAIR, "/packs/soag"),
    (CHAIR, "/packs/ecib"),
    (CHAIR, "/packs/isg?isg=unscheduled-care"),
    (PMO, "/packs/newsletter"),
    (PMO, "/packs/snapshot"),
    (PMO, "/packs/papers/new"),
    (PMO, "/packs/papers/PACK-0001"),
    (PMO, "/packs/papers/PACK-0002"),
    ("reader@demo.example", "/packs/papers/PACK-0001"),
    (PMO, "/packs/papers/PACK-0001/new-version"),
    (PMO, "/packs/papers/PACK-0002/assembly"),
    (PMO, "/packs/papers/PACK-0002/blocks/purpose"),
    (PMO, "/packs/papers/PACK-0002/blocks/purpose/undoing"),
    (PMO, "/packs/papers/PACK-0002/writing/cover"),
    (PMO, "/packs/papers/PACK-0002/comments/new?block=purpose"),
    (PMO, "/packs/papers/PACK-0002/comments/1/resolving"),
    (PMO, "/packs/papers/PACK-0002/exemptions/situation"),
    (PMO, "/packs/papers/PACK-0002/exemptions/situation/ending"),
    (PMO, "/packs/board/compare?same=true"),
    (PMO, "/packs/board/reconciliation?as_at=2019-04-30"),
    (PMO, "/packs/papers/PACK-0002/reconciliation"),
    (PMO, "/packs/outlines/board"),
    (PMO, "/packs/outlines/new"),
    (PMO, "/packs/outlines/board/blocks/new?section=situation"),
    (PMO, "/packs/outlines/board/sections/new"),
    (PMO, "/packs/outlines/board/parts/situation"),
    (PMO, "/change-requests"),
    (OWNER, "/updates"),
    (OWNER, "/updates/unchanged"),
    (OWNER, "/account"),
    (ADMIN, "/account"),
    (ADMIN, "/admin"),
    (ADMIN, "/admin/people/new"),
    (ADMIN, "/admin/people/owner@demo.example"),
    (ADMIN, "/admin/people/owner@demo.example/leaving"),
    (PMO, "/partners"),
    (PMO, "/partners/status"),
    (PMO, "/partners/guide"),
    (PMO, "/partners/ask"),
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
    (OWNER, "/root-causes/RC-1/evidence"),
    (PMO, "/import/headings"),
    (PMO, "/import/runs/1"),
    (PMO, "/import/runs/2"),
    (PMO, "/data-quality"),
    (PMO, "/data-quality?rule=root_cause_without_kpi"),
    (PMO, "/help"),
    (PMO, "/help/words"),
    (None, "/sign-in/link/a-link-that-was-made-up"),
    (OWNER, "/sign-out"),
    (PMO, "/partners/requests/1/decision"),
    (PMO, "/partners/clients/qip-1"),
    (PMO, "/partners/clients/qip-1/secret"),
    (ADMIN, "/partners/clients/qip-1/revocation"),
    (PMO, "/partners/clients/qip-1/webhooks/new"),
    (PMO, "/partners/webhooks/1"),
    (PMO, "/partners/webhooks/1/secret"),
    (PMO, "/partners/webhooks/1/test"),
    (PMO, "/partners/webhooks/1/ending"),
    (PMO, "/partners/webhooks/2"),
    (PMO, "/partners/webhooks/2/restart"),
    (ADMIN, "/admin/people/owner@demo.example/change"),
    (ADMIN, "/admin/people/owner@demo.example/link"),
    (ADMIN, "/admin/people/owner@demo.example/return"),
    (ADMIN, "/admin/people/owner@demo.example/roles/new"),
    (ADMIN, "/admin/people/owner@demo.example/roles/ending?role=root_cause_owner&isg="),
    (ADMIN, "/admin/people/owner@demo.example/sessions"),
    (PMO, "/escalations/ESC-0001/agenda"),
    (PMO, "/escalations/ESC-0001/plan-request"),
    (ECIB, "/escalations/ESC-0001/recovery"),
    (EXECUTIVE, "/isgs/unscheduled-care/reports/5/confirmation"),
    (CHAIR, "/isgs/unscheduled-care/reports/5/held"),
    (EXECUTIVE, "/redactions/1"),
    (PMO, "/risks/RISK-001"),
    (PMO, "/risks/RISK-001/change"),
    (PMO, "/risks/RISK-001/review"),
    (PMO, "/risks/RISK-001/closing"),
    (OWNER, "/expected-data"),
    (OWNER, "/kpis/upload"),
    (OWNER, "/kpis/K-1/values"),
    (OWNER, "/kpis/K-1/values/new"),
    (CHAIR, "/kpis/K-1/decisions"),
    (CHAIR, "/kpis/K-1/decisions/new"),
    (CHAIR, "/kpis/K-1/decisions/2/undoing"),
    (PMO, "/root-causes/bulk?ref=RC-1&ref=RC-2"),
    (PMO, "/root-causes/RC-4/assurance"),
    ("chair2@demo.example", "/root-causes/RC-4"),
    ("chair2@demo.example", "/root-causes/RC-4/impact"),
    ("chair2@demo.example", "/root-causes/RC-4/embedding"),
    ("chair2@demo.example", "/isgs/scheduled-care"),
    (CHAIR, "/root-causes/RC-3/closing"),
    (PMO, "/root-causes/RC-3/release"),
    (CHAIR, "/kpis/new"),
    (CHAIR, "/kpis/KPI-0001/definition"),
    (CHAIR, "/kpis/KPI-0001/definition/change"),
    (CHAIR, "/kpis/KPI-0001/targets"),
    (CHAIR, "/kpis/KPI-0001/retirement"),
    (CHAIR, "/kpis/KPI-0002/return"),
    (CHAIR, "/kpis/KPI-0001/benchmarks/new"),
    (CHAIR, "/kpis/KPI-0001/benchmarks/1/values"),
    (CHAIR, "/kpis/KPI-0001/benchmarks/1/ending"),
    (CHAIR, "/isgs/unscheduled-care/kpi-set"),
    (CHAIR, "/isgs/unscheduled-care/kpi-set/sign-off"),
    (CHAIR, "/isgs/well-led/kpi-set"),
    ("board@demo.example", "/kpis"),
    (PMO, "/kpis?isg=Unscheduled+Care&variation=none"),
    (PMO, "/kpis/M-1"),
    (OWNER, "/kpis/M-2"),
    (CHAIR, "/kpis/M-3"),
]
ITS_FORMS = "the account's page, at the address of a form of it"
NO_PAGES = {
    "/account/deputies": ITS_FORMS,
    "/account/deputies/ending": ITS_FORMS,
    "/account/sessions/ending": ITS_FORMS,
    "/account/mail": ITS_FORMS,
    "/account/calendar": ITS_FORMS,
    "/account/calendar/ending": ITS_FORMS,
    "/calendar/{secret}.ics": "for calendar programs",
    "/evidence/{number}": "a file",
    "/escalations/{ref}/item": "a row of the queue, which htmx alone asks for",
    "/exports/{name}.{kind}": "a file",
    "/figures/{number}.svg": "a drawing of other pages",
    "/import/workbook.xlsx": "a file",
    "/kpis/{ref}/chart.svg": "a drawing of other pages",
    "/packs/papers/{ref}/files/{form}": "a file",
    "/packs/papers/{ref}/explanations": "a form as its others, of a pack in which something does not agree",
    "/partners/guide.md": "a file",
    "/packs/{kind}.{suffix}": "the paper itself: held by the tests of packs",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/metrics": "for machines",
}


def note_errors(said: list[str], message: ConsoleMessage) -> None:
    """Keeps what the browser complains of."""
    if message.type == "error":
        said.append(message.text)


OTHERWISE = {
    "/root-causes/RC-99": 404,
    "/escalations/ESC-0001/recovery": 409,
    "/root-causes/RC-4/embedding": 409,
}
"""What there is not, and what can't be done now: pages too."""


def test_no_page_is_forgotten() -> None:
    """Every address that answers GET is looked at below, or named with the reason why it is no page of its own."""
    paths = [path for method, path in DOORS if method == "get"]
    seen = {_pattern_of(path.partition("?")[0], paths) for _, path in PAGES}
    assert sorted(set(paths) - seen - set(NO_PAGES)) == []
    assert sorted(set(NO_PAGES) - set(paths)) == []


def _pattern_of(address: str, paths: list[str]) -> str | None:
    """The route that answers an address: one that is spelt out goes before one with a gap."""
    fitting = [path for path in paths if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), address)]
    return min(fitting, key=lambda path: path.count("{"), default=None)


@pytest.mark.parametrize(("email", "path"), PAGES, ids=str)
async def test_the_page_is_accessible_at_both_widths(
    site_to_look_at: Site, email: str | None, path: str
) -> None:
    """As somebody whose page it is."""
    for width in (1280, 375):
        page = await site_to_look_at.same_window(email, width=width)
        said: list[str] = []
        listener = partial(note_errors, said)
        page.on("console", listener)
        answer = await page.goto(path)
        assert answer is not None
        assert answer.status == OTHERWISE.get(path, 200)
        heading = await page.locator("h1").all_inner_texts()
        assert len(heading) == 1
        assert (await page.title()).startswith(heading[0].split("\n")[0].strip()[:40])
        assert await accessibility_faults(page) == []
        assert await sideways_scroll(page) <= 0
        page.remove_listener("console", listener)
        assert [text for text in said if not any(code in text for code in ("404", "409"))] == []


@pytest.mark.parametrize("width", [1280, 375])
async def test_two_texts_beside_each_other_are_accessible(site_to_look_at: Site, width: int) -> None:
    """What somebody sees who was not the first: the choice sends the form that stands below it."""
    page = await site_to_look_at.visitor(OWNER, width=width)
    await page.goto("/root-causes/RC-1/update")
    await page.get_by_label("No", exact=True).check()
    await page.get_by_label("At risk", exact=True).check()
    await page.get_by_label("What changed?").fill("Mine: one of the two posts is filled.")
    await page.get_by_label("What is in the way?").fill("The other post.")
    async with Callers(
        site_to_look_at.database.owner, create_plan_app(site_to_look_at.database.plan)
    ) as callers:
        theirs = {"status": "at_risk", "progress": f"Theirs, at {width}.", "reason": "Both posts are empty."}
        said = await (await callers("deputy@demo.example")).post("/v1/root-causes/RC-1/updates", json=theirs)
        assert said.status_code == 201, said.text
    await page.get_by_role("button", name="Send update").last.click()
    await page.get_by_role("heading", name="What you typed, and what is there now").wait_for()
    assert await accessibility_faults(page) == []
    assert await sideways_scroll(page) <= 0
    await page.get_by_role("button", name="Send mine over it").click()
    await page.get_by_text("Update sent for cycle 5").wait_for()
