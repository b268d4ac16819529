"""Every role against every door of the KPI service, by HTTP: one table, written from domain.md and not from the code's own.

`+` the door lets them through to the rules (whatever these then say), `-` they are refused with 403, `.` with 401, as strangers.
KPI-0001 is Unscheduled Care's, and owner@, for whom deputy@ deputises, owns its data; its benchmark is 1. KPI-0002 is retired.
chair@ and executive@ lead Unscheduled Care; chair2@ leads Scheduled Care.
"""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.kpi_api.main import create_app
from services.shared.db import Database
from tests.conftest import Template, clone, drop
from tests.people import Callers
from tests.permissions.test_every_role_against_every_action import PEOPLE, Door, Undone

TABLE = """
                          owner deputy other member chair chair2 executive ecib pmo board reader admin
list_kpis                   +     +      +     +      +     +       +       +    +    +     -      -
read_kpi                    +     +      +     +      +     +       +       +    +    +     -      -
define                      -     -      -     -      +     -       -       -    +    -     -      -
define_of_root_cause        -     -      -     -      +     -       -       -    +    -     -      -
change_definition           -     -      -     -      +     -       -       -    +    -     -      -
set_target                  -     -      -     -      +     -       -       -    +    -     -      -
retire                      -     -      -     -      +     -       -       -    +    -     -      -
bring_back                  -     -      -     -      +     -       -       -    +    -     -      -
add_benchmark               -     -      -     -      +     -       -       -    +    -     -      -
give_benchmark_values       -     -      -     -      +     -       -       -    +    -     -      -
end_benchmark               -     -      -     -      +     -       -       -    +    -     -      -
read_kpi_set                +     +      +     +      +     +       +       +    +    +     -      -
sign_off_kpi_set            -     -      -     -      +     -       +       -    +    -     -      -
view_overview               +     +      +     +      +     +       +       +    +    +     -      -
view_kpi                    +     +      +     +      +     +       +       +    +    +     -      -
view_chart                  +     +      +     +      +     +       +       +    +    +     -      -
view_values                 +     +      +     +      +     +       +       +    +    +     -      -
give_values                 +     +      -     -      +     -       -       -    +    -     -      -
view_values_to_give         +     +      +     +      +     +       +       +    +    +     -      -
upload_values               +     +      +     +      +     +       +       -    +    -     -      -
keep_uploaded               +     +      +     +      +     +       +       -    +    -     -      -
view_expected_data          +     +      +     +      +     +       +       +    +    +     -      -
view_decisions              +     +      +     +      +     +       +       +    +    +     -      -
decide_on_chart             -     -      -     -      +     -       +       -    +    -     -      -
undo_decision               -     -      -     -      +     -       +       -    +    -     -      -
view_impact                 +     +      +     +      +     +       +       +    +    +     -      -
keep_impact                 .     .      .     .      .     .       .       .    .    .     .      .
replace_kpi                 .     .      .     .      .     .       .       .    .    .     .      .
hand_over_kpis              .     .      .     .      .     .       .       .    .    .     .      .
keep_imported               .     .      .     .      .     .       .       .    .    .     .      .
repair_standings            .     .      .     .      .     .       .       .    .    .     .      .
"""
DEFINED: dict[str, object] = {
    "name": "Seen within four hours", "key_question": "responsive", "unit": "%", "direction": "increase",
    "frequency": "monthly", "data_owner": "owner@demo.example",
}  # fmt: skip
HIGH = {**DEFINED, "level": "high_level", "isg": "Unscheduled Care"}
KPI, SET = "/v1/kpis/KPI-0001", "/v1/isgs/unscheduled-care/kpi-set"
DOORS = {
    "list_kpis": Door("GET", "/v1/kpis"),
    "read_kpi": Door("GET", KPI),
    "define": Door("POST", "/v1/kpis", HIGH),
    "define_of_root_cause": Door(
        "POST", "/v1/kpis", {**DEFINED, "level": "root_cause", "root_cause": "RC-1"}
    ),
    "change_definition": Door("PUT", f"{KPI}/definition", {**DEFINED, "name": "Other", "reason": "Clearer"}),
    "set_target": Door("POST", f"{KPI}/targets", {"value": 95}),
    "retire": Door("POST", f"{KPI}/retirement", {"reason": "Not collected"}),
    "bring_back": Door("POST", "/v1/kpis/KPI-0002/return"),
    "add_benchmark": Door("POST", f"{KPI}/benchmarks", {"name": "Peers", "kind": "peer"}),
    "give_benchmark_values": Door("POST", f"{KPI}/benchmarks/1/values", {"values": []}),
    "end_benchmark": Door("POST", f"{KPI}/benchmarks/1/ending"),
    "read_kpi_set": Door("GET", SET),
    "sign_off_kpi_set": Door("POST", SET, {"note": "The rest follows."}),
    "view_overview": Door("GET", "/v1/overview"),
    "view_kpi": Door("GET", f"{KPI}/chart"),
    "view_chart": Door("GET", f"{KPI}/chart.svg"),
    "view_values": Door("GET", f"{KPI}/observations"),
    "give_values": Door(
        "POST", f"{KPI}/observations", {"observations": [{"period": "2019-04-01", "value": 80}]}
    ),
    "view_values_to_give": Door("GET", "/v1/root-causes/RC-1/values-to-give"),
    "upload_values": Door("POST", "/v1/observation-files"),
    "keep_uploaded": Door("POST", "/v1/observation-files/kept"),
    "view_expected_data": Door("GET", "/v1/expected-data"),
    "view_decisions": Door("GET", f"{KPI}/decisions"),
    "decide_on_chart": Door(
        "POST",
        f"{KPI}/decisions",
        {"kind": "annotation", "period": "2019-04-01", "reason": "Winter ward closed"},
    ),
    "undo_decision": Door("POST", f"{KPI}/decisions/1/undoing", {"reason": "It was open after all"}),
    "view_impact": Door("GET", "/v1/root-causes/RC-1/impact"),
    "keep_impact": Door("POST", "/v1/impacts/due"),
    "replace_kpi": Door("POST", "/v1/impacts/replacements"),
    "hand_over_kpis": Door("POST", "/v1/kpis/handovers"),
    "keep_imported": Door("POST", "/v1/imports/kpis"),
    "repair_standings": Door("POST", "/v1/standings/repair"),
}
FOR_ALL_WHO_SIGN_IN = {"/healthz", "/readyz", "/metrics", "/v1/spc"}
"""Health for anyone; SPC without storage for whoever may read measures, and for anyone in demo mode."""


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
    async with Callers(database.owner, create_app(database.kpi)) as kpi:
        pmo = await kpi("pmo@demo.example")
        for _ in range(2):
            assert (await pmo.post("/v1/kpis", json=HIGH)).status_code == 201
        assert (
            await pmo.post(f"{KPI}/benchmarks", json={"name": "England", "kind": "national"})
        ).status_code == 201
        retired = await pmo.post("/v1/kpis/KPI-0002/retirement", json={"reason": "Not collected"})
        assert retired.status_code == 200, retired.text
    undone = Undone(database.kpi.engine.url.render_as_string(hide_password=False))
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
        headers = {"If-Match": "*"} if door.method == "PUT" else {}
        answer = await client.request(door.method, door.path, json=door.body, headers=headers)
        assert answer.status_code < 500, answer.text
        actual[person] = {401: ".", 403: "-"}.get(answer.status_code, "+")
    assert actual == expected


def test_the_table_has_a_row_for_every_door() -> None:
    """So that no door is added without saying who may use it."""
    assert {action for action, _, _ in expectations()} == set(DOORS)
    asked = {(door.method, door.path) for door in DOORS.values()}
    app = create_app(Database("postgresql://nobody@127.0.0.1/nothing"))
    for path, methods in app.openapi()["paths"].items():
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
        for method in methods:
            known = any(method.upper() == each and pattern.fullmatch(address) for each, address in asked)
            assert known or path in FOR_ALL_WHO_SIGN_IN, (method, path)
