"""The PMO assures the evidence of what the ISG has closed."""

from collections.abc import Mapping
from functools import partial

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.root_causes import RootCause
from web.forms import Hidden, TextArea
from web.rendering import Notice, short_day
from web.root_causes.changes import ChangeForm, ChangePage, Story, carry_out, newest_of, show
from web.session import Plan, feature_router

router = feature_router("assurance")
ADDRESS = "/root-causes/{ref}/assurance"
ASSURE, WITHDRAW = "assure", "withdraw"


class AssuranceForm(ChangeForm):
    """What was seen."""

    note = TextArea(
        "What have you seen?", hint="Which evidence, where it can be found, and what it shows", rows=4
    )

    def texts_of(self, _now: RootCause, story: Story) -> Mapping[str, str]:
        """What was said of the evidence last."""
        said = newest_of(story, "assurance")
        return {"note": said.text or ""} if said else {}


class WithdrawalForm(ChangeForm):
    """Why it no longer assures."""

    decision = Hidden()
    note = TextArea(
        "Why does the evidence no longer assure you?",
        rows=4,
        required="Say why the evidence no longer assures you.",
    )

    def texts_of(self, _now: RootCause, story: Story) -> Mapping[str, str]:
        """Why somebody else took it back."""
        ended = newest_of(story, "assurance", "no longer")
        return {"note": ended.text or ""} if ended else {}


@router.get(ADDRESS)
async def new_assurance(request: Request, plan: Plan, ref: str) -> Response:
    """The form for whichever can be done now."""
    root_cause = await plan.root_cause(ref)
    return await show(request, partial(_page, _form_of(root_cause).shown(request)), root_cause)


@router.post(ADDRESS)
async def assure(request: Request, plan: Plan, ref: str) -> Response:
    """Signs for the evidence, or takes that back."""
    withdraws = (await AssuranceForm.posted(request)).typed_in("decision") == WITHDRAW
    form = await (WithdrawalForm if withdraws else AssuranceForm).posted(request)
    decision = WITHDRAW if withdraws else ASSURE
    deed = plan.assure(ref, decision, form.typed_in("note") or None, once=form.once, if_match=form.etag.value)
    notice = (
        Notice(f"The assurance of {ref} is taken back", "It stays closed; its findings are no longer met.")
        if withdraws
        else Notice(
            f"The evidence of {ref} is assured",
            "A finding is met when the evidence of all its root causes is.",
        )
    )
    return await carry_out(request, plan, partial(_page, form), ref, deed, notice)


def _withdraws(root_cause: RootCause) -> bool:
    return root_cause.assurance_stage in ("evidence_assured", "embedded")


def _form_of(root_cause: RootCause) -> type[ChangeForm]:
    return WithdrawalForm if _withdraws(root_cause) else AssuranceForm


async def _page(form: ChangeForm, root_cause: RootCause) -> ChangePage:
    ref = root_cause.ref
    closed = f"Closed on {short_day(root_cause.closed_on)}. " if root_cause.closed_on else ""
    findings = ", ".join(root_cause.findings)
    why_not = _why_not(root_cause)
    if isinstance(form, WithdrawalForm):
        form.values["decision"] = (WITHDRAW,)
        lost = (f"{closed}The completion date stays as it is. {findings} will no longer be met.",)
        return ChangePage(
            f"Take back the assurance of {ref}",
            root_cause,
            form,
            lost,
            "Take it back",
            ADDRESS.format(ref=ref),
            ("withdraw_assurance",),
            why_not,
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
        ("assure",),
        why_not,
    )


def _why_not(root_cause: RootCause) -> str:
    ref = root_cause.ref
    if not root_cause.closed_on:
        return f"{ref} is open: the ISG closes it first, then its evidence is assured."
    if _withdraws(root_cause):
        return f"The evidence of {ref} is assured already."
    return (
        f"The evidence of {ref} is for the PMO to assure, and not for its owner or who asked for its closing."
    )
