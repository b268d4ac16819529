"""As much of a browser as the bench needs: somebody's session, the forms of a page, and sending them filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from bench.load import HOST, Answer, Request, timed
from services.plan_api.sign_in.service import start_session
from services.shared.models import Person

FORM = "application/x-www-form-urlencoded"
SENT_AS_TYPED = {"text", "hidden", "email", "url", "date", "number", "search"}


@dataclass(slots=True)
class Browser:
    """One person's: asks for pages as browsers do, compressed and with its cookie."""

    port: int
    session: str
    seconds: float = field(default=0.0, init=False)
    """How long the last answer took."""

    async def get(self, path: str) -> str:
        """A page."""
        return (await self._ask(Request("GET", path, self._headers), 200)).text

    async def put(self, path: str, filled: Mapping[str, str]) -> str:
        """What htmx sends while somebody types, and the part of the page that comes back."""
        headers = self._headers | {"Content-Type": FORM, "HX-Request": "true"}
        return (await self._ask(Request("PUT", path, headers, urlencode(filled).encode()), 200)).text

    async def post(self, path: str, filled: Mapping[str, str]) -> str:
        """A form that is taken: where the browser is sent on to. `seconds` is of this answer, without the page after it."""
        headers = self._headers | {"Content-Type": FORM}
        given = await self._ask(Request("POST", path, headers, urlencode(filled).encode()), 303)
        return given.headers["location"].partition("#")[0]

    async def _ask(self, request: Request, expect: int) -> Answer:
        given, self.seconds = await timed(self.port, request, expect)
        return given

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "Host": f"{HOST}:{self.port}",
            "Cookie": f"qip_session={self.session}",
            "Accept": "text/html",
            "Accept-Encoding": "gzip",
            "Origin": f"http://{HOST}:{self.port}",
            "Sec-Fetch-Site": "same-origin",
        }


async def signed_in(db: AsyncSession, port: int, person: Person) -> Browser:
    """Somebody's browser, with a session begun beforehand."""
    return Browser(port, (await start_session(db, person)).secret)


def form_on(page: str, path: str) -> dict[str, str]:
    """What the form for this address holds as the page came, without its buttons."""
    reader = _FormReader(path)
    reader.feed(page)
    return reader.filled


class _FormReader(HTMLParser):
    """Inputs, chosen options and texts of one form."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.filled: dict[str, str] = {}
        self._path = path
        self._inside = False
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = given.get("method") == "post" and given.get("action") == self._path
        elif not self._inside:
            return
        elif tag == "input" and ((given.get("type") or "text") in SENT_AS_TYPED or "checked" in given):
            self.filled[name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.filled[self._select] = value
        elif tag == "textarea":
            self._text = name
            self.filled[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.filled[self._text] += data
