"""Every role against every door of packs, by HTTP: one table, written from domain.md and not from the code's own.

`+` the door lets them through to the rules (whatever these then say), `-` they are refused with 403. PACK-0001 is published and
superseded by nothing; PACK-0002 is a draft that the PMO has begun: to readers and owners it is not there (404, a `+` here).
"""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.reporting_api.main import create_app
from services.shared.db import Database
from tests.conftest import Template, clone, drop
from tests.people import Callers
from tests.permissions.test_every_role_against_every_action import PEOPLE, Door, Undone

TABLE = """
                   owner deputy other member chair chair2 executive ecib pmo board reader admin
list_papers          +     +      +     +      +     +       +       +    +    +     +      -
read_published       +     +      +     +      +     +       +       +    +    +     +      -
read_draft           +     +      +     +      +     +       +       +    +    +     +      -
read_file            +     +      +     +      +     +       +       +    +    +     +      -
begin                -     -      -     -      -     -       -       -    +    -     -      -
compare              -     -      -     +      +     +       +       +    +    +     -      -
reconcile_paper      -     -      -     +      +     +       +       +    +    +     -      -
reconcile_kind       -     -      -     +      +     +       +       +    +    +     -      -
read_block           -     -      -     +      +     +       +       +    +    +     -      -
edit_block           -     -      -     -      -     -       +       -    +    -     -      -
undo_edit            -     -      -     -      -     -       +       -    +    -     -      -
read_place           -     -      -     +      +     +       +       +    +    +     -      -
write_in_place       -     -      -     -      -     -       +       -    +    -     -      -
comment              -     -      -     -      +     +       +       +    +    -     -      -
resolve              -     -      -     -      +     +       +       +    +    -     -      -
exempt               -     -      -     -      -     -       -       -    +    -     -      -
end_exemption        -     -      -     -      -     -       -       -    +    -     -      -
explain              -     -      -     -      -     -       +       -    +    -     -      -
assemble             -     -      -     -      -     -       -       -    +    -     -      -
put_back             -     -      -     -      -     -       -       -    +    -     -      -
approve              -     -      -     -      -     -       +       -    +    -     -      -
publish              -     -      -     -      -     -       -       -    +    -     -      -
new_version          -     -      -     -      -     -       -       -    +    -     -      -
list_kinds           -     -      -     +      +     +       +       +    +    +     -      -
read_article         -     -      -     +      +     +       +       +    +    +     -      -
board_drafted        -     -      -     +      +     +       +       +    +    +     -      -
soag_drafted         -     -      -     +      +     +       +       +    +    +     -      -
ecib_drafted         -     -      -     +      +     +       +       +    +    +     -      -
isg_drafted          -     -      -     +      +     +       +       +    +    +     -      -
one_isg_drafted      -     -      -     +      +     +       +       +    +    +     -      -
newsletter_drafted   -     -      -     +      +     +       +       +    +    +     -      -
snapshot_drafted     -     -      -     +      +     +       +       +    +    +     -      -
list_outlines        -     -      -     +      +     +       +       +    +    +     -      -
read_outline         -     -      -     +      +     +       +       +    +    +     -      -
copy_outline         -     -      -     -      -     -       -       -    +    -     -      -
change_outline       -     -      -     -      -     -       -       -    +    -     -      -
"""
PAPERS, OUTLINES = "/v1/packs/papers", "/v1/packs/outlines"
PUBLISHED, DRAFT = f"{PAPERS}/PACK-0001", f"{PAPERS}/PACK-0002"
DOORS = {
    "list_papers": Door("GET", PAPERS),
    "read_published": Door("GET", PUBLISHED),
    "read_draft": Door("GET", DRAFT),
    "read_file": Door("GET", f"{PUBLISHED}/files/html"),
    "begin": Door("POST", PAPERS, {"kind": "board"}),
    "compare": Door("GET", f"{DRAFT}/comparison?earlier=PACK-0001"),
    "reconcile_paper": Door("GET", f"{DRAFT}/reconciliation"),
    "reconcile_kind": Door("GET", "/v1/packs/board/reconciliation"),
    "read_block": Door("GET", f"{DRAFT}/blocks/purpose"),
    "edit_block": Door("POST", f"{DRAFT}/blocks/purpose", {"words": "Other words."}),
    "undo_edit": Door("POST", f"{DRAFT}/blocks/purpose/undoing"),
    "read_place": Door("GET", f"{DRAFT}/writing/cover"),
    "write_in_place": Door("POST", f"{DRAFT}/writing/cover", {"given": {"author": "The PMO"}}),
    "comment": Door("POST", f"{DRAFT}/comments", {"words": "Why?"}),
    "resolve": Door("POST", f"{DRAFT}/comments/1/resolving"),
    "exempt": Door("POST", f"{DRAFT}/exemptions/situation", {"reason": "Section 36"}),
    "end_exemption": Door("POST", f"{DRAFT}/exemptions/situation/ending"),
    "explain": Door("POST", f"{DRAFT}/explanations", {"discrepancy": "x", "words": "So."}),
    "assemble": Door("POST", f"{DRAFT}/assembly", {}),
    "put_back": Door("POST", f"{DRAFT}/return", {"reason": "Late"}),
    "approve": Door("POST", f"{DRAFT}/approval"),
    "publish": Door("POST", f"{DRAFT}/publication"),
    "new_version": Door("POST", f"{PUBLISHED}/new-version"),
    "list_kinds": Door("GET", "/v1/packs"),
    "read_article": Door("GET", "/v1/packs/isg/article"),
    "board_drafted": Door("GET", "/v1/packs/board.pdf"),
    "soag_drafted": Door("GET", "/v1/packs/soag.docx"),
    "ecib_drafted": Door("GET", "/v1/packs/ecib.json"),
    "isg_drafted": Door("GET", "/v1/packs/isg.html"),
    "one_isg_drafted": Door("GET", "/v1/packs/isg.xlsx?isg=unscheduled-care"),
    "newsletter_drafted": Door("GET", "/v1/packs/newsletter.html"),
    "snapshot_drafted": Door("GET", "/v1/packs/snapshot.pptx"),
    "list_outlines": Door("GET", OUTLINES),
    "read_outline": Door("GET", f"{OUTLINES}/board"),
    "copy_outline": Door(
        "POST", OUTLINES, {"copy_of": "board", "kind": "committee", "title": "Committee paper"}
    ),
    "change_outline": Door("POST", f"{OUTLINES}/board", {"deed": "down", "key": "situation"}),
}


def expectations() -> list[tuple[str, str, str]]:
    """The table's cells."""
    _, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return [
        (action, person, cell) for action, *cells in rows for person, cell in zip(PEOPLE, cells, strict=True)
    ]


@pytest.fixture(scope="module")
async def situation(server: AsyncEngine, small_plan_template: Template) -> AsyncIterator[Callers]:
    """The situation of the module's docstring."""
    database = await clone(server, small_plan_template)
    async with Callers(database.owner, create_app(database.reporting)) as reporting:
        pmo, executive = await reporting("pmo@demo.example"), await reporting("executive@demo.example")
        for _ in range(2):
            assert (await pmo.post(PAPERS, json={"kind": "board"})).status_code == 201
        for person, move in ((pmo, "assembly"), (executive, "approval"), (pmo, "publication")):
            done = await person.post(f"{PUBLISHED}/{move}", json={})
            assert done.status_code == 200, done.text
    undone = Undone(database.reporting.engine.url.render_as_string(hide_password=False))
    async with Callers(database.owner, create_app(undone)) as callers:
        yield callers
    await undone.dispose()
    await drop(server, database)


@pytest.mark.parametrize("action", DOORS)
async def test_the_door_lets_through_whom_the_table_says(action: str, situation: Callers) -> None:
    """Everybody at one door, each on the same starting situation."""
    expected = {person: cell for each, person, cell in expectations() if each == action}
    actual, door = {}, DOORS[action]
    for person in PEOPLE:
        client = await situation(f"{person}@demo.example")
        answer = await client.request(door.method, door.path, json=door.body)
        assert answer.status_code < 500, answer.text
        actual[person] = "-" if answer.status_code == 403 else "+"
    assert actual == expected


FOR_THE_WORKER = {f"{PAPERS}/renderings/{{rendering_id}}"}
"""No person's: `tests/reporting_api/papers/test_publishing.py` holds it."""


def test_the_table_has_a_row_for_every_door() -> None:
    """So that no door is added without saying who may use it."""
    assert {action for action, _, _ in expectations()} == set(DOORS)
    asked = {(door.method, door.path.partition("?")[0]) for door in DOORS.values()}
    app = create_app(Database("postgresql://nobody@127.0.0.1/nothing"))
    for path, methods in app.openapi()["paths"].items():
        if not path.startswith((PAPERS, OUTLINES)):
            continue
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
        for method in methods:
            if path in FOR_THE_WORKER:
                continue
            known = any(method.upper() == each and pattern.fullmatch(address) for each, address in asked)
            assert known, (method, path)
