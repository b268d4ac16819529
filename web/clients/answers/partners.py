"""Partners' access, and the status that partners see."""

from datetime import date, datetime

from web.clients.base import Answer


class AccessRequest(Answer):
    """A request for a client, decided or not."""

    id: int
    name: str
    contact: str
    purpose: str
    scopes: tuple[str, ...]
    months: int
    asked_by: str
    asked_on: date
    decision: str | None
    reason: str | None
    decided_by: str | None
    can_decide: bool


class PartnerClient(Answer):
    """A partner's machine client."""

    client_id: str
    name: str
    contact: str | None
    purpose: str | None
    scopes: tuple[str, ...]
    created_at: datetime
    approved_by: str | None
    expires_on: date | None
    expired: bool
    revoked_at: datetime | None
    last_used: datetime | None
    secret_made_at: datetime
    old_secret_until: datetime | None
    endpoints: int
    stopped_endpoints: int


class Partners(Answer):
    """Who asks and who has access."""

    requests: tuple[AccessRequest, ...]
    clients: tuple[PartnerClient, ...]
    can: frozenset[str]


class Webhook(Answer):
    """An address that is told of events."""

    id: int
    client_id: str
    client_name: str
    url: str
    kinds: tuple[str, ...]
    registered_at: datetime
    registered_by: str
    old_secret_until: datetime | None
    disabled_at: datetime | None
    disabled_because: str | None
    ended_at: datetime | None
    waiting: int


class Attempt(Answer):
    """One try to deliver."""

    at: datetime
    status_code: int | None
    error: str | None
    milliseconds: int


class Delivery(Answer):
    """One event, with every try."""

    message_id: str
    kind: str
    created_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None
    next_attempt_at: datetime | None
    attempts: tuple[Attempt, ...]


class WebhookWhole(Webhook):
    """A webhook with its newest deliveries."""

    deliveries: tuple[Delivery, ...]


class PartnerClientWhole(PartnerClient):
    """A client with its webhooks."""

    webhooks: tuple[Webhook, ...]
    kinds: tuple[str, ...]
    can: frozenset[str]


class ClientMade(Answer):
    """Its credentials: the secret is told once."""

    client_id: str
    client_secret: str
    scopes: tuple[str, ...]


class Decided(Answer):
    """What became of a request."""

    decision: str
    client: ClientMade | None


class SecretMade(Answer):
    """A new secret: told once."""

    secret: str
    old_works_until: datetime | None


class WebhookMade(Answer):
    """A new webhook, with its signing secret: told once."""

    id: int
    secret: str


class FeedCheck(Answer):
    """Whether a feed answered just now."""

    feed: str
    up: bool
    milliseconds: int


class NightlyWork(Answer):
    """When a night's work was last done."""

    work: str
    last_done: datetime | None


class PartnerStatus(Answer):
    """What was found by looking."""

    checked_at: datetime
    feeds: tuple[FeedCheck, ...]
    last_change: datetime | None
    nightly: tuple[NightlyWork, ...]
    verified_at: datetime | None
    verified_entries: int | None
    verified_whole: bool | None
    delivered: int
    failed_attempts: int
    waiting: int
    stopped: int
