"""The register of risks to delivery: kept by the ISGs, reviewed at ECIB."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.risks import Risk
from web.clients.plan import PlanClient
from web.comparison import Fresh, has_moved
from web.form_page import FormPage, carry_out, clashing, show
from web.forms import Form, Option
from web.rendering import Notice, page
from web.risks.forms import (
    ClosingForm,
    ReviewForm,
    RiskForm,
    closing_texts_of,
    facts_of,
    review_texts_of,
    texts_of,
)
from web.risks.pages import RiskPage, RisksPage, Wanted
from web.session import NotForVisitor, Plan, SignedIn, feature_router, only_for

WHOSE = "Risks are kept by the chair and the executive of their ISG and by the PMO."
WHOSE_REVIEW = "Risks are reviewed at ECIB: its members or the PMO record the review."

router = feature_router("risks")


@router.get("/risks")
async def risks(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """The register, narrowed as the address says."""
    wanted, cursor = Wanted.of(request), request.query_params.get("cursor", "")
    found = await plan.risks(**asdict(wanted), cursor=cursor)
    shown = RisksPage(wanted, found, (await plan.isgs()).items, cursor, visitor.may("keep_risk"))
    return page(request, "risks/list.html.jinja", shown)


@router.get("/risks/new", dependencies=[only_for("keep_risk", WHOSE)])
async def new_risk(request: Request, plan: Plan) -> Response:
    """The form for a new risk."""
    return show(
        request,
        _adding(await _offering(plan, RiskForm.shown(request, isg=request.query_params.get("isg", "")))),
    )


@router.post("/risks/new", dependencies=[only_for("keep_risk", WHOSE)])
async def raise_risk(request: Request, plan: Plan) -> Response:
    """Enters it."""
    form = await RiskForm.posted(request)
    shown = _adding(await _offering(plan, form))
    if not form.check():
        return show(request, shown)
    notice = Notice("The risk is in the register", "ECIB reviews it at its next look at the register.")
    return await carry_out(request, shown, plan.raise_risk(form.wish, once=form.once), "/risks", notice)


@router.get("/risks/{ref}")
async def risk(request: Request, visitor: SignedIn, plan: Plan, ref: str) -> Response:
    """One risk, with what ECIB said of it."""
    return page(request, "risks/one.html.jinja", RiskPage(await plan.risk(ref), visitor.may("import_plan")))


@router.get("/risks/{ref}/change")
async def changing(request: Request, plan: Plan, ref: str) -> Response:
    """The form with the risk as it is."""
    found = _theirs(await plan.risk(ref), "change", WHOSE)
    form = await _offering(plan, RiskForm.shown(request, **texts_of(found), etag=found.etag))
    return show(request, _changing(found, form))


@router.post("/risks/{ref}/change")
async def change(request: Request, plan: Plan, ref: str) -> Response:
    """Changes it; where somebody else was quicker, both texts stand beside each other."""
    found, form = await plan.risk(ref), await RiskForm.posted(request)
    shown = _changing(found, await _offering(plan, form))
    if (late := _too_late(request, found, shown, texts_of(found))) is not None:
        return late
    _theirs(found, "change", WHOSE)
    if not form.check():
        return show(request, shown)
    deed = plan.change_risk(ref, form.wish, once=form.once, if_match=form.etag.value)
    return await _carry_out(
        request, plan, shown, deed, ref, Notice(f"{ref} is changed", "What it was stays in the audit trail.")
    )


@router.get("/risks/{ref}/review")
async def reviewing(request: Request, visitor: SignedIn, plan: Plan, ref: str) -> Response:
    """The form for what ECIB said."""
    found = _theirs(await plan.risk(ref), "review", WHOSE_REVIEW)
    form = ReviewForm.shown(
        request, etag=found.etag, reviewed_on=visitor.today, likelihood_after=str(found.likelihood_after),
        impact_after=str(found.impact_after),
    )  # fmt: skip
    return show(request, _reviewing(found, form))


@router.post("/risks/{ref}/review")
async def review(request: Request, plan: Plan, ref: str) -> Response:
    """Records it."""
    found, form = await plan.risk(ref), await ReviewForm.posted(request)
    shown = _reviewing(found, form)
    if (late := _too_late(request, found, shown, review_texts_of(found))) is not None:
        return late
    _theirs(found, "review", WHOSE_REVIEW)
    if not form.check():
        return show(request, shown)
    deed = plan.review_risk(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(f"The review of {ref} is recorded")
    return await _carry_out(request, plan, shown, deed, ref, notice, review_texts_of)


@router.get("/risks/{ref}/closing")
async def closing(request: Request, plan: Plan, ref: str) -> Response:
    """The form for why it is a risk no longer."""
    found = _theirs(await plan.risk(ref), "close", WHOSE)
    return show(request, _closing(found, ClosingForm.shown(request, etag=found.etag)))


@router.post("/risks/{ref}/closing")
async def close(request: Request, plan: Plan, ref: str) -> Response:
    """Closes it."""
    found, form = await plan.risk(ref), await ClosingForm.posted(request)
    shown = _closing(found, form)
    if (late := _too_late(request, found, shown, closing_texts_of(found))) is not None:
        return late
    _theirs(found, "close", WHOSE)
    if not form.check():
        return show(request, shown)
    deed = plan.close_risk(ref, form.reason.value, once=form.once, if_match=form.etag.value)
    notice = Notice(f"{ref} is closed", "It stays in the register.")
    return await _carry_out(request, plan, shown, deed, ref, notice, closing_texts_of)


async def _carry_out(
    request: Request, plan: PlanClient, shown: FormPage, deed: Awaitable[object], ref: str, notice: Notice,
    texts: Callable[[Risk], Mapping[str, str]] = texts_of,
) -> Response:  # fmt: skip
    async def fresh() -> Fresh:
        now = await plan.risk(ref)
        return Fresh(now.etag, texts(now), facts=facts_of(now), why_not=_why_not(now))

    return await carry_out(request, shown, deed, f"/risks/{ref}", notice, fresh=fresh)


def _too_late(request: Request, found: Risk, shown: FormPage, texts: Mapping[str, str]) -> Response | None:
    """What was typed beside what is there now, where somebody else has closed the risk since the form was opened."""
    if found.state != "closed" or not has_moved(shown.form, found.etag):
        return None
    fresh = Fresh(found.etag, texts, at=found.closed_on, facts=facts_of(found), why_not=_why_not(found))
    return clashing(request, shown, fresh)


def _why_not(found: Risk) -> str:
    return f"{found.ref} is closed: it stays as it is." if found.state == "closed" else ""


def _theirs(found: Risk, deed: str, whose: str) -> Risk:
    if deed not in found.can:
        raise NotForVisitor(_why_not(found) or whose)
    return found


async def _offering(plan: PlanClient, form: RiskForm) -> RiskForm:
    return form.offer(
        isg=[Option("", "Choose"), *(Option(isg.name, isg.name) for isg in (await plan.isgs()).items)]
    )


def _adding(form: Form) -> FormPage:
    return FormPage("Add a risk to delivery", form, "Add the risk", "/risks/new", ("/risks", "Risks"))


def _changing(found: Risk, form: Form) -> FormPage:
    return FormPage(
        f"Change {found.ref}",
        form,
        "Save the changes",
        f"/risks/{found.ref}/change",
        (f"/risks/{found.ref}", found.ref),
    )


def _reviewing(found: Risk, form: Form) -> FormPage:
    return FormPage(
        f"Record ECIB’s review of {found.ref}", form, "Record the review", f"/risks/{found.ref}/review",
        (f"/risks/{found.ref}", found.ref), follows=(f"{found.cause} {found.effect}", f"Mitigation: {found.mitigation}"),
    )  # fmt: skip


def _closing(found: Risk, form: Form) -> FormPage:
    return FormPage(
        f"Close {found.ref}", form, "Close the risk", f"/risks/{found.ref}/closing", (f"/risks/{found.ref}", found.ref),
        follows=("It stays in the register, and takes no more changes. If it comes back, it is entered as a new one.",),
    )  # fmt: skip
