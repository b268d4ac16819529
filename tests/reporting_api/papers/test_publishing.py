"""A pack is published by the worker: with progress, once, and seen by nobody until all of it is there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from sqlalchemy import text

from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.formats import FormatName, written
from services.reporting_api.papers import rendering
from services.reporting_api.papers.renderings import make
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.plan_api.redaction.test_redaction import dumped
from tests.reporting_api.feeds.reading import follow, items_of, reader_of_all
from tests.reporting_api.papers.issued_files import kept_files, worked_off
from tests.reporting_api.papers.test_redacted_packs import CAUSE, NAME, redacted, risk_named
from tests.reporting_api.papers.test_the_life_of_a_pack import EXECUTIVE, PAPERS, PMO, READER, done

ASYNC = {"Prefer": "respond-async"}
Writes: TypeAlias = Callable[[Pack, FormatName], Awaitable[bytes]]


def instead(form: FormatName, makes: Callable[[Pack], Awaitable[bytes]]) -> Writes:
    """Files as they are written, but for those of one format."""

    async def made(pack: Pack, name: FormatName) -> bytes:
        return await (makes(pack) if name is form else written(pack, name))

    return made


async def approved(reporting: Callers) -> str:
    """A SOAG pack that only has to be published."""
    pmo = await reporting(PMO)
    ref = str((await pmo.post(PAPERS, json={"kind": "soag"})).json()["ref"])
    await done(pmo, f"{ref}/assembly")
    await done(await reporting(EXECUTIVE), f"{ref}/approval")
    return ref


async def asked(reporting: Callers, ref: str) -> dict[str, Any]:
    """What the door said that did not wait."""
    answer = await (await reporting(PMO)).post(f"{PAPERS}/{ref}/publication", headers=ASYNC)
    assert (answer.status_code, answer.headers["Location"]) == (202, f"{PAPERS}/{ref}"), answer.text
    assert answer.headers["Preference-Applied"] == "respond-async"
    shown: dict[str, Any] = answer.json()
    return shown


async def published_steps(database: TestDatabase) -> int:
    async with database.owner.transaction() as db:
        return int(await db.scalar(text("SELECT count(*) FROM pack_step WHERE deed = 'published'")) or 0)


async def the_rendering(database: TestDatabase) -> int:
    async with database.owner.transaction() as db:
        return int(await db.scalar(text("SELECT max(id) FROM pack_rendering")) or 0)


async def test_until_the_worker_has_made_every_file_nobody_sees_any_of_it(
    database: TestDatabase, reporting: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = await reader_of_all(database, reporting)
    _, cursor = await follow(partner, None)
    ref = await approved(reporting)
    shown = await asked(reporting, ref)
    assert (shown["state"], shown["publishing"]["made"], shown["can"]) == ("approved", 0, ["comment"])
    pmo, reader = await reporting(PMO), await reporting(READER)
    seen: list[dict[str, Any]] = []

    async def looked_at_meanwhile(pack: Any) -> bytes:
        seen.append((await pmo.get(f"{PAPERS}/{ref}")).json())
        assert await items_of(partner, "packs") == []
        assert (await follow(partner, cursor))[0] == []
        assert (await reader.get(f"{PAPERS}/{ref}")).status_code == 404
        refused = await pmo.post(f"{PAPERS}/{ref}/return", json={"reason": "Wait."})
        assert (refused.status_code, refused.json()["detail"][:28]) == (409, "This pack is being published")
        again = await pmo.post(f"{PAPERS}/{ref}/publication", headers=ASYNC)
        assert again.status_code == 409
        return await written(pack, FormatName.DOCX)

    monkeypatch.setattr(rendering, "written", instead(FormatName.DOCX, looked_at_meanwhile))
    assert await worked_off(database, reporting.app) == 1
    assert [(each["publishing"]["made"], each["publishing"]["to_make"]) for each in seen] == [(2, 6)]
    whole = (await pmo.get(f"{PAPERS}/{ref}")).json()
    assert (whole["state"], whole["publishing"], len(whole["files"])) == ("published", None, 6)
    assert (whole["history"][-1]["deed"], whole["history"][-1]["done_by"]) == ("published", "Pmo Person")
    assert [each["ref"] for each in await items_of(partner, "packs")] == [ref]
    async with database.owner.transaction() as db:
        actor = await db.scalar(
            text("SELECT actor FROM audit_entry WHERE table_name = 'pack' ORDER BY id DESC LIMIT 1")
        )
        person = await db.scalar(text("SELECT 'person:' || id FROM person WHERE email = 'pmo@demo.example'"))
    assert actor == person


async def test_a_service_that_dies_between_two_files_leaves_nothing_and_the_next_try_publishes_once(
    database: TestDatabase, reporting: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker sends again what was not answered; sent once more, it finds it done."""
    ref = await approved(reporting)
    await asked(reporting, ref)

    async def dies(_pack: Any) -> bytes:
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(rendering, "written", instead(FormatName.XLSX, dies))
        assert await worked_off(database, reporting.app) == 0
    assert await kept_files(database) == []
    assert await published_steps(database) == 0
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE outbox SET next_attempt_at = NULL"))
    assert await worked_off(database, reporting.app) == 1
    assert await published_steps(database) == 1
    worker = await reporting.machine("worker")
    again = await worker.post(f"{PAPERS}/renderings/{await the_rendering(database)}")
    assert (again.status_code, await published_steps(database)) == (204, 1)


async def test_of_two_processes_that_make_it_at_once_one_publishes(
    database: TestDatabase, reporting: Callers
) -> None:
    """A worker was killed and another asks another process while the first is still at it."""
    await asked(reporting, await approved(reporting))
    number = await the_rendering(database)
    await asyncio.gather(make(database.reporting, number), make(database.reporting, number))
    assert await published_steps(database) == 1
    assert len(await kept_files(database)) == 6


async def test_what_is_redacted_while_it_is_being_published_is_in_no_file(
    plan: Callers, database: TestDatabase, reporting: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await risk_named(plan, CAUSE)
    ref = await approved(reporting)
    await asked(reporting, ref)
    made: list[bytes] = []

    async def redacted_meanwhile(pack: Any) -> bytes:
        if not made:
            await redacted(plan, database, "risk", "cause")
        made.append(await written(pack, FormatName.DOCX))
        return made[-1]

    monkeypatch.setattr(rendering, "written", instead(FormatName.DOCX, redacted_meanwhile))
    assert await worked_off(database, reporting.app) == 2
    assert len(made) == 2, "made again without it, and not a third time"
    shown = (await (await reporting(PMO)).get(f"{PAPERS}/{ref}")).json()
    assert (shown["state"], len(shown["files"])) == ("published", 6)
    assert [each for each in await kept_files(database) if NAME in each] == []
    assert NAME not in dumped(database)


async def test_whoever_waits_for_it_gets_it_published(reporting: Callers) -> None:
    """The door as it was, for programs."""
    ref = await approved(reporting)
    answer = await (await reporting(PMO)).post(f"{PAPERS}/{ref}/publication")
    assert (answer.status_code, answer.json()["state"]) == (200, "published")


@pytest.mark.parametrize("who", [PMO, None])
async def test_the_files_are_made_for_the_worker_alone(reporting: Callers, who: str | None) -> None:
    client = await reporting(who) if who else await reporting.anonymous()
    assert (await client.post(f"{PAPERS}/renderings/1")).status_code == 401
    assert (await (await reporting.machine("worker")).post(f"{PAPERS}/renderings/1")).status_code == 404
