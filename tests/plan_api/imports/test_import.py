"""Importing into a real database: what is there afterwards, again, changed, and once the plan is approved."""

from datetime import date

import pytest
from sqlalchemy import func, insert, select

from services.domain.errors import RuleBroken
from services.plan_api.imports.service import ImportResult
from services.shared.models import (
    Baseline,
    Closing,
    Cycle,
    Escalation,
    Isg,
    OutboxRow,
    Person,
    Placement,
    Plan,
    ProgressUpdate,
    RoleGrant,
    RootCause,
)
from tests.conftest import TestDatabase
from tests.plan_api.imports.importing import audit_entries, imported
from tests.plan_api.workbook.workbooks import TODAY, right_plan


def counts(result: ImportResult) -> dict[str, tuple[int, int, int]]:
    return {each.sheet: (each.added, each.changed, each.unchanged) for each in result.sheets}


async def test_an_import_into_an_empty_database_adds_everything(empty: TestDatabase) -> None:
    result = await imported(empty, right_plan())

    assert counts(result)["Root causes"] == (2, 0, 0)
    async with empty.plan.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(RootCause)) == 2
        assert await db.scalar(select(Plan.state)) == "draft"
        placed = await db.execute(
            select(RootCause.reference, Isg.name, Placement.root_cause_class)
            .join(Placement, Placement.root_cause_id == RootCause.id)
            .join(Isg, Isg.id == Placement.isg_id)
            .order_by(RootCause.position)
        )
        assert placed.all() == [("RC-001", "Scheduled Care", "must_do"), ("RC-002", "Well-led", "should_do")]


async def test_updates_are_kept_in_the_cycle_that_their_day_falls_in(empty: TestDatabase) -> None:
    cells = right_plan()
    cells["Updates"].append(["RC-001", date(2019, 3, 12), "Off track", None, None, None])

    await imported(empty, cells)

    async with empty.plan.transaction() as db:
        said = await db.execute(
            select(ProgressUpdate.cycle_number, ProgressUpdate.version, ProgressUpdate.status)
            .join(RootCause, RootCause.id == ProgressUpdate.root_cause_id)
            .where(
                RootCause.reference == "RC-001",
                ProgressUpdate.imported,
                ProgressUpdate.released_at.is_not(None),
            )
            .order_by(ProgressUpdate.cycle_number, ProgressUpdate.version)
        )
        assert said.all() == [(0, 1, "on_track"), (0, 2, "off_track"), (1, 1, "complete")]
        assert await db.scalar(select(Closing.closed_on)) == date(2019, 3, 28)


async def test_the_same_workbook_again_changes_nothing(empty: TestDatabase) -> None:
    await imported(empty, right_plan())
    before = await audit_entries(empty)

    again = await imported(empty, right_plan())

    assert all((added, changed) == (0, 0) for added, changed, _ in counts(again).values())
    assert sum(unchanged for _, _, unchanged in counts(again).values()) == 19
    assert await audit_entries(empty) == before


async def test_a_check_writes_nothing(empty: TestDatabase) -> None:
    result = await imported(empty, right_plan(), check=True)

    assert counts(result)["Updates"] == (3, 0, 0)
    assert await audit_entries(empty) == 0


async def test_a_draft_is_changed_and_keeps_what_it_replaces(empty: TestDatabase) -> None:
    await imported(empty, right_plan())
    cells = right_plan()
    cells["Root causes"][2][9] = date(2019, 9, 30)
    cells["Root causes"][2][1] = "SD-01; MD-01"
    cells["Updates"][1][2] = "At risk"
    cells["People"][2][2] = "Reader"

    result = await imported(empty, cells)

    assert (counts(result)["Root causes"], counts(result)["Updates"]) == ((0, 1, 1), (0, 1, 2))
    async with empty.plan.transaction() as db:
        due = await db.execute(
            select(Baseline.due_date, Baseline.superseded_at.is_(None)).join(RootCause)
            .where(RootCause.reference == "RC-002").order_by(Baseline.id)
        )  # fmt: skip
        assert due.all() == [(date(2019, 7, 31), False), (date(2019, 9, 30), True)]
        classes = await db.execute(
            select(Placement.root_cause_class, Placement.superseded_at.is_(None)).join(RootCause)
            .where(RootCause.reference == "RC-002").order_by(Placement.id)
        )  # fmt: skip
        assert classes.all() == [("should_do", False), ("must_do", True)]
    assert await roles_of(empty, "sam.roe@trust.example") == {
        ("reader", None),
        ("isg_chair", "Scheduled Care"),
    }


async def test_a_draft_isg_may_take_another_calendar(empty: TestDatabase) -> None:
    await imported(empty, right_plan())
    cells = right_plan()
    cells["ISGs"][1][1:] = ["Monthly", "alex.fox@trust.example", None, date(2019, 2, 4)]
    cells["People"][2][2] = "Reader"

    await imported(empty, cells)

    async with empty.plan.transaction() as db:
        said = await db.execute(
            select(ProgressUpdate.cycle_number, ProgressUpdate.version).join(RootCause)
            .where(RootCause.reference == "RC-001").order_by(ProgressUpdate.reported_on)
        )  # fmt: skip
        assert said.all() == [(1, 1), (1, 2)]
        opened = await db.scalars(
            select(Cycle.opens_on)
            .join(Isg)
            .where(Isg.name == "Scheduled Care", Cycle.opens_on <= TODAY)
            .order_by(Cycle.number)
        )
        assert list(opened) == [date(2019, 2, 4), date(2019, 3, 4), date(2019, 4, 4), date(2019, 5, 4)]
    assert await roles_of(empty, "sam.roe@trust.example") == {("reader", None)}
    assert ("isg_chair", "Scheduled Care") in await roles_of(empty, "alex.fox@trust.example")


async def test_a_role_that_the_sheet_people_gives_outlives_leading_an_isg(empty: TestDatabase) -> None:
    await imported(empty, right_plan())
    cells = right_plan()
    cells["ISGs"][1][2] = "alex.fox@trust.example"

    await imported(empty, cells)
    again = await imported(empty, cells)

    assert await roles_of(empty, "sam.roe@trust.example") == {("isg_chair", "Scheduled Care")}
    assert all((added, changed) == (0, 0) for added, changed, _ in counts(again).values())


async def test_roles_given_since_the_approval_stay(empty: TestDatabase) -> None:
    await imported(empty, right_plan(), approve_as_at=date(2019, 2, 28))
    async with empty.plan.transaction() as db:
        sam = await db.scalar(select(Person.id).where(Person.email == "sam.roe@trust.example"))
        await db.execute(insert(RoleGrant).values(person_id=sam, role="reader", recorded_at=func.now()))

    again = await imported(empty, right_plan())

    assert counts(again)["People"] == (0, 0, 3)
    assert ("reader", None) in await roles_of(empty, "sam.roe@trust.example")


async def test_a_draft_takes_a_completed_date_back(empty: TestDatabase) -> None:
    await imported(empty, right_plan())
    cells = right_plan()
    cells["Updates"][2][2], cells["Updates"][2][5] = "On track", None

    await imported(empty, cells)
    again = await imported(empty, cells)

    assert counts(again)["Updates"] == (0, 0, 3)
    async with empty.plan.transaction() as db:
        assert (
            await db.scalar(select(func.count()).select_from(Closing).where(Closing.reopened_on.is_(None)))
            == 0
        )


async def test_roles_come_with_the_isgs_that_people_lead_and_the_root_causes_they_own(
    empty: TestDatabase,
) -> None:
    cells = right_plan()
    cells["People"][1][2] = None

    await imported(empty, cells)

    assert await roles_of(empty, "jo.lee@trust.example") == {("root_cause_owner", None)}
    assert await roles_of(empty, "sam.roe@trust.example") == {("isg_chair", "Scheduled Care")}
    assert await roles_of(empty, "alex.fox@trust.example") == {
        ("accountable_executive", "Scheduled Care"),
        ("pmo", None),
    }


async def test_what_updates_and_dates_raise_is_raised_with_the_import(empty: TestDatabase) -> None:
    cells = right_plan()
    cells["Root causes"][2][9] = date(2019, 4, 1)

    await imported(empty, cells)

    async with empty.plan.transaction() as db:
        raised = await db.execute(
            select(RootCause.reference, Escalation.state).join(
                RootCause, RootCause.id == Escalation.root_cause_id
            )
        )
        assert raised.all() == [("RC-002", "raised")]
        assert await db.scalar(select(func.count()).select_from(Cycle))


async def test_kpi_rows_are_sent_to_the_kpi_service_in_the_same_transaction(empty: TestDatabase) -> None:
    await imported(empty, right_plan())

    async with empty.worker.transaction() as db:
        sent = list(await db.scalars(select(OutboxRow).order_by(OutboxRow.id)))
    assert {row.to_service for row in sent} == {"kpi"}
    closed, *sent = sent
    assert closed.path == "/v1/impacts/due"  # what was closed, whose KPIs say whether it worked
    assert [row.path for row in sent] == ["/v1/imports/kpis"] * 2
    assert [len(row.payload["kpis"]) + len(row.payload["observations"]) for row in sent] == [2, 2]


async def test_an_import_into_an_empty_database_may_carry_the_approval(empty: TestDatabase) -> None:
    await imported(empty, right_plan(), approve_as_at=date(2019, 2, 28))

    async with empty.plan.transaction() as db:
        assert await db.scalar(select(Plan.state)) == "approved"


async def test_an_approval_is_not_carried_into_a_plan_that_exists(empty: TestDatabase) -> None:
    await imported(empty, right_plan())

    with pytest.raises(RuleBroken, match="There is a plan already"):
        await imported(empty, right_plan(), approve_as_at=date(2019, 2, 28))


async def test_an_approved_plan_takes_updates_and_completed_dates(empty: TestDatabase) -> None:
    await imported(empty, right_plan(), approve_as_at=date(2019, 2, 28))
    cells = right_plan()
    cells["Updates"].append(["RC-002", date(2019, 5, 15), "Complete", "Put up", None, date(2019, 5, 16)])
    cells["Actions"][2][5] = date(2019, 5, 15)

    result = await imported(empty, cells)

    assert (counts(result)["Updates"], counts(result)["Actions"]) == ((1, 0, 3), (0, 1, 1))
    async with empty.plan.transaction() as db:
        assert set(await db.scalars(select(Closing.closed_on))) == {date(2019, 3, 28), date(2019, 5, 16)}


async def test_an_update_of_an_earlier_day_takes_its_place_among_the_versions(empty: TestDatabase) -> None:
    await imported(empty, right_plan(), approve_as_at=date(2019, 2, 28))
    cells = right_plan()
    cells["Updates"].append(["RC-001", date(2019, 3, 5), "At risk", None, None, None])

    await imported(empty, cells)

    async with empty.plan.transaction() as db:
        said = await db.execute(
            select(ProgressUpdate.status, ProgressUpdate.cycle_number, ProgressUpdate.version).join(RootCause)
            .where(RootCause.reference == "RC-001").order_by(ProgressUpdate.reported_on)
        )  # fmt: skip
        assert said.all() == [("at_risk", 0, 1), ("on_track", 0, 2), ("complete", 1, 1)]


async def roles_of(database: TestDatabase, email: str) -> set[tuple[str, str | None]]:
    async with database.plan.transaction() as db:
        grants = await db.execute(
            select(RoleGrant.role, Isg.name).join(Person, Person.id == RoleGrant.person_id)
            .outerjoin(Isg, Isg.id == RoleGrant.isg_id).where(Person.email == email, RoleGrant.ended_at.is_(None))
        )  # fmt: skip
        return {(role, isg) for role, isg in grants}
