"""From page objects to HTML. A template gets one page object (a frozen dataclass), and the frame's own few names."""

import base64
import binascii
import hashlib
import json
import uuid
from collections.abc import MutableMapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    pass_context,
)
from jinja2.exceptions import UndefinedError
from jinja2.runtime import Context
from jinja2.utils import missing
from markupsafe import Markup
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from web import csrf, htmx, wording
from web.help.glossary import words_on
from web.navigation import navigation
from web.session import Visitor, form_secret, remember_visit, set_cookie
from web.settings import WebSettings

HERE = Path(__file__).parent
NOTICE_COOKIE = "qip_notice"
SERVICE_NAME = "Quality Improvement Plan"
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Notice:
    """What has just happened and what follows, said once at the top of the next page."""

    heading: str
    text: str = ""


def page(
    request: Request, template: str, shown: object, *, part: str | None = None, status: int = 200
) -> Response:
    """The page object in its template. `part`: the `_partial` that htmx gets when it asks for a fragment of this page."""
    wanted = part if part and htmx.wants_fragment(request) else template
    response = HTMLResponse(_render(request, wanted, shown), status)
    response.headers["Vary"] = f"Cookie, {htmx.VARIES_BY}"
    if wanted is template and _notice(request):
        response.delete_cookie(NOTICE_COOKIE)
    remember_visit(request, response)
    return response


def fragment(request: Request, template: str, shown: object = None, *, status: int = 200) -> Response:
    """A part of a page on its own, for an address that only htmx asks for."""
    return HTMLResponse(_render(request, template, shown), status)


def see_other(request: Request, path: str, notice: Notice | None = None) -> Response:
    """After something was done: on to a page of ours, which says what has happened."""
    response = RedirectResponse(path, 303)
    if notice:
        text = base64.urlsafe_b64encode(json.dumps(asdict(notice)).encode()).decode()
        set_cookie(request, response, NOTICE_COOKIE, text)
    return response


def _render(request: Request, template: str, shown: object) -> str:
    settings: WebSettings = request.app.state.settings
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    frame = {
        "visitor": visitor,
        "today": visitor.today if visitor else None,
        "trust_name": visitor.trust_name if visitor else settings.trust_name,
        "demo": settings.is_demo,
        "navigation": navigation(visitor, request.url.path),
        "address_query": request.url.query,
        "search_box": visitor is not None and request.url.path != "/search",
        "help_words": words_on(request.url.path) if visitor else (),
        "notice": _notice(request),
        "not_sent_yet": bool(getattr(request.state, "typed", None)),
        "nonce": request.state.nonce,
        "cspNonce": request.state.nonce,
        "csrf_token": csrf.token(form_secret(request)),
        "request_id": request.state.request_id,
    }
    return environment().get_template(template).render(page=shown, **frame)


def _notice(request: Request) -> Notice | None:
    try:
        said = json.loads(base64.urlsafe_b64decode(request.cookies.get(NOTICE_COOKIE, "")))
        return Notice(str(said["heading"]), str(said["text"]))
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None


# -- the environment ------------------------------------------------------------------------------------------------


class LenientButForOurPages(ChainableUndefined):
    """NHS macros ask for many things that nobody gave; what one of our own objects lacks is a typing error of ours."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of = self._undefined_obj
        # Nearly always something that nobody gave to a macro: a page asks a thousand times.
        if of is not missing and type(of) is not dict and (is_dataclass(of) or isinstance(of, BaseModel)):
            raise UndefinedError(f"{type(self._undefined_obj).__name__} has no {self._undefined_name!r}")


class OneForAll(Environment):
    """No template is given names of its own: all have the same plain dict, which every import of a macro compares with itself."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that a template knows."""
        return super().make_globals(d) if d else self.globals


@lru_cache
def environment() -> Environment:
    """Our templates and the NHS design system's, escaping everything."""
    env = OneForAll(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), PackageLoader("nhsuk_frontend_jinja")]),
        autoescape=True,
        undefined=LenientButForOurPages,
        auto_reload=False,
    )
    env.filters.update(
        indent=as_it_is,
        day=day,
        short_day=short_day,
        month=month,
        instant=instant,
        percent=percent,
        how_far=how_far,
        how_far_from=how_far_from,
        counted=counted,
        since=since,
        file_size=file_size,
        label=wording.label,
    )
    env.globals.update(
        assetPath="/static/vendor/nhsuk/assets",
        static=static,
        service_name=SERVICE_NAME,
        htmx_config=htmx.CONFIG,
        new_key=new_key,
        csrf_field=csrf.FIELD,
        tint=wording.tint,
        tag_of=tag_of,
    )
    return env


@lru_cache(maxsize=256)
def tag_of(code: str) -> Markup:
    """A code word's tag: every row of a list has one, and there are few words."""
    macros: Any = environment().get_template("nhsuk/components/tag/macro.jinja").module
    tag: Markup = macros.tag({"text": wording.label(code), "colour": wording.tint(code)}).strip()
    return tag


@lru_cache(maxsize=64)
def static(path: str) -> str:
    """The address of a static file, with its content's digest: browsers may keep it for ever."""
    digest = hashlib.sha256((HERE / "static" / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def new_key() -> str:
    """An idempotency key for a form about to be shown."""
    return str(uuid.uuid4())


# -- filters --------------------------------------------------------------------------------------------------------


def as_it_is(markup: str, *_width: object, **_how: object) -> str:
    """In place of `indent`, with which NHS macros make HTML pretty that nobody reads, at a fifth of what a form takes."""
    return markup


def day(when: date) -> str:
    """Monday 11 March 2019."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def short_day(when: date) -> str:
    """11 March 2019."""
    return f"{when.day} {when:%B %Y}"


def month(when: date) -> str:
    """March 2019."""
    return f"{when:%B %Y}"


def instant(when: datetime) -> str:
    """11 March 2019 at 23:59, London time."""
    local = when.astimezone(LONDON)
    return f"{short_day(local)} at {local:%H:%M}"


def percent(figure: Decimal | float | None) -> str:
    """84.6 -> 84.6%; None, because nothing was planned -> nothing due."""
    if figure is None:
        return "nothing due"
    return f"{Decimal(str(figure)).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def file_size(number: int) -> str:
    """812 bytes, 12 KB, 1.2 MB."""
    if number < 1024:
        return counted(number, "byte")
    return f"{number / 1024:,.0f} KB" if number < 1024 * 1024 else f"{number / 1024 / 1024:,.1f} MB"


@pass_context
def how_far(context: Context, due: date) -> str:
    """How far a due date is from today: in 2 days, today, 9 days overdue."""
    return how_far_from(due, _today(context))


def how_far_from(due: date, today: date) -> str:
    """The same in a macro, which is given the day."""
    days = (due - today).days
    return f"{counted(-days, 'day')} overdue" if days < 0 else _ahead(days)


@pass_context
def since(context: Context, when: date) -> str:
    """How far any other date is from today: in 2 days, today, 9 days ago."""
    days = (when - _today(context)).days
    return f"{counted(-days, 'day')} ago" if days < 0 else _ahead(days)


def _ahead(days: int) -> str:
    return "today" if days == 0 else f"in {counted(days, 'day')}"


def counted(count: int, noun: str) -> str:
    """1 update, 3 updates."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _today(context: Context) -> date:
    today = context.get("today")
    if not isinstance(today, date):
        raise UndefinedError("how_far and since need a signed-in person's business date")
    return today
