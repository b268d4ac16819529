"""kpi_api: measures and their observations. One method for each endpoint that a page needs."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

import httpx2

from web.clients.answers.kpi_values import (
    ChartDecisionList,
    ExpectedData,
    FileOfValues,
    ObservationList,
    ValuesKept,
    ValuesToGiveList,
)
from web.clients.base import ServiceClient

WHILE_READING = httpx2.Timeout(60, connect=3)


class KpiClient(ServiceClient):
    """kpi_api on behalf of a person."""

    service = "kpi"

    async def observations(self, ref: str, cursor: str = "") -> ObservationList:
        """The values of a KPI with their versions, the newest period first."""
        response = await self._send(
            "GET", f"/v1/kpis/{_in_path(ref)}/observations", params={"cursor": cursor}
        )
        found = ObservationList.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def give_values(
        self,
        ref: str,
        observation: Mapping[str, object],
        *,
        through: str = "page",
        once: str | None = None,
        if_match: str | None = None,
    ) -> ValuesKept:
        """Keeps a value; what was there under its period is revised."""
        body = {"observations": [observation], "through": through}
        return await self._post(
            f"/v1/kpis/{_in_path(ref)}/observations", body, ValuesKept, once=once, if_match=if_match
        )

    async def values_to_give(self, root_cause: str) -> ValuesToGiveList:
        """The KPIs of a root cause, for its update."""
        return await self._get(f"/v1/root-causes/{_in_path(root_cause)}/values-to-give", ValuesToGiveList)

    async def check_file(self, data: AsyncIterator[bytes]) -> FileOfValues:
        """What is wrong with a file of values; one without problems waits for an hour."""
        response = await self._send(
            "POST",
            "/v1/observation-files",
            params={"check": "true", "keep": "true"},
            content=data,
            headers={"Content-Type": "application/octet-stream"},
            timeout=WHILE_READING,
        )
        return FileOfValues.model_validate_json(response.content)

    async def keep_checked_file(self, digest: str, *, once: str | None = None) -> FileOfValues:
        """Keeps the values of the file that was checked. Raises ServiceError 409 when it is gone."""
        response = await self._send(
            "POST",
            "/v1/observation-files/kept",
            params={"digest": digest},
            headers={"Idempotency-Key": once} if once else None,
            timeout=WHILE_READING,
        )
        return FileOfValues.model_validate_json(response.content)

    async def expected_data(self, **wanted: str) -> ExpectedData:
        """What is awaited and who owes it."""
        return await self._get("/v1/expected-data", ExpectedData, **wanted)

    async def chart_decisions(self, ref: str) -> ChartDecisionList:
        """What people have decided about a chart."""
        response = await self._send("GET", f"/v1/kpis/{_in_path(ref)}/decisions")
        found = ChartDecisionList.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def decide_on_chart(
        self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str | None
    ) -> None:
        """Takes a decision."""
        await self._tell("POST", f"/v1/kpis/{_in_path(ref)}/decisions", wish, once=once, if_match=if_match)

    async def undo_decision(
        self, ref: str, decision: int, reason: str, *, once: str, if_match: str | None
    ) -> None:
        """Takes it back."""
        address = f"/v1/kpis/{_in_path(ref)}/decisions/{decision}/undoing"
        await self._tell("POST", address, {"reason": reason}, once=once, if_match=if_match)


def _in_path(ref: str) -> str:
    return quote(ref, safe="")
