"""The accessibility statement, for anyone."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.rendering import page
from web.session import find_visitor

anyone = APIRouter(tags=["accessibility"])


@dataclass(frozen=True, slots=True)
class AccessibilityPage:
    """The statement."""

    title: str = "Accessibility statement"


@anyone.get("/accessibility")
async def accessibility(request: Request) -> Response:
    """What people can expect, and whom to tell."""
    await find_visitor(request)
    return page(request, "accessibility/page.html.jinja", AccessibilityPage())
