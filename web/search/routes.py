"""Search across everything that the person may see."""

from fastapi import Request
from starlette.responses import Response

from web.rendering import page
from web.search.pages import KINDS, SearchPage
from web.session import Plan, SignedIn, feature_router

LONGEST = 200
OF_EACH, OF_ONE = 5, 200

router = feature_router("search")


@router.get("/search")
async def search(request: Request, visitor: SignedIn, plan: Plan, q: str = "", kind: str = "") -> Response:
    """What has these words; `kind` shows more of one kind."""
    asked = " ".join(q.split())[:LONGEST]
    kind = kind if kind in KINDS else ""
    found = await plan.search(asked, kind=kind, limit=OF_ONE if kind else OF_EACH)
    shown = SearchPage(asked, kind, found, visitor.may("manage_people"))
    return page(request, "search/page.html.jinja", shown)
