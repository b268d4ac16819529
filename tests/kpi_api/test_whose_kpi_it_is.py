"""A root cause's KPI goes with the root cause, wherever the sheet once said that it belongs."""

from sqlalchemy import text

from services.kpi_api.subjects import kpi_called
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi


async def test_the_isg_that_holds_the_root_cause_now_answers_for_its_kpi(database: TestDatabase) -> None:
    """RC-1 is Unscheduled Care's; its KPI was imported as Workforce's, where it was once."""
    await plant_kpi(database, "K-1")
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE kpi SET isg_id = (SELECT id FROM isg WHERE name <> 'Unscheduled Care' LIMIT 1)")
        )
    async with database.kpi.transaction() as db:
        assert (await kpi_called(db, "K-1")).isg == "Unscheduled Care"
