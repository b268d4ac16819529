"""Doors of the partner feeds: for clients with a token from /oauth/token, never for people."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import Audience, FeedScope
from services.reporting_api.feeds import changes, measures, service, snapshot
from services.reporting_api.feeds.access import (
    READING,
    AnyReader,
    EscalationReader,
    FeedResponse,
    FeedRoute,
    KpiReader,
    PackReader,
    PlanReader,
    let_in,
)
from services.reporting_api.feeds.bodies import CACHED, encoding_for, kept, knows
from services.reporting_api.feeds.deprecation import deprecation_headers
from services.reporting_api.feeds.formats import CSV, JSON, NDJSON, Head, preferred_format, written_as
from services.reporting_api.feeds.known import Known
from services.reporting_api.feeds.schemas import ChangeItem, Envelope, ObservationItem, Snapshot
from services.reporting_api.feeds.sources import FEEDS, page_of
from services.reporting_api.papers.issuing import file_as_issued
from services.reporting_api.points_in_time import AskedFor, PointInTime
from services.reporting_api.trajectory.schemas import TrajectoryItem
from services.shared.app import feature_router
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.db import ReadingSession, Session
from services.shared.paging import Cursor, Limit, cursor_of, page, start_of

router: APIRouter = feature_router("feeds", "/feeds/v1", FeedRoute)
WHOLE_PAGE: Final = 1000
Format = Annotated[str, Depends(preferred_format)]
ChangesCursor = Annotated[
    str | None,
    Query(
        max_length=20_000, description="`next` of the answer before; left out: all that there is, as changes"
    ),
]


def documented(item_type: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The answer for OpenAPI: it is sent as bytes, so FastAPI can't tell."""
    answer = {"model": Envelope[item_type], "content": {JSON: {}, CSV: {}, NDJSON: {}}}  # type: ignore[valid-type]
    return {200: answer, 304: {"description": "Not Modified"}, 406: {"description": "Not Acceptable"}}


A_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "Not Modified"},
}
GONE: Final[Mapping[int | str, dict[str, Any]]] = {
    410: {
        "description": "The cursor is of a database that was restored elsewhere since: begin with a snapshot"
    }
}


@router.get("/trajectory", response_class=Response, responses=documented(TrajectoryItem))
async def read_trajectory(
    request: Request, _partner: PlanReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Planned and complete for every ISG, class and month."""
    items, following = page(await service.trajectory_items(db, point), limit, cursor)
    return await _answer(
        request, db, point, media_type, "trajectory", TrajectoryItem, _json(items), following
    )


@router.get(
    "/root-causes",
    response_class=Response,
    responses=documented(FEEDS["root-causes"].item_type),
)
async def read_root_causes(
    request: Request, _partner: PlanReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The root causes in the plan."""
    return await _page(request, db, point, media_type, "root-causes", limit, cursor)


@router.get("/findings", response_class=Response, responses=documented(FEEDS["findings"].item_type))
async def read_findings(
    request: Request, _partner: PlanReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The findings, with the root causes that answer them."""
    return await _page(request, db, point, media_type, "findings", limit, cursor)


@router.get("/updates", response_class=Response, responses=documented(FEEDS["updates"].item_type))
async def read_updates(
    request: Request, _partner: PlanReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The newest released version of each update, in the order in which they came."""
    return await _page(request, db, point, media_type, "updates", limit, cursor)


@router.get(
    "/change-requests", response_class=Response,
    responses=documented(FEEDS["change-requests"].item_type),
)  # fmt: skip
async def read_change_requests(
    request: Request, _partner: PlanReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The proposed changes of the approved plan, each with its decision."""
    return await _page(request, db, point, media_type, "change-requests", limit, cursor)


@router.get(
    "/escalations",
    response_class=Response,
    responses=documented(FEEDS["escalations"].item_type),
)
async def read_escalations(
    request: Request, _partner: EscalationReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """What came before ECIB, each with its decision."""
    return await _page(request, db, point, media_type, "escalations", limit, cursor)


@router.get("/packs", response_class=Response, responses=documented(FEEDS["packs"].item_type))
async def read_packs(
    request: Request, _partner: PackReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The published packs, each with its digest and where its files are."""
    return await _page(request, db, point, media_type, "packs", limit, cursor)


@router.get("/packs/{ref}/files/{form}", response_class=Response, responses=A_FILE)
async def read_pack_file(ref: str, form: str, _partner: PackReader, db: ReadingSession) -> Response:
    """A file of a published pack, byte for byte as it was issued; without what is exempt from FOI."""
    file, content = await file_as_issued(db, ref, form, Audience.PUBLIC)
    return Response(
        content,
        media_type=file.media_type,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"', "ETag": f'"{file.digest}"'},
    )


@router.get("/kpis", response_class=Response, responses=documented(FEEDS["kpis"].item_type))
async def read_kpis(
    request: Request, _partner: KpiReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The KPIs, each with what its final values say by the rules."""
    return await _page(request, db, point, media_type, "kpis", limit, cursor)


@router.get("/kpis/{ref}/observations", response_class=Response, responses=documented(ObservationItem))
async def read_observations(
    request: Request, ref: str, _partner: KpiReader, db: ReadingSession, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The final values of a KPI, by period."""
    items, following = page(await measures.observation_items(db, point, ref), limit, cursor)
    return await _answer(
        request, db, point, media_type, "observations", ObservationItem, _json(items), following
    )


@router.get("/changes", response_class=Response, responses={**documented(ChangeItem), **GONE})
async def read_changes(
    request: Request, partner: AnyReader, db: ReadingSession, media_type: Format, limit: Limit = WHOLE_PAGE,
    cursor: ChangesCursor = None,
) -> Response:  # fmt: skip
    """What changed since the cursor, in commit order, of the feeds that the token covers; what went as well.

    There is always a `next`: ask again with it, now and then. An answer without items means that all has been told.
    """
    scopes = _reading(partner)
    items, following = await changes.changes_since(db, request.state.known, cursor, limit, scopes)
    point = PointInTime(await business_today(db))
    return await _answer(
        request, db, point, media_type, "changes", ChangeItem, items, following, more=" ".join(sorted(scopes))
    )


@router.get(
    "/snapshot", response_class=StreamingResponse,
    responses={
        200: {"model": Snapshot, "content": {JSON: {}, CSV: {}, NDJSON: {}}},
        304: {"description": "Not Modified"}, 406: {"description": "Not Acceptable"},
        503: {"description": "Others are being sent snapshots: ask again after `Retry-After` seconds"},
    },
)  # fmt: skip
async def read_snapshot(
    request: Request, partner: AnyReader, db: ReadingSession, point: AskedFor, media_type: Format
) -> Response:
    """The whole plan at a date, as far as the token covers it, in one document; and the cursor from which `changes` goes on."""
    known: Known = request.state.known
    scopes = _reading(partner)
    encoding = encoding_for(request.headers.get("Accept-Encoding"))
    tag = "-".join(
        [request.app.state.feeds.name, str(known.number), _of(request.url.query, media_type, *sorted(scopes))]
    )
    headers = {
        "ETag": f'"{tag}{f"-{encoding}" if encoding else ""}"',
        **CACHED,
        **dict(deprecation_headers("snapshot")),
    }
    if knows(request.headers.get("If-None-Match", ""), tag):
        return StreamingResponse(iter(()), 304, headers)
    pieces = snapshot.written(
        request.app.state.replica or request.app.state.database,
        point,
        await _head(db, point, None),
        media_type,
        scopes,
    )
    if encoding is not None:
        headers["Content-Encoding"] = encoding
        pieces = snapshot.compressed(pieces, encoding)
    return snapshot.SnapshotResponse(request, partner.subject, pieces, media_type, headers)


async def _reader_of_schema(request: Request, db: Session, name: str) -> Caller:
    """Whoever may read the feed may read what its items are."""
    if name == "changes":
        return await let_in(request, db, READING)
    return await let_in(request, db, [changes.SCOPES.get(name, FeedScope.PLAN_READ)])


@router.get("/schemas/{name}", response_class=JSONResponse)
async def read_schema(name: str, _partner: Annotated[Caller, Depends(_reader_of_schema)]) -> JSONResponse:
    """The JSON Schema of a feed's item, by the feed's name."""
    return JSONResponse(service.schema_of(name), media_type="application/schema+json")


async def _page(
    request: Request, db: AsyncSession, point: PointInTime, media_type: str, name: str, limit: int, cursor: str | None
) -> Response:  # fmt: skip
    feed = FEEDS[name]
    after = start_of(cursor) if cursor is not None else None
    items, last = await page_of(feed, db, point, request.state.known, after, limit)
    following = None if last is None else cursor_of(last)
    return await _answer(request, db, point, media_type, name, feed.item_type, items, following)


def _json(items: Sequence[BaseModel]) -> Sequence[bytes]:
    return [item.model_dump_json(by_alias=True).encode() for item in items]


def _reading(partner: Caller) -> frozenset[FeedScope]:
    return frozenset(FeedScope(scope) for scope in partner.scopes) & frozenset(READING)


async def _answer(
    request: Request, db: AsyncSession, point: PointInTime, media_type: str, feed: str, item_type: type[BaseModel],
    items: Sequence[bytes], following: str | None, more: str = "",
) -> Response:  # fmt: skip
    body, tag = written_as(media_type, await _head(db, point, following), items, item_type)
    headers = list(deprecation_headers(feed))
    if following is not None:
        # The day is written out, so that pages asked for on both sides of midnight are of one day.
        day = {} if feed == "changes" else {"as_at": point.as_at.isoformat()}
        next_page = request.url.include_query_params(**day, cursor=following)
        headers.append(("Link", f'<{next_page.path}?{next_page.query}>; rel="next"'))
    return FeedResponse(feed, kept(body, _of(tag, more) if more else tag, media_type, headers))


async def _head(db: AsyncSession, point: PointInTime, following: str | None) -> Head:
    return Head(service.trust(), point.as_at, await business_now(db), following)


def _of(*parts: str) -> str:
    return service.digest_of(parts)
