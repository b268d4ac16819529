"""kpi_api: measures and their observations. One method for each endpoint that a page needs."""

from web.clients.answers.kpis import KpiShown, Overview
from web.clients.base import ServiceClient


class KpiClient(ServiceClient):
    """kpi_api on behalf of a person."""

    service = "kpi"

    # -- overview and charts

    async def overview(self, **wanted: str) -> Overview:
        """The matrix of variation by assurance, and the KPIs that fit: what is of concern first."""
        return await self._get("/v1/overview", Overview, **wanted)

    async def kpi_shown(self, ref: str) -> KpiShown:
        """A KPI with all that its page shows."""
        return await self._get(f"/v1/kpis/{ref}/chart", KpiShown)

    async def drawing(self, ref: str, kind: str, width: int) -> bytes:
        """Its chart as SVG."""
        params = {"kind": kind, "width": width}
        return (await self._send("GET", f"/v1/kpis/{ref}/chart.svg", params=params)).content
