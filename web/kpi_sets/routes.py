"""The high-level KPIs that an ISG agrees on, and its signature under them."""

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.kpi_definitions import KpiSet
from web.comparison import Fresh, has_moved
from web.form_page import FormPage, carry_out, clashing, show
from web.kpi_sets.forms import SignOffForm
from web.kpi_sets.pages import KpiSetPage
from web.rendering import Notice, page, short_day
from web.session import Kpi, NotForVisitor, SignedIn, feature_router

WHOSE = "Only the chair or the executive of this ISG or the PMO can sign off its set of KPIs."
AS_SIGNED = "It is signed off as it is: there is nothing new to agree on."

router = feature_router("kpi sets")


@router.get("/isgs/{slug}/kpi-set")
async def kpi_set(request: Request, kpis: Kpi, slug: str) -> Response:
    """What the ISG measures, what is wanting, and what has changed since it was signed."""
    return page(request, "kpi_sets/set.html.jinja", KpiSetPage(await kpis.kpi_set(slug)))


@router.get("/isgs/{slug}/kpi-set/sign-off")
async def signing(request: Request, visitor: SignedIn, kpis: Kpi, slug: str) -> Response:
    """The form, with what is signed."""
    found = _theirs(await kpis.kpi_set(slug))
    if not KpiSetPage(found).may_sign:
        raise NotForVisitor(AS_SIGNED if found.items else "There is no KPI to sign off yet.")
    form = SignOffForm.shown(request, etag=found.etag, signed_on=visitor.today)
    return show(request, _signing(found, form))


@router.post("/isgs/{slug}/kpi-set/sign-off")
async def sign_off(request: Request, kpis: Kpi, slug: str) -> Response:
    """Signs it."""
    found, form = _theirs(await kpis.kpi_set(slug)), await SignOffForm.posted(request)
    shown = _signing(found, form)
    if not KpiSetPage(found).may_sign and has_moved(form, found.etag):
        return clashing(request, shown, _fresh(found))
    if not form.check():
        return show(request, shown)

    async def fresh() -> Fresh:
        return _fresh(await kpis.kpi_set(slug))

    deed = kpis.sign_off_kpi_set(slug, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(
        f"{found.isg} has signed its KPIs off", "What changes from now on is shown until it is signed again."
    )
    return await carry_out(request, shown, deed, f"/isgs/{slug}/kpi-set", notice, fresh=fresh)


def _theirs(found: KpiSet) -> KpiSet:
    if "sign_off" not in found.can:
        raise NotForVisitor(WHOSE)
    return found


def _fresh(now: KpiSet) -> Fresh:
    """What is there now: the KPIs, and the newest signature."""
    members = ", ".join(f"{each.ref} {each.name}" for each in now.items) or "none"
    signed = now.signed
    facts = [f"The KPIs now: {members}."]
    texts: dict[str, str] = {}
    if signed is not None:
        facts.append(
            f"Version {signed.version} was signed off on {short_day(signed.signed_on)} by {signed.signed_by}."
        )
        texts = {"signed_on": signed.signed_on.isoformat(), "note": signed.note or ""}
    why_not = "" if KpiSetPage(now).may_sign else AS_SIGNED
    return Fresh(now.etag, texts, facts=facts, why_not=why_not)


def _signing(found: KpiSet, form: SignOffForm) -> FormPage:
    members = ", ".join(f"{each.ref} {each.name}" for each in found.items)
    here = f"/isgs/{found.slug}/kpi-set"
    return FormPage(
        f"Sign off the KPIs of {found.isg}", form, "Sign them off", f"{here}/sign-off", (here, f"KPIs of {found.isg}"),
        follows=(
            f"You sign for the ISG, with your name: {members}. Each with its definition as it is now.",
            *found.shortfalls,
        ),
    )  # fmt: skip
