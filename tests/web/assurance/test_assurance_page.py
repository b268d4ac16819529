"""The PMO signs for evidence on a page."""

from tests.web.conftest import Visits

PMO = "pmo@demo.example"


async def test_evidence_is_signed_for_and_taken_back(visit: Visits) -> None:
    pmo = await visit(PMO)
    root_cause = await pmo.get("/root-causes/RC-4")
    form = await pmo.get(root_cause.links["Assure its evidence"])
    assert "It answers MD-2" in form.text
    again = await pmo.submit(form, "/root-causes/RC-4/assurance", note="")
    assert again.status == 422
    assert "say what you have seen" in again.errors[0]
    await pmo.submit(again, "/root-causes/RC-4/assurance", note="The audit of 3 May.")
    assert (await pmo.get("/findings?type=must_do")).h1 == "1 of 2 Must Do findings are met"
    back = await pmo.get("/root-causes/RC-4/assurance")
    assert back.h1 == "Take back the assurance of RC-4"
    await pmo.submit(back, "/root-causes/RC-4/assurance", note="It was another ward.")
    assert (await pmo.get("/findings?type=must_do")).h1 == "0 of 2 Must Do findings are met"


async def test_what_is_open_is_not_assured_yet(visit: Visits) -> None:
    page = await (await visit(PMO)).get("/root-causes/RC-1/assurance")
    assert page.status == 409
    assert "the ISG closes it first" in page.text


async def test_each_site_service_and_notice_opens_its_findings(visit: Visits) -> None:
    pmo = await visit(PMO)
    page = await pmo.get("/findings")
    listed = await pmo.get(page.links["Section 31 notice, emergency department"])
    assert listed.h1 == "0 of 1 finding that fits is met"
