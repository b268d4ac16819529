"""What is expected: which periods are over, whose value is not there, and who owes it. Today is 22 May 2019."""

from datetime import date
from typing import Any

from services.shared.models import Kpi
from tests.conftest import TestDatabase
from tests.kpi_api.measures import RECORDED, months, plant_kpi
from tests.people import Callers

DOOR = "/v1/expected-data"
PMO, OWNER = "pmo@demo.example", "owner@demo.example"


async def expected(kpi: Callers, who: str = PMO, **query: Any) -> dict[str, Any]:
    answer = await (await kpi(who)).get(DOOR, params=query)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def owed(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["period_name"], each["state"]) for each in item["periods"]]


async def test_gaps_are_missing_once_their_day_has_passed(database: TestDatabase, kpi: Callers) -> None:
    january, february, march, april = months(date(2019, 1, 1), 4)
    await plant_kpi(database, "K-1", {january: 80, march: 81})
    await plant_kpi(database, "K-2", {january: 80, february: None, march: 1, april: 2})

    shown = await expected(kpi)

    assert [(each["ref"], owed(each)) for each in shown["items"]] == [
        ("K-1", [("February 2019", "missing"), ("April 2019", "missing")])
    ]
    assert (shown["missing"], shown["due"], shown["up_to_date"]) == (2, 0, 1)
    assert shown["items"][0]["periods"][0]["due_on"] == "2019-03-15"


async def test_what_is_not_late_yet_is_due_and_the_provisional_is_to_be_confirmed(
    database: TestDatabase, kpi: Callers
) -> None:
    await database.set_today(date(2019, 5, 10))
    await plant_kpi(database, "K-1", {date(2019, 3, 1): 80})
    await (await kpi(OWNER)).post(
        "/v1/kpis/K-1/observations",
        json={"observations": [{"period": "2019-03-01", "value": 80, "state": "provisional"}]},
    )

    shown = await expected(kpi)

    assert owed(shown["items"][0]) == [("March 2019", "provisional"), ("April 2019", "due")]
    assert (shown["missing"], shown["due"], shown["provisional"]) == (0, 1, 1)


async def test_a_kpi_without_any_value_owes_since_it_was_entered(
    database: TestDatabase, kpi: Callers
) -> None:
    await plant_kpi(database, "K-1")
    await plant_kpi(database, "K-2", frequency="When asked")
    await plant_kpi(database, "K-3", frequency="weekly")

    shown = await expected(kpi)

    by_ref = {each["ref"]: owed(each) for each in shown["items"]}
    assert by_ref["K-1"] == [("March 2019", "missing"), ("April 2019", "missing")]
    assert by_ref["K-3"][0] == ("the week of 25 February 2019", "missing")
    assert by_ref["K-3"][-1] == ("the week of 13 May 2019", "due")
    assert shown["without_frequency"] == 1
    assert [each["ref"] for each in (await expected(kpi, frequency="weekly"))["items"]] == ["K-3"]


async def test_who_owes_it(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database, "K-1")
    await plant_kpi(database, "K-2", data_owner="member@demo.example")
    await plant_kpi(database, "K-3", isg="Unscheduled Care")
    await plant_kpi(database, "K-4", isg="Scheduled Care")

    shown = await expected(kpi)

    assert {each["ref"]: (each["owed_as"], each["owed_by"]) for each in shown["items"]} == {
        "K-1": ("root_cause_owner", "Owner Person"),
        "K-2": ("data_owner", "Member Person"),
        "K-3": ("isg_chair", "Chair Person"),
        "K-4": ("nobody", None),
    }
    assert [each["ref"] for each in (await expected(kpi, OWNER, mine=True))["items"]] == ["K-1"]
    assert [each["ref"] for each in (await expected(kpi, "deputy@demo.example", mine=True))["items"]] == [
        "K-1"
    ]
    assert [each["ref"] for each in (await expected(kpi, isg="Scheduled Care"))["items"]] == ["K-4"]
    can = {each["ref"] for each in (await expected(kpi, OWNER))["items"] if each["can_give"]}
    assert can == {"K-1", "K-2"}


async def test_a_closed_root_cause_owes_and_a_retired_kpi_does_not(
    database: TestDatabase, kpi: Callers
) -> None:
    await plant_kpi(database, "K-1", root_cause="RC-4")  # closed, not embedded
    retired = await plant_kpi(database, "K-2")
    async with database.kpi.transaction() as db:
        row = await db.get_one(Kpi, retired)
        row.retired_on, row.retired_because = RECORDED.date(), "Replaced"

    assert [each["ref"] for each in (await expected(kpi))["items"]] == ["K-1"]


async def test_who_may_see_it(kpi: Callers) -> None:
    for name, status in {"reader": 403, "admin": 403, "board": 200, "ecib": 200, "member": 200}.items():
        assert (await (await kpi(f"{name}@demo.example")).get(DOOR)).status_code == status, name
    assert (await (await kpi.anonymous()).get(DOOR)).status_code == 401
