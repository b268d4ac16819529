"""Each night: what the rules say of KPIs is brought up where somebody changed their values past the services."""

import httpx2

from services.shared.logging import log
from services.worker.delivery import as_the_worker
from services.worker.settings import worker_settings


async def bring_up_measures(http_client: httpx2.AsyncClient) -> None:
    """Asks the KPI service; when it does not answer, the next night asks again."""
    try:
        response = await http_client.post(
            worker_settings().address_of("kpi") + "/v1/standings/repair", json={}, headers=as_the_worker()
        )
        response.raise_for_status()
    except httpx2.HTTPStatusError as error:
        log.warning("measures_not_brought_up", error=f"HTTP {error.response.status_code}")
    except httpx2.HTTPError as error:
        log.warning("measures_not_brought_up", error=type(error).__name__)
    else:
        if response.json()["kpis"]:
            log.warning("measures_brought_up", kpis=response.json()["kpis"])
