"""The trail as people read it."""

import re

import pytest
from sqlalchemy import CheckConstraint

from services.domain import words
from services.plan_api.audit.wording import SILENT, THINGS, WORDS, column_called, value_told, word_told
from services.shared.models import Base
from tests.architecture.test_the_audit_trail_watches_everything import UNWATCHED
from tests.people import Callers

OWNER, CHAIR, PMO = "owner@demo.example", "chair@demo.example", "pmo@demo.example"


def test_every_watched_table_has_its_words() -> None:
    """And no other has."""
    assert set(THINGS) == set(Base.metadata.tables) - set(UNWATCHED)


WATCHED = sorted(set(Base.metadata.tables) - set(UNWATCHED))
CODES = re.compile(r"(\w+) IN \(('[^)]*')\)$")
AS_THEY_ARE = {
    ("evidence_file", "kind"): "endings of files, as people write them",
    ("client_request", "decision"): "plain English words: approve, refuse",
}
WORDS_OF_NO_WATCHED_COLUMN = {
    "NoticeKind": "the beginning of a source's name",
    "FindingStatus": "derived", "DeliveryStatus": "derived", "RuleSet": "of results, which are derived",
    "SpecialCause": "derived", "SignalDirection": "derived", "Verdict": "derived", "TargetAssurance": "derived",
    "ImportState": "of import_run, which is not watched",
    "RenderingReason": "of pack_rendering, which is not watched",
    "PartnerEventKind": "the names of webhooks, as partners' systems know them",
    "FeedScope": "the names of scopes, as partners' systems know them",
}  # fmt: skip


@pytest.mark.parametrize("table", WATCHED)
def test_every_code_word_that_a_watched_table_may_hold_is_told_by_its_label(table: str) -> None:
    """As its constraints have the code words: none of them is forgotten, and none is told as a code."""
    for constraint in Base.metadata.tables[table].constraints:
        if not isinstance(constraint, CheckConstraint) or not (found := CODES.match(str(constraint.sqltext))):
            continue
        column, codes = found[1], re.findall(r"'([^']*)'", found[2])
        if (table, column) in AS_THEY_ARE:
            continue
        kind = WORDS[table, column]
        assert set(codes) <= set(kind), (table, column)
        assert [word_told(table, column, code) for code in codes] == [kind(code).label for code in codes]


def test_every_kind_of_code_word_is_told_or_named_here_with_the_reason_why_not() -> None:
    known = {
        each.__name__ for each in vars(words).values() if isinstance(each, type) and issubclass(each, words.Word)
    } - {"Word"}  # fmt: skip
    told = {kind.__name__ for kind in WORDS.values()}
    assert known == told | set(WORDS_OF_NO_WATCHED_COLUMN)
    assert not told & set(WORDS_OF_NO_WATCHED_COLUMN)


def test_the_columns_that_hold_code_words_exist() -> None:
    for table, column in WORDS:
        assert column in Base.metadata.tables[table].columns, (table, column)


@pytest.mark.parametrize("table", WATCHED)
def test_every_column_is_called_as_people_say_it(table: str) -> None:
    """No underscore, no half of a sentence, no two of a table with one name."""
    called = [
        column_called(each.name) for each in Base.metadata.tables[table].columns if each.name not in SILENT
    ]
    assert len(called) == len(set(called)), called
    for each in called:
        assert "_" not in each
        assert not each.endswith((" because", " id"))


@pytest.mark.parametrize("table", WATCHED)
async def test_the_name_of_a_row_of_every_table_can_be_asked_for(plan: Callers, table: str) -> None:
    """The SQL of its words is right, also where there is no row."""
    answer = await (await plan(PMO)).get("/v1/audit", params={"kind": table, "limit": 200})
    assert answer.status_code == 200, answer.text
    for entry in answer.json()["items"]:
        assert "_" not in entry["thing"].split("“")[0]


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
    assert [entry["thing"] for entry in trail["items"]] == [
        "the note of what was given out kind naming of a deputy"
    ]
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
