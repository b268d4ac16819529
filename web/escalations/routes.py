"""The ECIB queue: what is before the board, decided in place or on a page of its own."""

from asyncio import gather
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from web import htmx
from web.clients.answers.escalations import Escalation
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.comparison import CONFLICT, STALE, Comparison, Fresh, compared, has_moved
from web.escalations.forms import AgendaForm, ConfirmForm, DecisionForm, facts_of, texts_of
from web.escalations.pages import (
    AgendaPage,
    ConfirmPage,
    DecisionPage,
    Filters,
    ItemShown,
    NotNowPage,
    QueuePage,
)
from web.forms import Form, Option
from web.rendering import Notice, fragment, page, see_other, short_day
from web.session import Plan, SignedIn, Visitor, feature_router, set_cookie
from web.wording import label

MEETING_COOKIE = "qip_ecib_meeting"
AGENDA = "escalations/agenda.html.jinja"
REFUSALS = (403, CONFLICT, STALE, 422)
"""A decision can be refused for what has happened since the form was opened: said in the form, with nothing lost."""

router = feature_router("escalations")


MOST_SHOWN = 25


async def _filters(request: Request) -> Filters:
    return Filters.of(request)


Narrowed = Annotated[Filters, Depends(_filters)]


@router.get("/escalations")
async def show_queue(request: Request, plan: Plan, filters: Narrowed) -> Response:
    """The queue in its order: what waits for a decision, unless asked for what has been decided."""
    queue, isgs = await gather(
        plan.escalations(isg=filters.isg, states=filters.states, limit=MOST_SHOWN, cursor=filters.cursor),
        plan.isgs(),
    )
    shown = QueuePage(filters, queue, isgs.items)
    return page(request, "escalations/queue.html.jinja", shown)


@router.get("/escalations/{ref}")
async def show_escalation(
    request: Request, plan: Plan, visitor: SignedIn, ref: str, filters: Narrowed
) -> Response:
    """One escalation, and the form for a decision; htmx puts it in the row's place."""
    item = await plan.escalation(ref)
    if "decide" not in item.can and htmx.wants_fragment(request):
        return _item(request, ItemShown(filters, item))
    form = DecisionForm.shown(
        request,
        decision=request.query_params.get("decision"),
        meeting_date=_meeting(request, visitor, item),
    )
    return await _decision_page(request, plan, visitor, filters, item, form)


@router.post("/escalations/{ref}")
async def decide(request: Request, plan: Plan, visitor: SignedIn, ref: str, filters: Narrowed) -> Response:
    """Records ECIB's decision."""
    form = await DecisionForm.posted(request)
    if form.check():
        try:
            item = await plan.decide(ref, form.wish, once=form.once, if_match=form.etag.value)
        except ServiceError as error:
            return await _decision_page(
                request, plan, visitor, filters, await plan.escalation(ref), form, error
            )
        return _decided(request, filters, item, form)
    return await _decision_page(request, plan, visitor, filters, await plan.escalation(ref), form)


@router.get("/escalations/{ref}/item")
async def show_item(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """The row on its own, for a form that is closed again without a decision."""
    if not htmx.wants_fragment(request):
        return see_other(request, f"/escalations/{ref}{filters.query}")
    return _item(request, ItemShown(filters, await plan.escalation(ref)))


@router.get("/escalations/{ref}/agenda")
async def show_agenda_form(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """The meeting that it is to be on."""
    item = await plan.escalation(ref)
    form = AgendaForm.shown(request, meeting_date=item.agenda_for, etag=item.etag)
    shown = AgendaPage(filters, item, form)
    if "put_on_agenda" not in item.can:
        return _not_now(request, shown)
    return page(request, AGENDA, shown)


@router.post("/escalations/{ref}/agenda")
async def put_on_agenda(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """Onto the agenda of that meeting."""
    form = await AgendaForm.posted(request)
    if not form.check():
        shown = AgendaPage(filters, await plan.escalation(ref), form)
        return page(request, AGENDA, shown, status=422)
    try:
        item = await plan.put_on_agenda(
            ref, form.meeting_date.value, once=form.once, if_match=form.etag.value
        )
    except ServiceError as error:
        item = await plan.escalation(ref)
        texts = {"meeting_date": item.agenda_for.isoformat() if item.agenda_for else ""}
        comparison = _refused(filters, item, form, error, texts, "put_on_agenda")
        return page(request, AGENDA, AgendaPage(filters, item, form, comparison), status=error.status)
    meets = short_day(item.agenda_for) if item.agenda_for else ""
    return see_other(request, filters.queue, Notice(f"{item.root_cause} is on the agenda of {meets}"))


@router.get("/escalations/{ref}/plan-request")
async def show_plan_request(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """What asking for a recovery plan brings about."""
    item = await plan.escalation(ref)
    shown = _plan_request(filters, item, ConfirmForm.shown(request, etag=item.etag))
    return _confirm(request, shown) if "ask_for_plan" in shown.item.can else _not_now(request, shown)


@router.post("/escalations/{ref}/plan-request")
async def ask_for_recovery_plan(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """Asks the owner for a recovery plan."""
    form = await ConfirmForm.posted(request)
    try:
        done = await plan.ask_for_recovery_plan(ref, once=form.once, if_match=form.etag.value)
    except ServiceError as error:
        item = await plan.escalation(ref)
        comparison = _refused(filters, item, form, error, {}, "ask_for_plan")
        again = replace(_plan_request(filters, item, form), comparison=comparison)
        return _confirm(request, again, error.status)
    said = Notice(f"{done.owner_name} is asked for a recovery plan for {done.root_cause}")
    return see_other(request, filters.queue, said)


@router.get("/escalations/{ref}/recovery")
async def show_recovery(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """What confirming that it is back on track brings about."""
    item = await plan.escalation(ref)
    shown = _recovery(filters, item, ConfirmForm.shown(request, etag=item.etag))
    return _confirm(request, shown) if "confirm_recovered" in shown.item.can else _not_now(request, shown)


@router.post("/escalations/{ref}/recovery")
async def confirm_recovered(request: Request, plan: Plan, ref: str, filters: Narrowed) -> Response:
    """ECIB confirms that it is back on track."""
    form = await ConfirmForm.posted(request)
    try:
        done = await plan.confirm_recovered(ref, once=form.once, if_match=form.etag.value)
    except ServiceError as error:
        item = await plan.escalation(ref)
        comparison = _refused(filters, item, form, error, {}, "confirm_recovered")
        again = replace(_recovery(filters, item, form), comparison=comparison)
        return _confirm(request, again, error.status)
    said = Notice(f"{done.root_cause} is back on track", "The escalation has ended.")
    return see_other(request, filters.queue, said)


def is_pmo(visitor: Visitor) -> bool:
    """The PMO writes down what an executive decided, so they name whose decision it was."""
    return any(held.role == "pmo" for held in visitor.person.roles)


async def _decision_page(
    request: Request,
    plan: PlanClient,
    visitor: Visitor,
    filters: Filters,
    item: Escalation,
    form: DecisionForm,
    refusal: ServiceError | None = None,
) -> Response:
    """The form with all that can be chosen; beside it what is there now, where somebody else was quicker."""
    form.about(item).values.setdefault("etag", (item.etag,))
    if is_pmo(visitor):
        members = [Option(each.email, each.name) for each in (await plan.ecib_members()).items]
        form.offer(decided_by=[Option("", "Choose a member"), *members])
    comparison = _refused(filters, item, form, refusal, texts_of(item), "decide") if refusal else None
    shown = DecisionPage(filters, item, form, is_pmo(visitor), htmx.wants_fragment(request), comparison)
    template, part = "escalations/decide.html.jinja", "escalations/_deciding.html.jinja"
    status = refusal.status if refusal else 422 if form.errors else 200
    return page(request, template, shown, part=part, status=status)


def _decided(request: Request, filters: Filters, item: Escalation, form: DecisionForm) -> Response:
    """The row with its decision, or the queue that says so; the meeting's date is remembered for the next."""
    if htmx.wants_fragment(request):
        response = _item(request, ItemShown(filters, item, just_decided=True))
    else:
        heading = f"{item.root_cause}: {label(form.decision.value)}"
        row = f"#{item.ref}" if item.waiting else ""
        response = see_other(request, f"{filters.queue}{row}", Notice(heading, outcome(item)))
    set_cookie(request, response, MEETING_COOKIE, form.meeting_date.value)
    return response


def outcome(item: Escalation) -> str:
    """What follows from the decision just taken."""
    if item.state == "ended":
        return "The escalation has ended."
    if item.decisions and item.decisions[-1].decision == "rebaseline":
        return f"{item.root_cause} is now due on {short_day(item.due_date)}. ECIB monitors it."
    due = f"It is due on {short_day(item.due_date)}."
    if item.state == "plan_asked":
        return f"{item.owner_name} is asked for a recovery plan. {due}"
    return f"ECIB monitors it. {due}"


def _item(request: Request, shown: ItemShown) -> Response:
    return fragment(request, "escalations/_item_alone.html.jinja", shown)


def _confirm(request: Request, shown: ConfirmPage, status: int = 200) -> Response:
    return page(request, "escalations/confirm.html.jinja", shown, status=status)


def _not_now(request: Request, wanted: AgendaPage | ConfirmPage) -> Response:
    """To those who can't do it now: that it can't be done, with nothing to send."""
    shown = NotNowPage(wanted.filters, wanted.item, wanted.title)
    return page(request, "escalations/not_now.html.jinja", shown, status=CONFLICT)


def _plan_request(filters: Filters, item: Escalation, form: ConfirmForm) -> ConfirmPage:
    return ConfirmPage(
        filters, item, form,
        title=f"Ask for a recovery plan for {item.root_cause}",
        what_follows=f"{item.owner_name} is asked for a recovery plan: what will be done, by whom and by when. "
        f"No due date changes.",
        button="Ask for a recovery plan",
        address="plan-request",
    )  # fmt: skip


def _recovery(filters: Filters, item: Escalation, form: ConfirmForm) -> ConfirmPage:
    return ConfirmPage(
        filters, item, form,
        title=f"Confirm that {item.root_cause} is back on track",
        what_follows="The escalation ends. The last two updates since the decision have to be on track, and the root "
        "cause not overdue.",
        button="Confirm back on track",
        address="recovery",
    )  # fmt: skip


def _refused(
    filters: Filters, item: Escalation, form: Form, error: ServiceError, texts: Mapping[str, str], deed: str
) -> Comparison | None:
    """The reason in the form; and what was typed beside what is there now, where the escalation has moved on meanwhile."""
    if error.status not in REFUSALS:
        raise error
    if error.status != STALE and not has_moved(form, item.etag):
        form.refuse(error)
        return None
    why_not = "" if deed in item.can else f"This can’t be done about {item.root_cause} any more."
    fresh = Fresh(item.etag, texts, facts=facts_of(item), why_not=why_not)
    return compared(form, fresh, f"/escalations/{item.ref}{filters.query}", error)


def _meeting(request: Request, visitor: Visitor, item: Escalation) -> date:
    """The meeting of the decision before, while it can be this one's too; else today."""
    try:
        remembered = date.fromisoformat(request.cookies.get(MEETING_COOKIE, ""))
    except ValueError:
        return visitor.today
    return remembered if item.raised_on <= remembered <= visitor.today else visitor.today
