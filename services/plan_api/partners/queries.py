"""Partners' requests, clients and webhooks, in the database."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.shared.clock import real_now
from services.shared.models import (
    ApiClient,
    ApiClientSecret,
    ApiClientUse,
    ClientRequest,
    Person,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)

Rows: TypeAlias = Sequence[Any]
"""Rows whose columns are attributes."""
MOST_DELIVERIES: Final = 50
MOST_REQUESTS: Final = 200
ASKER, DECIDER = aliased(Person), aliased(Person)
WAITING: Final = and_(WebhookDelivery.delivered_at.is_(None), WebhookDelivery.given_up_at.is_(None))


async def requests(db: AsyncSession) -> Rows:
    """Every request: those that wait first, then the newest."""
    query = (
        select(ClientRequest, ASKER.name.label("asked_by"), DECIDER.name.label("decided_by"))
        .join(ASKER, ASKER.id == ClientRequest.asked_by)
        .outerjoin(DECIDER, DECIDER.id == ClientRequest.decided_by)
        .order_by(ClientRequest.decision.is_not(None), ClientRequest.id.desc())
        .limit(MOST_REQUESTS)
    )
    return (await db.execute(query)).all()


async def what_waits(db: AsyncSession, person_id: int) -> tuple[int, int]:
    """Requests that this person may decide on, and webhooks that are stopped because they failed."""
    undecided = select(func.count()).where(
        ClientRequest.decision.is_(None), ClientRequest.asked_by != person_id
    )
    stopped = select(func.count()).where(
        WebhookEndpoint.disabled_at.is_not(None), WebhookEndpoint.ended_at.is_(None)
    )
    row = (await db.execute(select(undecided.scalar_subquery(), stopped.scalar_subquery()))).one()
    return row[0], row[1]


async def locked_request(db: AsyncSession, request_id: int) -> ClientRequest:
    """One request, locked. Raises NotFound."""
    found = await db.scalar(select(ClientRequest).where(ClientRequest.id == request_id).with_for_update())
    if found is None:
        raise NotFound("There is no such request for access. Look in the list of partners.")
    return found


async def clients(db: AsyncSession, client_id: str | None = None) -> Rows:
    """Every client, newest first, or the one: with what was asked for it, its last use and its secrets."""
    now = real_now()
    last_used = (
        select(func.max(ApiClientUse.hour))
        .where(ApiClientUse.client_id == ApiClient.client_id)
        .scalar_subquery()
    )
    secret = (ApiClientSecret.api_client_id == ApiClient.id,)
    made_at = select(func.max(ApiClientSecret.recorded_at)).where(*secret).scalar_subquery()
    until = (
        select(func.max(ApiClientSecret.ends_at))
        .where(*secret, ApiClientSecret.ends_at > now)
        .scalar_subquery()
    )
    own = (WebhookEndpoint.api_client_id == ApiClient.id, WebhookEndpoint.ended_at.is_(None))
    endpoints = select(func.count()).where(*own).scalar_subquery()
    stopped = select(func.count()).where(*own, WebhookEndpoint.disabled_at.is_not(None)).scalar_subquery()
    query = (
        select(
            ApiClient, ClientRequest, DECIDER.name.label("approved_by"), last_used.label("last_used"),
            made_at.label("secret_made_at"), until.label("old_secret_until"), endpoints.label("endpoints"),
            stopped.label("stopped"),
        )
        .outerjoin(ClientRequest, ClientRequest.api_client_id == ApiClient.id)
        .outerjoin(DECIDER, DECIDER.id == ClientRequest.decided_by)
        .order_by(ApiClient.id.desc())
    )  # fmt: skip
    if client_id is not None:
        query = query.where(ApiClient.client_id == client_id)
    return (await db.execute(query)).all()


async def locked_client(db: AsyncSession, client_id: str) -> ApiClient:
    """One client, locked. Raises NotFound."""
    found = await db.scalar(select(ApiClient).where(ApiClient.client_id == client_id).with_for_update())
    if found is None:
        raise no_such_client(client_id)
    return found


def no_such_client(client_id: str) -> NotFound:
    return NotFound(f"There is no API client {client_id}. Look in the list of partners.")


async def endpoints(
    db: AsyncSession, *, of_client: int | None = None, endpoint_id: int | None = None
) -> Rows:
    """The endpoints of a client, newest first, or the one: with how many events wait."""
    waiting = select(func.count()).where(WebhookDelivery.webhook_endpoint_id == WebhookEndpoint.id, WAITING)
    query = (
        select(
            WebhookEndpoint,
            ApiClient,
            Person.name.label("registered_by"),
            waiting.scalar_subquery().label("waiting"),
        )
        .join(ApiClient, ApiClient.id == WebhookEndpoint.api_client_id)
        .join(Person, Person.id == WebhookEndpoint.registered_by)
        .order_by(WebhookEndpoint.id.desc())
    )
    if of_client is not None:
        query = query.where(WebhookEndpoint.api_client_id == of_client)
    if endpoint_id is not None:
        query = query.where(WebhookEndpoint.id == endpoint_id)
    return (await db.execute(query)).all()


async def locked_endpoint(db: AsyncSession, endpoint_id: int) -> tuple[WebhookEndpoint, ApiClient]:
    """One endpoint, locked, with its client. Raises NotFound."""
    found = await db.scalar(
        select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).with_for_update()
    )
    if found is None:
        raise no_such_endpoint()
    return found, await db.get_one(ApiClient, found.api_client_id)


def no_such_endpoint() -> NotFound:
    return NotFound("There is no such webhook. Look at the partner that it belongs to.")


async def deliveries(db: AsyncSession, endpoint_id: int) -> Rows:
    """The newest deliveries of an endpoint, with their events."""
    query = (
        select(WebhookDelivery, WebhookEvent)
        .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.webhook_event_id)
        .where(WebhookDelivery.webhook_endpoint_id == endpoint_id)
        .order_by(WebhookDelivery.id.desc())
        .limit(MOST_DELIVERIES)
    )
    return (await db.execute(query)).all()


async def attempts(db: AsyncSession, delivery_ids: Sequence[int]) -> Mapping[int, list[WebhookAttempt]]:
    """Every try of these deliveries, newest first."""
    found: defaultdict[int, list[WebhookAttempt]] = defaultdict(list)
    query = select(WebhookAttempt).where(WebhookAttempt.webhook_delivery_id.in_(delivery_ids))
    for attempt in await db.scalars(query.order_by(WebhookAttempt.id.desc())):
        found[attempt.webhook_delivery_id].append(attempt)
    return found


async def endpoint_at(db: AsyncSession, client: ApiClient, url: str) -> WebhookEndpoint | None:
    """The client's endpoint at this address, unless it has ended."""
    found: WebhookEndpoint | None = await db.scalar(
        select(WebhookEndpoint).where(
            WebhookEndpoint.api_client_id == client.id,
            WebhookEndpoint.url == url,
            WebhookEndpoint.ended_at.is_(None),
        )
    )
    return found


async def last_test(db: AsyncSession, endpoint_id: int) -> bool:
    """Whether a test event is still on its way."""
    query = (
        select(WebhookDelivery.id)
        .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.webhook_event_id)
        .where(WebhookDelivery.webhook_endpoint_id == endpoint_id, WAITING, WebhookEvent.kind == "test")
    )
    return await db.scalar(query.limit(1)) is not None
