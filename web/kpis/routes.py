"""Measures: the overview of the whole trust or of an ISG, and one KPI with its chart."""

from asyncio import gather
from dataclasses import asdict
from typing import Final, Literal

from fastapi import Request
from starlette.responses import Response

from web.kpis.pages import KpiPage, KpisPage, Wanted
from web.rendering import page
from web.session import Kpi, Plan, feature_router

router = feature_router("kpis")
WIDTHS: Final = {"wide": 960, "narrow": 343}
KEPT: Final = "private, max-age=31536000, immutable"
"""The address of a drawing on a page names what it shows, so that what is at it never changes."""


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


@router.get("/kpis/{ref}/chart.svg")
async def chart(
    kpi: Kpi, ref: str, kind: Literal["spc", "impact"] = "spc", width: Literal["wide", "narrow"] = "wide", of: str = ""
) -> Response:  # fmt: skip
    """Its chart as a picture."""
    drawing = await kpi.drawing(ref, kind, WIDTHS[width])
    headers = {"Cache-Control": KEPT} if of else {}
    return Response(drawing, media_type="image/svg+xml", headers=headers)
