"""KPIs are defined, changed by versions, given targets from days on, and retired; whoever may not is told so."""

from typing import Any

import httpx2
import pytest

from tests.people import Callers

CHAIR, CHAIR2, EXECUTIVE, OWNER, OTHER, PMO, READER = (
    f"{who}@demo.example" for who in ("chair", "chair2", "executive", "owner", "other", "pmo", "reader")
)
PARTS: dict[str, Any] = {
    "name": "Seen within four hours", "purpose": "To know whether patients wait safely.", "key_question": "responsive",
    "unit": "%", "numerator": "Attendances of four hours and less", "denominator": "All attendances", "part_of_whole": True,
    "direction": "increase", "frequency": "monthly", "source": "The emergency department's own system", "data_owner": OWNER,
    "quality_note": "Counted by hand at night.", "timely": True, "complete": True, "audited": False, "granular": None,
}  # fmt: skip
HIGH = {**PARTS, "level": "high_level", "isg": "Unscheduled Care", "target": 95}
OF_ROOT_CAUSE = {**PARTS, "level": "root_cause", "root_cause": "RC-1", "target": "95.0"}


async def defined(kpi: Callers, wish: dict[str, Any] | None = None, who: str = CHAIR) -> dict[str, Any]:
    answer = await (await kpi(who)).post("/v1/kpis", json=HIGH if wish is None else wish)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def read(kpi: Callers, who: str = CHAIR, ref: str = "KPI-0001") -> httpx2.Response:
    return await (await kpi(who)).get(f"/v1/kpis/{ref}")


def sentences(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {each["field"]: each["message"] for each in answer.json()["errors"]}


async def test_a_high_level_kpi_is_defined_whole_and_gets_the_next_reference(kpi: Callers) -> None:
    first, second = await defined(kpi), await defined(kpi, {**HIGH, "name": "Another", "target": None})
    assert (first["ref"], second["ref"]) == ("KPI-0001", "KPI-0002")
    assert (first["isg"], first["isg_slug"], first["root_cause"]) == (
        "Unscheduled Care",
        "unscheduled-care",
        None,
    )
    shown = (await read(kpi)).json()
    assert shown["definition"] == {
        **PARTS, "frequency": "Monthly", "data_owner_name": "Owner Person"
    }  # fmt: skip
    assert shown["target"] == 95
    assert [(each["value"], each["holds_from"], each["in_force"]) for each in shown["targets"]] == [
        (95, None, True)
    ]
    assert [(each["number"], each["holds_from"], each["changed_by"]) for each in shown["versions"]] == [
        (1, None, "Chair Person")
    ]
    assert shown["wanting"] == ["The quality of its data has not been judged."]
    assert second["wanting"] == ["The quality of its data has not been judged.", "It has no target."]


async def test_a_kpi_of_a_root_cause_is_the_isgs_that_answers_for_it(kpi: Callers) -> None:
    assert (await defined(kpi, OF_ROOT_CAUSE))["isg"] == "Unscheduled Care"
    assert (await defined(kpi, OF_ROOT_CAUSE))[
        "root_cause_title"
    ] == "Children wait too long to be seen (RC-1)"
    elsewhere = await (await kpi(CHAIR)).post("/v1/kpis", json={**OF_ROOT_CAUSE, "root_cause": "RC-4"})
    assert (elsewhere.status_code, elsewhere.json()["detail"]) == (
        403, "Only the chair of this KPI's ISG or the PMO can define it.",
    )  # fmt: skip
    contradicts = await (await kpi(CHAIR)).post("/v1/kpis", json={**OF_ROOT_CAUSE, "isg": "Well-led"})
    assert sentences(contradicts) == {"isg": "Unscheduled Care answers for RC-1: leave the ISG out."}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"name": " "}, {"name": "Give it a name that says what is measured."}),
        ({"isg": None}, {"isg": "Choose the ISG whose KPI it is."}),
        ({"isg": "Nowhere"}, {"isg": "There is no ISG “Nowhere”. Choose one from the list of ISGs."}),
        ({"key_question": None}, {"key_question": "Choose the key question that a high-level KPI answers."}),
        ({"unit": ""}, {"unit": "Say in which unit it is measured, for example %, days or number."}),
        ({"unit": "days"}, {"part_of_whole": "Only a percentage can be part of a whole, and the unit is “days”."}),
        ({"denominator": None}, {"denominator": "Say out of what it is counted, for you say what is counted."}),
        ({"frequency": "yearly"},
         {"frequency": "“yearly” is no frequency: choose daily, weekly, monthly or quarterly."}),
        ({"data_owner": "nobody@x.y"},
         {"data_owner": "There is nobody here with the email address nobody@x.y. Give a colleague’s work email."}),
        ({"target": 101}, {"target": "101% can't be part of a whole: give a percentage from 0 to 100."}),
        ({"target": "1e308"},
         {"target": "This is no figure that can be measured: give a number up to 1,000,000,000,000."}),
        ({"name": "", "unit": "", "isg": ""}, {
            "name": "Give it a name that says what is measured.", "isg": "Choose the ISG whose KPI it is.",
            "unit": "Say in which unit it is measured, for example %, days or number."}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_at_its_field(
    kpi: Callers, changed: dict[str, Any], expected: dict[str, str]
) -> None:
    assert sentences(await (await kpi(PMO)).post("/v1/kpis", json={**HIGH, **changed})) == expected


async def test_a_change_of_definition_is_a_version_with_its_day_and_reason(kpi: Callers) -> None:
    await defined(kpi)
    chair = await kpi(CHAIR)
    etag = (await read(kpi)).headers["ETag"]
    wish = {
        **PARTS,
        "name": "Seen in four hours",
        "unit": "percent",
        "holds_from": "2019-04-01",
        "reason": "As England counts.",
    }
    answer = await chair.put("/v1/kpis/KPI-0001/definition", json=wish, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    newest, first = answer.json()["versions"]
    assert (newest["number"], newest["holds_from"], newest["reason"], newest["changed"], newest["changed_by"]) == (
        2, "2019-04-01", "As England counts.", ["name", "unit"], "Chair Person",
    )  # fmt: skip
    assert first["definition"]["name"] == "Seen within four hours"
    stale = await (await kpi(PMO)).put("/v1/kpis/KPI-0001/definition", json=wish, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["changed_by"]) == (412, "Chair Person")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"reason": " "}, {"reason": "Say why the definition changes."}),
        ({"holds_from": "2019-05-23"},
         {"holds_from": "23 May 2019 is in the future: give the day from which it holds."}),
        ({"holds_from": "2019-04-30"},
         {"holds_from": "The definition was last changed from 1 May 2019: a later change can't hold before that."}),
        ({"name": "Second"}, {"": "Nothing in the definition is changed: change something, or leave it as it is."}),
        ({"name": "", "reason": ""},
         {"name": "Give it a name that says what is measured.", "reason": "Say why the definition changes."}),
    ],
)  # fmt: skip
async def test_a_change_without_reason_or_out_of_order_is_refused(
    kpi: Callers, changed: dict[str, Any], expected: dict[str, str]
) -> None:
    await defined(kpi)
    chair, anyhow = await kpi(CHAIR), {"If-Match": "*"}
    second = {**PARTS, "name": "Second", "holds_from": "2019-05-01", "reason": "Clearer."}
    assert (await chair.put("/v1/kpis/KPI-0001/definition", json=second, headers=anyhow)).status_code == 200
    third = {**second, "name": "Third", **changed}
    assert sentences(await chair.put("/v1/kpis/KPI-0001/definition", json=third, headers=anyhow)) == expected
    assert len((await read(kpi)).json()["versions"]) == 2


async def test_what_a_change_is_based_on_must_be_said(kpi: Callers) -> None:
    await defined(kpi)
    answer = await (await kpi(CHAIR)).put("/v1/kpis/KPI-0001/definition", json={**PARTS, "reason": "So"})
    assert answer.status_code == 428


async def test_targets_hold_from_their_days_and_what_is_set_for_a_day_again_is_superseded(
    kpi: Callers,
) -> None:
    await defined(kpi)
    chair, door = await kpi(CHAIR), "/v1/kpis/KPI-0001/targets"
    for wish in (
        {"value": 80, "holds_from": "2019-04-01", "reason": "The contract of 2019/20"},
        {"value": 90, "holds_from": "2020-04-01", "reason": "The year after"},
        {"value": 85, "holds_from": "2019-04-01", "reason": "Agreed with the commissioners"},
    ):
        answer = await chair.post(door, json=wish)
        assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert [(each["value"], each["holds_from"], each["in_force"]) for each in shown["targets"]] == [
        (90, "2020-04-01", False), (85, "2019-04-01", True), (95, None, False),
    ]  # fmt: skip
    assert shown["target"] == 85
    ended = await chair.post(
        door, json={"value": None, "holds_from": "2019-05-01", "reason": "Being reviewed"}
    )
    assert ended.json()["target"] is None
    listed = (await chair.get("/v1/kpis", params={"q": "four hours"})).json()["items"]
    assert [each["target"] for each in listed] == [None]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"value": 90, "holds_from": "2019-06-01"}, {"reason": "Say why the target changes."}),
        ({"value": 120, "reason": "More"}, {"value": "120% can't be part of a whole: give a percentage from 0 to 100."}),
        ({"value": None, "reason": "None"},
         {"holds_from": "Give the day from which there is no target any more."}),
        ({"value": 95, "reason": "Again"}, {"value": "This is the target from that day already."}),
    ],
)  # fmt: skip
async def test_a_target_that_makes_no_sense_is_refused(
    kpi: Callers, wish: dict[str, Any], expected: dict[str, str]
) -> None:
    await defined(kpi)
    assert sentences(await (await kpi(CHAIR)).post("/v1/kpis/KPI-0001/targets", json=wish)) == expected


async def test_two_who_set_a_target_at_once_don_t_overwrite_each_other(kpi: Callers) -> None:
    await defined(kpi)
    based_on = {"If-Match": (await read(kpi)).headers["ETag"]}
    wish = {"value": 90, "holds_from": "2019-06-01", "reason": "Agreed"}
    assert (
        await (await kpi(CHAIR)).post("/v1/kpis/KPI-0001/targets", json=wish, headers=based_on)
    ).status_code == 200
    late = await (await kpi(PMO)).post("/v1/kpis/KPI-0001/targets", json=wish, headers=based_on)
    assert (late.status_code, late.json()["changed_by"]) == (412, "Chair Person")


async def test_a_retired_kpi_leaves_the_list_takes_no_changes_and_can_come_back(kpi: Callers) -> None:
    await defined(kpi)
    chair = await kpi(CHAIR)
    no_reason = await chair.post("/v1/kpis/KPI-0001/retirement", json={"retired_on": "2019-05-23"})
    assert set(sentences(no_reason)) == {"reason", "retired_on"}
    retired = await chair.post("/v1/kpis/KPI-0001/retirement", json={"reason": "No longer collected"})
    assert (retired.json()["retired_on"], retired.json()["can"]) == ("2019-05-22", ["bring_back"])
    assert (await chair.get("/v1/kpis")).json()["total"] == 0
    assert (await chair.get("/v1/kpis", params={"retired": True})).json()["total"] == 1
    refused = await chair.post("/v1/kpis/KPI-0001/targets", json={"value": 1})
    assert (refused.status_code, refused.json()["detail"]) == (
        409, "This KPI is retired: bring it back before you change it.",
    )  # fmt: skip
    assert (await chair.post("/v1/kpis/KPI-0001/return")).json()["retired_on"] is None
    assert (await chair.post("/v1/kpis/KPI-0001/return")).status_code == 409


async def test_the_list_is_narrowed_counted_and_cut_into_pages(kpi: Callers) -> None:
    pmo = await kpi(PMO)
    await defined(kpi, OF_ROOT_CAUSE)
    await defined(kpi, {**HIGH, "isg": "well-led", "key_question": "well_led", "name": "Staff survey"}, PMO)
    await defined(kpi)
    every = (await pmo.get("/v1/kpis")).json()
    assert [each["ref"] for each in every["items"]] == ["KPI-0003", "KPI-0001", "KPI-0002"]
    for asked, expected in (
        ({"isg": "well-led"}, ["KPI-0002"]),
        ({"isg": "Unscheduled Care"}, ["KPI-0003", "KPI-0001"]),
        ({"level": "root_cause"}, ["KPI-0001"]),
        ({"key_question": "well_led"}, ["KPI-0002"]),
        ({"root_cause": "RC-1"}, ["KPI-0001"]),
        ({"q": "SURVEY"}, ["KPI-0002"]),
        ({"q": "kpi-0003"}, ["KPI-0003"]),
        ({"q": "%"}, []),
    ):
        found = (await pmo.get("/v1/kpis", params=asked)).json()
        assert [each["ref"] for each in found["items"]] == expected, asked
        assert found["total"] == len(expected)
    first = await pmo.get("/v1/kpis", params={"limit": 2})
    rest = await pmo.get("/v1/kpis", params={"limit": 2, "cursor": first.json()["next"]})
    assert [each["ref"] for each in rest.json()["items"]] == ["KPI-0002"]
    assert first.json()["total"] == 3


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (CHAIR, ["define", "set_target", "retire", "keep_benchmarks", "give_values", "decide_on_chart"]),
        (PMO, ["define", "set_target", "retire", "keep_benchmarks", "give_values", "decide_on_chart"]),
        (EXECUTIVE, ["decide_on_chart"]),
        (OWNER, ["give_values"]),
        ("deputy@demo.example", ["give_values"]),
        (OTHER, []),
        (CHAIR2, []),
    ],
)
async def test_each_is_told_what_they_may_do(kpi: Callers, who: str, expected: list[str]) -> None:
    """The owner of its data is an owner of root causes, for whom a deputy acts."""
    await defined(kpi)
    assert (await read(kpi, who)).json()["can"] == expected


async def test_somebody_else_s_chair_and_a_reader_are_refused(kpi: Callers) -> None:
    await defined(kpi)
    chair2 = await kpi(CHAIR2)
    assert (await chair2.post("/v1/kpis", json=HIGH)).status_code == 403
    assert (
        await chair2.post("/v1/kpis/KPI-0001/targets", json={"value": 1, "reason": "So"})
    ).status_code == 403
    assert (await read(kpi, READER)).status_code == 403
    assert (await read(kpi, ref="KPI-9999")).status_code == 404


async def test_the_trail_tells_who_changed_which_part_of_a_definition(kpi: Callers, plan: Callers) -> None:
    await defined(kpi)
    wish = {**PARTS, "name": "Four hours", "reason": "Shorter."}
    await (await kpi(CHAIR)).put("/v1/kpis/KPI-0001/definition", json=wish, headers={"If-Match": "*"})
    trail = (await (await plan(PMO)).get("/v1/audit", params={"kind": "kpi", "limit": 1})).json()["items"][0]
    assert (trail["who"], trail["thing"]) == ("Chair Person", "the KPI KPI-0001")
    told = {(each["column"], each["before"], each["after"]) for each in trail["changes"]}
    assert ("name", "“Seen within four hours”", "“Four hours”") in told


async def test_what_follows_from_a_target_or_a_direction_is_kept_with_its_change(kpi: Callers) -> None:
    await defined(kpi, {**HIGH, "target": None})
    series = [
        {"kpi": "KPI-0001", "period": f"{year}-{month:02}-01", "value": str(80 + month % 3), "numerator": None,
         "denominator": None}
        for year in (2017, 2018) for month in range(1, 13)
    ]  # fmt: skip
    worker, chair = await kpi.machine("worker"), await kpi(CHAIR)
    assert (
        await worker.post("/v1/imports/kpis", json={"kpis": [], "observations": series})
    ).status_code == 200
    before = (await read(kpi)).json()["standing"]
    assert (before["points"], before["latest_value"], before["assurance"]) == (24, 80, None)
    target = {"value": 95, "reason": "The contract"}
    after = (await chair.post("/v1/kpis/KPI-0001/targets", json=target)).json()["standing"]
    assert after["assurance"] == "fail"
    wish = {**PARTS, "direction": "decrease", "reason": "Lower is better."}
    turned = await chair.put("/v1/kpis/KPI-0001/definition", json=wish, headers={"If-Match": "*"})
    assert turned.json()["standing"]["assurance"] == "pass"
    listed = (await chair.get("/v1/kpis")).json()["items"]
    assert [each["standing"]["assurance"] for each in listed] == ["pass"]
