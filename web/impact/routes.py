"""Done but not working: what the ISG decides; and embedded, the last stage of assurance."""

from collections.abc import Sequence
from functools import partial

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.impact import ImpactReviews, KpiImpact, RootCauseImpact
from web.clients.answers.root_causes import RootCause
from web.clients.kpi import KpiClient
from web.clients.plan import PlanClient
from web.impact.forms import CheckForm, EmbeddingForm, ReviewForm, TakingBackForm
from web.impact.pages import before_and_since
from web.rendering import Notice, short_day
from web.root_causes.changes import ChangeForm, ChangePage, carry_out, refused, show
from web.session import Kpi, Plan, SignedIn, feature_router

router = feature_router("impact")
REVIEW, EMBEDDING = "/root-causes/{ref}/impact", "/root-causes/{ref}/embedding"
EMBEDDED_STILL = (
    "It was confirmed as embedded: adding actions or reopening takes that back, with your reason."
)
CONFIRM, TAKE_BACK = "confirm", "take_back"
DONE = {
    "add_actions": "Its owner has further actions to do. It stays closed.",
    "change_kpi": "Something else is measured from now on, beginning with its first value.",
    "wait_until": "You are asked again on that day, unless its KPI works by then.",
    "reopen": "It is open again from today, and its owner reports on it.",
}


@router.get(REVIEW)
async def new_review(request: Request, visitor: SignedIn, plan: Plan, kpi: Kpi, ref: str) -> Response:
    """The form for what the ISG decided."""
    root_cause = await plan.root_cause(ref)
    today = max(visitor.today, root_cause.asked_about_impact_on or visitor.today)
    form = ReviewForm.shown(request, meeting_date=today)
    return await show(request, partial(_review_page, form, plan, kpi, visitor.person.email), root_cause)


@router.post(REVIEW)
async def record_review(request: Request, visitor: SignedIn, plan: Plan, kpi: Kpi, ref: str) -> Response:
    """Records it, and it happens."""
    form = await ReviewForm.posted(request)
    anew = partial(_review_page, form, plan, kpi, visitor.person.email)
    if not form.check():
        return await refused(request, anew, await plan.root_cause(ref))
    deed = plan.review_impact(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(f"The review of {ref} is recorded", DONE.get(form.decision.value, ""))
    return await carry_out(request, plan, anew, ref, deed, notice)


@router.get(EMBEDDING)
async def new_embedding(request: Request, plan: Plan, kpi: Kpi, ref: str) -> Response:
    """The form for whichever can be done now."""
    root_cause = await plan.root_cause(ref)
    form = _form_of(root_cause).shown(request)
    return await show(request, partial(_embedding_page, form, kpi), root_cause)


@router.post(EMBEDDING)
async def decide_embedding(request: Request, plan: Plan, kpi: Kpi, ref: str) -> Response:
    """Confirms it, or takes it back."""
    root_cause = await plan.root_cause(ref)
    takes_back = (await TakingBackForm.posted(request)).typed_in("decision") == TAKE_BACK
    kind = (
        TakingBackForm
        if takes_back
        else CheckForm
        if root_cause.embedded_by_check_in_practice
        else EmbeddingForm
    )
    form = await kind.posted(request)
    anew = partial(_embedding_page, form, kpi)
    if not form.check():
        return await refused(request, anew, root_cause)
    decision = TAKE_BACK if takes_back else CONFIRM
    deed = plan.decide_embedding(
        ref, decision, form.typed_in("note") or None, once=form.once, if_match=form.etag.value
    )
    notice = (
        Notice(f"{ref} is embedded no longer", "It stays closed, and its evidence assured.")
        if takes_back
        else Notice(f"{ref} is embedded", "A finding is embedded with all its root causes.")
    )
    return await carry_out(request, plan, anew, ref, deed, notice)


def _form_of(root_cause: RootCause) -> type[EmbeddingForm]:
    if root_cause.assurance_stage == "embedded":
        return TakingBackForm
    return CheckForm if root_cause.embedded_by_check_in_practice else EmbeddingForm


async def _review_page(
    form: ReviewForm, plan: PlanClient, kpi: KpiClient, me: str, root_cause: RootCause
) -> ChangePage:
    reviews, impact = await plan.impact_reviews(root_cause.ref), await kpi.impact(root_cause.ref)
    form.about(reviews, me)
    return ChangePage(
        f"Did {root_cause.ref} work?",
        root_cause,
        form,
        [*_asked(root_cause, reviews), *_told(impact)],
        "Record the review",
        REVIEW.format(ref=root_cause.ref),
        ("review_impact",),
        _why_no_review(root_cause),
    )


def _asked(root_cause: RootCause, reviews: ImpactReviews) -> Sequence[str]:
    asked = reviews.asked
    if asked is None or root_cause.closed_on is None:
        return ()
    return (
        f"Closed on {short_day(root_cause.closed_on)}. Done but not working: the ISG is asked since "
        f"{short_day(asked.asked_on)}, because {asked.kpi} says “{asked.verdict_label.lower()}”.",
        *(
            f"Reviewed before, on {short_day(past.meeting_date)}: {past.decision_label}. {past.reason}"
            for past in reviews.past
            if past.decision and past.meeting_date
        ),
        *([EMBEDDED_STILL] if root_cause.assurance_stage == "embedded" else ()),
    )


def _told(impact: RootCauseImpact) -> Sequence[str]:
    return [_of_kpi(each) for each in impact.items]


def _of_kpi(each: KpiImpact) -> str:
    return f"{each.ref} {each.name}. {each.reading} {before_and_since(each)}"


def _why_no_review(root_cause: RootCause) -> str:
    ref = root_cause.ref
    if root_cause.closed_on is None:
        return f"{ref} is open: whether it worked is asked once it is closed."
    if root_cause.asked_about_impact_on is None:
        return f"The ISG is not asked about {ref} now: it works, or there are not enough values yet, or the review is recorded."
    return f"The review of {ref} is for its ISG, and nobody decides on what they own themselves."


async def _embedding_page(form: ChangeForm, kpi: KpiClient, root_cause: RootCause) -> ChangePage:
    ref, address = root_cause.ref, EMBEDDING.format(ref=root_cause.ref)
    findings = ", ".join(root_cause.findings)
    if isinstance(form, TakingBackForm):
        form.values["decision"] = (TAKE_BACK,)
        lost = (f"It stays closed, and its evidence assured. {findings} will no longer be embedded.",)
        return ChangePage(
            f"{ref} is embedded no longer", root_cause, form, lost, "Take it back", address, ("take_back_embedded",),
            _why_not_embedded(root_cause),
        )  # fmt: skip
    impact = await kpi.impact(ref)
    how = (
        ("None of its KPIs can be charted: you have checked in practice, as somebody outside its ISG.",)
        if root_cause.embedded_by_check_in_practice
        else [f"{each.ref} {each.name}: {each.embedding_reading}" for each in impact.items]
    )
    follows = (
        *how,
        "You confirm, with your name and today’s date, that what was changed has become how things are done.",
        f"It answers {findings}: a finding is embedded with all its root causes.",
    )
    return ChangePage(
        f"Confirm that {ref} is embedded", root_cause, form, follows, "Confirm it", address, ("confirm_embedded",),
        _why_not_embedded(root_cause),
    )  # fmt: skip


def _why_not_embedded(root_cause: RootCause) -> str:
    if root_cause.closed_on is None:
        return f"{root_cause.ref} is open: only a closed root cause is embedded."
    if root_cause.not_embedded_because:
        return root_cause.not_embedded_because
    if root_cause.embedded_by_check_in_practice:
        return "Somebody outside its ISG checks in practice, who neither owns it nor asked for its closing."
    return "Somebody of its ISG or the PMO confirms it, who neither owns it nor asked for its closing."
