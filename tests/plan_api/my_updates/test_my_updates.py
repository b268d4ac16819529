"""One table for owners of many, and "nothing changed since"."""

from datetime import date
from typing import Any

from sqlalchemy import select

from services.shared.models import ProgressUpdate
from tests.conftest import TestDatabase
from tests.people import Callers

OWNER, DEPUTY, OTHER, CHAIR = (
    "owner@demo.example",
    "deputy@demo.example",
    "other@demo.example",
    "chair@demo.example",
)


async def rows(plan: Callers, who: str) -> list[dict[str, Any]]:
    answer = await (await plan(who)).get("/v1/my-updates")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_what_is_owed_comes_first_and_the_most_pressing_of_it(plan: Callers) -> None:
    """RC-2 is overdue, RC-1 is owed, RC-3 has been reported in this cycle."""
    mine = await rows(plan, OWNER)
    assert [(row["ref"], row["reported"], row["own"]) for row in mine] == [
        ("RC-2", False, True), ("RC-1", False, True), ("RC-3", True, True),
    ]  # fmt: skip
    overdue = mine[0]
    assert [each["status"] for each in overdue["statuses"]] == ["off_track", "complete"]
    assert (overdue["can_confirm"], mine[1]["can_confirm"]) == (False, True)


async def test_a_deputy_has_the_same_rows_as_not_their_own(plan: Callers) -> None:
    assert [(row["ref"], row["own"], row["owner_name"]) for row in await rows(plan, DEPUTY)] == [
        ("RC-2", False, "Owner Person"), ("RC-1", False, "Owner Person"), ("RC-3", False, "Owner Person"),
    ]  # fmt: skip


async def test_drafts_are_each_ones_own_and_one_sees_that_the_other_has_one(plan: Callers) -> None:
    owner = await plan(OWNER)
    await owner.post("/v1/root-causes/RC-1/draft", json={"fields": {"progress": ["So far"]}})
    mine = next(row for row in await rows(plan, OWNER) if row["ref"] == "RC-1")
    theirs = next(row for row in await rows(plan, DEPUTY) if row["ref"] == "RC-1")
    assert (mine["draft"]["fields"], mine["others_draft"]) == ({"progress": ["So far"]}, None)
    assert (theirs["draft"], theirs["others_draft"]) == (None, "Owner Person")


async def test_what_was_sent_back_says_why_by_whom_and_when(plan: Callers, database: TestDatabase) -> None:
    owner = await plan(OWNER)
    await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-20"})
    evidence = [{"description": "Rota", "url": "https://example.org"}]
    await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "complete", "progress": "Done", "evidence": evidence}
    )
    await database.set_today(date(2019, 5, 25))
    back = {"decision": "send_back", "meeting_date": "2019-05-25", "reason": "The rota is of another ward."}
    assert (await (await plan(CHAIR)).post("/v1/root-causes/RC-1/closing", json=back)).status_code == 200
    row = next(row for row in await rows(plan, OWNER) if row["ref"] == "RC-1")
    assert row["sent_back"] == {
        "reason": "The rota is of another ward.",
        "by": "Chair Person",
        "on": "2019-05-25",
    }


async def test_nothing_changed_says_the_same_again_and_is_marked(
    plan: Callers, database: TestDatabase
) -> None:
    answer = await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates/unchanged")
    assert answer.status_code == 201, answer.text
    async with database.owner.transaction() as db:
        before, now = (
            await db.scalars(
                select(ProgressUpdate).where(ProgressUpdate.root_cause_id == 1).order_by(ProgressUpdate.id)
            )
        ).all()
    assert (now.cycle_number, now.status, now.progress, now.unchanged) == (
        5,
        before.status,
        before.progress,
        True,
    )
    story = (await (await plan(OWNER)).get("/v1/root-causes/RC-1/timeline")).json()["items"]
    assert any("nothing changed since the update before" in each["title"] for each in story)


async def test_what_the_rules_would_not_take_can_not_be_confirmed(plan: Callers) -> None:
    """RC-2 was on track and is overdue; somebody else's is not theirs."""
    refused = await (await plan(OWNER)).post("/v1/root-causes/RC-2/updates/unchanged")
    assert refused.status_code == 409
    assert "The due date, 10 May 2019, has passed" in refused.json()["detail"]
    assert (await (await plan(OTHER)).post("/v1/root-causes/RC-1/updates/unchanged")).status_code == 403


async def test_for_what_is_far_off_a_confirmation_is_enough(plan: Callers) -> None:
    """RC-5 is due on 30 September and nobody has said anything."""
    (row,) = await rows(plan, OTHER)
    assert (row["ref"], row["confirmation_is_enough"], row["can_confirm"]) == ("RC-5", True, True)
    assert (await (await plan(OTHER)).post("/v1/root-causes/RC-5/updates/unchanged")).status_code == 201
    (row,) = await rows(plan, OTHER)
    assert (row["reported"], row["confirmation_is_enough"]) == (True, False)
