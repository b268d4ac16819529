"""Sign in, renew, sign out, who am I."""

from fastapi import APIRouter, Request, Response

from services.domain.permissions import Action, allowed_somewhere
from services.plan_api.admin import service as links
from services.plan_api.sign_in import service
from services.plan_api.sign_in.schemas import (
    AccessToken,
    Credentials,
    PasswordChosen,
    PasswordWish,
    PersonSignedIn,
    RoleHeld,
    SessionSecret,
    SignedIn,
    SignOut,
    Trust,
)
from services.shared import auth
from services.shared.app import feature_router
from services.shared.clock import business_today
from services.shared.db import Session
from services.shared.settings import settings

router: APIRouter = feature_router("sign-in")


@router.post("/v1/sign-in")
async def sign_in(credentials: Credentials, request: Request, db: Session) -> SignedIn:
    """A token for an email address and a password of a local account."""
    address = request.client.host if request.client else "unknown"
    session = await service.sign_in(
        request.app.state.database, db, credentials.email, credentials.password, address
    )
    caller = await auth.person_of_session(db, session.public_id)
    assert caller is not None
    token, expires_at = service.session_token(caller.id, session.public_id, service.SCRIPT_TOKEN_LASTS)
    return SignedIn(token=token, expires_at=expires_at, session=session.secret)


@router.post("/v1/access-token")
async def renew(secret: SessionSecret, db: Session) -> AccessToken:
    """A five-minute token for a session's secret, with what every page's frame shows."""
    caller, token, expires_at = await service.renew(db, secret.session)
    return AccessToken(
        token=token,
        expires_at=expires_at,
        person=_signed_in(caller),
        today=await business_today(db),
        trust=Trust(ods_code=settings().trust_ods_code, name=settings().trust_name),
        demo=settings().is_demo,
    )


@router.post("/v1/sign-in/password")
async def choose_password(wish: PasswordWish, db: Session) -> PasswordChosen:
    """Sets a password by a link that an administrator made; whose it is. 409 for a link that holds no longer."""
    return PasswordChosen(email=await links.choose_password(db, wish.secret, wish.password))


@router.post("/v1/sign-out", status_code=204)
async def sign_out(wish: SignOut, caller: auth.SignedIn, db: Session) -> Response:
    """Ends this session, or every session of the person."""
    await service.sign_out(db, caller, everywhere=wish.everywhere)
    return Response(status_code=204)


@router.get("/v1/me")
async def me(caller: auth.SignedIn) -> PersonSignedIn:
    """Who I am and what I may do."""
    return _signed_in(caller)


def _signed_in(caller: auth.Caller) -> PersonSignedIn:
    grants = sorted(caller.who.grants, key=lambda grant: (grant[0].value, grant[1] or ""))
    return PersonSignedIn(
        name=caller.name,
        email=caller.who.email,
        job_title=caller.job_title,
        roles=[RoleHeld(role=role.value, isg=isg) for role, isg in grants],
        can=[action.value for action in Action if allowed_somewhere(action, caller.who)],
    )
