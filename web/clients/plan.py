"""plan_api: the plan, updates, escalations, people and sign-in. One method for each endpoint that a page needs.

What it answers is in `answers/`, one file a feature.
"""

from collections.abc import Mapping
from urllib.parse import quote

from web.clients.answers.escalations import Escalation
from web.clients.answers.home import Home
from web.clients.answers.root_causes import RootCause, RootCauseList, Timeline
from web.clients.answers.sign_in import AccessToken, NewSession
from web.clients.answers.updates import Draft, Reporting, UpdateAccepted
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

    async def root_causes(self, **wanted: object) -> RootCauseList:
        """Those that fit; `class_` narrows by class. What is None or empty does not narrow."""
        return await self._get("/v1/root-causes", RootCauseList, **_as_sent(wanted))

    async def root_cause(self, ref: str) -> RootCause:
        """One root cause, with the ETag that a change of it is based on."""
        response = await self._send("GET", f"/v1/root-causes/{_in_path(ref)}")
        found = RootCause.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def timeline(self, ref: str) -> Timeline:
        """Everything that happened to a root cause, newest first."""
        return await self._get(f"/v1/root-causes/{_in_path(ref)}/timeline", Timeline)

    async def reporting(self, ref: str) -> Reporting:
        """What the update form offers today. Raises ServiceError 409 when there is nothing to report."""
        return await self._get(f"/v1/root-causes/{_in_path(ref)}/updates/form", Reporting)

    async def submit_update(
        self, ref: str, update: Mapping[str, object], *, once: str, if_match: str
    ) -> UpdateAccepted:
        """Sends an update for the cycle that is open."""
        path = f"/v1/root-causes/{_in_path(ref)}/updates"
        return await self._post(path, update, UpdateAccepted, once=once, if_match=if_match)

    async def save_draft(self, ref: str, fields: Mapping[str, object]) -> Draft:
        """Keeps what has been typed."""
        return await self._post(f"/v1/root-causes/{_in_path(ref)}/draft", {"fields": fields}, Draft)

    async def discard_draft(self, ref: str) -> None:
        """Forgets what has been typed."""
        await self._tell("POST", f"/v1/root-causes/{_in_path(ref)}/draft/discard", None)

    async def complete_action(self, ref: str, completed_date: str, *, once: str, if_match: str) -> None:
        """An action was done on a day."""
        path = f"/v1/actions/{_in_path(ref)}/completion"
        await self._tell("POST", path, {"completed_date": completed_date}, once=once, if_match=if_match)

    async def withdraw_action(self, ref: str, reason: str, *, once: str, if_match: str) -> None:
        """An action is no longer needed."""
        path = f"/v1/actions/{_in_path(ref)}/withdrawal"
        await self._tell("POST", path, {"reason": reason}, once=once, if_match=if_match)

    async def decide_closing(
        self, ref: str, decision: Mapping[str, object], *, once: str, if_match: str
    ) -> None:
        """The ISG's decision on a closure request: `decision`, `meeting_date`, `reason`."""
        path = f"/v1/root-causes/{_in_path(ref)}/closing"
        await self._tell("POST", path, decision, once=once, if_match=if_match)

    async def reopen(self, ref: str, reason: str, *, once: str, if_match: str) -> None:
        """Opens again what was closed."""
        path = f"/v1/root-causes/{_in_path(ref)}/reopening"
        await self._tell("POST", path, {"reason": reason}, once=once, if_match=if_match)

    async def escalate(self, ref: str, reason: str, *, once: str, if_match: str) -> Escalation:
        """Puts a root cause before ECIB by hand."""
        path = f"/v1/root-causes/{_in_path(ref)}/escalations"
        return await self._post(path, {"reason": reason}, Escalation, once=once, if_match=if_match)

    async def assign_owner(self, ref: str, owner: str, *, once: str, if_match: str) -> None:
        """Hands a root cause to another owner, by email."""
        path = f"/v1/root-causes/{_in_path(ref)}/owner"
        await self._tell("POST", path, {"owner": owner}, once=once, if_match=if_match)


def _in_path(reference: str) -> str:
    return quote(reference, safe="")


def _as_sent(wanted: Mapping[str, object]) -> dict[str, object]:
    """Python's own words carry an underscore at the end: class_ -> class."""
    return {name.rstrip("_"): value for name, value in wanted.items()}
