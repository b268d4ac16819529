"""The pages of partners' access: asked for, approved, renewed, told of events, revoked."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from services.shared.api_clients import create_client
from services.shared.settings import settings
from tests.conftest import TestDatabase
from tests.web.conftest import Visits

ADMIN, PMO, CHAIR = "admin@demo.example", "pmo@demo.example", "chair@demo.example"
ASKED: dict[str, Any] = {
    "name": "NHS England", "contact": "data@england.example", "purpose": "The monthly report",
    "scopes": ["plan:read", "escalations:read"], "months": "12",
}  # fmt: skip


@pytest.fixture
def to_this_machine() -> Iterator[None]:
    """The development setting, so that an address needs no name server."""
    settings().webhooks_to_this_machine = True
    yield
    settings().webhooks_to_this_machine = False


async def approved(visit: Visits) -> str:
    """A client that the administrator asked for and the PMO approved; its page."""
    admin, pmo = await visit(ADMIN), await visit(PMO)
    await admin.submit(await admin.get("/partners/ask"), "/partners/ask", **ASKED)
    decide = (await pmo.get("/partners")).links["Decide on NHS England"]
    told = await pmo.submit(await pmo.get(decide), decide, decision="approve")
    assert told.h1 == "The client is made"
    assert re.search(r"Secret: [\w-]{43} ", told.text)
    return (await pmo.get("/partners")).links["NHS England"]


async def test_access_is_asked_for_approved_by_another_and_its_secret_shown_once(visit: Visits) -> None:
    there = await approved(visit)
    pmo = await visit(PMO)
    assert (await pmo.get("/partners")).h1 == "1 partner system reads the feeds"
    page = await pmo.get(there)
    assert "Secret:" not in page.text
    assert "data@england.example" in page.text
    assert "not yet" in page.text


async def test_the_form_says_at_each_field_what_is_missing(visit: Visits) -> None:
    admin = await visit(ADMIN)
    again = await admin.submit(
        await admin.get("/partners/ask"), "/partners/ask", name="", purpose="", contact="nobody"
    )
    assert again.errors == [
        "Name the partner's system.", "Say what the partner needs it for.", "Choose at least one.",
    ]  # fmt: skip
    late = await admin.submit(again, "/partners/ask", **{**ASKED, "contact": "nobody"})
    assert late.errors == ["Enter the partner's work email address, like data@partner.nhs.uk."]


async def test_who_asked_is_not_offered_the_decision_and_is_refused_it(visit: Visits) -> None:
    pmo = await visit(PMO)
    await pmo.submit(await pmo.get("/partners/ask"), "/partners/ask", **ASKED)
    listed = await pmo.get("/partners")
    assert "for somebody else of the PMO" in listed.text
    assert "Decide on NHS England" not in listed.links


async def test_a_refusal_needs_its_reason_and_shows_it(visit: Visits) -> None:
    admin, pmo = await visit(ADMIN), await visit(PMO)
    await admin.submit(await admin.get("/partners/ask"), "/partners/ask", **ASKED)
    decide = (await pmo.get("/partners")).links["Decide on NHS England"]
    again = await pmo.submit(await pmo.get(decide), decide, decision="refuse", reason="")
    assert again.errors == ["Say why it is refused: whoever asked will read it."]
    await pmo.submit(again, decide, decision="refuse", reason="No agreement yet.")
    assert "No agreement yet." in (await admin.get("/partners")).text


async def test_a_new_secret_is_shown_once_with_how_long_the_old_one_works(visit: Visits) -> None:
    there = await approved(visit)
    pmo = await visit(PMO)
    told = await pmo.submit(await pmo.get(f"{there}/secret"), f"{there}/secret", overlap_days="7")
    assert "The old secret works for 7 more days." in told.text
    assert "The old secret works until" in (await pmo.get(there)).text
    none = await pmo.submit(await pmo.get(f"{there}/secret"), f"{there}/secret")
    assert none.errors == ["Choose how long the old secret goes on working."]


async def test_the_administrator_revokes_and_neither_approves_nor_renews(visit: Visits) -> None:
    there = await approved(visit)
    admin = await visit(ADMIN)
    assert (await admin.get(f"{there}/secret")).status == 403
    await admin.submit(await admin.get(f"{there}/revocation"), f"{there}/revocation")
    page = await admin.get(there)
    assert "Revoked" in page.text
    assert (await admin.get("/partners")).h1 == "No partner reads the feeds"


@pytest.mark.usefixtures("to_this_machine")
async def test_a_webhook_is_registered_tested_renewed_and_ended(visit: Visits) -> None:
    there = await approved(visit)
    pmo = await visit(PMO)
    form = await pmo.get(f"{there}/webhooks/new")
    inside = await pmo.submit(
        form, f"{there}/webhooks/new", url="https://10.0.0.1/", kinds=["escalation.decided"]
    )
    assert "inside a network" in inside.errors[0]
    told = await pmo.submit(
        inside, f"{there}/webhooks/new", url="http://127.0.0.1:9/hooks", kinds=["escalation.decided"]
    )
    assert "whsec_" in told.text
    hook = (await pmo.get(there)).links["http://127.0.0.1:9/hooks"]
    await pmo.submit(await pmo.get(f"{hook}/test"), f"{hook}/test")
    page = await pmo.get(hook)
    assert "waits; next try" in page.text
    assert "whsec_" not in page.text
    twice = await pmo.submit(await pmo.get(f"{hook}/test"), f"{hook}/test")
    assert twice.errors == ["A test event is on its way already: look at the deliveries."]
    renewed = await pmo.submit(await pmo.get(f"{hook}/secret"), f"{hook}/secret", overlap_days="1")
    assert "whsec_" in renewed.text
    assert "Signed with two secrets until" in (await pmo.get(hook)).text
    idle = await pmo.submit(await pmo.get(f"{hook}/restart"), f"{hook}/restart")
    assert idle.errors == ["This webhook is not stopped."]
    await pmo.submit(await pmo.get(f"{hook}/ending"), f"{hook}/ending")
    assert "Ended" in (await pmo.get(hook)).text


async def test_the_pages_are_for_the_pmo_and_the_administrator(visit: Visits) -> None:
    chair = await visit(CHAIR)
    for address in ("/partners", "/partners/ask", "/partners/status", "/partners/guide"):
        assert (await chair.get(address)).status == 403
    pmo = await visit(PMO)
    assert (await pmo.get("/partners/requests/99/decision")).status == 404
    assert (await pmo.get("/partners/webhooks/99")).status == 404
    assert (await pmo.get("/partners/clients/none")).status == 404


async def test_the_status_is_found_by_asking(visit: Visits) -> None:
    page = await (await visit(ADMIN)).get("/partners/status")
    assert re.fullmatch(r"All \d+ feeds answer", page.h1)
    assert "not verified yet" in page.text
    assert "0 events delivered" in page.text


async def test_the_guide_is_a_page_of_ours(visit: Visits) -> None:
    page = await (await visit(PMO)).get("/partners/guide")
    assert page.h1 == "Reading the feeds"
    assert "/oauth/token" in page.text
    file = await (await visit(PMO)).http.get("/partners/guide.md")
    assert file.text.startswith("# Reading the feeds")


async def test_the_pmos_home_says_what_waits_and_what_was_stopped(
    visit: Visits, database: TestDatabase
) -> None:
    admin, pmo = await visit(ADMIN), await visit(PMO)
    assert "partner" not in (await pmo.get("/")).text
    await admin.submit(await admin.get("/partners/ask"), "/partners/ask", **ASKED)
    home = await pmo.get("/")
    assert home.links["1 request for a partner’s access waits for a decision"] == "/partners"
    await pmo.submit(await pmo.get("/partners/ask"), "/partners/ask", **ASKED)
    assert "1 request for a partner’s access" in (await pmo.get("/")).text, "not their own"
    assert "partner" not in (await (await visit(CHAIR)).get("/")).text
    async with database.owner.transaction() as db:
        await create_client(db, "NHS England", ["packs:read"])
        await db.execute(
            text("""
                INSERT INTO webhook_endpoint
                    (api_client_id, url, kinds, salt, registered_by, recorded_at, disabled_at, disabled_because)
                SELECT id, 'https://x.example', '{}', 's', (SELECT min(id) FROM person), now(), now(), 'It failed.'
                  FROM api_client
            """)
        )
    assert (await pmo.get("/")).links["1 webhook of partners was stopped: tell the partner"] == "/partners"
    assert "A webhook of NHS England was stopped" in (await pmo.get("/partners")).text
