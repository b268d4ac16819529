"""The feeds over HTTP: tokens, pages, conditional requests, changes."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType, UnionType
from typing import Any, Generic, Self, TypeVar, get_args, get_origin, get_type_hints

import httpx2

from qip_feeds.models import (
    ROWS,
    Change,
    ChangeRequest,
    Escalation,
    Finding,
    Kpi,
    Observation,
    Pack,
    RootCause,
    TrajectoryMonth,
    Update,
)

RENEW_BEFORE = 60
"""Seconds before its end at which a token is replaced."""
ASKED_TO_WAIT = frozenset({httpx2.codes.TOO_MANY_REQUESTS, httpx2.codes.SERVICE_UNAVAILABLE})
"""Too many requests in a minute, or too many snapshots on their way."""
MOST_WAITS = 5
"""How often one request waits when it is asked to."""
LONGEST_WAIT = 60
Row = TypeVar("Row")
Query = Mapping[str, str | int]


class FeedError(Exception):
    """The service said no."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        self.status, self.type, self.detail = status, kind, detail
        super().__init__(f"{status}: {detail}")


class NotAuthorised(FeedError):
    """The client's id or secret is not right, or it was revoked or has expired."""


class NotAllowed(FeedError):
    """The client's scopes don't cover this feed."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a feed. `etag`: what to ask with next time; `next`: the cursor of what follows."""

    as_at: date
    items: tuple[Row, ...]
    next: str | None
    etag: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole plan at a date, feed by feed; `cursor`: from where `changes` goes on."""

    as_at: date
    parts: dict[str, tuple[Any, ...]]
    cursor: str


class FeedsClient:
    """The feeds of one trust, for one client. Not for several threads at once."""

    def __init__(
        self, address: str, client_id: str, client_secret: str, *, timeout: float = 30,
        transport: httpx2.BaseTransport | None = None, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """`address`: as the trust gave it, like https://qip.example."""
        self._http = httpx2.Client(base_url=address.rstrip("/"), timeout=timeout, transport=transport)
        self._credentials = (client_id, client_secret)
        self._sleep = sleep
        self._token = ""
        self._token_ends = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def findings(self, *, as_at: date | None = None) -> Iterator[Finding]:
        """Every finding, with the root causes that answer it."""
        return self._rows("findings", Finding, as_at)

    def root_causes(self, *, as_at: date | None = None) -> Iterator[RootCause]:
        """The root causes in the plan."""
        return self._rows("root-causes", RootCause, as_at)

    def updates(self, *, as_at: date | None = None) -> Iterator[Update]:
        """The newest released version of each update."""
        return self._rows("updates", Update, as_at)

    def trajectory(self, *, as_at: date | None = None) -> Iterator[TrajectoryMonth]:
        """Planned and complete for every ISG, class and month."""
        return self._rows("trajectory", TrajectoryMonth, as_at)

    def escalations(self, *, as_at: date | None = None) -> Iterator[Escalation]:
        """What came before the executives, each with its decision."""
        return self._rows("escalations", Escalation, as_at)

    def change_requests(self, *, as_at: date | None = None) -> Iterator[ChangeRequest]:
        """The proposed changes of the approved plan."""
        return self._rows("change-requests", ChangeRequest, as_at)

    def packs(self, *, as_at: date | None = None) -> Iterator[Pack]:
        """The published packs, each with its digest and where its files are."""
        return self._rows("packs", Pack, as_at)

    def kpis(self, *, as_at: date | None = None) -> Iterator[Kpi]:
        """The KPIs, each with what its values say."""
        return self._rows("kpis", Kpi, as_at)

    def observations(self, kpi: str, *, as_at: date | None = None) -> Iterator[Observation]:
        """The final values of a KPI."""
        return self._rows(f"kpis/{kpi}/observations", Observation, as_at)

    def page(
        self, feed: str, row: type[Row], *, etag: str | None = None, as_at: date | None = None,
        cursor: str | None = None, limit: int = 1000,
    ) -> Page[Row] | None:  # fmt: skip
        """One page; None where nothing has changed since the page with this `etag`."""
        query: dict[str, str | int] = {"limit": limit}
        if cursor is not None:
            query["cursor"] = cursor
        if as_at is not None:
            query["as_at"] = as_at.isoformat()
        answer = self._get(f"/feeds/v1/{feed}", query, {"If-None-Match": etag} if etag else {})
        if answer.status_code == httpx2.codes.NOT_MODIFIED:
            return None
        body = answer.json()
        items = tuple(read(row, item) for item in body["items"])
        return Page(date.fromisoformat(body["as_at"]), items, body["next"], answer.headers.get("ETag"))

    def snapshot(self, *, as_at: date | None = None) -> Snapshot:
        """The whole plan as far as the client may read it."""
        body = self._get("/feeds/v1/snapshot", {"as_at": as_at.isoformat()} if as_at else {}, {}).json()
        parts: dict[str, tuple[Any, ...]] = {
            feed: tuple(read(_row_of(feed), item) for item in items) for feed, items in body["parts"].items()
        }
        return Snapshot(date.fromisoformat(body["as_at"]), parts, body["changes"])

    def changes(self, cursor: str | None = None) -> Iterator[Page[Change]]:
        """Page by page what changed since the cursor, until there is no more. Keep each page's `next` once its items are kept."""
        while True:
            page = self.page("changes", Change, cursor=cursor)
            assert page is not None  # no etag was sent
            if not page.items and cursor is not None:
                return
            yield page
            if not page.items:
                return
            cursor = page.next

    def poll(self, cursor: str | None = None, *, every: float = 60) -> Iterator[Page[Change]]:
        """`changes` for ever: asks again after `every` seconds when all has been told. Stop by leaving the loop."""
        while True:
            for page in self.changes(cursor):
                yield page
                cursor = page.next
            self._sleep(every)

    def _rows(self, feed: str, row: type[Row], as_at: date | None) -> Iterator[Row]:
        cursor = None
        while True:
            page = self.page(feed, row, as_at=as_at, cursor=cursor)
            assert page is not None  # no etag was sent
            yield from page.items
            if page.next is None:
                return
            # The day is said from here on, so that pages asked for on both sides of midnight are of one day.
            cursor, as_at = page.next, page.as_at

    def _get(self, path: str, query: Query, headers: Mapping[str, str]) -> httpx2.Response:
        waits = renewals = 0
        while True:
            sent = {
                "Accept": "application/json",
                "Authorization": f"Bearer {self._current_token()}",
                **headers,
            }
            answer = self._http.get(path, params=dict(query), headers=sent)
            if answer.status_code == httpx2.codes.UNAUTHORIZED and not renewals:
                renewals, self._token_ends = 1, 0.0
            elif answer.status_code in ASKED_TO_WAIT and waits < MOST_WAITS:
                waits += 1
                self._sleep(min(float(answer.headers.get("Retry-After", LONGEST_WAIT)), LONGEST_WAIT))
            elif answer.is_success or answer.status_code == httpx2.codes.NOT_MODIFIED:
                return answer
            else:
                raise _error(answer)

    def _current_token(self) -> str:
        if time.monotonic() > self._token_ends - RENEW_BEFORE:
            answer = self._http.post(
                "/oauth/token", data={"grant_type": "client_credentials"}, auth=self._credentials
            )
            if not answer.is_success:
                raise _error(answer)
            body = answer.json()
            self._token = body["access_token"]
            self._token_ends = time.monotonic() + body["expires_in"]
        return self._token


def read(row: type[Row], given: Mapping[str, Any]) -> Row:
    """A row from its JSON. Fields that this version does not know are ignored."""
    return row(**{name: _value(kind, given[field]) for name, (field, kind) in _fields(row).items()})


_known: dict[type, dict[str, tuple[str, Any]]] = {}


def _fields(row: type) -> dict[str, tuple[str, Any]]:
    """The attributes of a row: which field of the JSON each comes from, and what it is."""
    if row not in _known:
        _known[row] = {name: (name.removesuffix("_"), kind) for name, kind in get_type_hints(row).items()}
    return _known[row]


def _value(kind: Any, given: Any) -> Any:
    if given is None:
        return None
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_value(get_args(kind)[0], each) for each in given)
    if kind in (date, datetime):
        return kind.fromisoformat(given)
    if kind is float:
        return float(given)
    return read(kind, given) if isinstance(given, dict) and get_origin(kind) is not dict else given


def _row_of(feed: str) -> type:
    return ROWS["kpis/{ref}/observations" if feed == "observations" else feed]


def _error(answer: httpx2.Response) -> FeedError:
    kinds = {401: NotAuthorised, 403: NotAllowed}
    try:
        body = answer.json()
    except ValueError:
        body = {}
    kind = str(body.get("type") or body.get("error") or "about:blank")
    detail = str(
        body.get("detail") or body.get("error_description") or f"The service answered {answer.status_code}."
    )
    return kinds.get(answer.status_code, FeedError)(answer.status_code, kind, detail)
