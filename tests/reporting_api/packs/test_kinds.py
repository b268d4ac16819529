"""Every kind of pack, assembled from the small plan and written in every format; what the forums' blocks say."""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from services.domain.words import EscalationReason
from services.reporting_api.packs.content import Figure, KpiMatrix, Pack, Paragraph, as_data, plain
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.service import assemble, render
from services.reporting_api.packs.stored import content_from_data
from tests.conftest import TestDatabase
from tests.kpi_api.series import STEADY, plant_series
from tests.people import Callers
from tests.reporting_api.feeds.test_what_is_kept import CHANGES, change
from tests.reporting_api.packs.every_kind import EVERY_KIND

DAY = date(2019, 5, 22)
RISK = """
    INSERT INTO risk (reference, isg_id, cause, effect, likelihood_before, impact_before, mitigation, likelihood_after,
                      impact_after, owner_id, state, raised_on, raised_by, recorded_at)
    SELECT 'RISK-1', (SELECT min(id) FROM isg), 'Agency staff leave', 'Rotas fail', 4, 5, 'A bank of our own', 3, 4,
           (SELECT min(id) FROM person), 'open', '2019-05-01', (SELECT min(id) FROM person), now()
"""


HELD = """
    INSERT INTO cycle (isg_id, number, opens_on, deadline_on, meets_on, closes_on, held_on, recorded_at)
    SELECT id, 4, '2019-04-29', '2019-05-03', '2019-05-09', '2019-05-13', '{}', now() FROM isg WHERE position = 0
"""
ASK_TO_CLOSE = """
    WITH said AS (
      INSERT INTO progress_update (root_cause_id, cycle_number, version, status, progress, submitted_by, reported_on, late,
                                   imported, recorded_at)
      SELECT r.id, 5, 1, 'complete', 'All nurses are trained', r.owner_id, '2019-05-20', false, false,
             '2019-05-20T10:00:00Z'
        FROM root_cause r WHERE r.reference = 'RC-1'
      RETURNING id, root_cause_id, submitted_by)
    INSERT INTO closing_request (root_cause_id, progress_update_id, requested_by, requested_on, recorded_at)
    SELECT root_cause_id, id, submitted_by, '2019-05-20', '2019-05-20T10:00:00Z' FROM said
"""


async def of_isg(database: TestDatabase, slug: str, as_at: date = DAY) -> Pack:
    async with database.reporting.transaction() as db:
        return await assemble(db, KINDS["isg"], as_at, slug)


async def assembled(database: TestDatabase, kind: str, as_at: date = DAY) -> Pack:
    async with database.reporting.transaction() as db:
        return await assemble(db, KINDS[kind], as_at)


def words_of(pack: Pack) -> str:
    """Every text of it."""
    found: list[str] = []

    def walk(node: object) -> None:
        match node:
            case {"text": str(text)}:
                found.append(text)
            case dict():
                for each in node.values():
                    walk(each)
            case list():
                for each in node:
                    walk(each)

    walk(as_data(pack))
    return "".join(found)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_written_in_every_format(
    database: TestDatabase, tmp_path: Path, kind: str
) -> None:
    await change(database, CHANGES["decided"])
    async with database.reporting.transaction() as db:
        paths = await render(db, kind, DAY, tmp_path)
    assert [path.name for path in paths] == [
        f"{kind}-2019-05-22.{form}" for form in ("html", "pdf", "docx", "pptx", "xlsx")
    ]
    page = BeautifulSoup(paths[0].read_text(encoding="utf-8"), "html.parser")
    assert page.h1 is not None
    assert KINDS[kind].title in page.h1.get_text()
    assert paths[1].read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_can_be_had_of_an_empty_system(
    empty_database: TestDatabase, tmp_path: Path, kind: str
) -> None:
    async with empty_database.reporting.transaction() as db:
        assert len(await render(db, kind, None, tmp_path)) == 5


async def test_the_ecib_pack_has_the_queue_the_decisions_and_what_waits(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    await change(database, CHANGES["a change request"])
    await change(database, RISK)
    said = words_of(await assembled(database, "ecib"))
    assert (
        "At the end of 22 May 2019, one Root Cause is before ECIB: one waits for its decision, one is past the due date, "
        "and one is without a recovery plan." in said
    )
    assert EscalationReason.BY_HAND.label in said
    assert "From 15 May 2019 to 22 May 2019 ECIB took one decision." in said
    assert "It will do" in said
    assert "One change of the plan waits for a decision of ECIB, since 21 May 2019." in said
    assert "One risk to delivery is open." in said
    assert "Rotas fail" in said


async def test_what_ecib_has_decided_on_waits_no_longer_and_stands_last(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    await change(
        database,
        "INSERT INTO escalation_step (escalation_id, state, on_day, recorded_at)"
        " SELECT id, 'monitored', '2019-05-22', now() FROM escalation;"
        " INSERT INTO escalation (reference, root_cause_id, state, raised_on, recorded_at)"
        " SELECT 'ESC-2', id, 'raised', '2019-05-22', now() FROM root_cause WHERE reference = 'RC-5';"
        " INSERT INTO escalation_reason (escalation_id, reason, given_on, recorded_at)"
        " SELECT id, 'by_hand', '2019-05-22', now() FROM escalation WHERE reference = 'ESC-2'",
    )
    pack = await assembled(database, "ecib")
    assert "two Root Causes are before ECIB: one waits for its decision" in words_of(pack)
    (table,) = [table for _, table in pack.tables if table.caption.startswith("The queue")]
    states = [(row[0][0].text, plain(row[3])) for row in table.rows]
    assert states == [("RC-5", "Raised"), ("RC-2", "Monitored")]
    yesterday = words_of(await assembled(database, "ecib", date(2019, 5, 21)))
    assert "one Root Cause is before ECIB: one waits for its decision" in yesterday


async def test_it_says_what_stood_on_its_day(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    await change(database, CHANGES["a change request"])
    before = words_of(await assembled(database, "ecib", date(2019, 5, 20)))
    assert "At the end of 20 May 2019 nothing is escalated to ECIB." in before
    assert "From 13 May 2019 to 20 May 2019 ECIB decided nothing." in before
    assert "No change of the plan waits for a decision of ECIB." in before
    later = "UPDATE escalation SET state = 'ended', ended_on = '2019-05-22'"
    await change(database, later)
    assert "nothing is escalated" in words_of(await assembled(database, "ecib"))
    assert "one Root Cause is before ECIB" in words_of(await assembled(database, "ecib", date(2019, 5, 21)))


async def test_the_queue_opens(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    pack = await assembled(database, "ecib")
    (table,) = [table for _, table in pack.tables if table.caption.startswith("The queue")]
    ((reference, *_others),) = table.rows
    assert reference[0] == Figure(None, "RC-2", "/escalations/ESC-1")


@pytest.mark.parametrize("kind", ["soag", "isg", "newsletter", "snapshot", "board"])
async def test_high_level_kpis_stand_in_the_matrix_under_what_the_rules_say(
    database: TestDatabase, kind: str
) -> None:
    async with database.owner.transaction() as db:
        isg = await db.scalar(text("SELECT name FROM isg ORDER BY position LIMIT 1"))
    await plant_series(database, "H-1", STEADY, isg=isg, target=90)
    await plant_series(database, "H-2", STEADY[:6], isg=isg)
    pack = await assembled(database, kind)
    assert "two high-level KPIs of" in words_of(pack)
    (found,) = [block for block in pack.blocks if isinstance(block, KpiMatrix)]
    placed = {plain(name): row.heading.words for row in found.rows for cell in row.cells for name in cell}
    assert placed["Measure H-2"] == "No target, or not enough points yet"
    assert placed["Measure H-1"] in {"Passing the target", "Hit or miss", "Failing the target"}
    numbers = [chart.number for chart in pack.numbered]
    assert len(numbers) == len(set(numbers))
    assert numbers == {"soag": [1, 2, 3, 4], "isg": [1, 2], "board": [1, 2], "snapshot": [1, 2]}.get(kind, [])
    assert [table.caption.split(" as")[0] for name, table in pack.tables if name.startswith("Figure")] == [
        f"Figure {number}" for number in numbers
    ]


async def test_an_isgs_section_speaks_of_that_isg_alone(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    said = words_of(await assembled(database, "isg"))
    assert "one Root Cause of Unscheduled Care is before ECIB" in said
    assert "nothing of " in said
    assert "2019 nothing is escalated" not in said


async def test_the_pmos_own_outline_is_what_is_written(
    database: TestDatabase, reporting: Callers, tmp_path: Path
) -> None:
    pmo = await reporting("pmo@demo.example")
    wish = {"deed": "rename", "key": "escalated", "text": "What we decide today"}
    assert (await pmo.post("/v1/packs/outlines/ecib", json=wish)).status_code == 200
    async with database.reporting.transaction() as db:
        html, *_others = await render(db, "ecib", DAY, tmp_path)
    assert "What we decide today" in html.read_text(encoding="utf-8")


async def test_what_goes_to_partners_has_no_recovery_plans(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    captions = [table.caption for _, table in (await assembled(database, "snapshot")).tables]
    assert "Decisions of ECIB since the last meeting" in captions
    assert not any(caption.startswith("The queue") for caption in captions)


async def test_an_isgs_pack_has_what_asks_to_be_closed_and_what_is_asked_of_ecib(
    database: TestDatabase,
) -> None:
    await change(database, ASK_TO_CLOSE)
    await change(database, CHANGES["a change request"])
    one = words_of(await of_isg(database, "unscheduled-care"))
    assert "One Root Cause of Unscheduled Care asks to be closed, since 20 May 2019." in one
    assert "All nurses are trained" in one
    assert "One change of Unscheduled Care waits for a decision of ECIB, since 21 May 2019." in one
    other = words_of(await of_isg(database, "scheduled-care"))
    assert "No Root Cause of Scheduled Care asks to be closed." in other
    assert "No change of Scheduled Care waits for a decision of ECIB." in other
    assert "Unscheduled" not in other
    before = words_of(await of_isg(database, "unscheduled-care", date(2019, 5, 19)))
    assert "No Root Cause of Unscheduled Care asks to be closed." in before


@pytest.mark.parametrize(
    ("meeting", "held", "ecib_has_it", "isg_has_it"),
    [
        ("2019-05-22", None, True, True),
        ("2019-05-15", None, True, True),
        ("2019-05-14", None, True, True),
        ("2019-05-10", None, True, True),
        ("2019-05-08", None, True, False),
        ("2019-05-08", "2019-05-07", True, True),
        ("2019-05-10", "2019-05-13", True, False),
    ],
)
async def test_each_forum_hears_of_decisions_since_its_own_last_meeting(
    database: TestDatabase, meeting: str, held: str | None, ecib_has_it: bool, isg_has_it: bool
) -> None:
    """The ISG met on 9 May, unless it was held on another day; ECIB on the day of the decision."""
    await change(database, CHANGES["decided"])
    await change(database, f"UPDATE escalation_decision SET meeting_date = '{meeting}'")  # noqa: S608 - ours
    if held:
        await change(database, HELD.format(held))
    ecib, isg = (
        words_of(await assembled(database, "ecib")),
        words_of(await of_isg(database, "unscheduled-care")),
    )
    assert ("ECIB took one decision." in ecib) == ecib_has_it
    assert ("ECIB took one decision on Root Causes of Unscheduled Care." in isg) == isg_has_it
    assert f"From {int((held or '2019-05-09')[-2:])} May 2019 to 22 May 2019 ECIB" in isg


async def test_of_an_earlier_meeting_ecib_hears_no_more(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    await change(database, "UPDATE escalation_decision SET meeting_date = '2019-05-08'")
    await change(database, "UPDATE escalation SET agenda_for = '2019-05-14'")
    said = words_of(await assembled(database, "ecib"))
    assert "From 14 May 2019 to 22 May 2019 ECIB decided nothing." in said


@pytest.mark.parametrize("as_at", ["2019-05-21", "2019-05-22"])
@pytest.mark.parametrize("isg", [None, "unscheduled-care", "scheduled-care"])
async def test_every_count_opens_exactly_what_it_counts_as_it_was(
    database: TestDatabase, reporting: Callers, plan: Callers, as_at: str, isg: str | None
) -> None:
    """Asked of the plan service as its pages ask, with a pack of the day and one of the day before."""
    for statement in (ASK_TO_CLOSE, CHANGES["decided"], CHANGES["a change request"], RISK):
        await change(database, statement)
    await change(database, "UPDATE escalation SET raised_on = '2019-05-21'")
    await change(database, "UPDATE escalation_reason SET given_on = '2019-05-21'")
    if as_at == "2019-05-21":
        await change(database, "UPDATE risk SET state = 'closed', closed_on = '2019-05-22'")
        await change(database, "UPDATE escalation SET state = 'ended', ended_on = '2019-05-22'")
    pmo, reader = await plan("pmo@demo.example"), await reporting("pmo@demo.example")
    kind = "isg" if isg else "ecib"
    asked = {"as_at": as_at, **({"isg": isg} if isg else {})}
    pack = content_from_data((await reader.get(f"/v1/packs/{kind}.json", params=asked)).json())
    counts = [
        inline
        for block in pack.blocks
        if isinstance(block, Paragraph)
        for inline in block.inlines
        if isinstance(inline, Figure) and inline.counted and not inline.counted.startswith("/findings")
    ]
    opened = {str(each.counted).partition("?")[0] for each in counts}
    if isg == "unscheduled-care":
        assert opened == {"/root-causes", "/change-requests", "/risks"}
        assert any("without_plan" in str(each.counted) for each in counts)
    for each in counts:
        listed = (await pmo.get(f"/v1{each.counted}")).json()
        assert (each.counted, each.value) == (each.counted, listed["total"])
        assert f"={as_at}" in str(each.counted)


def test_tables_of_words_are_read_from_the_left_and_figures_stand_under_each_other() -> None:
    worded = {table.caption: table.is_worded for pack in EVERY_KIND.values() for _, table in pack.tables}
    assert worded["Changes of the plan that wait for a decision"], "though none of its cells is long"
    assert worded["The queue of ECIB, first what waits for its decision"]
    figures = [caption for caption in worded if caption.startswith(("Figure", "Root Causes", "Findings"))]
    assert len(figures) > 4
    assert not any(worded[caption] for caption in figures)
