"""Values are given by who may, kept once, revised without loss, and refused whole when one of them is wrong."""

import json
from datetime import date, timedelta
from typing import Any

import httpx2
from sqlalchemy import func, select

from services.shared.api_clients import create_client
from services.shared.models import ApiClientSecret, AuditEntry, KpiObservation, KpiStanding
from services.shared.tokens import Claims, sign
from tests.conftest import TestDatabase
from tests.kpi_api.measures import plant_kpi
from tests.people import Callers

DOOR = "/v1/kpis/K-1/observations"
OWNER, PMO = "owner@demo.example", "pmo@demo.example"
PEOPLE = (
    "owner", "deputy", "other", "member", "chair", "chair2", "executive", "ecib", "pmo", "board", "reader", "admin",
)  # fmt: skip


def values(*observations: dict[str, Any], **more: Any) -> dict[str, Any]:
    empty = {"value": None, "numerator": None, "denominator": None}
    return {"observations": [empty | each for each in observations]} | more


async def client_with(database: TestDatabase, kpi: Callers, *scopes: str) -> httpx2.AsyncClient:
    async with database.owner.transaction() as db:
        client_id, _ = await create_client(db, "The data warehouse", scopes)
        secret = await db.scalar(select(func.max(ApiClientSecret.id)))
    return await kpi.bearer(
        sign(Claims(f"client:{client_id}", scopes=frozenset(scopes), secret=secret), timedelta(minutes=5))[0]
    )


async def listed(kpi: Callers, **query: Any) -> dict[str, Any]:
    answer = await (await kpi(PMO)).get(DOOR, params=query)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_the_contracts_door(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    client = await client_with(database, kpi, "kpi:write")
    sent = values(
        {"period": "2019-03-01", "value": 81.2, "numerator": 812, "denominator": 1000},
        {"period": "2019-04-30", "numerator": 3, "denominator": 4},
    )

    first = await client.post(DOOR, json=sent)
    again = await client.post(DOOR, json=sent)
    revised = await client.post(DOOR, json=values({"period": "2019-04-01", "value": 74}))

    assert (first.status_code, first.json()) == (200, {"accepted": 2, "revised": 0, "unchanged": 0})
    assert again.json() == {"accepted": 0, "revised": 0, "unchanged": 2}
    assert revised.json() == {"accepted": 0, "revised": 1, "unchanged": 0}
    april, march = (await listed(kpi))["items"]
    assert (march["period"], march["period_name"], march["value"]) == ("2019-03-01", "March 2019", 81.2)
    assert (april["period"], april["value"], april["revised"], april["version"]) == (
        "2019-04-01",
        74,
        True,
        2,
    )
    assert [(each["value"], each["numerator"], each["version"]) for each in april["earlier"]] == [(75, 3, 1)]
    assert (april["given_through"], april["given_by"]) == ("api", "The data warehouse")
    async with database.owner.transaction() as db:
        assert await db.scalar(select(KpiStanding.latest_value)) == 74
        last = await db.scalar(
            select(AuditEntry.actor)
            .where(AuditEntry.table_name == "kpi_observation")
            .order_by(AuditEntry.id.desc())
        )
        assert str(last).startswith("client:")  # fmt: skip


async def test_a_person_says_missing_provisional_and_late(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    owner = await kpi(OWNER)

    await owner.post(
        DOOR,
        json=values(
            {"period": "2019-03-01", "note": "The system was down"},
            {"period": "2019-05-01", "value": 80, "state": "provisional"},
            through="update",
        ),
    )

    may, march = (await listed(kpi))["items"]
    assert (may["state"], may["late"], may["missing"], may["given_through"]) == (
        "provisional",
        False,
        False,
        "update",
    )
    assert (march["missing"], march["note"], march["value"]) == (True, "The system was down", None)
    assert (march["late"], march["due_on"], march["given_by"]) == (True, "2019-04-15", "Owner Person")
    final = await owner.post(DOOR, json=values({"period": "2019-05-01", "value": 80, "state": "final"}))
    assert final.json()["revised"] == 1


async def test_nothing_is_kept_when_one_value_is_wrong(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    sent = values(
        {"period": "2019-03-01", "value": 80}, {"period": "2019-04-01", "numerator": 1, "denominator": 0}
    )

    answer = await (await kpi(OWNER)).post(DOOR, json=sent)

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["observations.1.denominator"]
    assert (await listed(kpi))["total"] == 0


BAD = [
    ('{"period": "2019-03-01", "value": "eighty"}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": "1_000"}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": true}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": [1]}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": NaN}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": Infinity}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": 1e999}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": 1e308}', "observations.0.value"),
    ('{"period": "2019-03-01", "value": 5, "denominator": "n/a"}', "observations.0.denominator"),
    ('{"period": "March", "value": 5}', "observations.0.period"),
    ('{"period": "2019-02-30", "value": 5}', "observations.0.period"),
    ('{"period": "2019-06-01", "value": 5}', "observations.0.period"),
    ('{"period": "0001-01-01", "value": 5}', "observations.0.period"),
    ('{"period": "9999-12-31", "value": 5}', "observations.0.period"),
    ('{"period": "2019-03-01", "value": 5, "state": "certain"}', "observations.0.state"),
    ('{"period": "2019-03-01"}', "observations.0.value"),
]


async def test_bad_data_is_refused_at_its_field(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    owner = await kpi(OWNER)
    for raw, field in BAD:
        answer = await owner.post(
            DOOR, content=f'{{"observations": [{raw}]}}', headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 422, raw
        assert [each["field"] for each in answer.json()["errors"]] == [field], raw
        assert answer.json()["detail"].endswith("."), raw
    assert (await listed(kpi))["total"] == 0


async def test_over_100_percent_is_kept_with_a_warning_unless_it_is_a_part(
    database: TestDatabase, kpi: Callers
) -> None:
    await plant_kpi(database)
    await plant_kpi(database, "K-2", part_of_whole=True)
    owner, sent = await kpi(OWNER), values({"period": "2019-03-01", "value": 104.2})

    kept, refused = await owner.post(DOOR, json=sent), await owner.post(DOOR.replace("K-1", "K-2"), json=sent)

    assert kept.json()["accepted"] == 1
    assert [each["field"] for each in kept.json()["warnings"]] == ["observations.0.value"]
    assert refused.status_code == 422
    assert "over 100%" in refused.json()["detail"]


async def test_a_key_and_an_etag_are_respected(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    owner = await kpi(OWNER)
    tag = (await owner.get(DOOR)).headers["ETag"]
    sent = values({"period": "2019-03-01", "value": 80})

    first = await owner.post(DOOR, json=sent, headers={"If-Match": tag, "Idempotency-Key": "one"})
    same = await owner.post(DOOR, json=sent, headers={"If-Match": tag, "Idempotency-Key": "one"})
    stale = await owner.post(
        DOOR, json=values({"period": "2019-03-01", "value": 81}), headers={"If-Match": tag}
    )
    other = await owner.post(
        DOOR, json=values({"period": "2019-03-01", "value": 81}), headers={"Idempotency-Key": "one"}
    )

    assert first.json() == same.json() == {"accepted": 1, "revised": 0, "unchanged": 0}
    assert (stale.status_code, other.status_code) == (412, 422)
    assert (await owner.get(DOOR)).headers["ETag"] != tag


async def test_the_list_comes_in_pages_newest_first(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database, values=[80.0 + n for n in range(15)])

    first = await listed(kpi, limit=10)
    second = await listed(kpi, limit=10, cursor=first["next"])

    assert [each["value"] for each in first["items"] + second["items"]] == [
        80 + n for n in reversed(range(15))
    ]
    assert (second["next"], second["total"]) == (None, 15)
    assert not any(each["late"] for each in first["items"])  # imported: nobody knows when it came


async def test_two_at_the_same_moment_leave_one_value_that_holds(
    database: TestDatabase, kpi: Callers
) -> None:
    import asyncio

    await plant_kpi(database)
    owner, pmo = await kpi(OWNER), await kpi(PMO)

    answers = await asyncio.gather(
        *(
            who.post(DOOR, json=values({"period": "2019-03-01", "value": n}))
            for n, who in enumerate([owner, pmo] * 3)
        )
    )

    assert {answer.status_code for answer in answers} == {200}
    async with database.owner.transaction() as db:
        versions = await db.scalar(select(func.count()).select_from(KpiObservation))
        holding = await db.scalar(select(func.count()).where(KpiObservation.superseded_at.is_(None)))
        kept = await db.scalar(select(KpiStanding.latest_value))
    items = (await listed(kpi))["items"]
    assert (holding, versions) == (1, 6)
    assert items[0]["value"] == kept


async def test_a_scope_that_is_missing_and_no_token_are_refused(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    sent = values({"period": "2019-03-01", "value": 80})

    reader = await client_with(database, kpi, "kpi:read", "plan:read")

    assert (await reader.post(DOOR, json=sent)).status_code == 403
    assert (await (await kpi.anonymous()).post(DOOR, json=sent)).status_code == 401
    assert (await (await kpi.machine("worker")).post(DOOR, json=sent)).status_code == 401
    assert (await (await kpi(PMO)).post("/v1/kpis/K-9/observations", json=sent)).status_code == 404


MAY_GIVE: list[tuple[dict[str, Any], set[str]]] = [
    ({"root_cause": "RC-1"}, {"owner", "deputy", "chair", "pmo"}),
    ({"root_cause": "RC-4"}, {"other", "chair2", "pmo"}),
    ({"isg": "Unscheduled Care"}, {"chair", "pmo"}),
    ({"isg": "Unscheduled Care", "data_owner": "member@demo.example"}, {"member", "chair", "pmo"}),
    ({"isg": "Scheduled Care", "data_owner": OWNER}, {"owner", "deputy", "chair2", "pmo"}),
]


async def test_every_role_against_values(database: TestDatabase, kpi: Callers) -> None:
    """Who reads them is who reads the plan."""
    for number, (planted, may) in enumerate(MAY_GIVE):
        await plant_kpi(database, f"K-{number}", **planted)
        door = f"/v1/kpis/K-{number}/observations"
        for n, name in enumerate(PEOPLE):
            person = await kpi(f"{name}@demo.example")
            given = await person.post(
                door, json=values({"period": str(date(2018, n % 12 + 1, 1)), "value": n})
            )
            read = await person.get(door)
            assert given.status_code == (200 if name in may else 403), (number, name)
            assert read.status_code == (403 if name in {"reader", "admin"} else 200), name
            if read.status_code == 200:
                assert ("give_values" in read.json()["can"]) is (name in may), (number, name)


async def test_a_hostile_note_is_kept_letter_for_letter(database: TestDatabase, kpi: Callers) -> None:
    await plant_kpi(database)
    note = "'; DROP TABLE kpi; -- <script>alert(1)</script> \N{SNOWMAN} \u202e"
    sent = values({"period": "2019-03-01", "note": note})

    assert (await (await kpi(OWNER)).post(DOOR, content=json.dumps(sent).encode())).status_code in {200, 422}
    assert (await (await kpi(OWNER)).post(DOOR, json=sent)).status_code == 200
    assert (await listed(kpi))["items"][0]["note"] == note
