"""kpi_api: measures and their observations. One method for each endpoint that a page needs."""

from collections.abc import Mapping
from urllib.parse import quote

from web.clients.answers.kpi_definitions import KpiSet, KpiWhole, ValuesKept
from web.clients.answers.kpis import KpiShown, Overview
from web.clients.base import ServiceClient


class KpiClient(ServiceClient):
    """kpi_api on behalf of a person."""

    service = "kpi"

    # -- definitions

    async def kpi(self, ref: str) -> KpiWhole:
        """One KPI whole, with the ETag that a change of it is based on."""
        response = await self._send("GET", f"/v1/kpis/{_in_path(ref)}")
        found = KpiWhole.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def define_kpi(self, wish: Mapping[str, object], *, once: str) -> KpiWhole:
        """Defines a KPI; its reference is given out by the service."""
        return await self._post("/v1/kpis", wish, KpiWhole, once=once)

    async def change_definition(
        self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str
    ) -> None:
        """Gives it another definition from a day on."""
        path = f"/v1/kpis/{_in_path(ref)}/definition"
        await self._tell("PUT", path, wish, once=once, if_match=if_match)

    async def set_kpi_target(self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str) -> None:
        """Says what it should reach from a day on."""
        await self._tell("POST", f"/v1/kpis/{_in_path(ref)}/targets", wish, once=once, if_match=if_match)

    async def retire_kpi(self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str) -> None:
        """It is measured no longer."""
        await self._tell("POST", f"/v1/kpis/{_in_path(ref)}/retirement", wish, once=once, if_match=if_match)

    async def bring_kpi_back(self, ref: str, *, once: str, if_match: str) -> None:
        """A retired KPI is measured again."""
        await self._tell("POST", f"/v1/kpis/{_in_path(ref)}/return", None, once=once, if_match=if_match)

    async def add_benchmark(self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str) -> None:
        """Compares it with peers or with the country."""
        await self._tell("POST", f"/v1/kpis/{_in_path(ref)}/benchmarks", wish, once=once, if_match=if_match)

    async def give_benchmark_values(
        self, ref: str, number: int, values: list[dict[str, str]], *, once: str, if_match: str
    ) -> ValuesKept:
        """Values of a benchmark, all kept or none."""
        path = f"/v1/kpis/{_in_path(ref)}/benchmarks/{number}/values"
        return await self._post(path, {"values": values}, ValuesKept, once=once, if_match=if_match)

    async def end_benchmark(self, ref: str, number: int, *, once: str, if_match: str) -> None:
        """Compares with it no more."""
        path = f"/v1/kpis/{_in_path(ref)}/benchmarks/{number}/ending"
        await self._tell("POST", path, None, once=once, if_match=if_match)

    # -- sets that ISGs agree on

    async def kpi_set(self, slug: str) -> KpiSet:
        """What an ISG measures, with the ETag of what is signed off."""
        response = await self._send("GET", f"/v1/isgs/{_in_path(slug)}/kpi-set")
        found = KpiSet.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def sign_off_kpi_set(
        self, slug: str, wish: Mapping[str, object], *, once: str, if_match: str
    ) -> None:
        """The ISG signs its set off as it is now."""
        await self._tell("POST", f"/v1/isgs/{_in_path(slug)}/kpi-set", wish, once=once, if_match=if_match)

    # -- overview and charts

    async def overview(self, **wanted: str) -> Overview:
        """The matrix of variation by assurance, and the KPIs that fit: what is of concern first."""
        return await self._get("/v1/overview", Overview, **wanted)

    async def kpi_shown(self, ref: str) -> KpiShown:
        """A KPI with all that its page shows."""
        return await self._get(f"/v1/kpis/{_in_path(ref)}/chart", KpiShown)

    async def drawing(self, ref: str, kind: str, width: int) -> bytes:
        """Its chart as SVG."""
        params = {"kind": kind, "width": width}
        return (await self._send("GET", f"/v1/kpis/{_in_path(ref)}/chart.svg", params=params)).content


def _in_path(text: str) -> str:
    return quote(text, safe="")
