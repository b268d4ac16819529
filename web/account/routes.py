"""Everybody's own account: who reports for them, and where they are signed in."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace

from fastapi import Request
from starlette.responses import Response

from web.calendars.routes import address_of
from web.clients.answers.calendars import CalendarAddress
from web.clients.answers.people import DeputyShown, OpenSession
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.comparison import STALE
from web.form_page import REFUSALS
from web.forms import Choice, Form, Hidden, Option, Text
from web.rendering import Notice, page, see_other
from web.session import Plan, SignedIn, Visitor, feature_router
from web.settings import WebSettings

router = feature_router("account")
ACCOUNT, TEMPLATE = "/account", "account/account.html.jinja"


class DeputyForm(Form):
    """Somebody who is to report, by work email."""

    deputies = Text(
        "Email address of your deputy", type="email", required="Enter the email address of your deputy."
    )


class RhythmForm(Form):
    """How often mail is wanted; `etag` is the choice that was shown."""

    etag = Hidden()
    rhythm = Choice(
        "How often do you want your reminders by mail?",
        (
            Option("each_working_day", "Each working day", hint="At most one mail a day, when there is something new or due"),
            Option("mondays", "Mondays only", hint="On Tuesday after a bank holiday"),
            Option("deadline_days", "Only on the day of a deadline"),
            Option("off", "No mail", hint="Your notices page still shows all of them"),
        ),
        required="Choose how often you want mail.",
    )  # fmt: skip


class EndingForm(Form):
    """Which deputy or session is ended."""

    ended = Hidden()


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Deputies, to those who may name them, and open sessions."""

    deputies: tuple[DeputyShown, ...]
    sessions: tuple[OpenSession, ...]
    form: Form
    names_deputies: bool
    rhythm: RhythmForm
    sends_mail: bool
    calendar: CalendarAddress
    new_address: str = ""
    """The private address that was made just now: shown this once."""
    title: str = "Your account"


@router.get(ACCOUNT)
@router.get("/account/deputies")
@router.get("/account/deputies/ending")
@router.get("/account/sessions/ending")
@router.get("/account/mail")
@router.get("/account/calendar")
@router.get("/account/calendar/ending")
async def account(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """What stands now; at its forms' addresses too, where one returns after a lost session."""
    return page(request, TEMPLATE, await _page(plan, visitor, DeputyForm.shown(request)))


@router.post("/account/deputies")
async def name_deputy(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """One more who reports for me."""
    form = await DeputyForm.posted(request)
    if not form.check():
        return page(request, TEMPLATE, await _page(plan, visitor, form), status=422)
    me = visitor.person.email
    named = [each.email for each in await plan.deputies(me)]
    deed = plan.name_deputies(me, [*named, form.deputies.value], once=form.once)
    notice = Notice(f"{form.deputies.value} is your deputy", "They can report for you from now on.")
    return await _carry_out(request, visitor, plan, form, deed, notice)


@router.post("/account/deputies/ending")
async def end_deputy(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """Somebody reports for me no longer."""
    form = await EndingForm.posted(request)
    me, ended = visitor.person.email, form.ended.value
    staying = [each.email for each in await plan.deputies(me) if each.email != ended]
    deed = plan.name_deputies(me, staying, once=form.once)
    notice = Notice(f"{ended} is no longer your deputy", "What they reported stays.")
    return await _carry_out(request, visitor, plan, form, deed, notice)


@router.post("/account/mail")
async def choose_mail(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """How often I want mail. Where another window was quicker, mine stays chosen here, to be sent again."""
    form = await RhythmForm.posted(request)
    status = 422
    if form.check():
        try:
            await plan.choose_mail_rhythm(form.rhythm.value, once=form.once, if_match=form.etag.value)
        except ServiceError as error:
            if error.status not in REFUSALS:
                raise
            form.refuse(error)
            status = error.status
        else:
            notice = Notice(
                "Your choice is kept",
                "It holds from the next mail on. Your notices page shows all reminders.",
            )
            return see_other(request, ACCOUNT, notice)
    if status == STALE:
        form.values["etag"] = ((await plan.mail_rhythm()).etag,)
    return page(request, TEMPLATE, await _page(plan, visitor, DeputyForm(), form), status=status)


@router.post("/account/calendar")
async def make_address(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """A new private address of my calendar, in place of the one before. It is shown on this answer and never again."""
    made = await plan.make_calendar_address(once=(await EndingForm.posted(request)).once)
    settings: WebSettings = request.app.state.settings
    shown = replace(await _page(plan, visitor, DeputyForm()), new_address=address_of(settings, made.secret))
    response = page(request, TEMPLATE, shown)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/account/calendar/ending")
async def end_address(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """My calendar's address leads nowhere from now on."""
    form = await EndingForm.posted(request)
    deed = plan.end_calendar_address(once=form.once)
    notice = Notice("Your calendar address has ended", "Calendars that used it show nothing new.")
    return await _carry_out(request, visitor, plan, form, deed, notice)


@router.post("/account/sessions/ending")
async def end_session(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """Signs me out elsewhere."""
    form = await EndingForm.posted(request)
    deed = plan.end_my_session(form.ended.value, once=form.once)
    notice = Notice("You are signed out there", "What you had typed there is kept as drafts.")
    return await _carry_out(request, visitor, plan, form, deed, notice)


async def _carry_out(
    request: Request, visitor: Visitor, plan: PlanClient, form: Form, deed: Awaitable[object], notice: Notice
) -> Response:
    try:
        await deed
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        again = form if isinstance(form, DeputyForm) else DeputyForm()
        again.refuse(error)
        return page(request, TEMPLATE, await _page(plan, visitor, again), status=error.status)
    return see_other(request, ACCOUNT, notice)


async def _page(
    plan: PlanClient, visitor: Visitor, form: Form, rhythm: RhythmForm | None = None
) -> AccountPage:
    chosen = await plan.mail_rhythm()
    rhythm = rhythm or RhythmForm.filled(rhythm=chosen.rhythm, etag=chosen.etag)
    # A chair may name deputies for owners in the ISG: for oneself only who reports, or the PMO.
    names = visitor.may("name_deputies") and any(
        held.role in {"root_cause_owner", "pmo"} for held in visitor.person.roles
    )
    deputies = await plan.deputies(visitor.person.email) if names else ()
    return AccountPage(
        deputies, await plan.my_sessions(), form, names, rhythm, chosen.sends, await plan.calendar_address()
    )
