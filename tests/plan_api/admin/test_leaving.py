"""A leaver hands over all that they hold: nothing is left without an owner."""

from fastapi import FastAPI
from sqlalchemy import text

from tests.closed_and_measured import deliver
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.people import Callers

ADMIN, OWNER, OTHER, CHAIR, CHAIR2 = (
    "admin@demo.example", "owner@demo.example", "other@demo.example", "chair@demo.example", "chair2@demo.example",
)  # fmt: skip
RISK = {
    "isg": "Unscheduled Care", "cause": "Too few nurses", "effect": "Rotas fail", "likelihood_before": 5, "impact_before": 4,
    "mitigation": "Agency", "likelihood_after": 3, "impact_after": 4, "owner": OWNER,
}  # fmt: skip


async def test_everything_is_handed_over_in_one_step(plan: Callers, database: TestDatabase) -> None:
    """Root causes, one of them to somebody else, a recovery plan before ECIB, a risk; then nobody can act as them."""
    owner, admin = await plan(OWNER), await plan(ADMIN)
    off_track = {
        "status": "off_track", "progress": "Late.",
        "recovery_plan": {"steps": "Hire", "owner": OWNER, "recovery_date": "2019-06-30", "support": None},
    }  # fmt: skip
    assert (await owner.post("/v1/root-causes/RC-2/updates", json=off_track)).status_code == 201
    assert (await (await plan(CHAIR)).post("/v1/risks", json=RISK)).status_code == 201
    held = (await admin.get(f"/v1/people/{OWNER}")).json()["held"]
    assert [(each["kind"], each["ref"]) for each in held] == [
        ("root_cause", "RC-1"), ("root_cause", "RC-2"), ("root_cause", "RC-3"), ("recovery_plan", "RC-2"), ("risk", "RISK-001"),
    ]  # fmt: skip
    left = await admin.post(
        f"/v1/people/{OWNER}/leaving", json={"successor": OTHER, "others": {"RC-3": CHAIR}}
    )
    assert left.status_code == 200, left.text
    assert left.json() == {"handed_over": 5, "roles_ended": 1, "sessions_ended": 1}
    chair = await plan(CHAIR)
    owners = {
        ref: (await chair.get(f"/v1/root-causes/{ref}")).json()["owner_email"]
        for ref in ("RC-1", "RC-2", "RC-3")
    }
    assert owners == {"RC-1": OTHER, "RC-2": OTHER, "RC-3": CHAIR}
    assert (await owner.get("/v1/me")).status_code == 401
    assert (await chair.get("/v1/risks/RISK-001")).json()["owner_email"] == OTHER
    async with database.owner.transaction() as db:
        unowned = await db.scalar(
            text(
                "SELECT count(*) FROM root_cause JOIN person ON person.id = owner_id WHERE deactivated_at IS NOT NULL"
            )
        )
        deputies = await db.scalar(text("SELECT count(*) FROM deputy WHERE ended_at IS NULL"))
    assert (unowned, deputies) == (0, 0)


async def test_without_a_successor_nothing_happens_and_what_is_held_is_named(plan: Callers) -> None:
    refused = await (await plan(ADMIN)).post(f"/v1/people/{OWNER}/leaving", json={})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "Owner Person still holds RC-1, RC-2 and RC-3: say who takes over."
    assert (await (await plan(OWNER)).get("/v1/me")).status_code == 200


async def test_a_chairs_post_goes_to_the_successor(plan: Callers) -> None:
    admin = await plan(ADMIN)
    assert (await admin.post(f"/v1/people/{CHAIR}/leaving", json={"successor": CHAIR2})).status_code == 200
    isgs = (await admin.get(f"/v1/people/{CHAIR2}")).json()
    assert {"role": "isg_chair", "isg": "Unscheduled Care"} in isgs["roles"]
    assert isgs["held"][-1]["title"] == "Chair of Unscheduled Care"


async def test_who_can_not_take_over_is_told(plan: Callers) -> None:
    admin = await plan(ADMIN)
    for wish, field in (
        ({"successor": OWNER}, "successor"),
        ({"successor": "nobody@x.y"}, "successor"),
        ({"successor": OTHER, "others": {"RC-4": CHAIR}}, "others"),
    ):
        refused = await admin.post(f"/v1/people/{OWNER}/leaving", json=wish)
        assert [each["field"] for each in refused.json()["errors"]] == [field]


async def test_somebody_comes_back_without_roles(plan: Callers) -> None:
    admin = await plan(ADMIN)
    await admin.post(f"/v1/people/{OWNER}/leaving", json={"successor": OTHER})
    assert (await admin.post(f"/v1/people/{OWNER}/leaving", json={"successor": OTHER})).status_code == 409
    back = await admin.post(f"/v1/people/{OWNER}/return")
    assert (back.json()["active"], back.json()["roles"], back.json()["held"]) == (True, [], [])


async def test_the_data_of_their_kpis_is_the_successors_and_the_definition_says_why(
    plan: Callers, kpi: Callers, database: TestDatabase, plan_app: FastAPI, kpi_app: FastAPI
) -> None:
    """Those that are measured still, and those of nobody else; delivered again nothing changes."""
    member, admin = "member@demo.example", await plan(ADMIN)
    await plant_kpi(database, "KPI-0901", [81.0] * 14, data_owner=member)
    await plant_kpi(database, "KPI-0902", root_cause=None, isg="Unscheduled Care", data_owner=member)
    await plant_kpi(database, "KPI-0903", data_owner=member)
    await plant_kpi(database, "KPI-0904", data_owner=CHAIR)
    pmo = await kpi("pmo@demo.example")
    retired = await pmo.post("/v1/kpis/KPI-0903/retirement", json={"reason": "Not collected"})
    assert retired.status_code == 200, retired.text
    held = (await admin.get(f"/v1/people/{member}")).json()["held"]
    assert [(each["kind"], each["ref"]) for each in held] == [("kpi", "KPI-0901"), ("kpi", "KPI-0902")]
    refused = await admin.post(f"/v1/people/{member}/leaving", json={})
    assert refused.status_code == 422
    assert refused.json()["detail"].endswith("still holds KPI-0901 and KPI-0902: say who takes over.")
    left = await admin.post(f"/v1/people/{member}/leaving", json={"successor": OTHER})
    assert (left.status_code, left.json()["handed_over"]) == (200, 2), left.text
    apps = {"plan": plan_app, "kpi": kpi_app}
    assert await deliver(database, **apps) == 1
    for ref, owner, number in (("KPI-0901", OTHER, 2), ("KPI-0902", OTHER, 2), ("KPI-0904", CHAIR, 1)):
        assert await _owner_and_number(database, ref) == (owner, number), ref
    versions = (await pmo.get("/v1/kpis/KPI-0901")).json()["versions"]
    assert [each["reason"] for each in versions if each["reason"]] == [
        "Member Person left: Other Person owns its data from now on."
    ]
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE outbox SET delivered_at = NULL"))
    assert await deliver(database, **apps) == 1
    assert await _owner_and_number(database, "KPI-0901") == (OTHER, 2)


async def _owner_and_number(database: TestDatabase, reference: str) -> tuple[str, int]:
    """Who owns the data of a KPI, and which version of its definition that is."""
    query = "SELECT email, definition_number FROM kpi JOIN person ON person.id = data_owner_id WHERE reference = :reference"
    async with database.owner.transaction() as db:
        email, number = (await db.execute(text(query), {"reference": reference})).one()
    return email, number
