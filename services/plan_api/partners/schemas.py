"""Partners' access as it goes in and out."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

LONGEST = 2_000
DecisionWord = Literal["approve", "refuse"]


class RequestWish(BaseModel):
    """Somebody asks for a client on a partner's behalf."""

    name: str = Field(max_length=200, description="Which partner's system it is")
    contact: str = Field(max_length=320, description="The partner's work email address for this system")
    purpose: str = Field(max_length=LONGEST)
    scopes: list[str] = Field(max_length=20)
    months: int = Field(ge=1, le=24, description="How long it may read, from the approval on")


class DecisionWish(BaseModel):
    """The PMO's decision; a refusal gives its reason."""

    decision: DecisionWord
    reason: str | None = Field(None, max_length=LONGEST)


class SecretWish(BaseModel):
    """How many days the secret before goes on working."""

    overlap_days: int = Field(ge=0, le=30)


class EndpointWish(BaseModel):
    """An address to tell of events."""

    url: str = Field(max_length=LONGEST)
    kinds: list[str] = Field(max_length=10)


class RequestShown(BaseModel):
    """A request, decided or not."""

    id: int
    name: str
    contact: str
    purpose: str
    scopes: list[str]
    months: int
    asked_by: str
    asked_on: date
    decision: DecisionWord | None
    reason: str | None
    decided_by: str | None
    can_decide: bool


class ClientShown(BaseModel):
    """A partner's machine client."""

    client_id: str
    name: str
    contact: str | None
    purpose: str | None
    scopes: list[str]
    created_at: datetime
    approved_by: str | None
    expires_on: date | None
    expired: bool
    revoked_at: datetime | None
    last_used: datetime | None = Field(description="The hour (real time) in which it was used last")
    secret_made_at: datetime
    old_secret_until: datetime | None
    endpoints: int
    stopped_endpoints: int


class PartnersShown(BaseModel):
    """Who asks and who has access."""

    requests: list[RequestShown]
    clients: list[ClientShown]
    can: list[str]


class EndpointShown(BaseModel):
    """An address that is told of events."""

    id: int
    client_id: str
    client_name: str
    url: str
    kinds: list[str]
    registered_at: datetime
    registered_by: str
    old_secret_until: datetime | None
    disabled_at: datetime | None
    disabled_because: str | None
    ended_at: datetime | None
    waiting: int


class AttemptShown(BaseModel):
    """One try: the status that was answered, or why there was none."""

    at: datetime
    status_code: int | None
    error: str | None
    milliseconds: int


class DeliveryShown(BaseModel):
    """One event for the endpoint, with every try."""

    message_id: str
    kind: str
    created_at: datetime
    delivered_at: datetime | None
    given_up_at: datetime | None
    next_attempt_at: datetime | None
    attempts: list[AttemptShown]


class EndpointWhole(EndpointShown):
    """The endpoint with its newest deliveries."""

    deliveries: list[DeliveryShown]


class ClientWhole(ClientShown):
    """The client with its endpoints, and the kinds of event that its scopes allow."""

    webhooks: list[EndpointShown]
    kinds: list[str]
    can: list[str]


class ClientMade(BaseModel):
    """Its credentials: the secret is told once."""

    client_id: str
    client_secret: str
    scopes: list[str]


class Decided(BaseModel):
    """What became of the request; the client where it was approved."""

    decision: DecisionWord
    client: ClientMade | None


class SecretMade(BaseModel):
    """A new secret: told once."""

    secret: str
    old_works_until: datetime | None


class EndpointMade(BaseModel):
    """A new endpoint, with its signing secret: told once."""

    id: int
    secret: str
