"""reporting_api: trajectories, dashboards and packs. One method for each endpoint that a page needs.

`as_at` is a day in ISO 8601; None for today. A day after today is refused with ServiceError 422.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime

import httpx2

from web.clients.answers.partners import PartnerStatus
from web.clients.answers.reporting import BoardArticle, Dashboard, PackKinds, Trajectory
from web.clients.base import ServiceClient


class ReportingClient(ServiceClient):
    """reporting_api on behalf of a person."""

    service = "reporting"

    async def trajectory(self, as_at: str | None = None) -> Trajectory:
        """Planned, complete and their ratio for every ISG, class and month."""
        return await self._get("/v1/trajectory", Trajectory, as_at=as_at)

    async def on_trajectory(self) -> Trajectory:
        """Where each ISG stands today; no months."""
        return await self._get("/v1/trajectory", Trajectory, months="false")

    async def dashboard(self, as_at: str | None = None) -> Dashboard:
        """How the whole plan and each ISG's part stand."""
        return await self._get("/v1/dashboard", Dashboard, as_at=as_at)

    async def figure(self, number: int, *, as_at: str | None, shape: str, isg: str | None = None) -> bytes:
        """Figure 1 (Must Do) or 2 (Should Do) as SVG, for a page or narrow; of one ISG where it is named."""
        params = {"as_at": as_at, "shape": shape, "isg": isg}
        return (await self._send("GET", f"/v1/figures/{number}.svg", params=params)).content

    async def partner_status(self) -> PartnerStatus:
        """Whether the feeds answer, and what else partners rely on."""
        return await self._get("/v1/partner-status", PartnerStatus)

    async def pack_kinds(self) -> PackKinds:
        """The kinds of pack that can be assembled."""
        return await self._get("/v1/packs", PackKinds)

    async def board_article(self, as_at: str | None = None) -> BoardArticle:
        """The Board paper's article, as HTML for a page of ours."""
        params = {"as_at": as_at, "part": "article"}
        answer = await self._send("GET", "/v1/packs/board.html", params=params)
        return BoardArticle(
            html=answer.text,
            assembled_at=datetime.fromisoformat(at) if (at := answer.headers.get("X-Assembled-At")) else None,
            being_assembled_again="X-Being-Assembled-Again" in answer.headers,
        )

    def board_file(
        self, suffix: str, as_at: str | None = None
    ) -> AbstractAsyncContextManager[httpx2.Response]:
        """The Board paper as a file (html, pdf, docx, pptx, xlsx), as it comes."""
        return self._stream(f"/v1/packs/board.{suffix}", as_at=as_at)
