"""A series that is sent is judged by either rule set and kept nowhere; what can't be judged is refused at its field."""

import csv
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.shared.settings import Settings
from tests.people import Callers

DOOR = "/v1/spc"
ROOT = Path(__file__).parents[3]
RXW = [each / "shared" / "data" / "ae_attendances_RXW.csv" for each in (ROOT.parent, ROOT.parent.parent)]


def observations(values: list[Any]) -> list[dict[str, Any]]:
    return [
        {"period": f"{2016 + at // 12}-{at % 12 + 1:02}-01", "value": value}
        for at, value in enumerate(values)
    ]


ZIGZAG = observations([9, 11.0] * 10)


@pytest.fixture
async def anybody(kpi: Callers) -> httpx2.AsyncClient:
    return await kpi.anonymous()


async def test_only_the_observations_must_be_given(anybody: httpx2.AsyncClient) -> None:
    """Increase is better, no target, no rebase, Making Data Count: whoever asks, in demo mode."""
    answer = await anybody.post(DOOR, json={"observations": ZIGZAG[::-1]})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["points"][0] == {
        "period": "2016-01-01", "value": 9.0, "ghosted": False, "group": 0, "mean": 10.0, "lower_limit": 4.68,
        "upper_limit": 15.32, "lower_near_limit": pytest.approx(6.45333333), "upper_near_limit": pytest.approx(13.54666667),
        "special_cause": None, "direction": None, "verdict": "common_cause",
    }  # fmt: skip
    rest = {name: said[name] for name in ("variation", "assurance", "notes", "rule_set")}
    assert rest == {"variation": "common_cause", "assurance": None, "notes": [], "rule_set": "mdc"}


async def test_everything_that_can_be_asked_for_is_answered(anybody: httpx2.AsyncClient) -> None:
    rows = [*ZIGZAG, *observations([9, 11] * 10 + [8, None, 30, 40])[20:]]
    rows[-1]["ghosted"] = True
    answer = await anybody.post(
        DOOR,
        json={
            "observations": rows, "improvement_direction": "decrease", "target": 5, "rebase": ["2017-01-01"],
            "baseline_points": 12, "rule_set": "nhsr", "screen_outliers": None,
        },
    )  # fmt: skip
    said = answer.json()
    assert answer.status_code == 200, answer.text
    assert [point["group"] for point in said["points"]] == [0] * 12 + [1] * (len(said["points"]) - 12)
    assert said["variation"] == "concern"
    assert said["points"][-1]["verdict"] is None
    assert any("no value for" in note for note in said["notes"])


@pytest.mark.parametrize(("changes", "fields"), [
    ({"observations": [*ZIGZAG, ZIGZAG[3]]}, ["observations.20.period"]),
    ({"rebase": ["2001-01-01"]}, ["rebase"]),
    ({"baseline_points": 11}, ["baseline_points"]),
    ({"baseline_points": 12.5}, ["baseline_points"]),
    ({"rule_set": "western_electric"}, ["rule_set"]),
    ({"improvement_direction": "up"}, ["improvement_direction"]),
    ({"target": "95"}, ["target"]),
    ({"target": True}, ["target"]),
    ({"observations": observations(["81.2"])}, ["observations.0.value"]),
    ({"observations": observations([True])}, ["observations.0.value"]),
    ({"observations": [{"period": 1, "value": 1}]}, ["observations.0.period"]),
    ({"observations": [{"period": "2018-02-30", "value": 1}]}, ["observations.0.period"]),
    ({"observations": [{"period": "01/02/2018", "value": 1}]}, ["observations.0.period"]),
    ({"observations": [{"value": 1}]}, ["observations.0.period"]),
    ({"observations": [{"period": "2018-01-01", "value": 1, "ghosted": "yes"}]}, ["observations.0.ghosted"]),
    ({"observations": observations([1.7e308, -1.7e308] * 10)}, ["observations"]),
    ({"observations": observations([10**400])}, ["observations.0.value"]),
    ({"observations": None}, ["observations"]),
    ({"observations": [ZIGZAG[0]] * 5001}, ["observations"]),
])  # fmt: skip
async def test_what_is_wrong_is_told_at_its_field(
    anybody: httpx2.AsyncClient, changes: dict[str, Any], fields: list[str]
) -> None:
    answer = await anybody.post(DOOR, json={"observations": ZIGZAG} | changes)
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == fields
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("place", ["value", "target"])
async def test_what_is_no_number_is_none(anybody: httpx2.AsyncClient, number: str, place: str) -> None:
    """Python's JSON takes these words; the door does not."""
    sent = json.dumps({"observations": ZIGZAG, "target": 1, "mark": 0})
    sent = (
        sent.replace('"target": 1', f'"target": {number}')
        if place == "target"
        else sent.replace('"value": 9', f'"value": {number}', 1)
    )
    answer = await anybody.post(DOOR, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [
        "target" if place == "target" else "observations.0.value"
    ]


async def test_outside_demo_mode_only_who_is_known_may_ask(
    kpi: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person or a client."""
    monkeypatch.setattr("services.kpi_api.spc.routes.settings", lambda: Settings(demo=False))
    sent = {"observations": ZIGZAG}
    assert (await (await kpi.anonymous()).post(DOOR, json=sent)).status_code == 401
    assert (await (await kpi.bearer("nonsense")).post(DOOR, json=sent)).status_code == 401
    assert (await (await kpi("owner@demo.example")).post(DOOR, json=sent)).status_code == 200


@pytest.mark.parametrize("rule_set", ["mdc", "nhsr"])
async def test_four_hour_performance_through_the_door(anybody: httpx2.AsyncClient, rule_set: str) -> None:
    path = next((each for each in RXW if each.exists()), None)
    if path is None:
        pytest.skip("the A&E figures are not part of this project, and are not beside it")
    with path.open() as file:
        rows = [row for row in csv.DictReader(file) if row["type"] == "1"]
    sent: dict[str, Any] = {
        "observations": [
            {"period": row["period"], "value": 1 - int(row["breaches"]) / int(row["attendances"])}
            for row in rows
        ],
        "target": 0.95,
        "rule_set": rule_set,
    }
    plain = (await anybody.post(DOOR, json=sent)).json()
    rebased = (await anybody.post(DOOR, json=sent | {"rebase": ["2017-11-01"]})).json()
    assert (plain["variation"], plain["assurance"]) == ("concern", "fail")
    assert (
        plain["reading"]
        == "Performance is failing the target and shows concerning variation since November 2017"
    )
    assert {point["verdict"] for point in rebased["points"]} == {"common_cause"}
    assert rebased["assurance"] == "fail"
    last = rebased["points"][-1]
    figures = [round(100 * last[line], 1) for line in ("mean", "lower_limit", "upper_limit")]
    assert figures[0] == 64.5
    if rule_set == "nhsr":
        assert figures[1:] == [55.6, 73.4]
