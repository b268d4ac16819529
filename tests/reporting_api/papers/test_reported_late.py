"""What is recorded for days that a pack has reported already is listed in the next one of its kind."""

from datetime import date

import httpx2
from sqlalchemy import text

from services.reporting_api.packs.content import Table, plain
from services.reporting_api.papers.assembling import drafted
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.people import Callers
from tests.reporting_api.papers.test_the_life_of_a_pack import PMO, begun, done, published

TITLE = "Children wait too long to be seen"
CLOSED = text("""
    INSERT INTO closing (root_cause_id, closed_on, reason, imported, recorded_at)
    SELECT id, :closed_on, 'Met', false, '2019-05-23T09:00:00Z' FROM root_cause WHERE reference = :ref
""")
REOPENED = text("""
    UPDATE closing SET reopened_on = '2019-04-29', reopened_reason = 'Not so', reopened_recorded_at = '2019-05-23T09:00:00Z'
     WHERE root_cause_id = (SELECT id FROM root_cause WHERE reference = 'RC-4')
""")

GIVEN = text("""
    INSERT INTO kpi_observation (kpi_id, period, version, value, recorded_at)
    SELECT id, :period, :version, 79, '2019-05-23T09:00:00Z' FROM kpi
""")


async def late_rows(database: TestDatabase, kind: str = "board") -> list[tuple[str, ...]] | None:
    """The rows of the table of what was reported late; None where the pack of today has none."""
    async with database.owner.transaction() as db:
        pack = await drafted(db, kind, 0, date(2019, 5, 22))
    found = [each for each in pack.blocks if isinstance(each, Table) and "Reported late" in each.caption]
    if not found:
        return None
    return [tuple(plain(cell) for cell in row) for table in found for row in table.rows]


async def test_a_closing_of_a_reported_month_is_told_in_the_next_pack(
    database: TestDatabase, reporting: Callers
) -> None:
    await published(reporting)
    assert await late_rows(database) is None
    async with database.owner.transaction() as db:
        await db.execute(CLOSED, {"ref": "RC-2", "closed_on": date(2019, 4, 30)})
        await db.execute(CLOSED, {"ref": "RC-1", "closed_on": date(2019, 5, 1)})  # a day not yet reported
        await db.execute(REOPENED)
    assert await late_rows(database) == [
        (f"RC-4 {TITLE} (RC-4)", "Scheduled Care", "Reopened", "29 April 2019", "23 May 2019"),
        (f"RC-2 {TITLE} (RC-2)", "Unscheduled Care", "Closed", "30 April 2019", "23 May 2019"),
    ]
    assert await late_rows(database, "soag") is None  # of its kind nothing has been published


async def test_what_was_recorded_before_the_pack_was_frozen_is_in_it_and_not_late(
    database: TestDatabase, reporting: Callers
) -> None:
    pmo: httpx2.AsyncClient = await reporting(PMO)
    await begun(pmo)
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE closing SET recorded_at = '2019-05-01T09:00:00Z' WHERE closed_on = '2019-04-25'")
        )
    await done(pmo, "PACK-0001/assembly", as_at="2019-04-30")
    await done(await reporting("executive@demo.example"), "PACK-0001/approval")
    await done(pmo, "PACK-0001/publication")
    assert await late_rows(database) is None


async def test_a_value_that_the_pack_had_and_that_was_revised_is_told_and_a_new_one_is_not(
    database: TestDatabase, reporting: Callers
) -> None:
    await plant_kpi(database, values=[80.0, 81.0], isg="Unscheduled Care", first=date(2019, 2, 1))
    await published(reporting)
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE kpi_observation SET superseded_at = now() WHERE period = '2019-03-01'"))
        for period, version in ((date(2019, 3, 1), 2), (date(2019, 4, 1), 1)):
            await db.execute(GIVEN, {"period": period, "version": version})
    assert await late_rows(database) == [
        ("K-1 Measure K-1", "Unscheduled Care", "Value revised", "March 2019", "23 May 2019")
    ]


async def test_an_isgs_section_tells_what_is_of_that_isg(database: TestDatabase, reporting: Callers) -> None:
    pmo = await reporting(PMO)
    ref = (await pmo.post("/v1/packs/papers", json={"kind": "isg"})).json()["ref"]
    await done(pmo, f"{ref}/assembly", as_at="2019-04-30")
    await done(await reporting("executive@demo.example"), f"{ref}/approval")
    await done(pmo, f"{ref}/publication")
    async with database.owner.transaction() as db:
        await db.execute(CLOSED, {"ref": "RC-2", "closed_on": date(2019, 4, 30)})
    assert await late_rows(database, "isg") == [
        (f"RC-2 {TITLE} (RC-2)", "Unscheduled Care", "Closed", "30 April 2019", "23 May 2019")
    ]
