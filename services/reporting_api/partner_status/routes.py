"""Doors of the partners' status: for people who keep partners' access, and for any partner's client."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.domain.permissions import Action
from services.reporting_api.partner_status import service
from services.reporting_api.partner_status.schemas import PartnerStatus
from services.reporting_api.rate_limit import RateLimit
from services.shared.app import feature_router
from services.shared.auth import Caller, NotSignedIn, permit
from services.shared.db import Session

router: APIRouter = feature_router("partner status")


async def any_client(request: Request) -> Caller:
    """A partner's client, whatever its scopes, that has requests left this minute."""
    caller: Caller | None = request.state.caller
    if caller is None or not caller.subject.startswith("client:"):
        raise NotSignedIn("Get a token from /oauth/token and send it as a bearer token.")
    requests: RateLimit = request.app.state.feed_requests
    requests.take(caller.subject)
    return caller


@router.get("/v1/partner-status")
async def read_status(
    _caller: Annotated[Caller, permit(Action.MANAGE_CLIENTS)], db: Session
) -> PartnerStatus:
    """Whether the feeds answer now, and what else partners rely on."""
    return await service.status(db)


@router.get("/feeds/v1/status")
async def read_status_as_partner(
    _client: Annotated[Caller, Depends(any_client)], db: Session
) -> PartnerStatus:
    """The same for partners' systems."""
    return await service.status(db)
