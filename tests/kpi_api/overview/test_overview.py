"""The overview: what is kept of each KPI, counted as a matrix and listed with what is going wrong first."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from services.shared.models import Kpi
from tests.conftest import TestDatabase
from tests.kpi_api.series import BETTER, STEADY, WORSE, plant_series
from tests.people import Callers
from tests.small_plan import SCHEDULED, UNSCHEDULED


@pytest.fixture
async def measures(database: TestDatabase) -> None:
    """One of each kind: of two ISGs, and of a root cause."""
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED, target=60, key_question="safe")
    await plant_series(database, "K-2", STEADY, isg=UNSCHEDULED, target=95, key_question="responsive")
    await plant_series(database, "K-3", BETTER, isg=SCHEDULED, key_question="safe")
    await plant_series(database, "K-4", STEADY[:5], isg=SCHEDULED, target=81)
    await plant_series(database, "K-5", WORSE, root_cause="RC-1", target=80)


async def overview(kpi: Callers, query: str = "") -> dict[str, Any]:
    answer = await (await kpi("board@demo.example")).get(f"/v1/overview{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refs(found: dict[str, Any]) -> list[str]:
    return [each["ref"] for each in found["items"]]


@pytest.mark.usefixtures("measures")
async def test_concern_comes_first_then_what_fails_its_target(kpi: Callers) -> None:
    found = await overview(kpi)
    assert refs(found) == ["K-5", "K-2", "K-1", "K-3", "K-4"]
    assert (found["total"], found["next"]) == (5, None)


@pytest.mark.usefixtures("measures")
async def test_the_matrix_counts_each_pair_of_icons(kpi: Callers) -> None:
    found = await overview(kpi)
    counted = {(each["variation"], each["assurance"]): each["count"] for each in found["matrix"]}
    assert counted == {
        ("common_cause", "pass"): 1,
        ("common_cause", "fail"): 1,
        ("improvement", None): 1,
        (None, None): 1,
        ("concern", "inconsistent"): 1,
    }


@pytest.mark.usefixtures("measures")
async def test_a_kpi_is_shown_with_what_its_last_values_say(kpi: Callers) -> None:
    first = (await overview(kpi))["items"][0]
    assert first["latest_period"] == "2019-04-01"
    assert (first["latest_value"], first["target"], first["points"]) == (60, 80, 15)
    assert (first["variation"], first["direction"]) == ("concern", "low")
    assert (first["isg"], first["root_cause"]) == (UNSCHEDULED, "RC-1")
    assert [each["value"] for each in first["recent"]] == [float(each) for each in WORSE]


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?isg=Unscheduled%20Care", ["K-5", "K-2", "K-1"]),
        ("?isg=scheduled-care", ["K-3", "K-4"]),
        ("?key_question=safe", ["K-1", "K-3"]),
        ("?level=root_cause", ["K-5"]),
        ("?variation=common_cause", ["K-2", "K-1"]),
        ("?variation=common_cause&assurance=fail", ["K-2"]),
        ("?variation=none", ["K-4"]),
        ("?assurance=none", ["K-3", "K-4"]),
    ],
)
async def test_it_is_narrowed_as_asked(kpi: Callers, query: str, expected: list[str]) -> None:
    found = await overview(kpi, query)
    assert refs(found) == expected
    assert found["total"] == len(expected)


@pytest.mark.usefixtures("measures")
async def test_the_matrix_stays_whole_when_one_of_its_cells_is_opened(kpi: Callers) -> None:
    found = await overview(kpi, "?variation=concern")
    assert sum(each["count"] for each in found["matrix"]) == 5


@pytest.mark.usefixtures("measures")
async def test_a_long_list_comes_in_pages(kpi: Callers) -> None:
    first = await overview(kpi, "?limit=3")
    rest = await overview(kpi, f"?limit=3&cursor={first['next']}")
    assert [*refs(first), *refs(rest)] == ["K-5", "K-2", "K-1", "K-3", "K-4"]
    assert rest["next"] is None


async def test_a_kpi_without_a_value_is_there_and_nothing_is_said_of_it(
    kpi: Callers, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", (), isg=UNSCHEDULED)
    first = (await overview(kpi))["items"][0]
    assert (first["points"], first["variation"], first["recent"]) == (0, None, [])


async def test_what_was_retired_is_left_out(kpi: Callers, database: TestDatabase) -> None:
    await plant_series(database, "K-1", isg=UNSCHEDULED)
    async with database.owner.transaction() as db:
        await db.execute(update(Kpi).values(retired_on=date(2019, 5, 1), retired_because="Replaced."))
    assert refs(await overview(kpi)) == []


@pytest.mark.usefixtures("measures")
async def test_a_new_value_is_seen_at_once(kpi: Callers, database: TestDatabase) -> None:
    await overview(kpi)
    await plant_series(database, "K-6", WORSE, isg=SCHEDULED, target=95)
    assert refs(await overview(kpi))[0] == "K-6"


@pytest.mark.parametrize(
    ("query", "status"), [("?isg=Nobody", 404), ("?key_question=kind", 422), ("?cursor=x", 422)]
)
async def test_what_there_is_not_is_refused_in_a_sentence(kpi: Callers, query: str, status: int) -> None:
    answer = await (await kpi("pmo@demo.example")).get(f"/v1/overview{query}")
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("person", "status"), [("owner", 200), ("board", 200), ("reader", 403), ("admin", 403)]
)
async def test_measures_are_for_those_who_see_the_plan(kpi: Callers, person: str, status: int) -> None:
    assert (await (await kpi(f"{person}@demo.example")).get("/v1/overview")).status_code == status
