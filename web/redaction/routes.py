"""Redactions: asked for by the PMO from the audit trail, decided by a second person."""

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.clients.answers.redactions import Redaction
from web.clients.plan import PlanClient
from web.comparison import Fresh
from web.form_page import FormPage, carry_out, clashing, show
from web.forms import Form
from web.redaction.pages import OUTLINE, AskForm, AskOfOutlineForm, DecisionForm, RedactionsPage, places_told
from web.rendering import Notice, page
from web.session import Plan, SignedIn, feature_router, only_for

WHOSE = "Redactions are for the PMO, who asks for them, and for executives, who approve them."
WHOSE_TO_ASK = "Only the PMO can ask for something to be redacted."

router = feature_router("redaction")


@router.get("/redactions", dependencies=[only_for("approve_redaction", WHOSE)])
async def redactions(request: Request, plan: Plan) -> Response:
    """All of them."""
    return page(request, "redaction/list.html.jinja", RedactionsPage((await plan.redactions()).items))


@router.get("/redactions/new", dependencies=[only_for("ask_redaction", WHOSE_TO_ASK)])
async def new_redaction(request: Request) -> Response:
    """The form, for a text that the audit trail shows."""
    column = request.query_params.get("column", "")
    kind = AskOfOutlineForm if column == OUTLINE else AskForm
    return show(
        request, _asking(kind.shown(request, entry=request.query_params.get("entry", ""), column=column))
    )


@router.post("/redactions/new", dependencies=[only_for("ask_redaction", WHOSE_TO_ASK)])
async def ask(request: Request, plan: Plan) -> Response:
    """Asks for it."""
    form = await AskForm.posted(request)
    if form.column.value == OUTLINE:
        form = await AskOfOutlineForm.posted(request)
    shown = _asking(form)
    if not form.check():
        return show(request, shown)
    entry = form.entry.value
    wish = {
        "entry": int(entry) if entry.isdecimal() else 0,
        "column": f"{OUTLINE}: {form.block.value.strip()}"
        if isinstance(form, AskOfOutlineForm)
        else form.column.value,
        "reason": form.reason.value,
    }
    notice = Notice(
        "The redaction is asked for", "A second person, of the PMO or an executive, approves or refuses it."
    )
    return await carry_out(request, shown, plan.ask_redaction(wish, once=form.once), "/redactions", notice)


@router.get("/redactions/{number}", dependencies=[only_for("approve_redaction", WHOSE)])
async def decision(request: Request, plan: Plan, number: int) -> Response:
    """The form for the second person."""
    found = await _waiting(plan, number)
    return show(request, await _deciding(plan, found, DecisionForm.shown(request)))


@router.post("/redactions/{number}", dependencies=[only_for("approve_redaction", WHOSE)])
async def decide(request: Request, _visitor: SignedIn, plan: Plan, number: int) -> Response:
    """Approves or refuses it."""
    form = await DecisionForm.posted(request)
    found = await _found(plan, number)
    shown = await _deciding(plan, found, form)
    if found.state != "waiting":
        return clashing(request, shown, _decided(found))
    await _waiting(plan, number)
    if not form.check():
        return show(request, shown)
    approve = form.decision.value == "approve"
    wish = {"approve": approve, "reason": form.reason.or_none}
    notice = (
        Notice(
            "The text is blanked", "Everywhere, in the audit trail too. Backups made before still hold it."
        )
        if approve
        else Notice("The redaction is refused", "The text stays as it is.")
    )
    deed = plan.decide_redaction(number, wish, once=form.once)

    async def fresh() -> Fresh:
        now = await _found(plan, number)
        return _decided(now) if now.state != "waiting" else Fresh()

    return await carry_out(request, shown, deed, "/redactions", notice, fresh=fresh)


async def _found(plan: PlanClient, number: int) -> Redaction:
    found = next((each for each in (await plan.redactions()).items if each.id == number), None)
    if found is None:
        raise HTTPException(404)
    return found


async def _waiting(plan: PlanClient, number: int) -> Redaction:
    found = await _found(plan, number)
    if "decide" not in found.can:
        raise HTTPException(404)
    return found


def _decided(found: Redaction) -> Fresh:
    """Somebody else's word, which stands."""
    decision = "approve" if found.state == "done" else "refuse"
    return Fresh(
        texts={"decision": decision, "reason": found.refused_reason or ""}, by=found.decided_by or "",
        at=found.decided_at, why_not="This redaction has been decided on already.",
    )  # fmt: skip


def _asking(form: Form) -> FormPage:
    return FormPage(
        "Redact a text", form, "Ask for it to be redacted", "/redactions/new", ("/audit", "Audit trail"),
        follows=(
            "It is blanked everywhere once a second person has approved it: in the plan, in every version, draft and copy of it, "
            "in packs and in their published files, which are made anew, and in the audit trail. "
            "Who asked, who approved, when and why stay for ever.",
        ),
    )  # fmt: skip


async def _deciding(plan: PlanClient, item: Redaction, form: Form) -> FormPage:
    places = (await plan.redaction_places(item.id)).items
    return FormPage(
        f"Redact the {item.column} of {item.thing}?", form, "Record my decision", f"/redactions/{item.id}",
        ("/redactions", "Redactions"),
        follows=(f"{item.asked_by} asks for it: {item.reason}", *places_told(places)),
    )  # fmt: skip
