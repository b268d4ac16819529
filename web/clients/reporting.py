"""reporting_api: trajectories, dashboards and packs. One method for each endpoint that a page needs.

`as_at` is a day in ISO 8601; None for today. A day after today is refused with ServiceError 422.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from urllib.parse import quote

import httpx2

from web.clients.answers.outlines import PackOutline
from web.clients.answers.papers import BlockWords, Paper, PaperComparison, Papers, Place
from web.clients.answers.partners import PartnerStatus
from web.clients.answers.reconciliation import Reconciliation
from web.clients.answers.reporting import Dashboard, PackArticle, PackKinds, Trajectory
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
        """The kinds of pack, in the PMO's order."""
        return await self._get("/v1/packs", PackKinds)

    async def pack_article(self, kind: str, as_at: str | None = None, isg: str = "") -> PackArticle:
        """What a pack says, as HTML for a page of ours; of one ISG where its slug is given."""
        answer = await self._send(
            "GET", f"/v1/packs/{_in_path(kind)}/article", params={"as_at": as_at, "isg": isg or None}
        )
        return PackArticle(
            html=answer.text,
            assembled_at=datetime.fromisoformat(at) if (at := answer.headers.get("X-Assembled-At")) else None,
            being_assembled_again="X-Being-Assembled-Again" in answer.headers,
        )

    def pack_file(
        self, kind: str, suffix: str, as_at: str | None = None, isg: str = ""
    ) -> AbstractAsyncContextManager[httpx2.Response]:
        """A pack as a file (html, pdf, docx, pptx, xlsx, json), as it comes."""
        return self._stream(f"/v1/packs/{_in_path(kind)}.{suffix}", as_at=as_at, isg=isg)

    # -- packs as they are kept

    async def papers(
        self, kind: str = "", state: str = "", cursor: str = "", limit: int | None = None
    ) -> Papers:
        """The packs that fit, the newest first."""
        return await self._get("/v1/packs/papers", Papers, kind=kind, state=state, cursor=cursor, limit=limit)

    async def paper(self, ref: str) -> Paper:
        """One pack with its margin, and the ETag that a move of it is based on."""
        response = await self._send("GET", f"/v1/packs/papers/{_in_path(ref)}")
        found = Paper.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def begin_paper(self, kind: str, *, once: str) -> Paper:
        """Begins a draft."""
        return await self._post("/v1/packs/papers", {"kind": kind}, Paper, once=once)

    async def block_words(self, ref: str, block: str) -> BlockWords:
        """The words of a block, and the ETag that a change of them is based on."""
        response = await self._send("GET", f"/v1/packs/papers/{_in_path(ref)}/blocks/{_in_path(block)}")
        found = BlockWords.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def place_to_write(self, ref: str, block: str) -> Place:
        """A place that people write in, and the ETag that what they write is based on."""
        response = await self._send("GET", f"/v1/packs/papers/{_in_path(ref)}/writing/{_in_path(block)}")
        found = Place.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def paper_deed(
        self,
        ref: str,
        deed: str,
        body: Mapping[str, object] | None = None,
        *,
        once: str,
        if_match: str | None = None,
    ) -> Paper:
        """Does what the door `deed` does to a pack: `assembly`, `approval`, `blocks/situation.1` and the like.

        Publishing is not waited for: the pack says how far it is.
        """
        path = f"/v1/packs/papers/{_in_path(ref)}/{'/'.join(map(_in_path, deed.split('/')))}"
        headers = {"Prefer": "respond-async"}
        return await self._post(path, body or {}, Paper, once=once, if_match=if_match, headers=headers)

    async def compare_papers(self, earlier: str, later: str) -> PaperComparison:
        """Two packs of a kind, figure by figure."""
        path = f"/v1/packs/papers/{_in_path(later)}/comparison"
        return await self._get(path, PaperComparison, earlier=earlier)

    async def paper_reconciliation(self, ref: str) -> Reconciliation:
        """What a pack claims, and whether it agrees."""
        return await self._get(f"/v1/packs/papers/{_in_path(ref)}/reconciliation", Reconciliation)

    async def kind_reconciliation(self, kind: str, as_at: str | None = None) -> Reconciliation:
        """The same of a kind as it would be drafted at a day."""
        return await self._get(f"/v1/packs/{_in_path(kind)}/reconciliation", Reconciliation, as_at=as_at)

    def paper_file(
        self, ref: str, form: str, audience: str = ""
    ) -> AbstractAsyncContextManager[httpx2.Response]:
        """A file of a published pack, as it was issued."""
        return self._stream(f"/v1/packs/papers/{_in_path(ref)}/files/{_in_path(form)}", audience=audience)

    # -- what kinds of pack are made of

    async def outline(self, kind: str) -> PackOutline:
        """What a kind of pack is made of, and the ETag that a change of it is based on."""
        response = await self._send("GET", f"/v1/packs/outlines/{_in_path(kind)}")
        found = PackOutline.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def change_outline(
        self, kind: str, wish: Mapping[str, object], *, once: str, if_match: str | None = None
    ) -> PackOutline:
        """Changes a part of it."""
        path = f"/v1/packs/outlines/{_in_path(kind)}"
        return await self._post(path, wish, PackOutline, once=once, if_match=if_match)

    async def copy_outline(self, wish: Mapping[str, object], *, once: str) -> PackOutline:
        """Makes a new kind from a copy."""
        return await self._post("/v1/packs/outlines", wish, PackOutline, once=once)


def _in_path(part: str) -> str:
    return quote(part, safe="")
