"""A page that is one form: it says what follows, loses nothing when refused, and compares when somebody was quicker."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from starlette.responses import Response

from web.clients.base import ServiceError
from web.forms import Entry, Form
from web.rendering import Notice, page, see_other

TEMPLATE = "components/form_page.html.jinja"
STALE = 412
REFUSALS = (409, STALE, 422)
HAS_CHANGED = "Somebody else has changed this since you opened it. Compare both texts, and send yours if it still stands."


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as the person has it: what is there now, and what they typed."""

    label: str
    now: str
    yours: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is there now: its ETag, each field's text by the field's name, and who put it there where that is known."""

    etag: str
    texts: Mapping[str, str]
    by: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form, what it is about and what follows from sending it."""

    title: str
    form: Form
    button: str
    address: str
    back: tuple[str, str]
    caption: str = ""
    follows: Sequence[str] = ()
    differences: Sequence[Difference] = ()
    by: str = ""

    @property
    def entries(self) -> Sequence[Entry]:
        """The fields as the page shows them."""
        return [Entry(field, self.form) for field in [*self.form.fields(), *self.form.added]]


def show(request: Request, shown: FormPage, status: int | None = None) -> Response:
    """The page, with 422 when something in the form is wrong."""
    return page(request, TEMPLATE, shown, status=status or (422 if shown.form.errors else 200))


async def carry_out(
    request: Request,
    shown: FormPage,
    deed: Awaitable[object],
    address: str,
    notice: Notice,
    *,
    fresh: Callable[[], Awaitable[Fresh]] | None = None,
) -> Response:
    """Does it and says so at `address`; else the form again with the reason, and beside it what is there now."""
    try:
        await deed
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        if error.status == STALE and fresh is not None:
            shown = compared(shown, await fresh())
        else:
            shown.form.refuse(error)
        return show(request, shown, error.status)
    return see_other(request, address, notice)


def compared(shown: FormPage, now: Fresh) -> FormPage:
    """The form based on what is there now, with every field that differs shown twice. Nothing typed is lost."""
    shown.form.add_error("", HAS_CHANGED)
    shown.form.values["etag"] = (now.etag,)
    return replace(shown, differences=differences(shown.form, now.texts), by=now.by)


def differences(form: Form, now: Mapping[str, str]) -> Sequence[Difference]:
    """The fields whose text is not as it is now, in the form's order."""
    return [
        Difference(field.label, now[field.name] or "Nothing", Entry(field, form).value or "Nothing")
        for field in form.fields()
        if field.name in now and _plain(now[field.name]) != _plain(Entry(field, form).value)
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())
