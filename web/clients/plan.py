"""plan_api: the plan, updates, escalations, people and sign-in. One method for each endpoint that a page needs.

What it answers is in `answers/`, one file a feature.
"""

from web.clients.answers.home import Home
from web.clients.answers.sign_in import AccessToken, NewSession
from web.clients.base import ServiceClient


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

    async def home(self) -> Home:
        """What the person must do now, by role."""
        return await self._get("/v1/home", Home)
