"""The pages on which a KPI is defined, given targets, compared with others, and retired."""

from typing import Any

import pytest

from tests.kpi_api.definitions.test_definitions import defined
from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.page_checks import Page

CHAIR, CHAIR2, OWNER, PMO, READER = (
    f"{who}@demo.example" for who in ("chair", "chair2", "owner", "pmo", "reader")
)
TYPED: dict[str, Any] = {
    "level": "high_level", "isg": "unscheduled-care", "name": "Seen within four hours", "purpose": "Waits are safe.",
    "key_question": "responsive", "unit": "%", "numerator": "Four hours and less", "denominator": "All attendances",
    "part_of_whole": "true", "direction": "increase", "frequency": "monthly", "source": "Audit", "data_owner": OWNER,
    "timely": "true", "complete": "false", "target": "95 %",
}  # fmt: skip
HERE = "/kpis/KPI-0001"


def on(name: str, day: int, month: int) -> dict[str, Any]:
    return {f"{name}.day": str(day), f"{name}.month": str(month), f"{name}.year": "2019"}


async def test_a_kpi_is_defined_and_its_page_says_all_of_it(visit: Visits) -> None:
    chair = await visit(CHAIR)
    form = await chair.get("/kpis/new?isg=unscheduled-care&level=high_level")
    assert form.fields("/kpis/new")["isg"] == ["unscheduled-care"]
    wrong = await chair.submit(form, "/kpis/new", **{**TYPED, "name": "", "target": "many"})
    assert wrong.errors == [
        "Give it a name that says what is measured.",
        "“many” is no number: write it in digits, for example 95 or 0.5.",
    ]
    refused = await chair.submit(wrong, "/kpis/new", **{**TYPED, "unit": "days", "target": "300"})
    assert refused.errors == ["Only a percentage can be part of a whole, and the unit is “days”."]
    assert refused.fields("/kpis/new")["numerator"] == ["Four hours and less"]
    sent = await chair.submit(refused, "/kpis/new", **TYPED)
    assert sent.goes_to == f"{HERE}/definition"
    shown = await chair.get(f"{HERE}/definition")
    assert shown.h1 == "Definition of Seen within four hours"
    for said in ("KPI-0001, high-level, Unscheduled Care", "95%, in force", "Yes: never over 100%", "Owner Person",
                 "Higher is better", "Complete No", "Granular Not judged yet"):  # fmt: skip
        assert said in shown.text, said
    assert "Change the definition" in shown.links


async def test_a_root_cause_of_another_isg_is_refused_at_its_field_and_nothing_typed_is_lost(
    visit: Visits,
) -> None:
    chair = await visit(CHAIR)
    typed = {**TYPED, "level": "root_cause", "isg": "", "root_cause": "RC-4"}
    refused = await chair.submit(await chair.get("/kpis/new"), "/kpis/new", **typed)
    assert (refused.status, refused.errors) == (
        422,
        ["Only the chair of this KPI's ISG or the PMO can define it."],
    )
    assert refused.fields("/kpis/new")["purpose"] == ["Waits are safe."]
    sent = await chair.submit(refused, "/kpis/new", **{**typed, "root_cause": "RC-1"})
    assert sent.goes_to == f"{HERE}/definition"
    assert "KPI-0001, of RC-1, Unscheduled Care" in (await chair.get(f"{HERE}/definition")).text


async def test_a_change_is_a_version_and_two_people_at_once_see_both_texts(
    visit: Visits, kpi: Callers
) -> None:
    await defined(kpi)
    chair, pmo = await visit(CHAIR), await visit(PMO)
    address = f"{HERE}/definition/change"
    mine = await pmo.get(address)
    assert mine.fields(address)["frequency"] == ["monthly"]
    form = await chair.get(address)
    no_reason = await chair.submit(form, address, name="Theirs")
    assert no_reason.errors == ["Say why the definition changes."]
    await chair.submit(
        no_reason, address, name="Theirs", reason="As England counts.", **on("holds_from", 1, 5)
    )
    late = await pmo.submit(mine, address, name="Mine", reason="Clearer.")
    assert late.status == 412
    for said in ("What is there now (Chair Person", "Theirs", "As England counts.", "Mine", "1 May 2019"):
        assert said in late.text, said
    await pmo.submit(late, address)
    shown = await pmo.get(f"{HERE}/definition")
    assert shown.h1 == "Definition of Mine"
    assert "3 From 22 May 2019 Name Clearer. Pmo Person" in shown.text.replace("Version ", "").replace("From when ", "").replace(
        "What changed ", "").replace("Why ", "").replace("By whom ", "")  # fmt: skip


async def test_a_target_is_set_from_a_day_on_and_those_so_far_stand_above_the_form(
    visit: Visits, kpi: Callers
) -> None:
    await defined(kpi)
    chair, address = await visit(CHAIR), f"{HERE}/targets"
    form = await chair.get(address)
    assert "Now: 95% from the beginning." in form.text
    over = await chair.submit(form, address, value="120", reason="More", **on("holds_from", 1, 6))
    assert over.errors == ["120% can't be part of a whole: give a percentage from 0 to 100."]
    await chair.submit(over, address, value="90", reason="Agreed with NHSI")
    shown = await chair.get(f"{HERE}/definition")
    assert "90%, to come" in shown.text
    assert "From 1 June 2019" in shown.text
    pmo = await visit(PMO)
    mine = await pmo.get(address)
    await chair.submit(
        await chair.get(address), address, value="91", reason="Theirs", **on("holds_from", 1, 7)
    )
    late = await pmo.submit(mine, address, value="92", reason="Mine", **on("holds_from", 1, 7))
    assert late.status == 412
    for said in ("Theirs", "Mine", "91", "92"):
        assert said in late.text


async def test_a_retired_kpi_can_be_brought_back_and_nothing_else(visit: Visits, kpi: Callers) -> None:
    await defined(kpi)
    chair, pmo = await visit(CHAIR), await visit(PMO)
    open_form = await pmo.get(f"{HERE}/targets")
    await chair.submit(await chair.get(f"{HERE}/retirement"), f"{HERE}/retirement", reason="Not collected.")
    shown = await chair.get(f"{HERE}/definition")
    assert "Retired on 22 May 2019: Not collected." in shown.text
    assert "Set a target" not in shown.links
    assert (await chair.get(f"{HERE}/targets")).status == 403
    late = await pmo.submit(open_form, f"{HERE}/targets", value="90", reason="Mine")
    assert late.status == 409
    assert "It is retired: bring it back before you change it." in late.text
    await chair.submit(await chair.get(f"{HERE}/return"), f"{HERE}/return")
    assert "Retired on" not in (await chair.get(f"{HERE}/definition")).text
    assert (await chair.get(f"{HERE}/return")).status == 403


async def test_values_of_a_benchmark_are_read_line_by_line(visit: Visits, kpi: Callers) -> None:
    await defined(kpi)
    chair = await visit(CHAIR)
    await chair.submit(
        await chair.get(f"{HERE}/benchmarks/new"), f"{HERE}/benchmarks/new", name="England", kind="national"
    )
    shown = await chair.get(f"{HERE}/definition")
    address = shown.links["Give values of England"]
    bad = await chair.submit(await chair.get(address), address, values_given="2019-04-01 85.1\nMay, about 86")
    assert bad.errors == ["Line 2: “May, about 86” is no day and value, such as 2019-04-01 85.1."]
    future = await chair.submit(bad, address, values_given="2019-04-01 85.1\n01/06/2019; 86%")
    assert future.errors == ["Line 2: 1 June 2019 is in the future."]
    await chair.submit(future, address, values_given="2019-03; 84.9\n01/04/2019, 85.1%")
    again = await chair.get(f"{HERE}/definition")
    assert "2 values, the latest 85.1% for 1 April 2019" in again.text
    ending = again.links["Compare no more with England"]
    await chair.submit(await chair.get(ending), ending)
    assert "England" not in (await chair.get(f"{HERE}/definition")).text


@pytest.mark.parametrize("page", ["definition/change", "targets", "retirement", "benchmarks/new"])
async def test_only_its_chair_and_the_pmo_are_shown_the_forms(visit: Visits, kpi: Callers, page: str) -> None:
    await defined(kpi)
    opened = {
        who: (await (await visit(who)).get(f"{HERE}/{page}")).status
        for who in (CHAIR, PMO, CHAIR2, OWNER, READER)
    }
    assert opened == {CHAIR: 200, PMO: 200, CHAIR2: 403, OWNER: 403, READER: 403}


async def test_everybody_who_sees_measures_reads_the_definition_and_no_form(
    visit: Visits, kpi: Callers
) -> None:
    await defined(kpi)
    page: Page = await (await visit(OWNER)).get(f"{HERE}/definition")
    assert page.status == 200
    assert "Change the definition" not in page.links
    assert (await (await visit(OWNER)).get("/kpis/new")).status == 403
    assert (await (await visit(PMO)).get("/kpis/KPI-9999/definition")).status == 404


async def test_a_frequency_that_was_imported_as_other_words_can_stay(visit: Visits, kpi: Callers) -> None:
    worker = await kpi.machine("worker")
    row = {"reference": "K-1", "name": "Audit", "level": "high_level", "direction": "increase", "isg": "Unscheduled Care",
           "root_cause": None, "cqc_domain": "safe", "unit": "%", "target": None, "frequency": "Every six weeks",
           "source": None}  # fmt: skip
    assert (
        await worker.post("/v1/imports/kpis", json={"kpis": [row], "observations": []})
    ).status_code == 200
    chair, address = await visit(CHAIR), "/kpis/K-1/definition/change"
    form = await chair.get(address)
    assert form.fields(address)["frequency"] == ["Every six weeks"]
    sent = await chair.submit(
        form, address, purpose="To see.", part_of_whole="false", reason="It said nothing."
    )
    assert sent.goes_to == "/kpis/K-1/definition"


async def test_only_the_isgs_that_one_may_add_to_are_offered(visit: Visits) -> None:
    """The chair their own, the PMO all."""
    chair = (await (await visit("chair@demo.example")).get("/kpis/new")).response.text
    pmo = (await (await visit("pmo@demo.example")).get("/kpis/new")).response.text
    offered = 'value="scheduled-care"'
    assert 'value="unscheduled-care"' in chair
    assert offered not in chair
    assert offered in pmo
