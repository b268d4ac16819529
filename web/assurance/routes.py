"""The PMO assures the evidence of what the ISG has closed."""

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.root_causes import RootCause
from web.forms import TextArea
from web.rendering import Notice, short_day
from web.root_causes.changes import ChangeForm, ChangePage, carry_out, show
from web.session import Plan, feature_router

router = feature_router("assurance")
ADDRESS = "/root-causes/{ref}/assurance"


class AssuranceForm(ChangeForm):
    """What was seen, or why it no longer assures."""

    note = TextArea(
        "What have you seen?", hint="Which evidence, where it can be found, and what it shows", rows=4
    )


class WithdrawalForm(ChangeForm):
    """Why it no longer assures."""

    note = TextArea(
        "Why does the evidence no longer assure you?",
        rows=4,
        required="Say why the evidence no longer assures you.",
    )


@router.get(ADDRESS)
async def new_assurance(request: Request, plan: Plan, ref: str) -> Response:
    """The form for whichever can be done now."""
    root_cause = await plan.root_cause(ref)
    form = _form_of(root_cause).shown(request)
    why_not = (
        f"The evidence of {ref} is for the PMO to assure, and not for its owner or who asked for its closing."
        if root_cause.closed_on
        else f"{ref} is open: the ISG closes it first, then its evidence is assured."
    )
    return show(request, _page(root_cause, form), "assure", "withdraw_assurance", why_not=why_not)


@router.post(ADDRESS)
async def assure(request: Request, plan: Plan, ref: str) -> Response:
    """Signs for the evidence, or takes that back."""
    root_cause = await plan.root_cause(ref)
    form = await _form_of(root_cause).posted(request)
    decision = "withdraw" if _withdraws(root_cause) else "assure"
    deed = plan.assure(ref, decision, form.typed_in("note") or None, once=form.once, if_match=form.etag.value)
    notice = (
        Notice(f"The assurance of {ref} is taken back", "It stays closed; its findings are no longer met.")
        if _withdraws(root_cause)
        else Notice(
            f"The evidence of {ref} is assured",
            "A finding is met when the evidence of all its root causes is.",
        )
    )
    return await carry_out(request, plan, _page(root_cause, form), deed, notice)


def _withdraws(root_cause: RootCause) -> bool:
    return root_cause.assurance_stage == "evidence_assured"


def _form_of(root_cause: RootCause) -> type[ChangeForm]:
    return WithdrawalForm if _withdraws(root_cause) else AssuranceForm


def _page(root_cause: RootCause, form: ChangeForm) -> ChangePage:
    ref = root_cause.ref
    closed = f"Closed on {short_day(root_cause.closed_on)}. " if root_cause.closed_on else ""
    findings = ", ".join(root_cause.findings)
    if _withdraws(root_cause):
        lost = (f"{closed}The completion date stays as it is. {findings} will no longer be met.",)
        return ChangePage(
            f"Take back the assurance of {ref}",
            root_cause,
            form,
            lost,
            "Take it back",
            ADDRESS.format(ref=ref),
        )
    follows = (
        f"{closed}You sign, with your name and today’s date, for the evidence of this closing as it stands now.",
        f"It answers {findings}: a finding is met when the evidence of all its root causes is assured.",
    )
    return ChangePage(
        f"Assure the evidence of {ref}",
        root_cause,
        form,
        follows,
        "Sign for the evidence",
        ADDRESS.format(ref=ref),
    )
