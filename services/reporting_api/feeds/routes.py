"""Doors of the partner feeds: for clients with a token from /oauth/token, never for people."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import FeedScope
from services.reporting_api.feeds import measures, service
from services.reporting_api.feeds.formats import CSV, NDJSON, preferred_format, written_as
from services.reporting_api.feeds.schemas import (
    Envelope,
    FindingItem,
    KpiItem,
    ObservationItem,
    RootCauseItem,
    Trust,
)
from services.reporting_api.points_in_time import AskedFor, PointInTime
from services.reporting_api.rate_limit import RateLimit
from services.reporting_api.trajectory.schemas import TrajectoryItem
from services.shared.app import feature_router
from services.shared.auth import Caller, permit_scope
from services.shared.clock import business_now
from services.shared.db import Session
from services.shared.paging import Cursor, Limit, page
from services.shared.settings import settings

router: APIRouter = feature_router("feeds", "/feeds/v1")
WHOLE_PAGE = 1000


def partner(scope: FeedScope) -> Any:
    """A client that holds the scope and has requests left this minute: else 401, 403 or 429."""

    async def permitted(request: Request, caller: Annotated[Caller, permit_scope(scope)]) -> Caller:
        requests: RateLimit = request.app.state.feed_requests
        requests.take(caller.subject)
        return caller

    return Depends(permitted)


PlanReader = Annotated[Caller, partner(FeedScope.PLAN_READ)]
KpiReader = Annotated[Caller, partner(FeedScope.KPI_READ)]
Format = Annotated[str, Depends(preferred_format)]


def documented(item_type: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The answer for OpenAPI: it is sent as bytes, so FastAPI can't tell."""
    answer = {"model": Envelope[item_type], "content": {CSV: {}, NDJSON: {}}}  # type: ignore[valid-type]
    return {200: answer, 304: {"description": "Not Modified"}, 406: {"description": "Not Acceptable"}}


@router.get("/trajectory", response_class=Response, responses=documented(TrajectoryItem))
async def read_trajectory(
    request: Request, _partner: PlanReader, db: Session, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Planned and complete for every ISG, class and month."""
    items, following = page(await service.trajectory_items(db, point), limit, cursor)
    return await _answer(request, db, point, media_type, TrajectoryItem, items, following)


@router.get("/root-causes", response_class=Response, responses=documented(RootCauseItem))
async def read_root_causes(
    request: Request, _partner: PlanReader, db: Session, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The root causes in the plan."""
    items, following = page(await service.root_cause_items(db, point), limit, cursor)
    return await _answer(request, db, point, media_type, RootCauseItem, items, following)


@router.get("/findings", response_class=Response, responses=documented(FindingItem))
async def read_findings(
    request: Request, _partner: PlanReader, db: Session, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The findings, with the root causes that answer them."""
    items, following = page(await service.finding_items(db, point), limit, cursor)
    return await _answer(request, db, point, media_type, FindingItem, items, following)


@router.get("/kpis", response_class=Response, responses=documented(KpiItem))
async def read_kpis(
    request: Request, _partner: KpiReader, db: Session, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The KPIs, each with what its final values say by the rules."""
    ids, following = page(await measures.kpis_there(db, point), limit, cursor)
    items = await measures.kpi_items(db, point, ids)
    return await _answer(request, db, point, media_type, KpiItem, items, following)


@router.get("/kpis/{ref}/observations", response_class=Response, responses=documented(ObservationItem))
async def read_observations(
    request: Request, ref: str, _partner: KpiReader, db: Session, point: AskedFor, media_type: Format,
    limit: Limit = WHOLE_PAGE, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """The final values of a KPI, by period."""
    items, following = page(await measures.observation_items(db, point, ref), limit, cursor)
    return await _answer(request, db, point, media_type, ObservationItem, items, following)


@router.get("/schemas/kpis", response_class=JSONResponse)
async def read_schema_of_kpis(_partner: KpiReader) -> JSONResponse:
    """The JSON Schema of a KPI."""
    return JSONResponse(service.schema_of("kpis"), media_type="application/schema+json")


@router.get("/schemas/observations", response_class=JSONResponse)
async def read_schema_of_observations(_partner: KpiReader) -> JSONResponse:
    """The JSON Schema of a value."""
    return JSONResponse(service.schema_of("observations"), media_type="application/schema+json")


@router.get("/schemas/{name}", response_class=JSONResponse)
async def read_schema(name: str, _partner: PlanReader) -> JSONResponse:
    """The JSON Schema of a feed's item, by the feed's name."""
    return JSONResponse(service.schema_of(name), media_type="application/schema+json")


async def _answer(
    request: Request, db: AsyncSession, point: PointInTime, media_type: str, item_type: type[BaseModel],
    items: Sequence[BaseModel], following: str | None,
) -> Response:  # fmt: skip
    envelope = Envelope[Any](
        trust=Trust(ods_code=settings().trust_ods_code, name=settings().trust_name),
        as_at=point.as_at,
        generated_at=await business_now(db),
        items=items,
        next=following,
    )
    document = written_as(media_type, envelope, item_type)
    headers = {"ETag": f'"{hashlib.sha256(document.fingerprint).hexdigest()[:32]}"', "Vary": "Accept"}
    if following is not None:
        # The day is written out, so that pages asked for on both sides of midnight are of one day.
        next_page = request.url.include_query_params(as_at=point.as_at.isoformat(), cursor=following)
        headers["Link"] = f'<{next_page.path}?{next_page.query}>; rel="next"'
    return Response(document.body, media_type=document.media_type, headers=headers)
