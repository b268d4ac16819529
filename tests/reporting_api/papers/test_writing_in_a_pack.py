"""What people write in one pack alone: its cover, free text, stories, tables; what follows for numbers, agenda and FOI status."""

import re
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.papers.test_the_life_of_a_pack import APRIL, EXECUTIVE, PAPERS, PMO, begun, done


async def written(client: httpx2.AsyncClient, ref: str, block: str, **given: str) -> dict[str, Any]:
    """The pack after somebody wrote in one of its places."""
    return await done(client, f"{ref}/writing/{block}", given=given)


def cover_of(paper: dict[str, Any]) -> str:
    """The words of its cover page, without its tags."""
    (cover,) = [each["html"] for each in paper["parts"] if each["key"] == "cover"]
    return " ".join(re.sub(r"<[^>]+>", " ", cover).split())


def titles(paper: dict[str, Any]) -> list[str]:
    """Its headings."""
    return [each["title"] for each in paper["parts"] if each["title"]]


async def issued(pmo: httpx2.AsyncClient, executive: httpx2.AsyncClient, ref: str) -> dict[str, Any]:
    """The pack, approved as at the end of April."""
    await done(pmo, f"{ref}/assembly", **APRIL)
    return await done(executive, f"{ref}/approval")


async def test_the_cover_is_filled_in_for_one_pack(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref, other = await begun(pmo), await begun(pmo)
    place = (await pmo.get(f"{PAPERS}/{ref}/writing/cover")).json()
    fields = {each["name"]: each for each in place["fields"]}
    assert [box["label"] for box in fields["asks"]["boxes"]] == [
        "Approve",
        "Receive",
        "Note",
        "Take assurance",
    ]
    assert all(box["meaning"] for box in fields["asks"]["boxes"])
    assert fields["asks"]["value"] == "Note", "as the recommendations ask"
    assert "foi" not in fields
    shown = await written(
        pmo, ref, "cover",
        meeting_date="2019-05-30", written_on="2019-05-22", director="Chief Executive", author="Head of the PMO",
        considered_by="ECIB", risks="BAF 1", financial="None", equality="stage_1", asks="Note\nTake assurance",
        objectives_ticked="Leadership\nOur people", text="In one sentence.",
    )  # fmt: skip
    cover = cover_of(shown)
    assert "Not given yet" not in cover
    for said in (
        "Date of meeting 30 May 2019", "Date paper was written 22 May 2019", "Responsible Director Chief Executive",
        "Author Head of the PMO", "Executive summary In one sentence.", "Previously considered by ECIB",
        "☑ Take assurance (ticked)", "☑ Our people (ticked)", "☐ Safest and kindest (not ticked)",
        "☑ Stage 1 only (no negative impact identified) (ticked)", "Framework risks BAF 1",
    ):  # fmt: skip
        assert said in cover, said
    assert cover_of((await pmo.get(f"{PAPERS}/{other}")).json()).count("Not given yet") == 7


async def test_what_is_written_is_kept_when_the_pack_is_assembled_and_can_be_mended_afterwards(
    reporting: Callers,
) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    await written(pmo, ref, "cover", author="Head of the PMO")
    assembled = await done(pmo, f"{ref}/assembly", **APRIL)
    assert "Author Head of the PMO" in cover_of(assembled)
    figures = [each for each in assembled["parts"] if each["key"] == "headline"]
    mended = await written(executive, ref, "cover", author="The PMO", director="Chief Executive")
    assert "Author The PMO" in cover_of(mended)
    assert [each for each in mended["parts"] if each["key"] == "headline"] == figures
    assert mended["authors"] == ["Executive Person", "Pmo Person"]
    assert "approve" not in mended["can"]
    earlier = (await pmo.get(f"{PAPERS}/{ref}/writing/cover")).json()["earlier"]
    assert {(each["label"], each["words"], each["written_by"]) for each in earlier} == {
        ("Author", "The PMO", "Executive Person"),
        ("Responsible Director", "Chief Executive", "Executive Person"),
        ("Author", "Head of the PMO", "Pmo Person"),
    }


async def test_the_status_under_foi_follows_from_what_is_exempt(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    full, part = "This document is for full publication", "This document includes information that is exempt"
    whole = "This whole document is exempt under the Act"
    shown = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert f"☑ {full}" in cover_of(shown)
    shown = await done(pmo, f"{ref}/exemptions/background", reason="Section 36")
    assert f"☑ {part}" in cover_of(shown)
    assert f"☐ {full}" in cover_of(shown)
    for section in ("situation", "assessment", "recommendation"):
        shown = await done(pmo, f"{ref}/exemptions/{section}", reason="Section 36")
    assert f"☑ {whole}" in cover_of(shown)
    shown = await done(pmo, f"{ref}/exemptions/background/ending")
    assert f"☑ {part}" in cover_of(shown)


async def test_what_is_still_to_be_written_is_shown_in_the_draft_and_left_out_of_what_is_issued(
    reporting: Callers,
) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    draft = (await pmo.get(f"{PAPERS}/{ref}")).json()
    empty = {each["key"] for each in draft["parts"] if each["to_write"]}
    assert {"well-led-text", "examples-text", "preparation-text", "well-led-kloes"} <= empty
    assert "Well-led improvement plan" in titles(draft), "without a number, which it has once it is written"
    assert "2. Measuring the impact of the QIP" in titles(draft)
    shown = await written(executive, ref, "well-led-progress-text", text="A full team.\n\n- since March")
    assert "2. Well-led improvement plan" in titles(shown)
    assert "3. Measuring the impact of the QIP" in titles(shown)
    part = next(each for each in shown["parts"] if each["key"] == "well-led-progress-text")
    assert (part["place"], part["editable"], part["written"]["written_by"]) == (
        True,
        False,
        "Executive Person",
    )


async def test_an_issued_pack_has_only_what_is_written(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await _begun(pmo, "soag")
    draft = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert {"Enforcement", "Exit criteria"} <= set(titles(draft))
    agenda = next(each["html"] for each in draft["parts"] if each["key"] == "agenda")
    assert "Enforcement" not in agenda
    assert "<li>Risks to delivery</li>" in agenda
    await written(pmo, ref, "enforcement-text", text="Two notices were lifted.")
    approved = await issued(pmo, executive, ref)
    assert "Enforcement" in titles(approved)
    assert "Exit criteria" not in titles(approved)
    agenda = next(each["html"] for each in approved["parts"] if each["key"] == "agenda")
    assert re.findall(r"<li>(.*?)</li>", agenda) == [
        "Progress of the Quality Improvement Plan", "Measures", "Enforcement", "Risks to delivery",
    ]  # fmt: skip
    assert not any(each["to_write"] for each in approved["parts"])


async def test_a_public_agenda_names_no_exempt_section(reporting: Callers) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await _begun(pmo, "soag")
    await written(pmo, ref, "enforcement-text", text="Two notices were lifted.")
    await done(pmo, f"{ref}/exemptions/enforcement", reason="Section 36")
    await issued(pmo, executive, ref)
    await done(pmo, f"{ref}/publication")
    inside = (await pmo.get(f"{PAPERS}/{ref}/files/html")).text
    public = (await pmo.get(f"{PAPERS}/{ref}/files/html", params={"audience": "public"})).text
    assert "<li>Enforcement</li>" in inside
    assert "Enforcement" not in public


async def test_free_text_is_written_for_one_pack_and_the_kind_keeps_its_own(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    outline = {"deed": "write", "key": "preparation-text", "text": "For every paper."}
    assert (await pmo.post("/v1/packs/outlines/board", json=outline)).status_code == 200
    ref, other = await begun(pmo), await begun(pmo)
    shown = await written(pmo, ref, "preparation-text", text="For this one.")
    said = {each["key"]: each["html"] for each in shown["parts"]}
    assert said["preparation-text"] == "<p>For this one.</p>"
    theirs = (await pmo.get(f"{PAPERS}/{other}")).json()
    assert {each["key"]: each["html"] for each in theirs["parts"]}[
        "preparation-text"
    ] == "<p>For every paper.</p>"
    blank = await written(pmo, ref, "preparation-text", text=" ")
    assert [each["to_write"] for each in blank["parts"] if each["key"] == "preparation-text"] == [True]
    again = await written(pmo, ref, "preparation-text", text="For every paper.")
    assert [each["html"] for each in again["parts"] if each["key"] == "preparation-text"] == [
        "<p>For every paper.</p>"
    ]


@pytest.mark.parametrize(
    ("kind", "block", "given", "html"),
    [
        (
            "newsletter", "story", {"title": "A call answered", "text": "They rang back.\n\nI was glad.", "who": "A patient"},
            ["<figcaption>A call answered</figcaption>", "<p>They rang back.</p>", "<p>I was glad.</p>", "A patient"],
        ),
        (
            "board", "well-led-kloes", {"text": "W1 Leadership | A full team | Development\nW2 Vision"},
            ["<caption class=\"nhsuk-table__caption\">Key lines of enquiry</caption>", ">Where we are</th>", "A full team", "–"],
        ),
    ],
)  # fmt: skip
async def test_stories_and_tables_of_key_lines_of_enquiry_are_written(
    reporting: Callers, kind: str, block: str, given: dict[str, str], html: list[str]
) -> None:
    pmo = await reporting(PMO)
    ref = await _begun(pmo, kind)
    shown = await written(pmo, ref, block, **given)
    made = next(each["html"] for each in shown["parts"] if each["key"] == block)
    assert all(each in made for each in html), made


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"meeting_date": "30 May"}, "meeting_date", "Date of meeting: “30 May” is not a real date. Enter it like 14 3 2019."),
        ({"equality": "stage_9"}, "equality", "Equality Impact Assessment: choose from what is offered."),
        ({"domains": "Safe\nNoisy"}, "domains", "Link to CQC domain: choose from what is offered."),
        ({"author": "x" * 301}, "author", "Author: use 300 characters or fewer."),
        ({"foi": "full"}, "foi", "This is not asked for here."),
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_refused_at_its_field(
    reporting: Callers, given: dict[str, str], field: str, sentence: str
) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    refused = await pmo.post(f"{PAPERS}/{ref}/writing/cover", json={"given": given})
    assert (refused.status_code, refused.json()["errors"]) == (422, [{"field": field, "message": sentence}])


async def test_who_is_too_late_is_told_who_was_quicker_and_nothing_is_written_twice(
    database: TestDatabase, reporting: Callers
) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    read = await pmo.get(f"{PAPERS}/{ref}/writing/cover")
    await written(executive, ref, "cover", author="Theirs")
    late = await pmo.post(
        f"{PAPERS}/{ref}/writing/cover",
        json={"given": {"author": "Mine"}},
        headers={"If-Match": read.headers["ETag"]},
    )
    assert (late.status_code, late.json()["changed_by"]) == (412, "Executive Person")
    await written(executive, ref, "cover", author="Theirs", meeting="")
    async with database.owner.transaction() as db:
        rows = (await db.execute(text("SELECT field, words FROM pack_writing"))).all()
        trail = await db.scalar(text("SELECT count(*) FROM audit_entry WHERE table_name = 'pack_writing'"))
    assert ([tuple(row) for row in rows], trail) == ([("author", "Theirs")], 1)


async def test_what_is_approved_can_not_be_written_in_and_a_new_version_goes_on_with_it(
    reporting: Callers,
) -> None:
    pmo, executive = await reporting(PMO), await reporting(EXECUTIVE)
    ref = await begun(pmo)
    await written(pmo, ref, "cover", author="Head of the PMO")
    approved = await issued(pmo, executive, ref)
    assert "Author Head of the PMO" in cover_of(approved)
    refused = await pmo.post(f"{PAPERS}/{ref}/writing/cover", json={"given": {"author": "Other"}})
    assert refused.json()["detail"] == "This pack is approved: put it back to draft to change it."
    await done(pmo, f"{ref}/publication")
    second = await done(pmo, f"{ref}/new-version")
    assert "Author Head of the PMO" in cover_of(second)


async def test_only_places_to_write_are_written_in(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = await begun(pmo)
    assert (await pmo.get(f"{PAPERS}/{ref}/writing/headline")).status_code == 404
    await written(pmo, ref, "preparation-text", text="One.")
    refused = await pmo.get(f"{PAPERS}/{ref}/blocks/preparation-text")
    assert refused.json()["detail"].startswith("This part is written here, not drafted from figures")


async def _begun(pmo: httpx2.AsyncClient, kind: str) -> str:
    answer = await pmo.post(PAPERS, json={"kind": kind})
    return str(answer.json()["ref"])
