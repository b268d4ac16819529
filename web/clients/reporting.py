"""reporting_api: trajectories, dashboards and packs. One method for each endpoint that a page needs."""

from web.clients.answers.trajectory import Trajectory
from web.clients.base import ServiceClient


class ReportingClient(ServiceClient):
    """reporting_api on behalf of a person."""

    service = "reporting"

    async def trajectory(self, *, as_at: str = "") -> Trajectory:
        """Planned and complete for every ISG, class and month; today's without a date."""
        return await self._get("/v1/trajectory", Trajectory, as_at=as_at)
