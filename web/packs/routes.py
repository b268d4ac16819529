"""Packs: every kind as it reads at a day, and as a file."""

import re
from html import unescape
from typing import Literal
from urllib.parse import quote, urlencode

from fastapi import Request
from markupsafe import Markup
from starlette.responses import Response

from web.as_at import AsAtForm
from web.clients.base import ServiceError
from web.files import download
from web.forms import Option
from web.packs.forms import DraftForm
from web.packs.pages import PackPage, PacksPage
from web.papers.pages import STATES, no_such_kind
from web.rendering import page, see_other
from web.session import Plan, Reporting, SignedIn, feature_router

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


@router.get("/packs/{kind}.{suffix}")
async def download_pack(
    request: Request,
    reporting: Reporting,
    kind: str,
    suffix: Literal["html", "pdf", "docx", "pptx", "xlsx", "json"],
    as_at: str = "",
    isg: str = "",
) -> Response:
    """The pack as a file; for a day or an ISG that can't be had, the page that says so."""
    try:
        return await download(reporting.pack_file(kind, suffix, as_at, isg))
    except ServiceError as error:
        if error.status != 422:
            raise
        asked = {"as_at": as_at, "isg": isg}
        return see_other(
            request,
            f"/packs/{quote(kind, safe='')}?"
            + urlencode({name: each for name, each in asked.items() if each}),
        )


@router.get("/packs/{kind}")
async def read_pack(request: Request, plan: Plan, reporting: Reporting, kind: str) -> Response:
    """A pack as it would be assembled now, read as the paper itself, in its order; figures open."""
    known = next((each for each in (await reporting.pack_kinds()).items if each.kind == kind), None)
    if known is None:
        raise no_such_kind(kind)
    form = DraftForm.of(request)
    if known.is_by_isg:
        form.offer(
            isg=[
                Option("", "All ISGs"),
                *(Option(each.slug, each.name) for each in (await plan.isgs()).items),
            ]
        )
    paper = await form.load(lambda day: reporting.pack_article(kind, day, form.one_isg))
    heading = HEADING.search(paper.html)
    title = unescape(heading[1]).strip() if heading else known.title
    shown = PackPage(known, form, Markup(paper.html), title, paper)  # noqa: S704 - our own service escapes every word of it
    return page(request, "packs/pack.html.jinja", shown, status=form.status)
