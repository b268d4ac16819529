"""Partners' access: asked for, approved by the PMO, renewed, revoked; and the webhooks that tell partners of events."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.permissions import Action, allowed
from services.domain.webhooks import SCOPE_OF
from services.domain.wording import is_blank
from services.domain.words import PartnerEventKind
from services.plan_api.partners import queries
from services.plan_api.partners.schemas import (
    AttemptShown,
    ClientMade,
    ClientShown,
    ClientWhole,
    Decided,
    DecisionWish,
    DeliveryShown,
    EndpointMade,
    EndpointShown,
    EndpointWhole,
    EndpointWish,
    PartnersShown,
    RequestShown,
    RequestWish,
    SecretMade,
)
from services.shared.api_clients import check_client, create_client, is_over, replace_secret
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today, real_now
from services.shared.models import ApiClient, ClientRequest, WebhookEndpoint
from services.shared.outward import check_reachable
from services.shared.webhooks import new_salt, send_test_event, signing_secret

DAYS_A_MONTH: Final = 30.4375
MOST_ENDPOINTS: Final = 5


async def partners(db: AsyncSession, caller: Caller) -> PartnersShown:
    """Who asks, who has access, and what the caller may do about it."""
    may_approve = allowed(Action.APPROVE_CLIENT, caller.who)
    return PartnersShown(
        requests=[
            RequestShown(
                id=row.ClientRequest.id, name=row.ClientRequest.name, contact=row.ClientRequest.contact,
                purpose=row.ClientRequest.purpose, scopes=row.ClientRequest.scopes, months=row.ClientRequest.months,
                asked_by=row.asked_by, asked_on=row.ClientRequest.asked_on, decision=row.ClientRequest.decision,
                reason=row.ClientRequest.reason, decided_by=row.decided_by,
                can_decide=(
                    may_approve and row.ClientRequest.decision is None and row.ClientRequest.asked_by != caller.id
                ),
            )
            for row in await queries.requests(db)
        ],
        clients=[_client(row) for row in await queries.clients(db)],
        can=["ask", "revoke", *(["approve"] if may_approve else [])],
    )  # fmt: skip


async def ask(db: AsyncSession, caller: Caller, wish: RequestWish) -> int:
    """Asks for a client; the number of the request."""
    check_client(wish.name, wish.scopes)
    contact = wish.contact.strip().lower()
    local, at, domain = contact.partition("@")
    if not (local and at and "." in domain) or any(letter.isspace() for letter in contact):
        raise RuleBroken.at("contact", "Enter the partner's work email address, like data@partner.nhs.uk.")
    if is_blank(wish.purpose):
        raise RuleBroken.at("purpose", "Say what the partner needs it for.")
    asked = ClientRequest(
        name=wish.name.strip(), contact=contact, purpose=wish.purpose.strip(), scopes=sorted(set(wish.scopes)),
        months=wish.months, asked_by=caller.id, asked_on=await business_today(db), recorded_at=await business_now(db),
    )  # fmt: skip
    db.add(asked)
    await db.flush()
    return asked.id


async def decide(db: AsyncSession, caller: Caller, request_id: int, wish: DecisionWish) -> Decided:
    """The PMO approves, which makes the client, or refuses with a reason; never what they asked for themselves."""
    asked = await queries.locked_request(db, request_id)
    if asked.decision is not None:
        raise Conflict("This request has been decided on already. Look in the list of partners.")
    if asked.asked_by == caller.id:
        raise NotAllowed("You asked for this access yourself: somebody else of the PMO decides on it.")
    if wish.decision == "refuse" and is_blank(wish.reason):
        raise RuleBroken.at("reason", "Say why it is refused: whoever asked will read it.")
    made = None
    if wish.decision == "approve":
        expires_on = _after_months(asked.months)
        created = await create_client(db, asked.name, asked.scopes, expires_on=expires_on, by=caller.id)
        client = await queries.locked_client(db, created.client_id)
        asked.api_client_id = client.id
        made = ClientMade(client_id=created.client_id, client_secret=created.secret, scopes=client.scopes)
    asked.decision, asked.reason = wish.decision, (wish.reason or "").strip() or None
    asked.decided_by, asked.decided_at = caller.id, await business_now(db)
    await db.flush()
    return Decided(decision=wish.decision, client=made)


async def one_client(db: AsyncSession, caller: Caller, client_id: str) -> ClientWhole:
    """A client with its webhooks. Raises NotFound."""
    found = await queries.clients(db, client_id)
    if not found:
        raise queries.no_such_client(client_id)
    shown, client = _client(found[0]), found[0].ApiClient
    live = not is_over(client)
    can = ["revoke"] if client.revoked_at is None else []
    if live and allowed(Action.APPROVE_CLIENT, caller.who):
        can += ["renew", "register"]
    webhooks = [_endpoint(row) for row in await queries.endpoints(db, of_client=client.id)]
    return ClientWhole(**shown.model_dump(), webhooks=webhooks, kinds=_kinds_for(client), can=can)


async def renew(db: AsyncSession, caller: Caller, client_id: str, overlap_days: int) -> SecretMade:
    """A new secret; the one before works on for so many days."""
    client = await queries.locked_client(db, client_id)
    secret = await replace_secret(db, client, timedelta(days=overlap_days), caller.id)
    until = real_now() + timedelta(days=overlap_days) if overlap_days else None
    return SecretMade(secret=secret, old_works_until=until)


async def revoke(db: AsyncSession, client_id: str) -> None:
    """From now on the client gets nothing, and is told nothing."""
    client = await queries.locked_client(db, client_id)
    client.revoked_at = client.revoked_at or real_now()


async def register(db: AsyncSession, caller: Caller, client_id: str, wish: EndpointWish) -> EndpointMade:
    """An address that is told of events from now on. Raises RuleBroken for one that may not be called."""
    url, kinds = wish.url.strip(), sorted(set(wish.kinds))
    await check_reachable(url)
    client = await queries.locked_client(db, client_id)
    if is_over(client):
        raise Conflict("This client is revoked or has expired: ask for a new one.")
    if not kinds or not set(kinds) <= set(_kinds_for(client)):
        raise RuleBroken.at(
            "kinds", "Choose one or more of the events that this client's scopes allow it to read."
        )
    if await queries.endpoint_at(db, client, url) is not None:
        raise Conflict("This client is told of events at this address already.")
    if (
        sum(row.WebhookEndpoint.ended_at is None for row in await queries.endpoints(db, of_client=client.id))
        >= MOST_ENDPOINTS
    ):
        raise Conflict(f"A client has {MOST_ENDPOINTS} webhooks at most: stop one first.")
    salt = new_salt()
    endpoint = WebhookEndpoint(
        api_client_id=client.id, url=url, kinds=kinds, salt=salt, registered_by=caller.id,
        recorded_at=await business_now(db),
    )  # fmt: skip
    db.add(endpoint)
    await db.flush()
    return EndpointMade(id=endpoint.id, secret=signing_secret(salt))


async def one_endpoint(db: AsyncSession, endpoint_id: int) -> EndpointWhole:
    """An endpoint with its newest deliveries, every try of each. Raises NotFound."""
    found = await queries.endpoints(db, endpoint_id=endpoint_id)
    if not found:
        raise queries.no_such_endpoint()
    rows = await queries.deliveries(db, endpoint_id)
    tries = await queries.attempts(db, [row.WebhookDelivery.id for row in rows])
    deliveries = [
        DeliveryShown(
            message_id=row.WebhookEvent.message_id, kind=row.WebhookEvent.kind, created_at=row.WebhookDelivery.created_at,
            delivered_at=row.WebhookDelivery.delivered_at, given_up_at=row.WebhookDelivery.given_up_at,
            next_attempt_at=(
                row.WebhookDelivery.next_attempt_at
                if row.WebhookDelivery.delivered_at is None and row.WebhookDelivery.given_up_at is None
                else None
            ),
            attempts=[
                AttemptShown(at=each.at, status_code=each.status_code, error=each.error, milliseconds=each.milliseconds)
                for each in tries.get(row.WebhookDelivery.id, ())
            ],
        )
        for row in rows
    ]  # fmt: skip
    return EndpointWhole(**_endpoint(found[0]).model_dump(), deliveries=deliveries)


async def test(db: AsyncSession, endpoint_id: int) -> None:
    """Sends a test event to the endpoint."""
    await _live_endpoint(db, endpoint_id, may_be_stopped=False)
    if await queries.last_test(db, endpoint_id):
        raise Conflict("A test event is on its way already: look at the deliveries.")
    await send_test_event(db, endpoint_id)


async def renew_signing(db: AsyncSession, endpoint_id: int, overlap_days: int) -> SecretMade:
    """A new signing secret; for so many days events are signed with both."""
    endpoint = await _live_endpoint(db, endpoint_id)
    until = real_now() + timedelta(days=overlap_days) if overlap_days else None
    endpoint.previous_salt, endpoint.previous_until = (endpoint.salt, until) if until else (None, None)
    endpoint.salt = new_salt()
    await db.flush()
    return SecretMade(secret=signing_secret(endpoint.salt), old_works_until=until)


async def end(db: AsyncSession, endpoint_id: int) -> None:
    """The endpoint is told nothing any more."""
    endpoint, _ = await queries.locked_endpoint(db, endpoint_id)
    endpoint.ended_at = endpoint.ended_at or real_now()


async def restart(db: AsyncSession, endpoint_id: int) -> None:
    """An endpoint that was stopped because it failed is told of what happens from now on."""
    endpoint = await _live_endpoint(db, endpoint_id)
    if endpoint.disabled_at is None:
        raise Conflict("This webhook is not stopped.")
    await check_reachable(endpoint.url)
    endpoint.disabled_at = endpoint.disabled_because = None
    await db.flush()


async def _live_endpoint(
    db: AsyncSession, endpoint_id: int, *, may_be_stopped: bool = True
) -> WebhookEndpoint:
    endpoint, client = await queries.locked_endpoint(db, endpoint_id)
    if endpoint.ended_at is not None or is_over(client):
        raise Conflict("This webhook has ended, or its client is revoked or has expired: register a new one.")
    if endpoint.disabled_at is not None and not may_be_stopped:
        raise Conflict("This webhook was stopped because it failed: start it again first.")
    return endpoint


def _kinds_for(client: ApiClient) -> list[str]:
    return [kind for kind in PartnerEventKind if kind in SCOPE_OF and SCOPE_OF[kind] in client.scopes]


def _after_months(months: int) -> date:
    """By the real date, as a client's expiry is."""
    return real_now().date() + timedelta(days=round(months * DAYS_A_MONTH))


def _client(row: Any) -> ClientShown:
    client, asked = row.ApiClient, row.ClientRequest
    return ClientShown(
        client_id=client.client_id, name=client.name, contact=asked and asked.contact, purpose=asked and asked.purpose,
        scopes=client.scopes, created_at=client.recorded_at, approved_by=row.approved_by, expires_on=client.expires_on,
        expired=is_over(client) and client.revoked_at is None, revoked_at=client.revoked_at, last_used=row.last_used,
        secret_made_at=row.secret_made_at, old_secret_until=row.old_secret_until, endpoints=row.endpoints,
        stopped_endpoints=row.stopped,
    )  # fmt: skip


def _endpoint(row: Any) -> EndpointShown:
    endpoint = row.WebhookEndpoint
    until = endpoint.previous_until
    return EndpointShown(
        id=endpoint.id, client_id=row.ApiClient.client_id, client_name=row.ApiClient.name, url=endpoint.url,
        kinds=endpoint.kinds, registered_at=endpoint.recorded_at, registered_by=row.registered_by,
        old_secret_until=until if until and until > real_now() else None, disabled_at=endpoint.disabled_at,
        disabled_because=endpoint.disabled_because, ended_at=endpoint.ended_at, waiting=row.waiting,
    )  # fmt: skip
