"""plan_api: the plan, updates, escalations, people and sign-in. One method for each endpoint that a page needs."""

from datetime import date, datetime

from web.clients.base import Answer, ServiceClient


class NewSession(Answer):
    """`session` is the secret that the browser's cookie holds."""

    session: str


class RoleHeld(Answer):
    """A role's code, with the ISG (by name) that it is held for."""

    role: str
    isg: str | None


class PersonSignedIn(Answer):
    """Who is signed in; `can` holds the actions that they may do on something at least."""

    name: str
    email: str
    job_title: str | None
    roles: tuple[RoleHeld, ...]
    can: frozenset[str]


class Trust(Answer):
    """The trust that this deployment serves."""

    ods_code: str
    name: str


class AccessToken(Answer):
    """A short-lived token for the three services, and what every page's frame shows."""

    token: str
    expires_at: datetime
    person: PersonSignedIn
    today: date
    trust: Trust
    demo: bool = False


class PlanClient(ServiceClient):
    """plan_api on behalf of a person."""

    service = "plan"

    async def sign_in(self, email: str, password: str) -> NewSession:
        """Starts a session. Raises SignedOut when email and password don't fit, ServiceError 429 after too many tries."""
        return await self._post("/v1/sign-in", {"email": email, "password": password}, NewSession)

    async def access_token(self, session: str) -> AccessToken:
        """A token for the session's secret. Raises SignedOut when the session has ended."""
        return await self._post("/v1/access-token", {"session": session}, AccessToken)

    async def sign_out(self, *, everywhere: bool) -> None:
        """Ends this session, or every session of the person."""
        await self._tell("POST", "/v1/sign-out", {"everywhere": everywhere})
