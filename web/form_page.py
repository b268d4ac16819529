"""A page that is one form: it says what follows, loses nothing when refused, and compares when somebody was quicker."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from starlette.responses import Response

from web.clients.base import ServiceError
from web.comparison import CONFLICT, STALE, Comparison, Fresh, compared, has_moved
from web.forms import Entry, Form
from web.rendering import Notice, page, see_other

TEMPLATE = "components/form_page.html.jinja"
REFUSALS = (CONFLICT, STALE, 422)


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
    comparison: Comparison | None = None

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
        now = await fresh() if fresh is not None and error.status in (CONFLICT, STALE) else None
        if now is not None and (error.status == STALE or now.why_not or has_moved(shown.form, now.etag)):
            return clashing(request, shown, now, error)
        shown.form.refuse(error)
        return show(request, shown, error.status)
    return see_other(request, address, notice)


def clashing(request: Request, shown: FormPage, now: Fresh, refusal: ServiceError | None = None) -> Response:
    """The form as typed beside what somebody else made of the thing meanwhile."""
    comparison = compared(shown.form, now, shown.back[0], refusal)
    return show(request, replace(shown, comparison=comparison), refusal.status if refusal else CONFLICT)
