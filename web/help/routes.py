"""Help: what each person does here and how, and what the words mean."""

from fastapi import Request
from starlette.responses import Response

from web.help.pages import HelpPage, WordsPage
from web.rendering import page
from web.session import SignedIn, feature_router

router = feature_router("help")


@router.get("/help")
async def help_page(request: Request, visitor: SignedIn) -> Response:
    """How one's own work is done, step by step, one's own roles first."""
    return page(request, "help/page.html.jinja", HelpPage(visitor.person.can))


@router.get("/help/words")
async def words(request: Request) -> Response:
    """Every word of the plan."""
    return page(request, "help/words.html.jinja", WordsPage())
