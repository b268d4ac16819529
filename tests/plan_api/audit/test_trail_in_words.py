"""The trail as people read it."""

import pytest

from services.plan_api.audit.wording import THINGS, value_told
from services.shared.models import Base
from tests.architecture.test_the_audit_trail_watches_everything import UNWATCHED
from tests.people import Callers

OWNER, CHAIR, PMO = "owner@demo.example", "chair@demo.example", "pmo@demo.example"


def test_every_watched_table_has_its_words() -> None:
    """And no other has."""
    assert set(THINGS) == set(Base.metadata.tables) - set(UNWATCHED)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "nothing"),
        (True, "yes"),
        ("2019-05-22", "22 May 2019"),
        ("2019-05-22T11:04:05.123+00:00", "22 May 2019 at 12:04"),
        ("Rotas", "“Rotas”"),
        (5, "5"),
        (["safe", "caring"], "“safe”, “caring”"),
        ({"due_date": "2019-05-22"}, "due date 22 May 2019"),
        ("2019-05-2x", "“2019-05-2x”"),
        ("2019-99-99", "“2019-99-99”"),
        ("2019-05-22T is no instant at all", "“2019-05-22T is no instant at all”"),
    ],
)
def test_a_value_is_told_as_people_write_it(value: object, told: str) -> None:
    assert value_told(value) == told


async def test_a_change_says_who_did_what_to_which_thing(plan: Callers) -> None:
    """The owner changed by the chair: names, not numbers."""
    changed = await (await plan(CHAIR)).post(
        "/v1/root-causes/RC-1/owner", json={"owner": "other@demo.example"}
    )
    assert changed.status_code == 204
    trail = (await (await plan(PMO)).get("/v1/audit", params={"root_cause": "RC-1", "limit": 1})).json()
    (entry,) = trail["items"]
    assert (entry["who"], entry["did"], entry["thing"]) == ("Chair Person", "changed", "the root cause RC-1")
    assert entry["changes"] == [
        {
            "column": "owner",
            "before": "Owner Person",
            "after": "Other Person",
            "redacted": False,
            "redactable": False,
        }
    ]


async def test_the_trail_comes_in_pages_newest_first_and_narrowed(plan: Callers) -> None:
    """By person, by kind; each entry once."""
    owner, pmo = await plan(OWNER), await plan(PMO)
    for said in ("One", "Two", "Three"):
        wish = {"status": "on_track", "progress": said}
        assert (await owner.post("/v1/root-causes/RC-1/updates", json=wish)).status_code == 201
    asked: dict[str, str | int] = {"person": OWNER, "kind": "progress_update", "limit": 2}
    first = (await pmo.get("/v1/audit", params=asked)).json()
    rest = (await pmo.get("/v1/audit", params={**asked, "cursor": first["next"]})).json()
    told = [
        change["after"]
        for entry in [*first["items"], *rest["items"]]
        for change in entry["changes"]
        if change["column"] == "progress"
    ]
    assert told == ["“Three”", "“Two”", "“One”"]
    assert rest["next"] is None


async def test_reading_the_trail_is_kept_in_the_trail(plan: Callers) -> None:
    """What was read and by whom, every page of it."""
    pmo = await plan(PMO)
    await pmo.get("/v1/audit", params={"kind": "deputy"})
    trail = (await pmo.get("/v1/audit", params={"kind": "disclosure"})).json()
    assert [entry["thing"] for entry in trail["items"]] == ["the note of what was given out kind deputy"]
    assert trail["items"][0]["who"] == "Pmo Person"


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"person": "nobody@x.y"}, "person"), ({"kind": "banana"}, "kind"), ({"cursor": "x"}, "cursor")],
)
async def test_a_wrong_question_is_told_by_its_field(
    plan: Callers, asked: dict[str, str], field: str
) -> None:
    answer = await (await plan(PMO)).get("/v1/audit", params=asked)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])


async def test_the_proof_says_how_far_the_chain_reaches(plan: Callers) -> None:
    """Nothing is chained yet here, and nothing verified."""
    proof = (await (await plan(PMO)).get("/v1/audit/proof")).json()
    assert (proof["chained"], proof["verified_at"]) == (0, None)
    assert proof["not_yet_chained"] > 50
