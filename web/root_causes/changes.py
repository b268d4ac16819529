"""Small forms that change one root cause: each says what follows before it happens, and loses nothing when it is refused."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.root_causes import Happening, RootCause
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.comparison import CONFLICT, STALE, Comparison, Fresh, compared, has_moved
from web.forms import Entry, Form, Hidden
from web.rendering import Notice, page, see_other, short_day
from web.wording import label

PAGE, NOT_NOW = "root_causes/change.html.jinja", "root_causes/not_now.html.jinja"
REFUSALS = (CONFLICT, STALE, 422)
Story = Sequence[Happening]
Anew = Callable[[RootCause], Awaitable["ChangePage"]]
"""Makes the page from the root cause as it is now."""


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

    def texts_of(self, _now: RootCause, _story: Story) -> Mapping[str, str]:
        """What each field would hold of what is there now: of a deed of somebody else's that this one would be on top of."""
        return {}


@dataclass(frozen=True, slots=True)
class ChangePage:
    """What is about to happen to a root cause, and the form that makes it happen, to those who may do one of `needs` now."""

    title: str
    root_cause: RootCause
    form: ChangeForm
    follows: Sequence[str]
    button: str
    address: str
    needs: tuple[str, ...]
    why_not: str
    comparison: Comparison | None = None

    @property
    def may_be_done(self) -> bool:
        """Whether the person may do it now."""
        return bool(self.root_cause.can & set(self.needs))


@dataclass(frozen=True, slots=True)
class NotNowPage:
    """This can't be done to the root cause now, or not by this person."""

    title: str
    root_cause: RootCause
    why: str


async def show(request: Request, anew: Anew, root_cause: RootCause) -> Response:
    """The form, to those who may do one of these things now; else the page that says why it can't be done."""
    shown = await anew(root_cause)
    if not shown.may_be_done:
        return page(
            request, NOT_NOW, NotNowPage(shown.title, shown.root_cause, shown.why_not), status=CONFLICT
        )
    shown.form.values.setdefault("etag", (shown.root_cause.etag,))
    return page(request, PAGE, shown)


async def carry_out(
    request: Request, plan: PlanClient, anew: Anew, ref: str, deed: Awaitable[object], notice: Notice
) -> Response:
    """Does it and says so; else the form again: with the service's sentences, or beside what somebody else made of it."""
    try:
        await deed
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        now = await plan.root_cause(ref)
        shown = await anew(now)
        if error.status == STALE or (error.status == CONFLICT and has_moved(shown.form, now.etag)):
            story = (await plan.timeline(ref)).items
            fresh = Fresh(
                now.etag, shown.form.texts_of(now, story), facts=facts_of(now, story),
                why_not="" if shown.may_be_done else shown.why_not,
            )  # fmt: skip
            shown = replace(
                shown, comparison=compared(shown.form, fresh, f"/root-causes/{ref}", error), follows=()
            )
        else:
            shown.form.refuse(error)
        return page(request, PAGE, shown, status=error.status)
    return see_other(request, f"/root-causes/{ref}", notice)


async def refused(request: Request, anew: Anew, root_cause: RootCause) -> Response:
    """The form again, as typed, with what is wrong with its wording."""
    return page(request, PAGE, await anew(root_cause), status=422)


def facts_of(now: RootCause, story: Story) -> Sequence[str]:
    """How the root cause stands, and what happened to it last."""
    stands = f"{label(now.delivery_status)}. Due {short_day(now.due_date)}; {now.owner_name} owns it."
    closed = f" Closed on {short_day(now.closed_on)}." if now.closed_on else ""
    escalated = f" Escalated as {now.escalation}." if now.escalation else ""
    return [f"{now.ref} now: {stands}{closed}{escalated}", *map(_told, story[:1])]


def newest_of(story: Story, kind: str, title: str = "") -> Happening | None:
    """What of this kind was recorded last."""
    fitting = [each for each in story if each.kind == kind and title in each.title]
    return max(fitting, key=lambda each: each.recorded_at, default=None)


def _told(each: Happening) -> str:
    who = f", {each.who}" if each.who else ""
    return f"Last, {short_day(each.on)}{who}: {each.title}." + (f" “{each.text}”" if each.text else "")
