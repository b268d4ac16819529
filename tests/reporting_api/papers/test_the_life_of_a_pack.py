"""A pack from draft to published and superseded, by the doors, over the small plan."""

import hashlib
import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.domain.reconciliation import Discrepancy, Rule
from services.domain.words import Audience, FeedScope
from services.reporting_api.packs.content import Pack
from services.reporting_api.papers import service
from services.shared.api_clients import create_client
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.feeds.reading import follow, items_of, reader_of_all
from tests.reporting_api.oauth.partners import ask_for_token

PAPERS = "/v1/packs/papers"
PMO, EXECUTIVE, CHAIR, READER, OWNER = (
    "pmo@demo.example", "executive@demo.example", "chair@demo.example", "reader@demo.example", "owner@demo.example",
)  # fmt: skip
APRIL = {"as_at": "2019-04-30"}


async def begun(pmo: httpx2.AsyncClient) -> str:
    """A draft of the Board paper."""
    answer = await pmo.post(PAPERS, json={"kind": "board"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ref"])


async def done(client: httpx2.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    """What a door answered that did it."""
    answer = await client.post(f"{PAPERS}/{path}", json=body)
    assert answer.status_code in {200, 201}, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def published(reporting: Callers) -> str:
    """A Board paper of April that the executive approved."""
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    await done(pmo, f"{ref}/assembly", **APRIL)
    await done(executive, f"{ref}/approval")
    await done(pmo, f"{ref}/publication")
    return ref


def first_with_figures(paper: dict[str, Any]) -> str:
    """The block that says how many are complete."""
    return next(
        str(each["key"]) for each in paper["parts"] if each["editable"] and "pack-figure" in each["html"]
    )


async def test_a_draft_is_live_until_it_is_assembled_and_then_stands_still(
    database: TestDatabase, reporting: Callers
) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    live = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert (live["state"], live["as_at"]) == ("draft", "2019-05-22")
    assembled = await done(pmo, f"{ref}/assembly", **APRIL)
    assert (assembled["state"], assembled["as_at"]) == ("assembled", "2019-04-30")
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE closing SET closed_on = '2019-05-20'"))
    assert (await pmo.get(f"{PAPERS}/{ref}")).json()["parts"] == assembled["parts"]
    again = await done(pmo, f"{ref}/return", reason="A closing was entered late.")
    assert again["state"] == "draft"
    anew = await done(pmo, f"{ref}/assembly", **APRIL)
    assert anew["parts"] != assembled["parts"]
    assert [step["deed"] for step in anew["history"]] == ["begun", "assembled", "put_back", "assembled"]


async def test_it_goes_back_to_draft_with_a_reason_only(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    await done(pmo, f"{ref}/assembly")
    refused = await pmo.post(f"{PAPERS}/{ref}/return", json={"reason": " "})
    assert refused.json()["errors"] == [
        {"field": "reason", "message": "Say why this pack goes back to draft."}
    ]


async def test_a_day_to_come_is_refused(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    refused = await pmo.post(f"{PAPERS}/{await begun(pmo)}/assembly", json={"as_at": "2019-05-23"})
    assert refused.json()["errors"][0]["message"] == (
        "23 May 2019 is in the future: a pack has the figures of a day up to today."
    )


async def test_an_editor_changes_the_words_and_never_the_number(reporting: Callers) -> None:
    executive = await reporting(EXECUTIVE)
    ref = await begun(await reporting(PMO))
    block = first_with_figures((await executive.get(f"{PAPERS}/{ref}")).json())
    words = (await executive.get(f"{PAPERS}/{ref}/blocks/{block}")).json()
    assert "{1}" in words["drafted"]
    assert words["figures"][0]["placeholder"] == "{1}"
    door = f"{PAPERS}/{ref}/blocks/{block}"
    dropped = await executive.post(door, json={"words": words["drafted"].replace("{1}", "nine")})
    assert dropped.json()["errors"][0]["message"].startswith("{1} is no longer in the text: put it back.")
    added = await executive.post(door, json={"words": words["drafted"] + " {99}"})
    assert added.json()["errors"][0]["message"] == "There is no figure {99} in the drafted text: take it out."
    shown = await done(executive, f"{ref}/blocks/{block}", words=f"In short: {words['drafted']}")
    part = next(each for each in shown["parts"] if each["key"] == block)
    assert part["html"].startswith("<p>In short: ")
    assert (part["edit"]["fit"], part["edit"]["edited_by"]) == ("stands", "Executive Person")


async def test_figures_in_another_order_are_shown_to_whoever_approves(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    exchanged = drafted.replace("{1}", "{0}").replace("{2}", "{1}").replace("{0}", "{2}")
    shown = await done(pmo, f"{ref}/blocks/{block}", words=exchanged)
    assert [each["edit"]["figures_moved"] for each in shown["parts"] if each["edit"]] == [True]
    kept = await done(pmo, f"{ref}/blocks/{block}", words=f"In\u00ad short: {drafted}")
    assert [each["edit"]["figures_moved"] for each in kept["parts"] if each["edit"]] == [False]
    turned = await pmo.post(f"{PAPERS}/{ref}/blocks/{block}", json={"words": f"\u202e{drafted}\u202c"})
    assert turned.json()["errors"][0]["message"].startswith("There is a character here that can’t be seen")


async def test_an_edit_survives_assembling_and_its_figures_go_with_the_day(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/blocks/{block}", words=f"In short: {drafted}")
    yesterday = await done(pmo, f"{ref}/assembly", as_at="2019-05-21")
    part = next(each for each in yesterday["parts"] if each["edit"])
    assert part["html"].startswith("<p>In short: ")
    assert "as_at=2019-05-21" in part["html"]
    assert yesterday["set_aside"] == []


async def test_an_edit_whose_figures_the_draft_has_no_more_is_set_aside_and_shown(reporting: Callers) -> None:
    """At the end of April nothing had been due in March: the sentence has fewer figures than that of May."""
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/blocks/{block}", words=f"In short: {drafted}")
    april = await done(pmo, f"{ref}/assembly", **APRIL)
    part = next(each for each in april["parts"] if each["edit"])
    assert part["edit"]["fit"] == "set_aside"
    assert part["edit"]["words"].startswith("In short: ")
    assert "In short" not in part["html"]
    assert part["edit"]["drafted_then"] != part["edit"]["drafted_now"]


async def test_back_to_the_drafted_words(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    before = (await pmo.get(f"{PAPERS}/{ref}")).json()
    block = first_with_figures(before)
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/blocks/{block}", words=f"In short: {drafted}")
    assert (await done(pmo, f"{ref}/blocks/{block}/undoing"))["parts"] == before["parts"]
    assert (await pmo.post(f"{PAPERS}/{ref}/blocks/{block}/undoing")).status_code == 404
    assert len((await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["earlier"]) == 1


async def test_who_is_too_late_with_an_edit_is_told_who_was_quicker(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    read = await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")
    drafted = read.json()["drafted"]
    await done(executive, f"{ref}/blocks/{block}", words=f"Theirs: {drafted}")
    late = await pmo.post(
        f"{PAPERS}/{ref}/blocks/{block}",
        json={"words": f"Mine: {drafted}"},
        headers={"If-Match": read.headers["ETag"]},
    )
    assert (late.status_code, late.json()["changed_by"]) == (412, "Executive Person")


async def test_no_author_of_a_pack_approves_it(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    assembled = await done(pmo, f"{ref}/assembly")
    assert "approve" not in assembled["can"]
    assert "approve" in (await executive.get(f"{PAPERS}/{ref}")).json()["can"]
    assert (await pmo.post(f"{PAPERS}/{ref}/approval")).status_code == 403
    await done(executive, f"{ref}/blocks/{block}", words=f"In short: {drafted}")
    refused = await executive.post(f"{PAPERS}/{ref}/approval")
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "You have written part of this pack, so somebody else approves it: an accountable executive or the PMO.",
    )


@pytest.mark.parametrize("copied", [False, True])
async def test_who_wrote_into_the_kind_since_its_last_pack_does_not_approve(
    database: TestDatabase, reporting: Callers, copied: bool
) -> None:
    async with database.owner.transaction() as db:
        as_pmo = (
            "UPDATE role_grant SET role = 'pmo', isg_id = NULL WHERE id ="
            " (SELECT min(g.id) FROM role_grant g JOIN person p ON p.id = g.person_id WHERE p.email = :email)"
        )
        await db.execute(text(as_pmo), {"email": CHAIR})
    pmo, other, executive = await reporting(PMO), await reporting(CHAIR), await reporting(EXECUTIVE)
    kind = "copy" if copied else "board"
    outlines = "/v1/packs/outlines"
    wish = {"deed": "rename", "key": "background", "text": "How we got here"}
    assert (await other.post(f"{outlines}/board", json=wish)).status_code == 200
    if copied:
        copy = {"copy_of": "board", "kind": kind, "title": "Another"}
        assert (await pmo.post(outlines, json=copy)).status_code == 201
    ref = str((await pmo.post(PAPERS, json={"kind": kind})).json()["ref"])
    assembled = await done(pmo, f"{ref}/assembly", **APRIL)
    assert assembled["authors"] == ["Chair Person", "Pmo Person"]
    assert (await other.post(f"{PAPERS}/{ref}/approval")).status_code == 403
    await done(executive, f"{ref}/approval")
    await done(pmo, f"{ref}/publication")
    down = {"deed": "down", "key": "background"}
    assert (await other.post(f"{outlines}/{kind}", json=down)).status_code == 200
    second = str((await pmo.post(PAPERS, json={"kind": kind})).json()["ref"])
    await done(pmo, f"{second}/assembly", **APRIL)
    assert (await other.post(f"{PAPERS}/{second}/approval")).status_code == 200, (
        "what others have read since, and where a part stands, is not theirs"
    )


@pytest.mark.parametrize("changing", ["edit", "undoing", "exemption", "disclosure", "explanation"])
async def test_nobody_approves_in_the_version_of_before_what_has_changed_since(
    reporting: Callers, monkeypatch: pytest.MonkeyPatch, changing: str
) -> None:
    found = Discrepancy(Rule.PARTS_ADD_UP, "Must Do findings", ("Situation",), "78 of 79.")
    monkeypatch.setattr(service, "discrepancies", lambda *_packs: [found])
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/exemptions/situation", reason="Section 36")
    await done(pmo, f"{ref}/blocks/{block}", words=f"In short: {drafted}")
    await done(pmo, f"{ref}/explanations", discrepancy=found.key, words="One is the whole Trust's.")
    await done(pmo, f"{ref}/assembly")
    read = (await executive.get(f"{PAPERS}/{ref}")).headers["ETag"]
    path, body = {
        "edit": (f"{ref}/blocks/{block}", {"words": f"Never seen: {drafted}"}),
        "undoing": (f"{ref}/blocks/{block}/undoing", {}),
        "exemption": (f"{ref}/exemptions/background", {"reason": "Section 36"}),
        "disclosure": (f"{ref}/exemptions/situation/ending", {}),
        "explanation": (f"{ref}/explanations", {"discrepancy": found.key, "words": "Never seen."}),
    }[changing]
    await done(pmo, path, **body)
    late = await executive.post(f"{PAPERS}/{ref}/approval", headers={"If-Match": read})
    assert (late.status_code, late.json()["changed_by"]) == (412, "Pmo Person")
    read = (await executive.get(f"{PAPERS}/{ref}")).headers["ETag"]
    seen = await executive.post(f"{PAPERS}/{ref}/approval", headers={"If-Match": read})
    assert seen.status_code == 200


async def test_a_discrepancy_is_explained_before_approval_and_the_explanation_is_printed(
    reporting: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Discrepancy(
        Rule.PARTS_ADD_UP, "Must Do findings", ("Situation",), "The parts add up to 78 of 79."
    )

    def one(*_packs: object) -> Sequence[Discrepancy]:
        return [found]

    monkeypatch.setattr(service, "discrepancies", one)
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    await done(pmo, f"{ref}/assembly", **APRIL)
    refused = await executive.post(f"{PAPERS}/{ref}/approval")
    assert refused.json()["detail"] == (
        "One discrepancy has no written explanation yet, so the pack can't be approved: The parts add up to 78 of 79."
    )
    unknown = await pmo.post(f"{PAPERS}/{ref}/explanations", json={"discrepancy": "other", "words": "So."})
    assert unknown.status_code == 404
    shown = await done(pmo, f"{ref}/explanations", discrepancy=found.key, words="One is the whole Trust's.")
    assert shown["discrepancies"][0]["explained_by"] == "Pmo Person"
    approved = await done(executive, f"{ref}/approval")
    assert approved["parts"][-2]["title"] == "Where figures do not agree, and why"
    assert "The parts add up to 78 of 79. One is the whole Trust&#39;s." in approved["parts"][-1]["html"]


async def test_what_is_approved_takes_no_change(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    await done(pmo, f"{ref}/assembly")
    await done(executive, f"{ref}/approval")
    refused = await pmo.post(f"{PAPERS}/{ref}/blocks/{block}", json={"words": "{1}"})
    assert refused.json()["detail"] == "This pack is approved: put it back to draft to change it."
    assert (await pmo.post(f"{PAPERS}/{ref}/assembly", json={})).status_code == 409


async def test_what_is_published_is_served_as_it_was_issued(
    database: TestDatabase, reporting: Callers
) -> None:
    ref = await published(reporting)
    pmo = await reporting(PMO)
    paper = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert paper["state"] == "published"
    assert [each["format"] for each in paper["files"]] == ["html", "pdf", "docx", "pptx", "xlsx", "json"]
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE closing SET closed_on = '2019-05-20'"))
    for each in paper["files"]:
        file = await pmo.get(f"{PAPERS}/{ref}/files/{each['format']}")
        assert hashlib.sha256(file.content).hexdigest() == each["digest"]
        assert file.headers["Content-Disposition"] == f'inline; filename="{each["name"]}"'
    assert (await pmo.get(f"{PAPERS}/{ref}/files/odt")).status_code == 404


@pytest.mark.parametrize("table", ["pack_content", "pack_file", "pack_file_content"])
async def test_not_even_the_owner_changes_what_was_issued(
    database: TestDatabase, reporting: Callers, table: str
) -> None:
    await published(reporting)
    with pytest.raises(DBAPIError, match="is never changed"):
        async with database.owner.transaction() as db:
            await db.execute(text(f"UPDATE {table} SET digest = 'x'"))  # noqa: S608 - three names of ours


async def test_publishing_notes_how_far_the_audit_chain_reaches(
    database: TestDatabase, reporting: Callers
) -> None:
    async with database.worker.transaction() as db:
        await db.execute(text("SELECT audit_chain(100000)"))
    async with database.owner.transaction() as db:
        head = (
            await db.execute(text("SELECT position, digest FROM audit_link ORDER BY position DESC LIMIT 1"))
        ).one()
    paper = (await (await reporting(PMO)).get(f"{PAPERS}/{await published(reporting)}")).json()
    assert (paper["chain_position"], paper["chain_digest"]) == tuple(head)
    assert paper["history"][-1]["digest"] == paper["history"][-2]["digest"]


async def test_an_exempt_section_never_leaves(database: TestDatabase, reporting: Callers) -> None:
    pmo, executive, reader = await reporting(PMO), await reporting(EXECUTIVE), await reporting(READER)
    ref = await begun(pmo)
    shown = await done(pmo, f"{ref}/exemptions/assessment", reason="Section 36: conduct of public affairs.")
    exempt = [each["title"] for each in shown["parts"] if each["exempt"]]
    assert exempt[0] == "Assessment"
    assert len(exempt) > 3, "what stands below it is exempt too"
    await done(pmo, f"{ref}/assembly", **APRIL)
    await done(executive, f"{ref}/approval")
    await done(pmo, f"{ref}/publication")
    partner = await reader_of_all(database, reporting)
    [pack] = await items_of(partner, "packs")
    public = {each["format"]: (await partner.get(each["href"])).content for each in pack["formats"]}
    assert b"Delivery against trajectory" not in public["html"]
    assert b'"assessment"' not in public["json"]
    inside = await pmo.get(f"{PAPERS}/{ref}/files/html")
    assert "Delivery against trajectory" in inside.text
    assert (await reader.get(f"{PAPERS}/{ref}/files/html")).content == public["html"]
    assert (
        await reader.get(f"{PAPERS}/{ref}/files/html", params={"audience": Audience.INSIDE})
    ).status_code == 404
    seen = (await reader.get(f"{PAPERS}/{ref}")).json()
    assert "Assessment" not in [each["title"] for each in seen["parts"]]
    assert seen["history"] == seen["authors"] == seen["files"] == []


async def test_what_explains_an_exempt_section_is_in_no_public_file(
    reporting: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Discrepancy(Rule.FIGURE_NUMBERS_ARE_UNIQUE, "Figure 1", ("Assessment",), "LEAKFIGURES are two.")

    def of_the_exempt(pack: Pack, before: Pack | None) -> Sequence[Discrepancy]:
        assert before is None or "assessment" not in {section.key for _, section in before.headings}
        return [found] if "assessment" in {section.key for _, section in pack.headings} else []

    monkeypatch.setattr(service, "discrepancies", of_the_exempt)
    pmo, executive, reader = await reporting(PMO), await reporting(EXECUTIVE), await reporting(READER)
    ref = await begun(pmo)
    await done(pmo, f"{ref}/exemptions/assessment", reason="Section 36")
    shown = await done(pmo, f"{ref}/explanations", discrepancy=found.key, words="LEAKWORDS.")
    assert shown["discrepancies"][0]["stays_inside"]
    await done(pmo, f"{ref}/assembly", **APRIL)
    await done(executive, f"{ref}/approval")
    paper = await done(pmo, f"{ref}/publication")
    for audience, there in ((Audience.INSIDE, True), (Audience.PUBLIC, False)):
        for form in ("html", "json", "docx", "pptx"):
            file = await pmo.get(f"{PAPERS}/{ref}/files/{form}", params={"audience": audience})
            content = file.content
            if form in {"docx", "pptx"}:
                with ZipFile(BytesIO(content)) as parts:
                    content = b"".join(parts.read(name) for name in parts.namelist())
            assert (b"LEAKWORDS" in content, b"LEAKFIGURES" in content) == (there, there), (audience, form)
    assert "LEAK" not in (await reader.get(f"{PAPERS}/{ref}")).text
    assert {each["name"] for each in paper["files"]} >= {"board-2019-04-30-inside.pdf"}
    assert {each["name"] for each in paper["public_files"]} >= {"board-2019-04-30.pdf"}
    public = (await reader.get(f"{PAPERS}/{ref}/files/json")).json()
    text_of_it = json.dumps(public, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert paper["history"][-1]["digest"] == hashlib.sha256(text_of_it.encode()).hexdigest()
    assert paper["history"][-1]["digest"] != paper["history"][-2]["digest"]
    second = await begun(pmo)
    assert (await pmo.get(f"{PAPERS}/{second}")).status_code == 200


async def test_a_pack_all_of_which_is_exempt_is_refused_in_a_sentence(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    paper = (await pmo.get(f"{PAPERS}/{ref}")).json()
    for section in [each["key"] for each in paper["parts"] if each["level"] == 2]:
        await done(pmo, f"{ref}/exemptions/{section}", reason="Section 36")
    await done(pmo, f"{ref}/assembly", **APRIL)
    refused = await executive.post(f"{PAPERS}/{ref}/approval")
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("Every section is exempt from disclosure")


async def test_a_new_version_takes_the_place_of_a_published_pack(
    database: TestDatabase, reporting: Callers
) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await published(reporting)
    second = await done(pmo, f"{ref}/new-version")
    assert (second["supersedes"], second["edition"], second["state"]) == (ref, 2, "draft")
    again = await pmo.post(f"{PAPERS}/{ref}/new-version")
    assert again.json()["detail"].startswith(f"{second['ref']} has been begun to take its place already")
    await done(pmo, f"{second['ref']}/assembly", **APRIL)
    await done(executive, f"{second['ref']}/approval")
    assert (await pmo.get(f"{PAPERS}/{ref}")).json()["state"] == "published"
    last = await done(pmo, f"{second['ref']}/publication")
    assert last["files"][0]["name"] == "board-2019-04-30-version-2.html"
    first = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert (first["state"], first["superseded_by"]) == ("superseded", second["ref"])
    assert (await pmo.get(f"{PAPERS}/{ref}/files/pdf")).status_code == 200
    packs = await items_of(await reader_of_all(database, reporting), "packs")
    assert [(each["ref"], each["supersedes"], each["superseded_by"]) for each in packs] == [
        (ref, None, second["ref"]),
        (second["ref"], ref, None),
    ]


async def test_the_words_of_a_published_pack_go_with_its_new_version(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/blocks/{block}", words=f"In short: {drafted}")
    await done(pmo, f"{ref}/assembly")
    await done(executive, f"{ref}/approval")
    await done(pmo, f"{ref}/publication")
    second = await done(pmo, f"{ref}/new-version")
    assert any(each["html"].startswith("<p>In short: ") for each in second["parts"] if each["html"])


async def test_comments_are_said_seen_to_and_never_printed(reporting: Callers) -> None:
    pmo, chair = await reporting(PMO), await reporting(CHAIR)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    await done(chair, f"{ref}/comments", block=block, words="Say why.")
    shown = await done(chair, f"{ref}/comments", words="Too long as a whole.")
    part = next(each for each in shown["parts"] if each["comments"])
    assert part["comments"][0]["words"] == "Say why."
    assert [each["words"] for each in shown["comments"]] == ["Too long as a whole."]
    assert (await pmo.get(PAPERS)).json()["items"][0]["open_comments"] == 2
    resolved = await done(pmo, f"{ref}/comments/{part['comments'][0]['id']}/resolving")
    seen = next(each for each in resolved["parts"] if each["comments"])
    assert seen["comments"][0]["resolved_by"] == "Pmo Person"
    assert (await pmo.post(f"{PAPERS}/{ref}/comments", json={"words": " "})).status_code == 422


async def test_an_nhs_number_stops_publishing(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    block = first_with_figures((await pmo.get(f"{PAPERS}/{ref}")).json())
    drafted = (await pmo.get(f"{PAPERS}/{ref}/blocks/{block}")).json()["drafted"]
    await done(pmo, f"{ref}/blocks/{block}", words=f"{drafted} As patient 943 476 5919 said.")
    await done(pmo, f"{ref}/assembly")
    await done(executive, f"{ref}/approval")
    refused = await pmo.post(f"{PAPERS}/{ref}/publication")
    assert refused.status_code == 422
    assert "what looks like an NHS number in Situation" in refused.json()["detail"]


async def test_two_packs_are_compared_figure_by_figure(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    first, second = await begun(pmo), await begun(pmo)
    await done(pmo, f"{first}/assembly", as_at="2019-03-31")
    await done(pmo, f"{second}/assembly", **APRIL)
    seen = (await pmo.get(f"{PAPERS}/{second}/comparison", params={"earlier": first})).json()
    changed = [each for each in seen["figures"] if each["change"] == "changed"]
    assert seen["changed"] == len(changed) > 0
    assert any(each["difference"] == 1 for each in changed), "RC-4 was closed in April"
    same = (await pmo.get(f"{PAPERS}/{second}/comparison", params={"earlier": second})).json()
    assert (same["changed"], same["added"], same["gone"]) == (0, 0, 0)
    assert same["same"] > 20


async def test_readers_find_published_packs_and_nothing_else(reporting: Callers) -> None:
    reader, pmo = await reporting(READER), await reporting(PMO)
    draft = await begun(pmo)
    assert (await reader.get(PAPERS)).json()["items"] == []
    assert (await reader.get(f"{PAPERS}/{draft}")).status_code == 404
    ref = await published(reporting)
    assert [each["ref"] for each in (await reader.get(PAPERS)).json()["items"]] == [ref]
    assert [each["ref"] for each in (await pmo.get(PAPERS, params={"state": "draft"})).json()["items"]] == [
        draft
    ]


async def test_partners_read_a_published_pack_in_its_feed_and_take_its_files_as_issued(
    database: TestDatabase, reporting: Callers
) -> None:
    partner = await reader_of_all(database, reporting)
    assert await items_of(partner, "packs") == []
    _, cursor = await follow(partner, None)
    ref = await published(reporting)
    (item,) = await items_of(partner, "packs")
    assert (item["ref"], item["kind"], item["state"], item["pack_as_at"]) == (
        ref,
        "board",
        "published",
        "2019-04-30",
    )
    told, _ = await follow(partner, cursor)
    assert [(each["feed"], each["ref"], each["item"]) for each in told] == [("packs", ref, item)]
    assert (await partner.get("/feeds/v1/snapshot")).json()["parts"]["packs"] == [item]
    assert {each["format"] for each in item["formats"]} >= {"html", "pdf", "docx", "pptx", "xlsx"}
    for each in item["formats"]:
        file = await partner.get(each["href"])
        assert (file.status_code, file.headers["Content-Type"].partition(";")[0]) == (
            200, each["media_type"].partition(";")[0],
        )  # fmt: skip
        assert (hashlib.sha256(file.content).hexdigest(), len(file.content)) == (each["sha256"], each["size"])
        again = await partner.get(each["href"], headers={"If-None-Match": file.headers["ETag"]})
        assert again.status_code == 304
    assert (await partner.get(f"/feeds/v1/packs/{ref}/files/odt")).status_code == 404
    assert (await partner.get("/feeds/v1/packs/PACK-9999/files/pdf")).status_code == 404
    assert await items_of(partner, "packs?as_at=2019-04-30") == []


async def test_a_file_of_a_pack_is_for_clients_that_may_read_packs(
    database: TestDatabase, reporting: Callers
) -> None:
    ref = await published(reporting)
    address = f"/feeds/v1/packs/{ref}/files/pdf"
    assert (await (await reporting.anonymous()).get(address)).status_code == 401
    assert (await (await reporting(PMO)).get(address)).status_code == 401
    async with database.owner.transaction() as db:
        credentials = await create_client(db, "Another", [FeedScope.PLAN_READ])
    token = (await ask_for_token(await reporting.anonymous(), credentials)).json()["access_token"]
    assert (await (await reporting.bearer(token)).get(address)).status_code == 403


async def test_partners_who_listen_are_told_of_a_published_pack(
    database: TestDatabase, reporting: Callers
) -> None:
    async with database.owner.transaction() as db:
        await create_client(db, "Commissioner", [FeedScope.PACKS_READ])
        await db.execute(text("""
            INSERT INTO webhook_endpoint (api_client_id, url, kinds, salt, registered_by, recorded_at)
            SELECT max(c.id), 'https://icb.example/hook', '{pack.published}', 'salt', (SELECT min(id) FROM person), now()
              FROM api_client c
        """))  # fmt: skip
    ref = await published(reporting)
    async with database.owner.transaction() as db:
        told = (await db.execute(text("SELECT kind, payload FROM webhook_event"))).all()
    (event,) = told
    assert (event.kind, event.payload["data"]["ref"], event.payload["data"]["kind"]) == (
        "pack.published",
        ref,
        "board",
    )
