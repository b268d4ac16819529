"""What dates raise: cycles opened and closed, updates released at meetings, escalations."""

import httpx2

from services.shared.logging import log
from services.worker.delivery import as_the_worker
from services.worker.settings import worker_settings


async def raise_what_dates_raise(http_client: httpx2.AsyncClient) -> None:
    """Asks the plan service for what the days up to today have not yet raised; safe as often as one likes.

    When it does not answer, the next minute asks again.
    """
    try:
        response = await http_client.post(
            worker_settings().address_of("plan") + "/v1/days", json={}, headers=as_the_worker()
        )
        response.raise_for_status()
    except httpx2.HTTPStatusError as error:
        log.warning("days_not_raised", error=f"HTTP {error.response.status_code}")
    except httpx2.HTTPError as error:
        log.warning("days_not_raised", error=type(error).__name__)
