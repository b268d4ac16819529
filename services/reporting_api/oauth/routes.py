"""The token endpoint: where a partner's client gets its bearer token.

It runs outside `TransactionalRoute`: no copy of a token is kept under an Idempotency-Key, and asking twice harms nobody.
"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.reporting_api.oauth import service
from services.reporting_api.oauth.schemas import AccessToken, Refusal, TokenRefused
from services.reporting_api.rate_limit import RateLimit
from services.shared.db import Database

router: APIRouter = APIRouter(tags=["oauth"])
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
FAILURES_A_MINUTE = 20
FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {
                    "grant_type": {"const": service.GRANT_TYPE},
                    "scope": {"type": "string", "description": "All that the client has if left out"},
                    "client_id": {"type": "string"},
                    "client_secret": {"type": "string"},
                },
            }
        }
    },
}


@router.post(
    "/oauth/token",
    responses={200: {"model": AccessToken}, 400: {"model": Refusal}, 401: {"model": Refusal}},
    openapi_extra={"requestBody": FORM},
)
async def issue_token(request: Request) -> JSONResponse:
    """A token for an hour, for the id and secret of a client by HTTP Basic or in the form. Refusals are RFC 6749's."""
    try:
        form = service.form_of(request.headers.get("Content-Type", ""), await request.body())
        token = await _issued(request, form)
    except TokenRefused as refused:
        return _no(refused)
    return JSONResponse(token.model_dump(), headers=NEVER_KEPT)


async def _issued(request: Request, form: dict[str, str]) -> AccessToken:
    """Counts failures by address and client, so that neither guessing nor a broken loop goes on for long.

    Whoever has the right secret is never refused for what others have tried from the same address.
    """
    database: Database = request.app.state.database
    failures: RateLimit = request.app.state.failed_tokens
    given = service.credentials_of(request.headers.get("Authorization"), form)
    key = f"{request.client.host if request.client else ''} {given.client_id}"
    try:
        async with database.transaction() as db:
            return await service.issue_token(db, given, form)
    except TokenRefused:
        failures.take(key)
        raise


def _no(refused: TokenRefused) -> JSONResponse:
    if refused.refusal.error == "invalid_client":
        challenge = {"WWW-Authenticate": 'Basic realm="oauth", charset="UTF-8"'}
        return JSONResponse(refused.refusal.model_dump(), 401, headers={**NEVER_KEPT, **challenge})
    return JSONResponse(refused.refusal.model_dump(), 400, headers=NEVER_KEPT)
