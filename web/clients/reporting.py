"""reporting_api: trajectories, dashboards and packs. One method for each endpoint that a page needs."""

from web.clients.base import ServiceClient


class ReportingClient(ServiceClient):
    """reporting_api on behalf of a person."""

    service = "reporting"
