"""Every kind of pack, assembled from the small plan and written in every format; what the forums' blocks say."""

from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from services.domain.words import EscalationReason
from services.reporting_api.packs.content import Figure, KpiMatrix, Pack, as_data, plain
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.service import assemble, render
from tests.conftest import TestDatabase
from tests.kpi_api.series import STEADY, plant_series
from tests.people import Callers
from tests.reporting_api.feeds.test_what_is_kept import CHANGES, change

DAY = date(2019, 5, 22)
RISK = """
    INSERT INTO risk (reference, isg_id, cause, effect, likelihood_before, impact_before, mitigation, likelihood_after,
                      impact_after, owner_id, state, raised_on, raised_by, recorded_at)
    SELECT 'RISK-1', (SELECT min(id) FROM isg), 'Agency staff leave', 'Rotas fail', 4, 5, 'A bank of our own', 3, 4,
           (SELECT min(id) FROM person), 'open', '2019-05-01', (SELECT min(id) FROM person), now()
"""


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
    assert "At the end of 22 May 2019, one Root Cause is before ECIB:" in said
    assert EscalationReason.BY_HAND.label in said
    assert "In the week to 22 May 2019 ECIB decided one escalation." in said
    assert "It will do" in said
    assert "One change of the plan waits for a decision, the longest since 21 May 2019." in said
    assert "One risk to delivery is open." in said
    assert "Rotas fail" in said


async def test_it_says_what_stood_on_its_day(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    await change(database, CHANGES["a change request"])
    before = words_of(await assembled(database, "ecib", date(2019, 5, 20)))
    assert "At the end of 20 May 2019 nothing is escalated to ECIB." in before
    assert "In the week to 20 May 2019 ECIB decided nothing." in before
    assert "No change of the plan waits for a decision." in before
    later = "UPDATE escalation SET state = 'ended', ended_on = '2019-05-22'"
    await change(database, later)
    assert "nothing is escalated" in words_of(await assembled(database, "ecib"))
    assert "one Root Cause is before ECIB" in words_of(await assembled(database, "ecib", date(2019, 5, 21)))


async def test_the_queue_opens(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    pack = await assembled(database, "ecib")
    (table,) = [table for _, table in pack.tables if table.caption.startswith("The queue")]
    ((reference, *_others),) = table.rows
    assert reference == (Figure(None, "RC-2", "/escalations/ESC-1"),)


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
    assert (3 in numbers) == (kind in {"soag", "isg"})


async def test_an_isgs_section_speaks_of_that_isg_alone(database: TestDatabase) -> None:
    await change(database, CHANGES["decided"])
    said = words_of(await assembled(database, "isg"))
    assert "one Root Cause is before ECIB" in said
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
    assert "Decisions of the week" in captions
    assert not any(caption.startswith("The queue") for caption in captions)
