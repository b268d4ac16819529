"""Small forms that change one root cause: each says what follows before it happens, and loses nothing when it is refused."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.root_causes import RootCause
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.forms import Entry, Form, Hidden
from web.rendering import Notice, page, see_other

PAGE, NOT_NOW = "root_causes/change.html.jinja", "root_causes/not_now.html.jinja"
CONFLICT, STALE = 409, 412
REFUSALS = (CONFLICT, STALE, 422)
HAS_CHANGED = "This root cause has changed since you opened it. Compare what is there now, and send yours if it still stands."


class ChangeForm(Form):
    """A form about one root cause, based on the state that the person was shown."""

    shown_if: ClassVar[Mapping[str, str]] = {}
    """Which fields belong to which answer: hidden by qip.js until it is given."""

    etag = Hidden()

    @property
    def entries(self) -> Sequence[tuple[Entry, str | None]]:
        """The fields as the page shows them, each with the answer that calls for it."""
        fields = [*self.fields(), *self.added]
        return [(Entry(field, self), self.shown_if.get(field.name)) for field in fields]

    def refuse(self, error: ServiceError) -> None:
        """As every form; a change by somebody else in our own words."""
        if error.status == STALE:
            self.add_error("", HAS_CHANGED)
        else:
            super().refuse(error)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What is about to happen to a root cause, and the form that makes it happen."""

    title: str
    root_cause: RootCause
    form: ChangeForm
    follows: Sequence[str]
    button: str
    address: str
    has_changed: bool = False


@dataclass(frozen=True, slots=True)
class NotNowPage:
    """This can't be done to the root cause now, or not by this person."""

    title: str
    root_cause: RootCause
    why: str


def show(request: Request, shown: ChangePage, *needs: str, why_not: str) -> Response:
    """The form, to those who may do one of these things now; else the page that says why it can't be done."""
    if not shown.root_cause.can & set(needs):
        return page(request, NOT_NOW, NotNowPage(shown.title, shown.root_cause, why_not), status=CONFLICT)
    shown.form.values.setdefault("etag", (shown.root_cause.etag,))
    return page(request, PAGE, shown)


async def carry_out(
    request: Request, plan: PlanClient, shown: ChangePage, deed: Awaitable[object], notice: Notice
) -> Response:
    """Does it and says so; else the form again, with the service's sentences and what is there now."""
    ref = shown.root_cause.ref
    try:
        await deed
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        shown.form.refuse(error)
        return await refused(request, plan, shown, error.status)
    return see_other(request, f"/root-causes/{ref}", notice)


async def refused(request: Request, plan: PlanClient, shown: ChangePage, status: int = 422) -> Response:
    """The form again, as typed."""
    now, has_changed = shown.root_cause, status == STALE
    if has_changed:
        now = await plan.root_cause(now.ref)
        shown.form.values["etag"] = (now.etag,)
    again = replace(shown, root_cause=now, has_changed=has_changed)
    return page(request, PAGE, again, status=status)
