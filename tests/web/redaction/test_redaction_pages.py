"""The pages of redactions: from the trail to the form, to the second person, to the blank."""

from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.web.conftest import Visits

OWNER, PMO, EXECUTIVE = "owner@demo.example", "pmo@demo.example", "executive@demo.example"


async def test_a_text_is_redacted_from_the_trail_by_two_people(visit: Visits, plan: Callers) -> None:
    """With what follows said before, and what happened after."""
    said = {"status": "on_track", "progress": "Names somebody who is ill."}
    await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)
    pmo, executive = await visit(PMO), await visit(EXECUTIVE)
    trail = await pmo.get("/audit?root_cause=RC-1&kind=progress_update")
    link = trail.links["Redact the progress of the update of RC-1 for cycle 5"]
    form = await pmo.get(link)
    assert "blanked everywhere once a second person has approved it" in form.text
    await pmo.submit(form, "/redactions/new", reason="Names a patient.")
    asked = await pmo.get("/redactions")
    assert asked.h1 == "1 redaction waits for a second person"
    assert "waits for a second person" in asked.text
    waiting = await executive.get("/redactions")
    deciding = await executive.get(waiting.links["The progress of the update of RC-1 for cycle 5"])
    assert "Pmo Person asks for it: Names a patient." in deciding.text
    assert (
        "Approving it blanks 2 places: this text itself; 1 entry of the audit trail (progress of update)."
        in deciding.text
    )
    await executive.submit(deciding, decision="approve")
    done = await executive.get("/redactions")
    assert "The text is blanked" in done.text
    assert "approved by Executive Person" in done.text
    story = await pmo.get("/root-causes/RC-1")
    assert "Names somebody" not in story.text
    assert "[redacted]" in story.text


async def test_a_reason_is_asked_for_and_nothing_typed_is_lost(visit: Visits) -> None:
    pmo = await visit(PMO)
    form = await pmo.get("/redactions/new?entry=1&column=status")
    again = await pmo.submit(form, "/redactions/new", reason="")
    assert again.errors == ["Say why this has to go, without repeating it."]
    again = await pmo.submit(form, "/redactions/new", reason="Names a patient.")
    assert again.status == 422
    assert again.fields("/redactions/new")["reason"] == ["Names a patient."]


async def test_a_redaction_that_there_is_not_is_no_page(visit: Visits) -> None:
    assert (await (await visit(EXECUTIVE)).get("/redactions/99")).status == 404


async def test_of_an_outline_the_block_is_asked_for(visit: Visits, database: TestDatabase) -> None:
    pmo, executive = await visit(PMO), await visit(EXECUTIVE)
    writing = "/packs/outlines/newsletter/parts/stories-text"
    await pmo.submit(
        await pmo.get(writing), writing, text="Mrs O’Hanlon of bed 7 came home.", reason="A story."
    )
    async with database.owner.transaction() as db:
        entry = await db.scalar(text("SELECT max(id) FROM audit_entry WHERE table_name = 'pack_outline'"))
    trail = await pmo.get("/audit?kind=pack_outline")
    address = next(href for href in trail.links.values() if "column=outline" in href)
    assert address == f"/redactions/new?entry={entry}&column=outline"
    asking = await pmo.get(address)
    empty = await pmo.submit(asking, "/redactions/new", reason="Names a patient.", block="")
    assert empty.errors == ["Give the key of the block whose text has to go."]
    wrong = await pmo.submit(empty, "/redactions/new", block="stories")
    assert wrong.errors == [
        "“outline: stories” can't be redacted. Of this, outline: stories-text or reason can be."
    ]
    await pmo.submit(wrong, "/redactions/new", block="stories-text")
    deciding = await executive.get("/redactions/1")
    assert "Approving it blanks" in deciding.text
    assert "1 outline of packs" in deciding.text
