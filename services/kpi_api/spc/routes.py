"""The door that judges a series without keeping it."""

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from services.kpi_api.spc import service
from services.kpi_api.spc.schemas import SeriesGiven, SeriesJudged
from services.shared.app import feature_router
from services.shared.auth import Caller, NotSignedIn
from services.shared.settings import settings

router: APIRouter = feature_router("spc", "/v1/spc")


async def somebody_or_a_demo(request: Request) -> None:
    """Any signed-in person or client; anybody in demo mode. Raises NotSignedIn."""
    caller: Caller | None = request.state.caller
    if caller is None and not settings().is_demo:
        raise NotSignedIn("Sign in to continue, or send a client's token.")


@router.post("", dependencies=[Depends(somebody_or_a_demo)])
async def judge_series(series: SeriesGiven) -> SeriesJudged:
    """Statistical process control of a series by either rule set; nothing is kept."""
    return await run_in_threadpool(service.judge, series)
