"""The pages of a pack's life: begun, edited, commented on, assembled, approved by another, published, compared."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.papers.issued_files import worked_off
from tests.web.conftest import Visits
from tests.web.page_checks import Browser, Page

PMO, EXECUTIVE, CHAIR, READER, OWNER = (
    "pmo@demo.example", "executive@demo.example", "chair@demo.example", "reader@demo.example", "owner@demo.example",
)  # fmt: skip
PAPER = "/packs/papers/PACK-0001"


async def begun(pmo: Browser) -> Page:
    """A draft of the Board paper, opened."""
    await pmo.submit(await pmo.get("/packs/papers/new?kind=board"), "/packs/papers/new")
    return await pmo.get(PAPER)


async def first_edit(browser: Browser) -> str:
    """The address of the form for the first words with a figure."""
    page = await browser.get(PAPER)
    for address in page.links.values():
        if "/blocks/" in address and "{1}" in (await browser.get(address)).fields(address)["words"][0]:
            return address
    raise AssertionError("there is nothing to edit")


async def move(browser: Browser, name: str, **typed: Any) -> Page:
    """A deed that takes the pack on."""
    address = f"{PAPER}/{name}"
    return await browser.submit(await browser.get(address), address, **typed)


async def test_a_pack_is_begun_and_reads_as_the_paper_with_a_margin(visit: Visits) -> None:
    pmo = await visit(PMO)
    assert (await pmo.get("/packs")).h1 == "No pack has been begun yet"
    page = await begun(pmo)
    assert page.h1 == "Quality Improvement Plan (QIP) update"
    assert "Live: its figures are today’s." in page.text
    assert page.links["Assemble it"] == f"{PAPER}/assembly"
    assert any(href.startswith("/root-causes?") for href in page.links.values())
    assert (await pmo.get("/packs")).h1 == "1 pack"


async def test_words_are_edited_marked_and_taken_back(visit: Visits) -> None:
    pmo = await visit(PMO)
    await begun(pmo)
    address = await first_edit(pmo)
    form = await pmo.get(address)
    [drafted] = form.fields(address)["words"]
    again = await pmo.submit(form, address, words=drafted.replace("{1}", "nine"))
    assert again.status == 422
    assert again.errors[0].startswith("{1} is no longer in the text: put it back.")
    assert again.fields(address)["words"] == [drafted.replace("{1}", "nine")]
    await pmo.submit(again, address, words=f"In short: {drafted}")
    page = await pmo.get(PAPER)
    assert page.by_class("qip-part--edited")
    assert "by Pmo Person" in page.text
    assert "1 edited block" in page.links
    await pmo.submit(await pmo.get(f"{address}/undoing"), f"{address}/undoing")
    assert not (await pmo.get(PAPER)).by_class("qip-part--edited")


async def test_two_editors_at_once_see_both_texts(visit: Visits) -> None:
    pmo, executive = await visit(PMO), await visit(EXECUTIVE)
    await begun(pmo)
    address = await first_edit(pmo)
    form = await pmo.get(address)
    [drafted] = form.fields(address)["words"]
    await executive.submit(await executive.get(address), address, words=f"Theirs: {drafted}")
    late = await pmo.submit(form, address, words=f"Mine: {drafted}")
    assert late.status == 412
    assert "What is there now (Executive Person" in late.text
    assert "Theirs: " in late.text
    await pmo.submit(late, address)
    assert "Mine: " in (await pmo.get(PAPER)).text


async def test_a_comment_is_said_and_resolved(visit: Visits) -> None:
    pmo, chair = await visit(PMO), await visit(CHAIR)
    await begun(pmo)
    address = f"{PAPER}/comments/new"
    empty = await chair.submit(await chair.get(address), address, words="")
    assert empty.errors == ["Say what you think of this."]
    await chair.submit(empty, address, words="Too long as a whole.")
    page = await pmo.get(PAPER)
    assert "Too long as a whole." in page.text
    assert page.links["1 open comment"] == "#comments"
    resolving = next(href for href in page.links.values() if href.endswith("/resolving"))
    await pmo.submit(await pmo.get(resolving), resolving)
    assert "Resolved by Pmo Person" in (await chair.get(PAPER)).text


async def test_from_assembled_to_published_by_two_people(
    visit: Visits, database: TestDatabase, reporting_app: FastAPI
) -> None:
    pmo, executive, reader = await visit(PMO), await visit(EXECUTIVE), await visit(READER)
    await begun(pmo)
    section = "assessment"
    address = f"{PAPER}/exemptions/{section}"
    await pmo.submit(await pmo.get(address), address, reason="Section 36")
    day = {"as_at.day": "30", "as_at.month": "4", "as_at.year": "2019"}
    await move(pmo, "assembly", **day)
    assembled = await pmo.get(PAPER)
    assert "Figures as at 30 April 2019" in assembled.text
    assert "Approve it" not in assembled.links
    assert (await pmo.get(f"{PAPER}/approval")).status == 403
    await move(executive, "approval")
    publishing = await pmo.get(f"{PAPER}/publication")
    assert "Exempt, and in no public file: Assessment" in publishing.text
    await pmo.submit(publishing, f"{PAPER}/publication")
    page = await pmo.get(PAPER)
    assert "Being published: it is about to begin." in page.text
    assert page.links["See how far it is now"] == PAPER
    assert (await pmo.get(f"{PAPER}/publication")).status == 403
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE pack_rendering SET made = 3, to_make = 12"))
    assert "Being published: 3 of 12 files made." in (await pmo.get(PAPER)).text
    await worked_off(database, reporting_app)
    page = await pmo.get(PAPER)
    assert "Being published" not in page.text
    assert page.links["Download PDF"] == f"{PAPER}/files/pdf"
    assert page.links["Download PDF, without what is exempt"] == f"{PAPER}/files/pdf?audience=public"
    pdf = await pmo.http.get(f"{PAPER}/files/pdf")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="board-2019-04-30-inside.pdf"'
    seen = await reader.get(PAPER)
    assert "ISG summary progress" in page.text
    assert "ISG summary progress" not in seen.text
    assert "History" not in seen.text
    assert seen.links["Download PDF"] == f"{PAPER}/files/pdf?audience=public"
    assert (await pmo.get(f"{PAPER}/assembly")).status == 403


async def test_putting_back_needs_a_reason_and_a_new_version_takes_the_place(
    visit: Visits, database: TestDatabase, reporting_app: FastAPI
) -> None:
    pmo, executive = await visit(PMO), await visit(EXECUTIVE)
    await begun(pmo)
    await move(pmo, "assembly")
    refused = await move(pmo, "return")
    assert refused.errors == ["Say why this pack goes back to draft."]
    await pmo.submit(refused, f"{PAPER}/return", reason="A closing came late.")
    assert "A closing came late." in (await pmo.get(PAPER)).text
    await move(pmo, "assembly")
    await move(executive, "approval")
    await move(pmo, "publication")
    await worked_off(database, reporting_app)
    await move(pmo, "new-version")
    second = await pmo.get("/packs/papers/PACK-0002")
    assert second.links["PACK-0001"] == PAPER
    assert (await pmo.get("/packs?state=published")).h1 == "1 pack"


async def test_who_moves_a_pack_too_late_is_told_how_it_is_now(visit: Visits) -> None:
    pmo, other = await visit(PMO), await visit(PMO)
    await begun(pmo)
    form = await pmo.get(f"{PAPER}/assembly")
    await move(other, "assembly")
    late = await pmo.submit(form, f"{PAPER}/assembly")
    assert late.status == 412
    assert "PACK-0001 is now assembled." in late.text


async def test_two_packs_are_compared(visit: Visits, reporting: Callers) -> None:
    pmo = await visit(PMO)
    assert (await pmo.get("/packs/board/compare")).h1 == "Compare two packs"
    door = await reporting(PMO)
    for day in ("2019-03-31", "2019-04-30"):
        ref = (await door.post("/v1/packs/papers", json={"kind": "board"})).json()["ref"]
        await door.post(f"/v1/packs/papers/{ref}/assembly", json={"as_at": day})
    page = await pmo.get("/packs/board/compare")
    assert page.h1.endswith("figures changed from PACK-0001 to PACK-0002")
    assert page.by_class("nhsuk-table__row")
    same = await pmo.get(page.links["Show the figures that are the same too"])
    assert len(same.by_class("nhsuk-table__row")) > len(page.by_class("nhsuk-table__row"))


async def test_readers_and_owners_find_published_packs_alone(visit: Visits) -> None:
    pmo, owner = await visit(PMO), await visit(OWNER)
    await begun(pmo)
    assert (await owner.get("/packs")).h1 == "0 published packs"
    assert (await owner.get(PAPER)).status == 404
    assert (await owner.get("/packs/papers/new")).status == 403


async def test_who_read_a_pack_before_it_changed_reads_it_again_before_approving(visit: Visits) -> None:
    pmo, executive = await visit(PMO), await visit(EXECUTIVE)
    await begun(pmo)
    await move(pmo, "assembly")
    address = await first_edit(pmo)
    approving = (await executive.get(PAPER)).links["Approve it"]
    form = await executive.get(approving)
    [drafted] = (await pmo.get(address)).fields(address)["words"]
    await pmo.submit(await pmo.get(address), address, words=f"Never seen: {drafted}")
    for late in (await executive.get(approving), await executive.submit(form, f"{PAPER}/approval")):
        assert late.errors == [
            "This pack has changed since you opened it. Open it again and read what has changed, then go on from there."
        ]
        assert "Approve it" not in late.text
    again = await executive.get(PAPER)
    assert "Never seen: " in again.text
    await executive.submit(await executive.get(again.links["Approve it"]), f"{PAPER}/approval")
    assert "Approved" in (await executive.get(PAPER)).text


async def test_the_cover_is_filled_in_on_a_form_and_two_who_do_see_both(visit: Visits) -> None:
    pmo, executive = await visit(PMO), await visit(EXECUTIVE)
    page = await begun(pmo)
    address = page.links["Write part 1 of “Cover page”"]
    form = await pmo.get(address)
    assert "To assure the Board that effective systems of control are in place" in form.text
    assert form.fields(address)["asks"] == ["Note"]
    theirs = await executive.get(address)
    day: dict[str, Any] = {"meeting_date.day": "30", "meeting_date.month": "5", "meeting_date.year": "2019"}
    wrong = await pmo.submit(form, address, **{**day, "meeting_date.month": "13"})
    assert wrong.errors == ["Date of meeting: “30 13 2019” is not a real date. Enter it like 14 3 2019."]
    await pmo.submit(
        wrong, address, author="Head of the PMO", equality="stage_1", asks=["Note", "Approve"], **day
    )
    shown = await pmo.get(PAPER)
    assert "30 May 2019" in shown.text
    assert "Head of the PMO" in shown.text
    assert "☑ Approve (ticked)" in shown.text
    assert "Written by Pmo Person" in shown.text
    again = await pmo.get(address)
    assert again.fields(address)["equality"] == ["stage_1"]
    assert "Written last by Pmo Person" in again.text
    late = await executive.submit(theirs, address, author="Executive", asks=["Note"])
    assert late.status == 412
    assert "Approve, Note" in late.text or "Note, Approve" in late.text
    await executive.submit(late, address)
    assert "☐ Approve (not ticked)" in (await pmo.get(PAPER)).text


async def test_free_text_that_is_still_to_be_written_is_written_in_the_pack(visit: Visits) -> None:
    executive = await visit(EXECUTIVE)
    page = await begun(await visit(PMO))
    assert "Free text: still to be written. Until it is, it is not in what is issued." in page.text
    address = (await executive.get(PAPER)).links["Write part 1 of “Preparation for CQC inspection”"]
    await executive.submit(await executive.get(address), address, text="Rehearsed.\n\n- twice")
    shown = await executive.get(PAPER)
    assert "Rehearsed." in shown.text
    assert shown.links["Write part 1 of “3. Preparation for CQC inspection”"] == address


async def test_a_kind_that_there_is_not_is_told_so(visit: Visits) -> None:
    pmo = await visit(PMO)
    await begun(pmo)
    assert (await pmo.get("/packs?kind=newsletter")).h1 == "0 packs"
    nowhere = await pmo.get("/packs/nokind/compare")
    assert nowhere.status == 404
    assert "There is no kind of pack called nokind. Open the list of packs to find it." in nowhere.text
