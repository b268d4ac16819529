"""Every HX- word. htmx 4 shortens the way and never is the way: each address answers a whole page without it."""

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.responses import Response

CONFIG = (
    '{"extensions": "hx-csp", "includeIndicatorCSS": false, "history": "reload", "defaultSwap": "outerHTML"}'
)
"""What the layout tells htmx. No injected styles (CSP); back and forward load the page anew, so no stale figure is shown."""

VARIES_BY = "HX-Request-Type"


def is_htmx(request: Request) -> bool:
    """Whether htmx sent the request, for a fragment or for a page."""
    return request.headers.get("HX-Request") == "true"


def wants_fragment(request: Request) -> bool:
    """Whether a part of a page is wanted, rather than the whole."""
    return is_htmx(request) and request.headers.get("HX-Request-Type") == "partial"


def current_path(request: Request) -> str:
    """The path and query of the page that the person is looking at, as htmx says; "/" when it doesn't."""
    _, _, after_scheme = request.headers.get("HX-Current-URL", "").partition("://")
    _, slash, path = after_scheme.partition("/")
    return slash + path if slash else "/"


def go_to(path: str) -> Response:
    """Makes the browser load a page, where a redirect would be followed by fetch and swapped into the old one."""
    return Response(status_code=200, headers={"HX-Redirect": path})


def replace_the_page(headers: MutableHeaders) -> None:
    """Shows an answer in place of the whole page, whatever part was asked for."""
    headers["HX-Retarget"] = "body"
    headers["HX-Reswap"] = "innerHTML"


def is_htmx_header(name: bytes) -> bool:
    """Whether a header is one that htmx adds to a request."""
    return name.startswith(b"hx-")
