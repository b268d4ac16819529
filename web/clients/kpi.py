"""kpi_api: measures and their observations. One method for each endpoint that a page needs."""

from urllib.parse import quote

from web.clients.answers.impact import RootCauseImpact
from web.clients.base import ServiceClient


class KpiClient(ServiceClient):
    """kpi_api on behalf of a person."""

    service = "kpi"

    async def impact(self, ref: str) -> RootCauseImpact:
        """Did it work? What the KPIs of a closed root cause say, before and since closing."""
        return await self._get(f"/v1/root-causes/{quote(ref, safe='')}/impact", RootCauseImpact)
