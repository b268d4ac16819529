"""What a KPI is compared with: a series of its own, given in part, revised and ended."""

from typing import Any

import pytest

from tests.kpi_api.definitions.test_definitions import CHAIR, CHAIR2, defined, read, sentences
from tests.people import Callers

ENGLAND = {"name": "England", "kind": "national", "source": "NHS England, monthly"}


async def compared(kpi: Callers) -> str:
    """The door to the values of a benchmark of KPI-0001."""
    await defined(kpi)
    answer = await (await kpi(CHAIR)).post("/v1/kpis/KPI-0001/benchmarks", json=ENGLAND)
    assert answer.status_code == 201, answer.text
    return f"/v1/kpis/KPI-0001/benchmarks/{answer.json()['benchmarks'][0]['id']}"


async def test_values_are_kept_revised_and_the_same_again_changes_nothing(kpi: Callers) -> None:
    door, chair = await compared(kpi), await kpi(CHAIR)
    two = [{"period": "2019-03-01", "value": 86.6}, {"period": "2019-04-01", "value": 85.1}]
    assert (await chair.post(f"{door}/values", json={"values": two})).json() == {
        "accepted": 2, "revised": 0, "unchanged": 0
    }  # fmt: skip
    again = [two[0], {"period": "2019-04-01", "value": 85.2}]
    assert (await chair.post(f"{door}/values", json={"values": again})).json() == {
        "accepted": 0, "revised": 1, "unchanged": 1
    }  # fmt: skip
    shown = (await read(kpi)).json()["benchmarks"][0]
    assert (shown["name"], shown["added_by"]) == ("England", "Chair Person")
    assert shown["values"] == [
        {"period": "2019-03-01", "value": 86.6},
        {"period": "2019-04-01", "value": 85.2},
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([("2019-06-01", 1)], {"values.0.period": "1 June 2019 is in the future."}),
        ([("2019-04-01", 1), ("2019-04-01", 2)], {"values.1.period": "1 April 2019 is given twice."}),
        ([("2019-03-01", 1), ("2019-04-01", 100.1)],
         {"values.1.value": "100.1% can't be part of a whole: give a percentage from 0 to 100."}),
    ],
)  # fmt: skip
async def test_one_wrong_value_keeps_all_of_them_out(
    kpi: Callers, values: list[tuple[str, Any]], expected: dict[str, str]
) -> None:
    door, chair = await compared(kpi), await kpi(CHAIR)
    sent = {"values": [{"period": period, "value": value} for period, value in values]}
    assert sentences(await chair.post(f"{door}/values", json=sent)) == expected
    assert (await read(kpi)).json()["benchmarks"][0]["values"] == []


async def test_a_name_is_given_once_until_it_has_ended(kpi: Callers) -> None:
    door, chair = await compared(kpi), await kpi(CHAIR)
    twice = await chair.post("/v1/kpis/KPI-0001/benchmarks", json={**ENGLAND, "name": "england"})
    assert sentences(twice) == {"name": "This KPI has a benchmark “england”: give its values there."}
    assert (await chair.post(f"{door}/ending")).json()["benchmarks"] == []
    assert (await chair.post(f"{door}/ending")).status_code == 404
    assert (await chair.post("/v1/kpis/KPI-0001/benchmarks", json=ENGLAND)).status_code == 201


async def test_it_is_kept_by_those_who_define_the_kpi(kpi: Callers) -> None:
    door = await compared(kpi)
    assert (await (await kpi(CHAIR2)).post(f"{door}/values", json={"values": []})).status_code == 403
    other = await defined(kpi)
    elsewhere = door.replace("KPI-0001", other["ref"])
    assert (await (await kpi(CHAIR)).post(f"{elsewhere}/values", json={"values": []})).status_code == 404
