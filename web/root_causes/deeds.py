"""What one may do to a root cause besides reporting and closing: escalate it, hand it over, settle its actions."""

from datetime import date

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.clients.answers.root_causes import RootCause
from web.forms import Option
from web.rendering import Notice, short_day
from web.root_causes.changes import ChangePage, carry_out, refused, show
from web.root_causes.forms import ActionForm, EscalationForm, OwnerForm
from web.session import Plan, SignedIn, feature_router

router = feature_router("root causes")

ESCALATION, OWNER = "/root-causes/{ref}/escalation", "/root-causes/{ref}/owner"
ACTION = "/root-causes/{ref}/actions/{action}"
OUTCOMES = {
    "complete_action": Option("done", "It is done"),
    "withdraw_action": Option("withdrawn", "It is withdrawn"),
}


@router.get(ESCALATION)
async def new_escalation(request: Request, plan: Plan, ref: str) -> Response:
    """The form to put it before ECIB by hand."""
    shown = _escalation_page(await plan.root_cause(ref), EscalationForm.shown(request))
    why_not = (
        f"{ref} is closed: only an open root cause can be escalated."
        if shown.root_cause.closed_on
        else f"Escalating {ref} is for the chair or the executive of its ISG, or the PMO."
    )
    return show(request, shown, "escalate", why_not=why_not)


@router.post(ESCALATION)
async def escalate(request: Request, plan: Plan, ref: str) -> Response:
    """Puts it before ECIB."""
    form = await EscalationForm.posted(request)
    shown = _escalation_page(await plan.root_cause(ref), form)
    deed = plan.escalate(ref, form.reason.value, once=form.once, if_match=form.etag.value)
    return await carry_out(
        request,
        plan,
        shown,
        deed,
        Notice(f"{ref} is before ECIB", "It stands in the queue with your reason."),
    )


@router.get(OWNER)
async def new_owner(request: Request, plan: Plan, ref: str) -> Response:
    """The form to hand it to somebody else."""
    shown = _owner_page(await plan.root_cause(ref), OwnerForm.shown(request))
    why_not = f"Changing the owner of {ref} is for the chair of its ISG or the PMO."
    return show(request, shown, "assign_owner", why_not=why_not)


@router.post(OWNER)
async def assign_owner(request: Request, plan: Plan, ref: str) -> Response:
    """Hands it over at once."""
    form = await OwnerForm.posted(request)
    shown = _owner_page(await plan.root_cause(ref), form)
    if not form.check():
        return await refused(request, plan, shown)
    deed = plan.assign_owner(ref, form.owner.value, once=form.once, if_match=form.etag.value)
    notice = Notice(f"{ref} has a new owner", f"{form.owner.value} reports on it from now on.")
    return await carry_out(request, plan, shown, deed, notice)


@router.get(ACTION)
async def settle_action(request: Request, visitor: SignedIn, plan: Plan, ref: str, action: str) -> Response:
    """The form that says what became of an action."""
    root_cause = await plan.root_cause(ref)
    form = ActionForm.shown(request, completed_date=visitor.today)
    shown = _action_page(root_cause, action, form)
    why_not = (
        f"{ref} is closed, and its actions with it."
        if root_cause.closed_on
        else f"The actions of {ref} are for its owner, a deputy, the chair of its ISG or the PMO."
    )
    return show(request, shown, *OUTCOMES, why_not=why_not)


@router.post(ACTION)
async def record_action(request: Request, plan: Plan, ref: str, action: str) -> Response:
    """Records that it is done, or withdrawn."""
    form = await ActionForm.posted(request)
    shown = _action_page(await plan.root_cause(ref), action, form)
    if not form.check():
        return await refused(request, plan, shown)
    if form.outcome.value == "done":
        day = form.completed_date.value
        deed = plan.complete_action(action, day, once=form.once, if_match=form.etag.value)
        said = Notice(f"{action} is done", f"On {short_day(date.fromisoformat(day))}.")
    else:
        deed = plan.withdraw_action(action, form.reason.value, once=form.once, if_match=form.etag.value)
        said = Notice(f"{action} is withdrawn", "It stays in the list of actions, with your reason.")
    return await carry_out(request, plan, shown, deed, said)


def _escalation_page(root_cause: RootCause, form: EscalationForm) -> ChangePage:
    ref, already = root_cause.ref, root_cause.escalation
    follows = (
        f"{ref} is in the ECIB queue already, as {already}: your reason is added to it."
        if already
        else f"{ref} goes into the ECIB queue at once, in its place by the queue’s order."
    )
    return ChangePage(
        f"Escalate {ref} to ECIB", root_cause, form, (follows,), f"Escalate {ref}", ESCALATION.format(ref=ref)
    )


def _owner_page(root_cause: RootCause, form: OwnerForm) -> ChangePage:
    follows = (
        f"{root_cause.owner_name} ({root_cause.owner_email}) owns {root_cause.ref} now, and no longer reports on it afterwards.",
        "The new owner reports on it from now on.",
    )
    return ChangePage(
        f"Change the owner of {root_cause.ref}",
        root_cause,
        form,
        follows,
        "Change the owner",
        OWNER.format(ref=root_cause.ref),
    )


def _action_page(root_cause: RootCause, ref: str, form: ActionForm) -> ChangePage:
    action = root_cause.action(ref)
    if action is None:
        raise HTTPException(404)
    due = f" It is due on {short_day(action.due_date)}." if action.due_date else ""
    offered = [option for deed, option in OUTCOMES.items() if deed in root_cause.can]
    form.offer(outcome=offered)
    if len(offered) == 1:
        form.values.setdefault("outcome", (offered[0].value,))
    last = action.is_open and sum(each.is_open for each in root_cause.actions) == 1
    follows = [f"{action.ref}: {action.description}.{due}"]
    if last:
        follows.append(f"It is the last open action: after it {root_cause.owner_name} can ask for closing.")
    return ChangePage(
        f"What became of {ref}",
        root_cause,
        form,
        follows,
        "Record it",
        ACTION.format(ref=root_cause.ref, action=ref),
    )
