"""The administrator's pages: somebody new from name to sign-in, a leaver, sessions."""

import re
from typing import Any

from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.web.conftest import Visits

ADMIN, OWNER, PMO = "admin@demo.example", "owner@demo.example", "pmo@demo.example"
NAMED: dict[str, Any] = {"successor": "", "others.RC-3": "chair@demo.example"}
HERE = "/admin/people/owner@demo.example"


async def test_somebody_new_is_added_gets_a_role_and_a_link_and_chooses_a_password(
    visit: Visits,
) -> None:
    admin, newcomer = await visit(ADMIN), visit.anonymous()
    form = await admin.get("/admin/people/new")
    typed: dict[str, Any] = {"name": "Nia New", "email": "nia.new@demo.example", "job_title": "Ward manager"}
    again = await admin.submit(form, "/admin/people/new", **{**typed, "email": "nia"})
    assert again.errors == ["Enter a work email address, like jo.smith@trust.nhs.uk."]
    await admin.submit(again, "/admin/people/new", **typed)
    there = "/admin/people/nia.new@demo.example"
    person = await admin.get(there)
    assert "No role yet" in person.text
    role = await admin.get(f"{there}/roles/new")
    wrong = await admin.submit(role, f"{there}/roles/new", role="isg_chair", isg="")
    assert wrong.errors == ["Choose the ISG that the role ISG chair is for."]
    await admin.submit(wrong, f"{there}/roles/new", role="isg_chair", isg="Well-led")
    person = await admin.get(there)
    assert "ISG chair, Well-led" in person.text
    link = await admin.submit(await admin.get(f"{there}/link"), f"{there}/link")
    (address,) = re.findall(r"/sign-in/link/\S+", link.text)
    choosing = await newcomer.get(address)
    short = await newcomer.submit(choosing, password="short")
    assert short.errors == ["Choose a password of at least 12 characters."]
    chosen = await newcomer.submit(short, password="three odd words here")
    assert chosen.goes_to == "/sign-in"
    used = await newcomer.submit(choosing, password="three odd words again")
    assert "has been used, or has run out" in used.errors[0]


async def test_a_leaver_hands_everything_over(visit: Visits) -> None:
    admin = await visit(ADMIN)
    page = await admin.get(f"{HERE}/leaving")
    assert "Root cause RC-2" in page.text
    refused = await admin.submit(page, f"{HERE}/leaving", **NAMED)
    assert "say who takes over" in refused.errors[0]
    assert refused.fields(f"{HERE}/leaving")["others.RC-3"] == ["chair@demo.example"]
    await admin.submit(refused, f"{HERE}/leaving", successor="other@demo.example")
    person = await admin.get(HERE)
    assert "3 things handed over" in person.text
    assert "Has left" in person.text
    await admin.submit(await admin.get(f"{HERE}/return"), f"{HERE}/return")
    assert "No role yet" in (await admin.get(HERE)).text


async def test_what_a_leaver_holds_names_the_kpis_whose_data_they_own(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_kpi(database, "KPI-0901", data_owner="owner@demo.example")
    page = await (await visit(ADMIN)).get(f"{HERE}/leaving")
    assert "The data of KPI-0901" in page.text


async def test_the_list_says_who_can_do_what(visit: Visits) -> None:
    admin = await visit(ADMIN)
    page = await admin.get("/admin")
    assert page.h1 == "13 people can sign in"
    assert (await admin.get("/admin?role=isg_chair")).h1 == "2 people fit"
    assert (await admin.get("/admin?q=owner&isg=Nowhere")).h1 == "0 people fit"
    assert (await (await visit(PMO)).get("/admin")).status == 403


async def test_a_session_is_ended_and_a_role_taken_away(visit: Visits) -> None:
    admin, pmo = await visit(ADMIN), await visit(PMO)
    assert (await pmo.get("/audit")).status == 200
    there = f"/admin/people/{PMO}"
    ending = await admin.get(f"{there}/roles/ending?role=pmo&isg=")
    await admin.submit(ending, f"{there}/roles/ending?role=pmo&isg=")
    assert "No role yet" in (await admin.get(there)).text
    await admin.submit(await admin.get(f"{there}/sessions"), f"{there}/sessions")
    assert "Signed out" in (await admin.get(there)).text
