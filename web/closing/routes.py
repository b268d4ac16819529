"""Complete is the ISG's decision: closing, sending back, reopening."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.root_causes import ClosureRequest, RootCause
from web.clients.reporting import ReportingClient
from web.closing.forms import ClosingForm, ReopeningForm
from web.forms import Option
from web.rendering import Notice, counted, day, how_far_from, short_day
from web.root_causes.changes import ChangePage, carry_out, refused, show
from web.session import Plan, Reporting, SignedIn, feature_router
from web.wording import label

router = feature_router("closing")

CLOSING, REOPENING = "/root-causes/{ref}/closing", "/root-causes/{ref}/reopening"


@router.get(CLOSING)
async def new_closing(
    request: Request, visitor: SignedIn, plan: Plan, reporting: Reporting, ref: str
) -> Response:
    """The form for the ISG's decision."""
    root_cause = await plan.root_cause(ref)
    form = ClosingForm.shown(request, meeting_date=_meeting_held(root_cause, visitor.today))
    return await show(request, partial(_closing_page, form, reporting, visitor.today), root_cause)


@router.post(CLOSING)
async def decide_closing(
    request: Request, visitor: SignedIn, plan: Plan, reporting: Reporting, ref: str
) -> Response:
    """Closes it from the meeting's date, or sends it back to its owner."""
    form = await ClosingForm.posted(request)
    anew = partial(_closing_page, form, reporting, visitor.today)
    if not form.check():
        return await refused(request, anew, await plan.root_cause(ref))
    deed = plan.decide_closing(ref, form.wish, once=form.once, if_match=form.etag.value)
    return await carry_out(request, plan, anew, ref, deed, _decided(ref, form))


@router.get(REOPENING)
async def new_reopening(request: Request, plan: Plan, reporting: Reporting, ref: str) -> Response:
    """The form to open it again."""
    anew = partial(_reopening_page, ReopeningForm.shown(request), reporting)
    return await show(request, anew, await plan.root_cause(ref))


@router.post(REOPENING)
async def reopen(request: Request, plan: Plan, reporting: Reporting, ref: str) -> Response:
    """Opens it again from today."""
    form = await ReopeningForm.posted(request)
    deed = plan.reopen(ref, form.reason.value, once=form.once, if_match=form.etag.value)
    notice = Notice(f"{ref} is open again", "Its owner reports on it from now on.")
    return await carry_out(request, plan, partial(_reopening_page, form, reporting), ref, deed, notice)


async def _closing_page(
    form: ClosingForm, reporting: ReportingClient, today: date, root_cause: RootCause
) -> ChangePage:
    change = await _change_of_figure(reporting, root_cause, by=1)
    closes = f"Closes {root_cause.ref} from the date of the meeting. {change}"
    back = f"{root_cause.ref} stays open, and {root_cause.owner_name} reads your reason."
    form.offer(
        decision=[Option("close", "Close it", hint=closes), Option("send_back", "Send it back", hint=back)]
    )
    return ChangePage(
        f"Close {root_cause.ref} or send it back",
        root_cause,
        form,
        _asked(root_cause.closure_request, today),
        "Record the decision",
        CLOSING.format(ref=root_cause.ref),
        ("close", "send_back"),
        _why_not_close(root_cause),
    )


def _asked(request: ClosureRequest | None, today: date) -> Sequence[str]:
    """Who asked when, and the next meeting where none has been since."""
    if request is None:
        return ()
    asked = f"Closing was asked for on {short_day(request.requested_on)} by {request.requested_by_name}."
    if request.isg_meets_on <= today:
        return (asked,)
    meets_on = f"{day(request.isg_meets_on)}, {how_far_from(request.isg_meets_on, today)}"
    return (asked, f"The ISG has not met since. It meets next on {meets_on}.")


def _why_not_close(root_cause: RootCause) -> str:
    ref = root_cause.ref
    if root_cause.closed_on:
        return f"{ref} is closed already."
    if root_cause.closure_request is None:
        return f"{ref} is open, and nobody has asked for closing: its owner does so by reporting that it is done."
    return f"Closing {ref} is for its ISG, and nobody decides on what they own or asked for themselves."


async def _reopening_page(
    form: ReopeningForm, reporting: ReportingClient, root_cause: RootCause
) -> ChangePage:
    follows = (
        f"{root_cause.ref} is open again from today, due on {short_day(root_cause.due_date)} as before.",
        await _change_of_figure(reporting, root_cause, by=-1),
    )
    return ChangePage(
        f"Reopen {root_cause.ref}",
        root_cause,
        form,
        follows,
        f"Reopen {root_cause.ref}",
        REOPENING.format(ref=root_cause.ref),
        ("reopen",),
        f"Reopening {root_cause.ref} is for the chair or the executive of its ISG, or the PMO."
        if root_cause.closed_on
        else f"{root_cause.ref} is open: only a closed root cause can be reopened.",
    )


async def _change_of_figure(reporting: ReportingClient, root_cause: RootCause, *, by: int) -> str:
    """Unscheduled Care goes from 16 to 17 of 24 Must Do root causes due by 22 May 2019."""
    by_isg = {each.isg: each for each in (await reporting.on_trajectory()).isgs}
    of_isg = by_isg.get(root_cause.isg)
    if of_isg is None:
        return ""
    classes = {"must_do": of_isg.must_do, "should_do": of_isg.should_do}
    figures = classes.get(root_cause.root_cause_class, of_isg.all)
    complete, planned = figures.complete.count, figures.planned.count
    klass = "" if root_cause.root_cause_class == "none" else f"{label(root_cause.root_cause_class)} "
    step = f"{root_cause.isg} goes from {complete} to {complete + by}"
    if planned == 0:
        return f"{step} {klass}root causes complete; none was due by {short_day(figures.due_by)}."
    return f"{step} of {counted(planned, f'{klass}root cause')} due by {short_day(figures.due_by)}."


def _meeting_held(root_cause: RootCause, today: date) -> date | None:
    """The first meeting after the request, when it has been; none where there is still to be one."""
    request = root_cause.closure_request
    return request.isg_meets_on if request and request.isg_meets_on <= today else None


def _decided(ref: str, form: ClosingForm) -> Notice:
    if form.decision.value == "close":
        return Notice(f"{ref} is closed", "The ISG has decided that it is complete.")
    return Notice(f"{ref} is sent back", "Its owner reads the reason at the top of the next update.")
