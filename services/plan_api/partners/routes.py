"""Doors of partners' access: for the PMO and the administrator."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from services.domain.permissions import Action
from services.plan_api.partners import service
from services.plan_api.partners.schemas import (
    ClientWhole,
    Decided,
    DecisionWish,
    EndpointMade,
    EndpointWhole,
    EndpointWish,
    PartnersShown,
    RequestWish,
    SecretMade,
    SecretWish,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import RowId
from services.shared.transaction import tell_a_secret

router: APIRouter = feature_router("partners", "/v1/partners")
Keeper = Annotated[Caller, permit(Action.MANAGE_CLIENTS)]
Approver = Annotated[Caller, permit(Action.APPROVE_CLIENT)]


@router.get("")
async def list_partners(caller: Keeper, db: Session) -> PartnersShown:
    """Requests for access, those that wait first, and every client, newest first."""
    return await service.partners(db, caller)


@router.post("/requests", status_code=201)
async def ask_for_access(wish: RequestWish, caller: Keeper, db: Session) -> dict[str, int]:
    """Asks for a client on a partner's behalf."""
    return {"id": await service.ask(db, caller, wish)}


@router.post("/requests/{request_id}/decision")
async def decide_on_access(
    request: Request, request_id: RowId, wish: DecisionWish, caller: Approver, db: Session
) -> Decided:
    """Approves, and tells the new client's secret once; or refuses."""
    tell_a_secret(request)
    return await service.decide(db, caller, request_id, wish)


@router.get("/clients/{client_id}")
async def read_client(client_id: str, caller: Keeper, db: Session) -> ClientWhole:
    """One client with its webhooks."""
    return await service.one_client(db, caller, client_id)


@router.post("/clients/{client_id}/secret", status_code=201)
async def renew_secret(
    request: Request, client_id: str, wish: SecretWish, caller: Approver, db: Session
) -> SecretMade:
    """A new secret, told once; the one before works on for as long as is said."""
    tell_a_secret(request)
    return await service.renew(db, caller, client_id, wish.overlap_days)


@router.post("/clients/{client_id}/revocation", status_code=204)
async def revoke_client(client_id: str, _caller: Keeper, db: Session) -> Response:
    """From now on the client gets nothing."""
    await service.revoke(db, client_id)
    return Response(status_code=204)


@router.post("/clients/{client_id}/webhooks", status_code=201)
async def register_webhook(
    request: Request, client_id: str, wish: EndpointWish, caller: Approver, db: Session
) -> EndpointMade:
    """An address that is told of events; its signing secret is told once."""
    tell_a_secret(request)
    return await service.register(db, caller, client_id, wish)


@router.get("/webhooks/{webhook_id}")
async def read_webhook(webhook_id: RowId, _caller: Keeper, db: Session) -> EndpointWhole:
    """A webhook with its newest 50 deliveries."""
    return await service.one_endpoint(db, webhook_id)


@router.post("/webhooks/{webhook_id}/test", status_code=202)
async def send_test(webhook_id: RowId, _caller: Approver, db: Session) -> Response:
    """Sends a test event."""
    await service.test(db, webhook_id)
    return Response(status_code=202)


@router.post("/webhooks/{webhook_id}/secret", status_code=201)
async def renew_signing_secret(
    request: Request, webhook_id: RowId, wish: SecretWish, _caller: Approver, db: Session
) -> SecretMade:
    """A new signing secret, told once; for as long as is said events are signed with both."""
    tell_a_secret(request)
    return await service.renew_signing(db, webhook_id, wish.overlap_days)


@router.post("/webhooks/{webhook_id}/ending", status_code=204)
async def end_webhook(webhook_id: RowId, _caller: Approver, db: Session) -> Response:
    """It is told nothing any more."""
    await service.end(db, webhook_id)
    return Response(status_code=204)


@router.post("/webhooks/{webhook_id}/restart", status_code=204)
async def restart_webhook(webhook_id: RowId, _caller: Approver, db: Session) -> Response:
    """One that was stopped is told of what happens from now on."""
    await service.restart(db, webhook_id)
    return Response(status_code=204)
