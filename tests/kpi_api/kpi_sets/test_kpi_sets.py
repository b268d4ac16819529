"""An ISG agrees on 10 to 20 high-level KPIs across the five key questions, signs, and sees what has changed since."""

from typing import Any

import httpx2

from tests.kpi_api.definitions.test_definitions import (
    CHAIR,
    CHAIR2,
    EXECUTIVE,
    HIGH,
    OF_ROOT_CAUSE,
    OWNER,
    PARTS,
    PMO,
    defined,
    sentences,
)
from tests.people import Callers

DOOR = "/v1/isgs/unscheduled-care/kpi-set"
QUESTIONS = ("safe", "effective", "caring", "responsive", "well_led")


async def agreed(kpi: Callers, count: int = 10) -> None:
    """So many high-level KPIs, the key questions in turn."""
    for number in range(count):
        await defined(kpi, {**HIGH, "name": f"Measure {number + 1}", "key_question": QUESTIONS[number % 5]})


async def read(kpi: Callers, who: str = CHAIR) -> dict[str, Any]:
    answer = await (await kpi(who)).get(DOOR)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def sign(kpi: Callers, who: str = CHAIR, **wish: Any) -> httpx2.Response:
    return await (await kpi(who)).post(DOOR, json=wish)


async def test_what_a_set_lacks_is_shown_and_signed_only_with_a_reason(kpi: Callers) -> None:
    assert sentences(await sign(kpi)) == {"": "There is no KPI to sign off: define the ISG’s KPIs first."}
    await defined(kpi)
    await defined(kpi, OF_ROOT_CAUSE)
    shown = await read(kpi)
    assert [each["ref"] for each in shown["items"]] == ["KPI-0001"]
    assert shown["shortfalls"] == [
        "1 high-level KPI: an ISG agrees on 10 to 20, so at least 9 more.",
        "No KPI answers Safe, Effective, Caring or Well-led.",
    ]
    assert {each["key_question"]: each["kpis"] for each in shown["key_questions"]}["responsive"] == 1
    assert sentences(await sign(kpi)) == {
        "note": "Say why the ISG signs it off although something is wanting."
    }
    assert (await sign(kpi, note="The rest follows in June.")).status_code == 201


async def test_a_whole_set_is_signed_with_name_and_day(kpi: Callers) -> None:
    await agreed(kpi)
    assert (await read(kpi))["shortfalls"] == []
    future = await sign(kpi, signed_on="2019-05-23")
    assert sentences(future) == {
        "signed_on": "23 May 2019 is in the future: give the day on which it was agreed."
    }
    answer = await sign(kpi, EXECUTIVE, signed_on="2019-05-16")
    assert answer.status_code == 201, answer.text
    signed = answer.json()["signed"]
    assert (signed["version"], signed["signed_on"], signed["signed_by"], len(signed["kpis"])) == (
        1, "2019-05-16", "Executive Person", 10,
    )  # fmt: skip
    again = await sign(kpi)
    assert (again.status_code, again.json()["detail"]) == (
        409, "This set is signed off as it is: there is nothing new to agree on.",
    )  # fmt: skip


async def test_what_has_changed_since_it_was_signed_is_told_and_signed_as_the_next_version(
    kpi: Callers,
) -> None:
    await agreed(kpi)
    await sign(kpi)
    chair = await kpi(CHAIR)
    wish = {
        **PARTS,
        "name": "Measure 1",
        "key_question": "safe",
        "unit": "percent",
        "source": "Audit",
        "reason": "Clearer.",
    }
    changed = await chair.put("/v1/kpis/KPI-0001/definition", json=wish, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    await chair.post(
        "/v1/kpis/KPI-0002/targets", json={"value": 90, "holds_from": "2019-06-01", "reason": "Agreed"}
    )
    await chair.post("/v1/kpis/KPI-0003/retirement", json={"reason": "Not collected"})
    await defined(kpi, {**HIGH, "name": "New one", "key_question": "caring"})
    shown = await read(kpi)
    assert shown["changed_since_signed"] == [
        "KPI-0011 New one is new.",
        "KPI-0003 Measure 3 is no longer part of it.",
        "KPI-0001 Measure 1 is defined anew: unit and source.",
        "KPI-0002 Measure 2 has another target.",
    ]
    assert (await sign(kpi, PMO, note="Agreed at the meeting.")).status_code == 201
    after = await read(kpi)
    assert after["changed_since_signed"] == []
    assert [(each["version"], each["signed_by"]) for each in after["versions"]] == [
        (2, "Pmo Person"),
        (1, "Chair Person"),
    ]


async def test_nobody_signs_what_they_have_not_seen(kpi: Callers) -> None:
    await agreed(kpi)
    based_on = {"If-Match": (await (await kpi(EXECUTIVE)).get(DOOR)).headers["ETag"]}
    await defined(kpi, {**HIGH, "name": "One more"})
    late = await (await kpi(EXECUTIVE)).post(DOOR, json={}, headers=based_on)
    assert (late.status_code, late.json()["changed_by"]) == (412, "Chair Person")
    seen = {"If-Match": (await (await kpi(EXECUTIVE)).get(DOOR)).headers["ETag"]}
    assert (await (await kpi(EXECUTIVE)).post(DOOR, json={}, headers=seen)).status_code == 201


async def test_only_who_leads_the_isg_signs(kpi: Callers) -> None:
    await agreed(kpi)
    assert (await read(kpi))["can"] == ["define", "sign_off"]
    assert (await read(kpi, EXECUTIVE))["can"] == ["sign_off"]
    assert (await read(kpi, OWNER))["can"] == []
    assert (await sign(kpi, CHAIR2)).status_code == 403
    assert (await (await kpi(PMO)).get("/v1/isgs/nowhere/kpi-set")).status_code == 404
