"""Doors to the charts of the Board paper, drawn for pages and phones."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from starlette.concurrency import run_in_threadpool

from services.domain.errors import NotFound
from services.domain.permissions import Action
from services.domain.wording import written
from services.reporting_api.packs.content import Shape
from services.reporting_api.packs.drawings import drawing_of, only_of
from services.reporting_api.packs.kinds import BOARD
from services.reporting_api.packs.service import assemble
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import ReadingSession
from services.shared.kept_answers import kept_until_something_changes
from services.shared.transaction import ReplicaRoute

router: APIRouter = feature_router("figures", "/v1/figures", ReplicaRoute)


@router.get("/{number}.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
@kept_until_something_changes
async def read_figure(
    number: int,
    _caller: Annotated[Caller, permit(Action.VIEW_FIGURES)],
    db: ReadingSession,
    as_at: date | None = None,
    shape: Shape = Shape.PAGE,
    isg: Annotated[str | None, Query(description="An ISG's name, for its part of the figure alone")] = None,
) -> Response:
    """Figure 1 (Must Do) or 2 (Should Do): root cause completion by ISG and month."""
    pack = await assemble(db, BOARD, as_at)
    chart = next((each for each in pack.charts if each.number == number), None)
    if chart is not None and isg is not None:
        chart = only_of(chart, isg)
    if chart is None:
        raise NotFound(
            f"There is no Figure {number} at {written(pack.as_at)}: the plan has nothing for it to show."
        )
    return Response(await run_in_threadpool(drawing_of, chart, shape), media_type="image/svg+xml")
