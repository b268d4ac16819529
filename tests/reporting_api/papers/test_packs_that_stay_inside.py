"""Packs of ECIB and of the ISGs hold what no meeting has released: published, they are for those inside alone."""

import pytest
from sqlalchemy import text

from services.reporting_api.packs.kinds import KINDS
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.feeds.reading import follow, items_of, reader_of_all
from tests.reporting_api.papers.test_the_life_of_a_pack import APRIL, EXECUTIVE, PAPERS, PMO, READER, done

LISTENING = text("""
    INSERT INTO webhook_endpoint (api_client_id, url, kinds, salt, registered_by, recorded_at)
    SELECT id, 'https://x.example', '{pack.published}', 's', (SELECT min(id) FROM person), now() FROM api_client
""")


async def deliveries(database: TestDatabase) -> int:
    """How many messages to webhooks were written."""
    async with database.owner.transaction() as db:
        return int(str(await db.scalar(text("SELECT count(*) FROM webhook_delivery"))))


async def published(reporting: Callers, kind: str) -> str:
    """A pack of the kind that the executive approved."""
    pmo = await reporting(PMO)
    answer = await pmo.post(PAPERS, json={"kind": kind})
    ref = str(answer.json()["ref"])
    await done(pmo, f"{ref}/assembly", **APRIL)
    await done(await reporting(EXECUTIVE), f"{ref}/approval")
    await done(pmo, f"{ref}/publication")
    return ref


def test_they_are_those_of_ecib_and_of_the_isgs() -> None:
    assert {kind for kind, outline in KINDS.items() if outline.inside_only} == {"ecib", "isg"}


@pytest.mark.parametrize("kind", ["ecib", "isg"])
async def test_nobody_outside_sees_one(database: TestDatabase, reporting: Callers, kind: str) -> None:
    partner = await reader_of_all(database, reporting)
    async with database.owner.transaction() as db:
        await db.execute(LISTENING)
    _, cursor = await follow(partner, None)
    ref = await published(reporting, kind)
    reader = await reporting(READER)
    assert (await reader.get(PAPERS)).json()["items"] == []
    assert (await reader.get(f"{PAPERS}/{ref}")).status_code == 404
    assert (await reader.get(f"{PAPERS}/{ref}/files/html")).status_code == 404
    assert await items_of(partner, "packs") == []
    assert (await partner.get(f"/feeds/v1/packs/{ref}/files/json")).status_code == 404
    assert await follow(partner, cursor) == ([], cursor)
    assert await deliveries(database) == 0
    await published(reporting, "board")
    assert await deliveries(database) == 1


async def test_those_inside_have_its_files_as_they_were_issued(reporting: Callers) -> None:
    ref = await published(reporting, "ecib")
    shown = (await (await reporting(PMO)).get(f"{PAPERS}/{ref}")).json()
    assert (shown["inside_only"], shown["public_files"]) == (True, [])
    assert {each["format"] for each in shown["files"]} >= {"html", "pdf", "docx", "pptx", "xlsx"}


async def test_a_kind_that_is_copied_from_one_stays_inside_too(reporting: Callers) -> None:
    pmo = await reporting(PMO)
    copied = await pmo.post(
        "/v1/packs/outlines", json={"copy_of": "ecib", "kind": "urgent", "title": "Urgent meeting"}
    )
    assert copied.status_code == 201, copied.text
    begun = await pmo.post(PAPERS, json={"kind": "urgent"})
    assert begun.json()["inside_only"] is True


async def test_one_that_is_exempt_from_end_to_end_is_approved_and_published_all_the_same(
    reporting: Callers,
) -> None:
    pmo = await reporting(PMO)
    begun = (await pmo.post(PAPERS, json={"kind": "ecib"})).json()
    ref = begun["ref"]
    for section in [each["key"] for each in begun["parts"] if each["level"] == 2]:
        await done(pmo, f"{ref}/exemptions/{section}", reason="Section 36: candid advice.")
    await done(pmo, f"{ref}/assembly", **APRIL)
    await done(await reporting(EXECUTIVE), f"{ref}/approval")
    shown = await done(pmo, f"{ref}/publication")
    assert (shown["state"], shown["public_files"]) == ("published", [])
