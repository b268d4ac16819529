"""Packs: the Board paper as it reads at a day, and as a file."""

import re
from html import unescape
from typing import Literal
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from web.as_at import AsAtForm
from web.clients.base import ServiceError
from web.files import download
from web.packs.pages import BoardPaperPage, PacksPage
from web.papers.pages import STATES
from web.rendering import page, see_other
from web.session import Reporting, SignedIn, feature_router

HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)

router = feature_router("packs")


@router.get("/packs")
async def list_packs(
    request: Request,
    visitor: SignedIn,
    reporting: Reporting,
    kind: str = "",
    state: str = "",
    cursor: str = "",
) -> Response:
    """The packs by kind and state; the kinds as they would read at a day, for those who see what is not published."""
    form = AsAtForm.of(request)
    form.check()
    state = state if state in STATES else ""
    papers = await reporting.papers(kind=kind, state=state, cursor=cursor)
    kinds = (await reporting.pack_kinds()).items if visitor.may("view_packs") else ()
    shown = PacksPage(
        form, kinds, papers, kind, state, visitor.may("assemble_pack"), visitor.may("define_pack")
    )
    return page(request, "packs/list.html.jinja", shown, status=form.status)


@router.get("/packs/board")
async def read_board_paper(request: Request, reporting: Reporting) -> Response:
    """The Board paper, read as the paper itself, in its order; figures open."""
    form = AsAtForm.of(request)
    paper = await form.load(reporting.board_article)
    heading = HEADING.search(paper.html)
    title = unescape(heading[1]).strip() if heading else "Board paper"
    shown = BoardPaperPage(form, Markup(paper.html), title, paper)  # noqa: S704 - our own service escapes every word of it
    return page(request, "packs/board.html.jinja", shown, status=form.status)


@router.get("/packs/board.{suffix}")
async def download_board_paper(
    request: Request,
    reporting: Reporting,
    suffix: Literal["html", "pdf", "docx", "pptx", "xlsx"],
    as_at: str | None = None,
) -> Response:
    """The Board paper as a file; for a day that can't be had, the page that says so."""
    try:
        return await download(reporting.board_file(suffix, as_at))
    except ServiceError as error:
        if error.status != 422:
            raise
        return see_other(request, "/packs/board?" + urlencode({"as_at": as_at or ""}))
