"""What one may do to a root cause besides reporting and closing: escalate it, hand it over, settle its actions."""

from datetime import date
from functools import partial

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.clients.answers.root_causes import Action, RootCause
from web.clients.plan import PlanClient
from web.rendering import Notice, counted, how_far_from, short_day
from web.root_causes.changes import ChangePage, carry_out, refused, show
from web.root_causes.forms import OUTCOMES, ActionForm, EscalationForm, OwnerForm, ReleaseForm
from web.session import Plan, SignedIn, feature_router
from web.wording import label

router = feature_router("root causes")

ESCALATION, OWNER = "/root-causes/{ref}/escalation", "/root-causes/{ref}/owner"
RELEASE = "/root-causes/{ref}/release"
ACTION = "/root-causes/{ref}/actions/{action}"


@router.get(ESCALATION)
async def new_escalation(request: Request, plan: Plan, ref: str) -> Response:
    """The form to put it before ECIB by hand."""
    form = EscalationForm.shown(request)
    return await show(request, partial(_escalation_page, form), await plan.root_cause(ref))


@router.post(ESCALATION)
async def escalate(request: Request, plan: Plan, ref: str) -> Response:
    """Puts it before ECIB."""
    form = await EscalationForm.posted(request)
    deed = plan.escalate(ref, form.reason.value, once=form.once, if_match=form.etag.value)
    return await carry_out(
        request,
        plan,
        partial(_escalation_page, form),
        ref,
        deed,
        Notice(f"{ref} is before ECIB", "It stands in the queue with your reason."),
    )


@router.get(OWNER)
async def new_owner(request: Request, plan: Plan, ref: str) -> Response:
    """The form to hand it to somebody else."""
    form = OwnerForm.shown(request)
    return await show(request, partial(_owner_page, form), await plan.root_cause(ref))


@router.post(OWNER)
async def assign_owner(request: Request, plan: Plan, ref: str) -> Response:
    """Hands it over at once."""
    form = await OwnerForm.posted(request)
    anew = partial(_owner_page, form)
    if not form.check():
        return await refused(request, anew, await plan.root_cause(ref))
    deed = plan.assign_owner(ref, form.owner.value, once=form.once, if_match=form.etag.value)
    notice = Notice(f"{ref} has a new owner", f"{form.owner.value} reports on it from now on.")
    return await carry_out(request, plan, anew, ref, deed, notice)


@router.get(RELEASE)
async def new_release(request: Request, plan: Plan, visitor: SignedIn, ref: str) -> Response:
    """What releasing it before the meeting brings about."""
    anew = partial(_release_page, ReleaseForm.shown(request), plan, visitor.today)
    return await show(request, anew, await plan.root_cause(ref))


@router.post(RELEASE)
async def release(request: Request, plan: Plan, visitor: SignedIn, ref: str) -> Response:
    """Partners and readers see it from now on."""
    form = await ReleaseForm.posted(request)
    deed = plan.release_updates(ref, once=form.once, if_match=form.etag.value)
    notice = Notice(f"What was said about {ref} is released", "Partners and readers see it from now on.")
    return await carry_out(
        request, plan, partial(_release_page, form, plan, visitor.today), ref, deed, notice
    )


@router.get(ACTION)
async def settle_action(request: Request, visitor: SignedIn, plan: Plan, ref: str, action: str) -> Response:
    """The form that says what became of an action."""
    form = ActionForm.shown(request, completed_date=visitor.today).about(action)
    return await show(request, partial(_action_page, form), await plan.root_cause(ref))


@router.post(ACTION)
async def record_action(request: Request, plan: Plan, ref: str, action: str) -> Response:
    """Records that it is done, or withdrawn."""
    form = (await ActionForm.posted(request)).about(action)
    anew = partial(_action_page, form)
    if not form.check():
        return await refused(request, anew, await plan.root_cause(ref))
    if form.outcome.value == "done":
        day = form.completed_date.value
        deed = plan.complete_action(action, day, once=form.once, if_match=form.etag.value)
        said = Notice(f"{action} is done", f"On {short_day(date.fromisoformat(day))}.")
    else:
        deed = plan.withdraw_action(action, form.reason.value, once=form.once, if_match=form.etag.value)
        said = Notice(f"{action} is withdrawn", "It stays in the list of actions, with your reason.")
    return await carry_out(request, plan, anew, ref, deed, said)


async def _escalation_page(form: EscalationForm, root_cause: RootCause) -> ChangePage:
    ref, already = root_cause.ref, root_cause.escalation
    follows = (
        f"{ref} is in the ECIB queue already, as {already}: your reason is added to it."
        if already
        else f"{ref} goes into the ECIB queue at once, in its place by the queue’s order."
    )
    why_not = (
        f"{ref} is closed: only an open root cause can be escalated."
        if root_cause.closed_on
        else f"Escalating {ref} is for the chair or the executive of its ISG, or the PMO."
    )
    return ChangePage(
        f"Escalate {ref} to ECIB", root_cause, form, (follows,), f"Escalate {ref}", ESCALATION.format(ref=ref),
        ("escalate",), why_not,
    )  # fmt: skip


async def _owner_page(form: OwnerForm, root_cause: RootCause) -> ChangePage:
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
        ("assign_owner",),
        f"Changing the owner of {root_cause.ref} is for the chair of its ISG or the PMO.",
    )


async def _release_page(
    form: ReleaseForm, plan: PlanClient, today: date, root_cause: RootCause
) -> ChangePage:
    ref, waiting = root_cause.ref, counted(root_cause.unreleased, "update")
    isg = next((each for each in (await plan.isgs()).items if each.name == root_cause.isg), None)
    meets_on = isg.meets_on if isg and isg.meets_on and isg.meets_on >= today else None
    meeting = f"on {short_day(meets_on)}, {how_far_from(meets_on, today)}" if meets_on else "next"
    said = root_cause.latest_update
    follows = [
        f"{waiting} of {ref} {'waits' if root_cause.unreleased == 1 else 'wait'} for the meeting of the {root_cause.isg} ISG "
        f"{meeting}. Released now, partners and readers see {'it' if root_cause.unreleased == 1 else 'them'} before the ISG has "
        "talked about it. This can’t be taken back.",
    ]
    if said:
        text = f": “{said.progress}”" if said.progress else "."
        follows.append(f"Said last, on {short_day(said.reporting_date)}: {label(said.status)}{text}")
    why_not = f"Everything that was said about {ref} has been released already, or it is not for you: the PMO releases."
    return ChangePage(
        f"Release what was said about {ref} before its meeting", root_cause, form, follows, "Release it now",
        RELEASE.format(ref=ref), ("release_update",), why_not,
    )  # fmt: skip


async def _action_page(form: ActionForm, root_cause: RootCause) -> ChangePage:
    ref = form.action
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
        _settling(action, form),
        _why_not_settled(root_cause, action),
    )


def _settling(action: Action, form: ActionForm) -> tuple[str, ...]:
    """What can still become of it: the day on which it was done can be put right, nothing else of what is settled."""
    if action.is_open:
        return tuple(OUTCOMES)
    puts_day_right = action.completed_date is not None and form.outcome.value == "done"
    return ("complete_action",) if puts_day_right else ()


def _why_not_settled(root_cause: RootCause, action: Action) -> str:
    if action.completed_date:
        return f"{action.ref} was done on {short_day(action.completed_date)} already."
    if action.withdrawn_on:
        return f"{action.ref} was withdrawn on {short_day(action.withdrawn_on)}."
    if root_cause.closed_on:
        return f"{root_cause.ref} is closed, and its actions with it."
    return f"The actions of {root_cause.ref} are for its owner, a deputy, the chair of its ISG or the PMO."
