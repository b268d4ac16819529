"""The pages of risks: entering, the matrix, two people at once, ECIB's review, closing."""

from typing import Any

from tests.web.conftest import Visits

CHAIR, PMO, ECIB, OWNER = "chair@demo.example", "pmo@demo.example", "ecib@demo.example", "owner@demo.example"
TYPED: dict[str, Any] = {
    "isg": "Unscheduled Care", "cause": "Too few nurses apply.", "effect": "Rotas can't be filled.", "likelihood_before": "5",
    "impact_before": "4", "mitigation": "Agency.", "likelihood_after": "3", "impact_after": "4", "owner": OWNER,
    "root_causes": "RC-1; RC-3",
}  # fmt: skip


async def test_a_risk_is_entered_and_stands_in_the_register_and_its_matrix(visit: Visits) -> None:
    chair = await visit(CHAIR)
    empty = await chair.get("/risks")
    assert empty.h1 == "No risk to delivery"
    form = await chair.get(empty.links["Add a risk"])
    again = await chair.submit(form, "/risks/new", **{**TYPED, "cause": "", "impact_after": "5"})
    assert again.status == 422
    assert again.errors[0] == "Say what could happen, and why."
    assert again.fields("/risks/new")["mitigation"] == ["Agency."]
    worse = await chair.submit(again, "/risks/new", **{**TYPED, "impact_after": "5"})
    assert worse.errors == ["Mitigation can't raise the impact: it is 4 before, so at most 4 after."]
    await chair.submit(worse, "/risks/new", **TYPED)
    register = await chair.get("/risks")
    assert register.h1 == "1 risk to delivery"
    assert register.links["1 high scoring 12"] == "/risks?likelihood=3&impact=4"
    risk = await chair.get("/risks/RISK-001")
    assert risk.h1 == "RISK-001: scores 12 after mitigation, high"
    assert risk.links["RC-3 Children wait too long to be seen (RC-3)"] == "/root-causes/RC-3"


async def test_two_people_at_once_see_both_texts_and_nothing_is_overwritten(visit: Visits) -> None:
    chair, pmo = await visit(CHAIR), await visit(PMO)
    await chair.submit(await chair.get("/risks/new"), "/risks/new", **TYPED)
    form = await pmo.get("/risks/RISK-001/change")
    await chair.submit(
        await chair.get("/risks/RISK-001/change"), "/risks/RISK-001/change", mitigation="Overseas nurses."
    )
    late = await pmo.submit(form, "/risks/RISK-001/change", mitigation="Bank staff.")
    assert late.status == 412
    assert "What is there now (Chair Person" in late.text
    assert "Overseas nurses." in late.text
    assert late.fields("/risks/RISK-001/change")["mitigation"] == ["Bank staff."]
    await pmo.submit(late, "/risks/RISK-001/change")
    assert "Bank staff." in (await pmo.get("/risks/RISK-001")).text


async def test_ecib_reviews_and_the_chair_closes(visit: Visits) -> None:
    chair, ecib = await visit(CHAIR), await visit(ECIB)
    await chair.submit(await chair.get("/risks/new"), "/risks/new", **TYPED)
    form = await ecib.get("/risks/RISK-001/review")
    await ecib.submit(form, "/risks/RISK-001/review", note="Recruitment is late.")
    assert "Recruitment is late." in (await ecib.get("/risks/RISK-001")).text
    assert (await ecib.get("/risks/RISK-001/change")).status == 403
    await chair.submit(
        await chair.get("/risks/RISK-001/closing"), "/risks/RISK-001/closing", reason="Posts are filled."
    )
    assert (await chair.get("/risks")).h1 == "No risk to delivery"
    assert (await chair.get("/risks?state=closed")).h1 == "1 closed risk to delivery"
    assert (await chair.get("/risks/RISK-001/change")).status == 403


async def test_owners_read_the_register_and_add_nothing(visit: Visits) -> None:
    owner = await visit(OWNER)
    assert "Add a risk" not in (await owner.get("/risks")).links
    assert (await owner.get("/risks/new")).status == 403


async def test_a_figure_of_a_pack_opens_those_that_were_open_on_its_day(visit: Visits) -> None:
    chair = await visit(CHAIR)
    await chair.submit(await chair.get("/risks/new"), "/risks/new", **TYPED)
    assert (
        await chair.get("/risks?as_at=2019-05-22")
    ).h1 == "1 risk to delivery open at the end of 22 May 2019"
    assert (
        await chair.get("/risks?as_at=2019-05-21")
    ).h1 == "0 risks to delivery open at the end of 21 May 2019"
    assert (await chair.get("/risks?as_at=yesterday")).h1 == "1 risk to delivery"
