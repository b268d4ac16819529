"""kpi_api: measures and their observations. One method for each endpoint that a page needs."""

from web.clients.base import ServiceClient


class KpiClient(ServiceClient):
    """kpi_api on behalf of a person."""

    service = "kpi"
