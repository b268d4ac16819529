"""Partners' access: asked for by one person, approved by another; secrets replaced with an overlap; webhooks registered."""

from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.domain.words import FeedScope
from services.shared.api_clients import Credentials
from services.shared.settings import settings
from tests.apps import create_reporting_app
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.oauth.partners import ask_for_token, new_client

ADMIN, PMO = "admin@demo.example", "pmo@demo.example"
WISH = {
    "name": "NHS England", "contact": "Data@England.example", "purpose": "The monthly report",
    "scopes": ["plan:read", "escalations:read"], "months": 12,
}  # fmt: skip


async def asked(plan: Callers, by: str = ADMIN, **changed: object) -> int:
    """A request; its number."""
    answer = await (await plan(by)).post("/v1/partners/requests", json={**WISH, **changed})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def approved(plan: Callers, **changed: Any) -> Credentials:
    """A client that the administrator asked for and the PMO approved."""
    number = await asked(plan, **changed)
    answer = await (await plan(PMO)).post(
        f"/v1/partners/requests/{number}/decision", json={"decision": "approve"}
    )
    assert answer.status_code == 200, answer.text
    client = answer.json()["client"]
    return Credentials(client["client_id"], client["client_secret"])


async def status_of_token(database: TestDatabase, given: Credentials) -> int:
    """What the token endpoint says to these credentials."""
    async with Callers(database.owner, create_reporting_app(database.reporting)) as reporting:
        return (await ask_for_token(await reporting.anonymous(), given)).status_code


async def listed(plan: Callers) -> dict[str, Any]:
    """What the PMO sees."""
    shown: dict[str, Any] = (await (await plan(PMO)).get("/v1/partners")).json()
    return shown


async def test_what_is_asked_for_and_approved_by_another_reads_the_feeds(
    plan: Callers, database: TestDatabase
) -> None:
    given = await approved(plan)
    assert await status_of_token(database, given) == 200
    shown = await listed(plan)
    (client,), (request,) = shown["clients"], shown["requests"]
    assert (client["name"], client["contact"], client["scopes"]) == (
        "NHS England",
        "data@england.example",
        ["escalations:read", "plan:read"],
    )
    assert client["approved_by"] is not None
    assert client["expires_on"] is not None
    assert client["last_used"] is not None
    assert (request["decision"], request["can_decide"]) == ("approve", False)
    assert given.secret not in str(shown)


async def test_nobody_approves_what_they_asked_for_themselves(plan: Callers) -> None:
    number = await asked(plan, by=PMO)
    pmo = await plan(PMO)
    answer = await pmo.post(f"/v1/partners/requests/{number}/decision", json={"decision": "approve"})
    assert answer.status_code == 403
    assert "yourself" in answer.json()["detail"]
    (request,) = (await listed(plan))["requests"]
    assert request["can_decide"] is False


async def test_a_refusal_needs_a_reason_and_makes_no_client(plan: Callers) -> None:
    number = await asked(plan)
    pmo, door = await plan(PMO), f"/v1/partners/requests/{number}/decision"
    without = await pmo.post(door, json={"decision": "refuse", "reason": " "})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "reason")
    assert (await pmo.post(door, json={"decision": "refuse", "reason": "No agreement."})).json() == {
        "decision": "refuse", "client": None,
    }  # fmt: skip
    assert (await pmo.post(door, json={"decision": "approve"})).status_code == 409
    shown = await listed(plan)
    assert (shown["clients"], shown["requests"][0]["reason"]) == ([], "No agreement.")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"), ({"contact": "nobody"}, "contact"), ({"contact": "a b@c.d"}, "contact"),
        ({"purpose": " "}, "purpose"), ({"scopes": []}, "scopes"), ({"scopes": ["everything"]}, "scopes"),
        ({"months": 0}, "months"), ({"months": 25}, "months"),
    ],
)  # fmt: skip
async def test_a_request_says_who_what_for_and_for_how_long(
    plan: Callers, changed: dict[str, object], field: str
) -> None:
    answer = await (await plan(ADMIN)).post("/v1/partners/requests", json={**WISH, **changed})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_an_old_secret_works_for_as_long_as_was_said_and_no_longer(
    plan: Callers, database: TestDatabase
) -> None:
    first = await approved(plan)
    pmo, door = await plan(PMO), f"/v1/partners/clients/{first.client_id}/secret"
    made = await pmo.post(door, json={"overlap_days": 7})
    second = Credentials(first.client_id, made.json()["secret"])
    assert [await status_of_token(database, each) for each in (first, second)] == [200, 200]
    async with database.owner.transaction() as db:
        assert await db.scalar(
            text("SELECT max(ends_at) - now() BETWEEN '6 days' AND '7 days' FROM api_client_secret")
        )
        await db.execute(text("UPDATE api_client_secret SET ends_at = now() WHERE ends_at IS NOT NULL"))
    assert [await status_of_token(database, each) for each in (first, second)] == [401, 200]
    third = Credentials(first.client_id, (await pmo.post(door, json={"overlap_days": 0})).json()["secret"])
    assert [await status_of_token(database, each) for each in (first, second, third)] == [401, 401, 200]


async def test_of_three_secrets_the_oldest_ends_when_the_third_comes(
    plan: Callers, database: TestDatabase
) -> None:
    first = await approved(plan)
    pmo, door = await plan(PMO), f"/v1/partners/clients/{first.client_id}/secret"
    for _ in range(2):
        last = Credentials(
            first.client_id, (await pmo.post(door, json={"overlap_days": 30})).json()["secret"]
        )
    assert [await status_of_token(database, each) for each in (first, last)] == [401, 200]


async def test_a_revoked_client_gets_nothing_at_once_and_no_new_secret(
    plan: Callers, database: TestDatabase
) -> None:
    given = await approved(plan)
    admin, pmo, there = await plan(ADMIN), await plan(PMO), f"/v1/partners/clients/{given.client_id}"
    assert (await admin.post(f"{there}/revocation")).status_code == 204
    assert await status_of_token(database, given) == 401
    assert (await pmo.post(f"{there}/secret", json={"overlap_days": 1})).status_code == 409
    assert (await pmo.get(there)).json()["can"] == []


@pytest.mark.usefixtures("known_names")
async def test_a_secret_is_told_once_kept_under_no_key_and_not_in_the_trail(
    plan: Callers, database: TestDatabase
) -> None:
    number = await asked(plan)
    pmo = await plan(PMO)
    keys = {"Idempotency-Key": "the same"}
    answer = await pmo.post(
        f"/v1/partners/requests/{number}/decision", json={"decision": "approve"}, headers=keys
    )
    client = answer.json()["client"]
    there = f"/v1/partners/clients/{client['client_id']}"
    renewed = (await pmo.post(f"{there}/secret", json={"overlap_days": 1}, headers=keys)).json()["secret"]
    wish = {"url": "https://partner.example/", "kinds": ["escalation.decided"]}
    hook = (await pmo.post(f"{there}/webhooks", json=wish, headers=keys)).json()["secret"]
    assert hook.startswith("whsec_")
    async with database.owner.transaction() as db:
        kept = " ".join(await db.scalars(text("SELECT body FROM idempotency_key")))
        told = " ".join(await db.scalars(text("SELECT changes::text FROM audit_entry")))
        rows = str(
            (
                await db.execute(text("SELECT e::text, s::text FROM webhook_endpoint e, api_client_secret s"))
            ).all()
        )
    for secret in (client["client_secret"], renewed, hook):
        for place in (kept, told, rows, (await pmo.get(there)).text):
            assert secret not in place


async def test_last_use_is_one_row_an_hour_however_many_requests(
    database: TestDatabase, reporting_app: FastAPI
) -> None:
    given = await new_client(database, FeedScope.PLAN_READ)
    async with Callers(database.owner, reporting_app) as reporting:
        nobody = await reporting.anonymous()
        for _ in range(3):
            token = (await ask_for_token(nobody, given)).json()["access_token"]
            partner = await reporting.bearer(token)
            for _ in range(3):
                assert (await partner.get("/feeds/v1/findings")).status_code == 200
    async with database.owner.transaction() as db:
        assert await db.scalar(text("SELECT count(*) FROM api_client_use")) == 1


@pytest.fixture
def known_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """partner.example is out in the internet, inside.example is not, rebound.example has one address of each."""
    addresses = {
        "partner.example": ["81.2.69.142"], "inside.example": ["10.0.0.5"],
        "rebound.example": ["81.2.69.142", "127.0.0.1"], "mapped.example": ["::ffff:169.254.169.254"],
    }  # fmt: skip

    async def found(host: str, _port: int) -> list[str]:
        if host not in addresses:
            raise OSError
        return addresses[host]

    monkeypatch.setattr("services.shared.outward.addresses_of", found)


async def registered(plan: Callers, client_id: str, **changed: object) -> httpx2.Response:
    """An attempt to register a webhook."""
    wish = {"url": "https://partner.example/hooks", "kinds": ["escalation.decided"], **changed}
    return await (await plan(PMO)).post(f"/v1/partners/clients/{client_id}/webhooks", json=wish)


@pytest.mark.usefixtures("known_names")
@pytest.mark.parametrize(
    "url",
    [
        "https://inside.example/", "https://rebound.example/", "https://mapped.example/",
        "https://nowhere.example/", "http://partner.example/", "https://a:b@partner.example/",
    ],
)  # fmt: skip
async def test_an_address_that_may_not_be_called_is_refused_at_registration(plan: Callers, url: str) -> None:
    given = await approved(plan)
    answer = await registered(plan, given.client_id, url=url)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "169.254.169.254", "[fd00:ec2::254]", "10.1.2.3", "0", "[64:ff9b::7f00:1]",
    ],
)  # fmt: skip
async def test_however_an_inner_address_is_written_it_is_refused(plan: Callers, host: str) -> None:
    """By the resolver of this machine, which knows them all."""
    given = await approved(plan)
    answer = await registered(plan, given.client_id, url=f"https://{host}/")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url"), answer.text


@pytest.mark.usefixtures("known_names")
async def test_a_client_is_told_only_of_what_its_scopes_let_it_read(plan: Callers) -> None:
    given = await approved(plan)
    for kinds in (["pack.published"], [], ["test"], ["anything"]):
        refused = await registered(plan, given.client_id, kinds=kinds)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "kinds")
    assert (await registered(plan, given.client_id)).status_code == 201
    assert (await registered(plan, given.client_id)).status_code == 409


@pytest.mark.usefixtures("known_names")
async def test_a_client_has_five_webhooks_at_most(plan: Callers) -> None:
    given = await approved(plan)
    made = [await registered(plan, given.client_id, url=f"https://partner.example/{n}") for n in range(6)]
    assert [each.status_code for each in made] == [201] * 5 + [409]


@pytest.mark.usefixtures("known_names")
async def test_a_decision_of_ecib_is_an_event_in_the_same_transaction_and_holds_no_words_of_people(
    plan: Callers, database: TestDatabase
) -> None:
    given = await approved(plan)
    number = (await registered(plan, given.client_id)).json()["id"]
    pmo, ecib = await plan(PMO), await plan("ecib@demo.example")
    await pmo.post("/v1/root-causes/RC-1/escalations", json={"reason": "Worrying"})
    wish = {"decision": "extra_support", "meeting_date": "2019-05-22", "reason": "Agency money."}
    refused = await ecib.post("/v1/escalations/ESC-0001/decisions", json={**wish, "reason": ""})
    assert refused.status_code == 422
    assert (await pmo.get(f"/v1/partners/webhooks/{number}")).json()["deliveries"] == []
    assert (await ecib.post("/v1/escalations/ESC-0001/decisions", json=wish)).status_code == 200
    async with database.owner.transaction() as db:
        payload = await db.scalar(text("SELECT payload FROM webhook_event"))
    assert payload["type"] == "escalation.decided"
    assert payload["data"] == {
        "ref": "ESC-0001", "root_cause": "RC-1", "decision": "extra_support", "meeting_date": "2019-05-22",
        "state": "decided",
    }  # fmt: skip
    (delivery,) = (await pmo.get(f"/v1/partners/webhooks/{number}")).json()["deliveries"]
    assert (delivery["kind"], delivery["delivered_at"], delivery["attempts"]) == (
        "escalation.decided",
        None,
        [],
    )


@pytest.mark.usefixtures("known_names")
@pytest.mark.parametrize("over", ["ended", "revoked", "stopped", "expired"])
async def test_what_is_over_is_told_nothing(plan: Callers, database: TestDatabase, over: str) -> None:
    given = await approved(plan)
    number = (await registered(plan, given.client_id)).json()["id"]
    pmo = await plan(PMO)
    async with database.owner.transaction() as db:
        await db.execute(
            text({
                "ended": "UPDATE webhook_endpoint SET ended_at = now()",
                "revoked": "UPDATE api_client SET revoked_at = now()",
                "stopped": "UPDATE webhook_endpoint SET disabled_at = now(), disabled_because = 'It failed.'",
                "expired": "UPDATE api_client SET expires_on = current_date - 1",
            }[over])
        )  # fmt: skip
    await pmo.post("/v1/root-causes/RC-1/escalations", json={"reason": "Worrying"})
    wish = {
        "decision": "extra_support",
        "meeting_date": "2019-05-22",
        "reason": "Money.",
        "decided_by": "ecib@demo.example",
    }
    assert (await pmo.post("/v1/escalations/ESC-0001/decisions", json=wish)).status_code == 200
    assert (await pmo.get(f"/v1/partners/webhooks/{number}")).json()["deliveries"] == []
    assert (await pmo.post(f"/v1/partners/webhooks/{number}/test")).status_code == 409


@pytest.mark.usefixtures("known_names")
async def test_a_stopped_webhook_starts_again_and_an_ended_one_does_not(
    plan: Callers, database: TestDatabase
) -> None:
    given = await approved(plan)
    number = (await registered(plan, given.client_id)).json()["id"]
    pmo, there = await plan(PMO), f"/v1/partners/webhooks/{number}"
    assert (await pmo.post(f"{there}/restart")).status_code == 409
    async with database.owner.transaction() as db:
        await db.execute(
            text("UPDATE webhook_endpoint SET disabled_at = now(), disabled_because = 'It failed.'")
        )
    (client,) = (await listed(plan))["clients"]
    assert client["stopped_endpoints"] == 1
    assert (await pmo.post(f"{there}/restart")).status_code == 204
    assert (await pmo.post(f"{there}/test")).status_code == 202
    assert (await pmo.post(f"{there}/test")).status_code == 409
    assert (await pmo.post(f"{there}/ending")).status_code == 204
    assert (await pmo.post(f"{there}/restart")).status_code == 409


@pytest.fixture
def reporting_app(database: TestDatabase) -> FastAPI:
    """The service that issues tokens and serves feeds."""
    return create_reporting_app(database.reporting)


def test_the_development_setting_is_off() -> None:
    assert settings().webhooks_to_this_machine is False


@pytest.mark.usefixtures("known_names")
async def test_what_is_raised_by_hand_or_by_the_calendar_is_told_once_and_what_an_owner_said_is_not_before_its_release(
    plan: Callers, database: TestDatabase
) -> None:
    given = await approved(plan)
    await registered(plan, given.client_id, kinds=["escalation.raised"])
    pmo, owner = await plan(PMO), await plan("owner@demo.example")
    for reason in ("Worrying", "Still worrying"):
        await pmo.post("/v1/root-causes/RC-1/escalations", json={"reason": reason})
    said = await owner.post(
        "/v1/root-causes/RC-2/updates",
        json={
            "status": "off_track", "progress": "No staff.", "forecast_date": "2019-08-01",
            "recovery_plan": {"steps": "Hire", "owner": "owner@demo.example", "recovery_date": "2019-07-30"},
        },
    )  # fmt: skip
    assert (said.status_code, bool(said.json()["escalation"])) == (201, True), said.text
    async with database.owner.transaction() as db:
        told = [
            row["data"] for row in await db.scalars(text("SELECT payload FROM webhook_event ORDER BY id"))
        ]
    assert told == [{"ref": "ESC-0001", "root_cause": "RC-1", "reasons": ["by_hand"]}]
    await database.set_today(date(2019, 7, 2))
    assert (await (await plan.machine("worker")).post("/v1/days")).status_code == 200
    async with database.owner.transaction() as db:
        told = [
            row["data"] for row in await db.scalars(text("SELECT payload FROM webhook_event ORDER BY id"))
        ]
    assert all(each["reasons"] for each in told)
    assert {reason for each in told[1:] for reason in each["reasons"]} <= {
        "due_date_passed",
        "updates_missed",
    }
    assert len(told) > 1
