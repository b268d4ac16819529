"""Measures: the overview of the whole trust or of an ISG, and one KPI with its chart."""

from asyncio import gather
from dataclasses import asdict

from fastapi import Request
from starlette.responses import Response

from web.kpis.pages import KpiPage, KpisPage, Wanted
from web.rendering import page
from web.session import Kpi, Plan, feature_router

router = feature_router("kpis")


@router.get("/kpis")
async def kpis(request: Request, plan: Plan, kpi: Kpi) -> Response:
    """The matrix of variation by assurance and the KPIs, narrowed as the address says."""
    wanted, cursor = Wanted.of(request), request.query_params.get("cursor", "")
    found, isgs = await gather(kpi.overview(**asdict(wanted), cursor=cursor), plan.isgs())
    return page(request, "kpis/list.html.jinja", KpisPage(wanted, found, isgs.items, cursor))


@router.get("/kpis/{ref}")
async def one_kpi(request: Request, kpi: Kpi, ref: str) -> Response:
    """One KPI: what its chart says, what was done when, and its values."""
    all_values = request.query_params.get("values") == "all"
    return page(request, "kpis/one.html.jinja", KpiPage(await kpi.kpi_shown(ref), all_values))
