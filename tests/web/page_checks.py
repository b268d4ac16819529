"""What holds for every page, checked on every page that any test gets; and a browser without JavaScript to get them with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
import httpx2
from fastapi import FastAPI

PASSWORD = "improving-together"
ORIGIN = "http://127.0.0.1:8000"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": f"{ORIGIN}/"}
UNLABELLED = {"hidden", "submit", "button"}
EXPECTED_BY_HTML5LIB = {"expected-doctype-but-got-start-tag", "expected-doctype-but-got-chars"}

Tree = Element


def parse(html: str) -> Tree:
    """The tree of a valid page. Fails with the first place where the HTML is wrong."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree: Tree = parser.parse(html)
    faults = [(place, code, data) for place, code, data in parser.errors if code not in EXPECTED_BY_HTML5LIB]
    assert not faults, f"not valid HTML: {faults[0]} near {_near(html, faults[0][0][0])!r}"
    return tree


def check_page(html: str, nonce: str | None = None) -> Tree:
    """A whole page: one h1 that starts the title, a language, landmarks, and all that holds for fragments."""
    assert html.lstrip().lower().startswith("<!doctype html>"), "a page starts with its doctype"
    tree = parse(html)
    headings = [_text(h1) for h1 in tree.iter("h1")]
    assert len(headings) == 1, f"one h1 a page, not {headings}"
    title = _text(_only(tree, "title"))
    assert title.startswith(headings[0]), f"the title {title!r} starts with the h1 {headings[0]!r}"
    assert tree.get("lang") == "en"
    assert len(list(tree.iter("main"))) == 1
    _check_everywhere(tree, nonce)
    return tree


def check_fragment(html: str, nonce: str | None = None) -> Tree:
    """A part of a page: never the whole, and as sound."""
    assert "<html" not in html, "a fragment is no page"
    assert "<h1" not in html, "the h1 belongs to the page"
    tree = parse(html)
    _check_everywhere(tree, nonce)
    return tree


def _check_everywhere(tree: Tree, nonce: str | None) -> None:
    twice = [name for name, count in Counter(_ids(tree)).items() if count > 1]
    assert not twice, f"ids used twice: {twice}"
    _check_labels(tree)
    _check_nothing_inline(tree, nonce)
    _check_links(tree)
    _check_forms(tree)


def _check_labels(tree: Tree) -> None:
    labelled = {label.get("for") for label in tree.iter("label")}
    for element in _all(tree, "input", "select", "textarea"):
        if element.get("type") in UNLABELLED:
            continue
        has_label = (
            element.get("id") in labelled or element.get("aria-label") or element.get("aria-labelledby")
        )
        assert has_label, f"no label: {element.tag} {element.get('name')}"


def _check_nothing_inline(tree: Tree, nonce: str | None) -> None:
    assert not list(tree.iter("style")), "styles live in qip.css"
    for element in tree.iter():
        inline = [name for name in element.attrib if name == "style" or name.startswith(("on", "hx-on"))]
        assert not inline, f"<{element.tag}> carries {inline}, which the CSP blocks"
        if any(name.startswith("hx-") for name in element.attrib):
            assert element.get("hx-nonce"), (
                f"<{element.tag}> has htmx words without hx-nonce: hx-csp strips them"
            )
            assert nonce is None or element.get("hx-nonce") == nonce
    for script in tree.iter("script"):
        if script.get("type") != "application/json":
            assert script.get("nonce"), "a script without the page's nonce does not run"
            assert nonce is None or script.get("nonce") == nonce, "the nonce is the header's"


def _check_links(tree: Tree) -> None:
    ids = set(_ids(tree))
    for link in tree.iter("a"):
        target = link.get("href", "")
        assert target, f"a link goes somewhere: {_text(link)!r}"
        assert not target.lower().startswith("javascript:")
        if target.startswith("#") and target != "#maincontent":
            assert target[1:] in ids, f"{target} leads to nothing"
        assert _text(link) or link.get("aria-label"), f"a link says where it leads: {target}"


def _check_forms(tree: Tree) -> None:
    for form in tree.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        assert form.get("action"), (
            "a form names its address, so that it can be shown again after a lost session"
        )
        names = {element.get("name") for element in form.iter("input")}
        assert "csrf_token" in names, f"the form to {form.get('action')} has no token"


# -- a browser ------------------------------------------------------------------------------------------------------


@dataclass
class Page:
    """An answer, checked, with what a test asks of it."""

    response: httpx2.Response
    tree: Tree | None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.response.request.url.raw_path.decode()

    @property
    def goes_to(self) -> str:
        """Where the answer sends the browser."""
        headers = self.response.headers
        return str(headers.get("Location") or headers.get("HX-Redirect") or "")

    @property
    def h1(self) -> str:
        """The heading."""
        return _text(_only(self._page, "h1"))

    @property
    def text(self) -> str:
        """Everything that is to be read in main, or in the fragment."""
        mains = list(self._page.iter("main"))
        return _text(mains[0] if mains else self._page)

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return [
            _text(item)
            for summary in self.by_class("nhsuk-error-summary__list")
            for item in summary.iter("li")
        ]

    @property
    def links(self) -> dict[str, str]:
        """Text -> address."""
        return {_text(link): link.get("href", "") for link in self._page.iter("a")}

    def by_class(self, name: str) -> list[Tree]:
        """The elements of a class."""
        return [element for element in self._page.iter() if name in element.get("class", "").split()]

    def form(self, action: str | None = None) -> Tree:
        """The form to an address; without one, the form in main."""
        places = list(self._page.iter("main")) or [self._page]
        forms = list((places[0] if action is None else self._page).iter("form"))
        found = [form for form in forms if action is None or form.get("action") == action]
        assert found, f"no form to {action}: {[form.get('action') for form in forms]}"
        return found[0]

    def fields(self, action: str | None = None) -> dict[str, list[str]]:
        """What a form would send if it were sent as it stands."""
        sent: dict[str, list[str]] = {}
        for element in _all(self.form(action), "input", "select", "textarea"):
            for value in _values(element):
                sent.setdefault(element.get("name", ""), []).append(value)
        return sent

    @property
    def _page(self) -> Tree:
        assert self.tree is not None, (
            f"{self.response.status_code} {self.response.headers.get('Content-Type')} is no HTML"
        )
        return self.tree


@dataclass
class Browser:
    """A browser of the web app, with cookies; checks every page that it gets. `htmx=True` asks as htmx does."""

    http: httpx2.AsyncClient
    htmx: bool = False
    seen: list[Page] = field(default_factory=list)

    async def get(
        self, path: str, *, htmx: bool | None = None, headers: Mapping[str, str] | None = None
    ) -> Page:
        """Opens an address; redirects are not followed."""
        return self._check(await self.http.get(path, headers={**self._as(htmx), **(headers or {})}))

    async def open(self, path: str) -> Page:
        """Opens an address as a person does, following redirects."""
        page = await self.get(path, htmx=False)
        while page.status in {302, 303, 307}:
            page = await self.get(urljoin(path, page.goes_to), htmx=False)
        return page

    async def post(
        self,
        path: str,
        data: Mapping[str, Any],
        *,
        htmx: bool | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Sends fields."""
        sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **self._as(htmx), **(headers or {})}
        return self._check(await self.http.post(path, data=dict(data), headers=sent))

    async def put(self, path: str, data: Mapping[str, Any]) -> Page:
        """Sends fields as htmx does while somebody types."""
        sent = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **HTMX}
        return self._check(await self.http.put(path, data=dict(data), headers=sent))

    async def submit(
        self, page: Page, action: str | None = None, *, htmx: bool | None = None, **typed: Any
    ) -> Page:
        """Fills in a page's form and sends it. Names with dots: `**{"sign_in.email": "…"}`."""
        form = page.form(action)
        return await self.post(form.get("action", ""), {**page.fields(action), **typed}, htmx=htmx)

    async def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Signs in by the page."""
        return await self.submit(
            await self.get("/sign-in", htmx=False), email=email, password=password, htmx=False
        )

    def _as(self, htmx: bool | None) -> dict[str, str]:
        return HTMX if (self.htmx if htmx is None else htmx) else {}

    def _check(self, response: httpx2.Response) -> Page:
        tree = None
        if response.headers.get("Content-Type", "").startswith("text/html"):
            nonce = _nonce_of(response)
            whole = "<html" in response.text
            tree = check_page(response.text, nonce) if whole else check_fragment(response.text, nonce)
        page = Page(response, tree)
        self.seen.append(page)
        return page


def browser_of(app: FastAPI, *, htmx: bool = False, origin: str = ORIGIN) -> Browser:
    """A browser of an app in this process."""
    return Browser(httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=origin), htmx)


def _nonce_of(response: httpx2.Response) -> str:
    policy = response.headers["Content-Security-Policy"]
    found = re.search(r"script-src[^;]*'nonce-([^']+)'", policy)
    assert found, f"the policy names no nonce: {policy}"
    return found[1]


# -- trees ----------------------------------------------------------------------------------------------------------


def _all(tree: Tree, *tags: str) -> list[Tree]:
    return [element for element in tree.iter() if element.tag in tags]


def _only(tree: Tree, tag: str) -> Tree:
    return next(tree.iter(tag))


def _ids(tree: Tree) -> list[str]:
    return [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]


def _text(element: Tree) -> str:
    return " ".join("".join(element.itertext()).split())


def _values(element: Tree) -> list[str]:
    match element.tag, element.get("type"):
        case "textarea", _:
            return [(element.text or "").removeprefix("\n")]
        case "select", _:
            options = list(element.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            return [option.get("value", _text(option)) for option in chosen]
        case _, "radio" | "checkbox":
            return [element.get("value", "on")] if "checked" in element.attrib else []
        case _, "submit" | "file":
            return []
    return [element.get("value", "")]


def _near(html: str, line: int) -> str:
    lines = html.splitlines()
    return " / ".join(part.strip() for part in lines[max(0, line - 2) : line + 1])
