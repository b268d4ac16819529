"""How the web layer talks to a service: one connection pool each, the person's token, the request's id, problems as exceptions.

ServiceError        the service said no, with a problem's sentence
  SignedOut         the session has ended: the person signs in again (401)
ServiceUnavailable  the service did not answer
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict

from web.settings import WebSettings

SERVICES = ("plan", "kpi", "reporting")
TIMEOUT = httpx2.Timeout(15, connect=3)


class Answer(BaseModel):
    """The base of everything that a service answers: read-only, and open to what a later version adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `field` as the API spells it, "" for the whole."""

    field: str
    message: str


class ServiceError(Exception):
    """A service's problem details: `message` is the sentence that the person reads."""

    changed_by: str | None = None
    changed_at: datetime | None = None
    """Of a 412: who changed the thing last, and when."""

    def __init__(self, status: int, kind: str, message: str, fields: Sequence[FieldError] = ()) -> None:
        self.status = status
        self.kind = kind
        self.message = message
        self.fields = tuple(fields)
        super().__init__(f"{status} {kind}")

    @classmethod
    def of(cls, response: httpx2.Response) -> "ServiceError":
        """The error in an answer; a body that is no problem document leaves the status alone to speak."""
        try:
            body = response.json()
            fields = [FieldError(each["field"], each["message"]) for each in body.get("errors") or ()]
            kind, message = str(body["type"]), str(body["detail"])
            by, at = body.get("changed_by"), body.get("changed_at")
            changed_at = datetime.fromisoformat(at) if at else None
        except (ValueError, KeyError, TypeError, AttributeError):
            kind, message, fields = "about:blank", f"The service answered {response.status_code}.", []
            by, changed_at = None, None
        kind_of_error = SignedOut if response.status_code == httpx2.codes.UNAUTHORIZED else ServiceError
        error = kind_of_error(response.status_code, kind, message, fields)
        error.changed_by, error.changed_at = by, changed_at
        return error

    def at(self, field: str, place: str) -> "ServiceError":
        """The same with what is wrong with one field said of another: of the form's, where the names differ."""
        moved = [
            FieldError(place if each.field == field else each.field, each.message) for each in self.fields
        ]
        error = type(self)(self.status, self.kind, self.message, moved)
        error.changed_by, error.changed_at = self.changed_by, self.changed_at
        return error


class SignedOut(ServiceError):
    """The session has ended, was signed out everywhere, or never was."""


class ServiceUnavailable(Exception):
    """A service does not answer: it is starting, stopped or cut off."""


class ServicePool:
    """The connections to the three services, opened and closed with the app."""

    def __init__(
        self, settings: WebSettings, transports: Mapping[str, httpx2.AsyncBaseTransport] | None = None
    ) -> None:
        self._clients = {
            service: httpx2.AsyncClient(
                base_url=settings.address_of(service),
                timeout=TIMEOUT,
                transport=(transports or {}).get(service),
                trust_env=False,
            )
            for service in SERVICES
        }

    def __getitem__(self, service: str) -> httpx2.AsyncClient:
        """The connections to one service."""
        return self._clients[service]

    async def close(self) -> None:
        """Closes every connection."""
        for client in self._clients.values():
            await client.aclose()

    async def unready(self) -> list[str]:
        """The services that can't do their work now."""
        return [service for service in SERVICES if not await self._is_ready(service)]

    async def _is_ready(self, service: str) -> bool:
        try:
            response = await self[service].get("/readyz", timeout=3)
        except httpx2.TransportError:
            return False
        return response.status_code == httpx2.codes.OK


class ServiceClient:
    """One service, on behalf of one person and one request. Subclasses have one method for each endpoint."""

    service: str

    def __init__(
        self, pool: ServicePool, request_id: str, token: str | None = None, visitor: str | None = None
    ) -> None:
        """`visitor`: the address that the request came from, for the throttling of sign-in."""
        self._http = pool[self.service]
        self._headers = {"X-Request-ID": request_id}
        if visitor:
            self._headers["X-Forwarded-For"] = visitor
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    async def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: object = None,
        content: AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: httpx2.Timeout = TIMEOUT,  # noqa: ASYNC109 - the connection's, not ours to cancel by
    ) -> httpx2.Response:
        """Sends, and raises ServiceError on a refusal, ServiceUnavailable on silence."""
        given = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        try:
            response = await self._http.request(
                method,
                path,
                params=given,
                json=json,
                content=content,
                headers={**self._headers, **(headers or {})},
                timeout=timeout,
            )
        except httpx2.TransportError as error:
            raise ServiceUnavailable(self.service) from error
        if response.is_error:
            raise ServiceError.of(response)
        return response

    async def _get(self, path: str, answer: type[A], **params: object) -> A:
        """GET, read into its type. What is None or empty is not sent."""
        return answer.model_validate_json((await self._send("GET", path, params=params)).content)

    async def _post(
        self,
        path: str,
        body: object,
        answer: type[A],
        *,
        once: str | None = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> A:
        """POST, read into its type. `once` is the form's idempotency key: sent twice, done once."""
        conditions = _conditions(once, if_match) | dict(headers or {})
        response = await self._send("POST", path, json=body, headers=conditions)
        return answer.model_validate_json(response.content)

    async def _tell(
        self, method: str, path: str, body: object, *, once: str | None = None, if_match: str | None = None
    ) -> None:
        """Sends a body whose answer nobody reads."""
        await self._send(method, path, json=body, headers=_conditions(once, if_match))

    @asynccontextmanager
    async def _stream(self, path: str, **params: object) -> AsyncIterator[httpx2.Response]:
        """A file, as it comes."""
        given: dict[str, Any] = {name: value for name, value in params.items() if value not in (None, "")}
        try:
            async with self._http.stream("GET", path, params=given, headers=self._headers) as response:
                if response.is_error:
                    await response.aread()
                    raise ServiceError.of(response)
                yield response
        except httpx2.TransportError as error:
            raise ServiceUnavailable(self.service) from error


def _conditions(once: str | None, if_match: str | None) -> dict[str, str]:
    conditions = {"Idempotency-Key": once, "If-Match": if_match}
    return {name: value for name, value in conditions.items() if value}
