"""Search across everything that one may see: by words in any form, by reference, and through the index."""

import re

import pytest
from sqlalchemy import text

from services.plan_api.search import queries
from services.plan_api.search.queries import SEARCHED
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.people import Callers

OWNER, PMO, READER, ADMIN = (
    "owner@demo.example", "pmo@demo.example", "reader@demo.example", "admin@demo.example",
)  # fmt: skip


async def found(plan: Callers, who: str, q: str, **more: str) -> list[tuple[str, str]]:
    answer = await (await plan(who)).get("/v1/search", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["ref"]) for each in answer.json()["items"]]


async def test_words_are_found_in_any_form_and_shown_where_they_stand(plan: Callers) -> None:
    """Said by the owner, found by somebody who remembers it otherwise."""
    said = {"status": "on_track", "progress": "Two rotas were rewritten and the agencies informed."}
    assert (await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)).status_code == 201
    answer = await (await plan(PMO)).get("/v1/search", params={"q": "inform rota"})
    (hit,) = answer.json()["items"]
    assert (hit["kind"], hit["root_cause"]) == ("update", "RC-1")
    assert hit["text"] == "\ue000rotas\ue001 were rewritten and the agencies \ue000informed\ue001"


@pytest.mark.parametrize("spelt", ["RC-2", "rc-2", "  RC-2 "])
async def test_a_reference_finds_its_thing_first(plan: Callers, spelt: str) -> None:
    """However it was capitalised."""
    assert (await found(plan, OWNER, spelt))[0] == ("root_cause", "RC-2")


async def test_an_action_and_a_finding_are_found_by_reference(plan: Callers) -> None:
    """With the root cause that the action belongs to."""
    assert ("finding", "MD-1") in await found(plan, OWNER, "MD-1")
    answer = await (await plan(OWNER)).get("/v1/search", params={"q": "A-1", "kind": "action"})
    assert [(each["ref"], each["root_cause"]) for each in answer.json()["items"]] == [("A-1", "RC-1")]


async def test_a_kpi_is_found_by_its_reference_name_and_purpose(
    plan: Callers, database: TestDatabase
) -> None:
    """With its root cause, where it has one; by all who see measures, and by nobody else."""
    await plant_kpi(
        database, "KPI-0901", name="Sepsis screens within the hour", purpose="Shows late antibiotics"
    )
    await plant_kpi(
        database, "KPI-0902", root_cause=None, isg="Unscheduled Care", name="Handovers of ambulances"
    )
    for q in ("kpi-0901", "screened sepsis", "antibiotic late"):
        assert await found(plan, OWNER, q) == [("kpi", "KPI-0901")], q
    assert await found(plan, PMO, "ambulance", kind="kpi") == [("kpi", "KPI-0902")]
    answer = await (await plan(PMO)).get("/v1/search", params={"q": "KPI-0901"})
    (hit,) = answer.json()["items"]
    assert (hit["title"], hit["root_cause"], hit["text"]) == (
        "Sepsis screens within the hour", "RC-1", "Shows late antibiotics",
    )  # fmt: skip
    assert await found(plan, ADMIN, "sepsis") == []


async def test_everybody_finds_what_they_may_see_and_no_more(plan: Callers) -> None:
    """Readers see figures alone, the administrator people alone, an owner no decision on what is not theirs."""
    chair, ecib = await plan("chair@demo.example"), await plan("ecib@demo.example")
    assert (
        await chair.post("/v1/root-causes/RC-6/escalations", json={"reason": "Worrying"})
    ).status_code == 201
    decision = {
        "decision": "extra_support",
        "meeting_date": "2019-05-22",
        "reason": "Agency money for triage.",
    }
    assert (await ecib.post("/v1/escalations/ESC-0001/decisions", json=decision)).status_code == 200
    assert ("decision", "ESC-0001") in await found(plan, PMO, "agency money")
    assert ("decision", "ESC-0001") not in await found(plan, OWNER, "agency money")
    assert await found(plan, READER, "children") == []
    assert await found(plan, ADMIN, "children") == []
    assert ("person", OWNER) in await found(plan, ADMIN, "owner")


async def test_more_of_a_kind_than_is_shown_is_said(plan: Callers) -> None:
    """And can be asked for."""
    client = await plan(PMO)
    few = (await client.get("/v1/search", params={"q": "children", "limit": 2})).json()
    assert "root_cause" in few["more"]
    every = (
        await client.get("/v1/search", params={"q": "children", "kind": "root_cause", "limit": 200})
    ).json()
    assert (len(every["items"]), every["more"]) == (6, [])


@pytest.mark.parametrize("q", ["", "   ", "& | !", "'", "%", "a" * 200, "-", '"', "<->", "\\", "🏥"])
async def test_odd_questions_find_little_and_break_nothing(plan: Callers, q: str) -> None:
    """Whatever the query language makes of them."""
    await found(plan, PMO, q)


async def test_the_index_is_over_the_words_that_are_asked_for(database: TestDatabase) -> None:
    """The expression of each query is the expression of its index: else every row would be read."""
    async with database.owner.transaction() as db:
        await db.execute(text("SET LOCAL enable_seqscan = off"))
        for searched in SEARCHED.values():
            asked = f"FROM {searched.table} AS it WHERE to_tsvector('english', {searched.text}) @@ to_tsquery('english', 'x')"
            plan = await db.scalars(text(f"EXPLAIN SELECT 1 {asked}"))
            assert re.search(f"ix_{searched.table}_words", "\n".join(plan)), searched.table


async def test_of_what_a_frequent_word_is_in_the_newest_are_ranked_and_it_is_said(
    plan: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest says the word most often: ranked among all it would come first."""
    monkeypatch.setattr(queries, "RANKED", 2)
    owner, pmo = await plan(OWNER), await plan(PMO)
    said = ("Rota, rota, rota, rota.", "The rota is drafted with the ward sisters.", "A rota. Rota!")
    for progress in said:
        wish = {"status": "on_track", "progress": progress}
        answer = await owner.post("/v1/root-causes/RC-1/updates", json=wish)
        assert answer.status_code == 201, answer.text
    asked = {"q": "rota", "kind": "update", "limit": "1"}
    few = (await pmo.get("/v1/search", params=asked)).json()
    assert [hit["text"].count("\ue000") for hit in few["items"]] == [2]
    assert (few["more"], few["has_older"]) == (["update"], ["update"])
    all_of_them = (await pmo.get("/v1/search", params={**asked, "limit": "3"})).json()
    assert [hit["text"].count("\ue000") for hit in all_of_them["items"]] == [4, 2, 1]
    assert (all_of_them["more"], all_of_them["has_older"]) == ([], [])
