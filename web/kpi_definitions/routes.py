"""Defining KPIs: what is measured and how, which target holds from when, whom it is compared with, and that it has ended."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.clients.answers.kpi_definitions import Benchmark, KpiWhole
from web.clients.base import FieldError, ServiceError
from web.clients.kpi import KpiClient
from web.clients.plan import PlanClient
from web.comparison import Fresh, has_moved
from web.form_page import FormPage, carry_out, clashing, show
from web.forms import Form, Option
from web.kpi_definitions.forms import (
    CHOOSE,
    FREQUENCIES,
    BenchmarkForm,
    BenchmarkValuesForm,
    ConfirmForm,
    DefinitionForm,
    NewKpiForm,
    RetirementForm,
    TargetForm,
    by_line,
    facts_of,
    target_texts_of,
    texts_of,
)
from web.kpi_definitions.pages import DefinitionPage, targets_told
from web.rendering import Notice, page, see_other
from web.session import Kpi, NotForVisitor, Plan, SignedIn, Visitor, feature_router, only_for

WHOSE = "Only the chair of this KPI’s ISG or the PMO can define it."
RETIRED, IN_USE = (
    "It is retired: bring it back before you change it.",
    "It is in use: there is nothing to bring back.",
)

router = feature_router("kpi definitions")


@router.get("/kpis/new", dependencies=[only_for("define_measure", WHOSE)])
async def new_kpi(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """The form for a new KPI; the address may say whose."""
    asked = request.query_params
    form = NewKpiForm.shown(
        request, level=asked.get("level", ""), isg=asked.get("isg", ""), root_cause=asked.get("root_cause", ""),
        part_of_whole="false", frequency="monthly",
    )  # fmt: skip
    return show(request, _adding(await _offering(visitor, plan, form)))


@router.post("/kpis/new", dependencies=[only_for("define_measure", WHOSE)])
async def define(request: Request, visitor: SignedIn, plan: Plan, kpis: Kpi) -> Response:
    """Defines it."""
    form = await NewKpiForm.posted(request)
    shown = _adding(await _offering(visitor, plan, form))
    if not form.check():
        return show(request, shown)
    try:
        made = await kpis.define_kpi(form.wish, once=form.once)
    except ServiceError as error:
        if error.status not in {403, 409, 422}:
            raise
        place = "root_cause" if form.typed_in("level") == "root_cause" else "isg"
        form.refuse(
            ServiceError(422, error.kind, error.message, [FieldError(place, error.message)])
            if error.status == 403
            else error
        )
        return show(request, shown, 422 if error.status == 403 else error.status)
    notice = Notice(
        f"{made.ref} is defined", "Give its values, and it has a chart as soon as there are enough."
    )
    return see_other(request, f"/kpis/{made.ref}/definition", notice)


@router.get("/kpis/{ref}/definition")
async def definition(request: Request, visitor: SignedIn, kpis: Kpi, ref: str) -> Response:
    """What is measured and how, now and before."""
    shown = DefinitionPage(await kpis.kpi(ref), visitor.may("import_plan"))
    return page(request, "kpi_definitions/definition.html.jinja", shown)


@router.get("/kpis/{ref}/definition/change")
async def changing(request: Request, visitor: SignedIn, kpis: Kpi, ref: str) -> Response:
    """The form with the definition as it is."""
    found = _theirs(await kpis.kpi(ref), "define")
    begun = {**texts_of(found), "reason": "", "holds_from": visitor.today}
    return show(request, _changing(found, DefinitionForm.shown(request, **begun, etag=found.etag)))


@router.post("/kpis/{ref}/definition/change")
async def change(request: Request, kpis: Kpi, ref: str) -> Response:
    """Changes it; where somebody else was quicker, both texts stand beside each other."""
    found, form = await kpis.kpi(ref), await DefinitionForm.posted(request)
    shown = _changing(found, form)
    if (refused := _refused(request, found, shown, "define", texts_of)) is not None:
        return refused
    deed = kpis.change_definition(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(
        f"The definition of {ref} is changed",
        "The one before stays as a version, and the chart shows the change.",
    )
    return await _carry_out(request, kpis, shown, deed, ref, notice, texts_of)


@router.get("/kpis/{ref}/targets")
async def targets(request: Request, visitor: SignedIn, kpis: Kpi, ref: str) -> Response:
    """The form for a target, with those so far."""
    found = _theirs(await kpis.kpi(ref), "set_target")
    day = {"holds_from": visitor.today} if found.targets else {}
    return show(request, _targeting(found, TargetForm.shown(request, etag=found.etag, **day)))


@router.post("/kpis/{ref}/targets")
async def set_target(request: Request, kpis: Kpi, ref: str) -> Response:
    """Sets it."""
    found, form = await kpis.kpi(ref), await TargetForm.posted(request)
    shown = _targeting(found, form)
    if (refused := _refused(request, found, shown, "set_target", target_texts_of)) is not None:
        return refused
    deed = kpis.set_kpi_target(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(f"The target of {ref} is set", "Its chart is read against it from that day on.")
    return await _carry_out(request, kpis, shown, deed, ref, notice, target_texts_of)


@router.get("/kpis/{ref}/retirement")
async def retiring(request: Request, visitor: SignedIn, kpis: Kpi, ref: str) -> Response:
    """The form for why it is measured no longer."""
    found = _theirs(await kpis.kpi(ref), "retire")
    form = RetirementForm.shown(request, etag=found.etag, retired_on=visitor.today)
    return show(request, _retiring(found, form))


@router.post("/kpis/{ref}/retirement")
async def retire(request: Request, kpis: Kpi, ref: str) -> Response:
    """Retires it."""
    found, form = await kpis.kpi(ref), await RetirementForm.posted(request)
    shown = _retiring(found, form)
    if (refused := _refused(request, found, shown, "retire", _retirement_texts)) is not None:
        return refused
    deed = kpis.retire_kpi(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(f"{ref} is retired", "No value is due any more. What was measured stays, with its chart.")
    return await _carry_out(request, kpis, shown, deed, ref, notice, _retirement_texts)


@router.get("/kpis/{ref}/return")
async def returning(request: Request, kpis: Kpi, ref: str) -> Response:
    """What follows from bringing it back."""
    found = _theirs(await kpis.kpi(ref), "bring_back")
    return show(request, _returning(found, ConfirmForm.shown(request, etag=found.etag)))


@router.post("/kpis/{ref}/return")
async def bring_back(request: Request, kpis: Kpi, ref: str) -> Response:
    """Brings it back."""
    found, form = await kpis.kpi(ref), await ConfirmForm.posted(request)
    shown = _returning(found, form)
    if (refused := _refused(request, found, shown, "bring_back", _nothing)) is not None:
        return refused
    deed = kpis.bring_kpi_back(ref, once=form.once, if_match=form.etag.value)
    return await _carry_out(request, kpis, shown, deed, ref, Notice(f"{ref} is measured again"), _nothing)


@router.get("/kpis/{ref}/benchmarks/new")
async def comparing(request: Request, kpis: Kpi, ref: str) -> Response:
    """The form for whom it is compared with."""
    found = _theirs(await kpis.kpi(ref), "keep_benchmarks")
    return show(request, _comparing(found, BenchmarkForm.shown(request, etag=found.etag)))


@router.post("/kpis/{ref}/benchmarks/new")
async def compare(request: Request, kpis: Kpi, ref: str) -> Response:
    """Adds it."""
    found, form = await kpis.kpi(ref), await BenchmarkForm.posted(request)
    shown = _comparing(found, form)
    if (refused := _refused(request, found, shown, "keep_benchmarks", _nothing)) is not None:
        return refused
    deed = kpis.add_benchmark(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(f"{ref} is compared with {form.name.value}", "Give its values next.")
    return await _carry_out(request, kpis, shown, deed, ref, notice, _newest_benchmark)


@router.get("/kpis/{ref}/benchmarks/{number}/values")
async def benchmark_values(request: Request, kpis: Kpi, ref: str, number: int) -> Response:
    """The form for values of a benchmark."""
    found = _theirs(await kpis.kpi(ref), "keep_benchmarks")
    form = BenchmarkValuesForm.shown(request, etag=found.etag)
    return show(request, _giving(found, _benchmark(found, number), form))


@router.post("/kpis/{ref}/benchmarks/{number}/values")
async def give_benchmark_values(request: Request, kpis: Kpi, ref: str, number: int) -> Response:
    """Keeps them, all or none."""
    found, form = await kpis.kpi(ref), await BenchmarkValuesForm.posted(request)
    benchmark = _benchmark(found, number)
    shown, values = _giving(found, benchmark, form), form.lines
    if (refused := _refused(request, found, shown, "keep_benchmarks", _nothing)) is not None:
        return refused

    async def keep() -> None:
        try:
            await kpis.give_benchmark_values(ref, number, values, once=form.once, if_match=form.etag.value)
        except ServiceError as error:
            raise by_line(error) if error.status == 422 else error from None

    notice = Notice(f"The values of {benchmark.name} are kept")
    return await _carry_out(request, kpis, shown, keep(), ref, notice, partial(_values_of, number))


@router.get("/kpis/{ref}/benchmarks/{number}/ending")
async def ending_benchmark(request: Request, kpis: Kpi, ref: str, number: int) -> Response:
    """What follows from comparing with it no more."""
    found = _theirs(await kpis.kpi(ref), "keep_benchmarks")
    form = ConfirmForm.shown(request, etag=found.etag)
    return show(request, _ending(found, _benchmark(found, number), form))


@router.post("/kpis/{ref}/benchmarks/{number}/ending")
async def end_benchmark(request: Request, kpis: Kpi, ref: str, number: int) -> Response:
    """Ends it."""
    found, form = await kpis.kpi(ref), await ConfirmForm.posted(request)
    shown = _ending(found, _benchmark(found, number), form)
    if (refused := _refused(request, found, shown, "keep_benchmarks", _nothing)) is not None:
        return refused
    deed = kpis.end_benchmark(ref, number, once=form.once, if_match=form.etag.value)
    return await _carry_out(
        request, kpis, shown, deed, ref, Notice("It is no longer compared with that"), _nothing
    )


# -- what they have in common ---------------------------------------------------------------------------------------

Texts = Callable[[KpiWhole], Mapping[str, str]]


async def _carry_out(
    request: Request, kpis: KpiClient, shown: FormPage, deed: Awaitable[object], ref: str, notice: Notice, texts: Texts
) -> Response:  # fmt: skip
    async def fresh() -> Fresh:
        now = await kpis.kpi(ref)
        return Fresh(now.etag, texts(now), facts=facts_of(now))

    return await carry_out(request, shown, deed, f"/kpis/{ref}/definition", notice, fresh=fresh)


def _refused(request: Request, found: KpiWhole, shown: FormPage, deed: str, texts: Texts) -> Response | None:
    """Why a form can't be sent on: the KPI has been retired or brought back meanwhile, it is not theirs, its wording is wrong."""
    if deed not in found.can and has_moved(shown.form, found.etag):
        fresh = Fresh(
            found.etag, texts(found), at=found.retired_on, facts=facts_of(found), why_not=_why_not(found)
        )
        return clashing(request, shown, fresh)
    _theirs(found, deed)
    return None if shown.form.check() else show(request, shown)


def _theirs(found: KpiWhole, deed: str) -> KpiWhole:
    if deed in found.can:
        return found
    is_its_state = bool(found.can) and (deed == "bring_back" or "bring_back" in found.can)
    raise NotForVisitor(_why_not(found) if is_its_state else WHOSE)


def _why_not(found: KpiWhole) -> str:
    return f"{found.ref}: {RETIRED if found.retired_on else IN_USE}"


def _nothing(_kpi: KpiWhole) -> Mapping[str, str]:
    return {}


def _newest_benchmark(found: KpiWhole) -> Mapping[str, str]:
    """What somebody else has compared it with meanwhile."""
    newest = max(found.benchmarks, key=lambda each: each.id, default=None)
    return {"name": newest.name, "source": newest.source or ""} if newest else {}


def _values_of(number: int, found: KpiWhole) -> Mapping[str, str]:
    """The values of a benchmark as they are now, a line each as the form takes them."""
    values = next((each.values for each in found.benchmarks if each.id == number), ())
    return {"values_given": "\n".join(f"{each.period} {each.value:g}" for each in values)}


def _retirement_texts(found: KpiWhole) -> Mapping[str, str]:
    if found.retired_on is None:
        return {}
    return {"retired_on": found.retired_on.isoformat(), "reason": found.retired_because or ""}


def _benchmark(found: KpiWhole, number: int) -> Benchmark:
    for each in found.benchmarks:
        if each.id == number:
            return each
    raise HTTPException(404)


async def _offering(visitor: Visitor, plan: PlanClient, form: NewKpiForm) -> NewKpiForm:
    """The ISGs that the visitor may add to: all for the PMO, else those whose chair they are."""
    roles = visitor.person.roles
    chaired = {each.isg for each in roles if each.role == "isg_chair"}
    keeps_all = any(each.role == "pmo" for each in roles)
    isgs = [isg for isg in (await plan.isgs()).items if keeps_all or isg.name in chaired]
    return form.offer(isg=[CHOOSE, *(Option(isg.slug, isg.name) for isg in isgs)])


def _adding(form: Form) -> FormPage:
    return FormPage("Define a KPI", form, "Define the KPI", "/kpis/new", ("/kpis", "KPIs"))


def _about(found: KpiWhole, title: str, form: Form, button: str, address: str, *follows: str) -> FormPage:
    here = f"/kpis/{found.ref}"
    back = (f"{here}/definition", "Its definition")
    return FormPage(
        title, form, button, f"{here}/{address}", back, caption=f"{found.ref} {found.name}", follows=follows
    )


def _changing(found: KpiWhole, form: DefinitionForm) -> FormPage:
    has = found.definition.frequency
    if has and has.lower() not in {each.value for each in FREQUENCIES}:
        form.offer(frequency=[*FREQUENCIES, Option(has, has)])
    return _about(
        found, "Change the definition", form, "Change the definition", "definition/change",
        f"Version {found.definition_number} stays, with its day and its reason. The chart shows that the definition has changed.",
    )  # fmt: skip


def _targeting(found: KpiWhole, form: Form) -> FormPage:
    return _about(found, "Set a target", form, "Set the target", "targets", *targets_told(found))


def _retiring(found: KpiWhole, form: Form) -> FormPage:
    return _about(
        found, f"Retire {found.ref}", form, "Retire the KPI", "retirement",
        "No value is due from then on, and it leaves the lists and its ISG’s set. What was measured stays, with its chart.",
    )  # fmt: skip


def _returning(found: KpiWhole, form: Form) -> FormPage:
    return _about(
        found, f"Bring {found.ref} back", form, "Bring it back", "return",
        f"Retired because: {found.retired_because}", "It stands in the lists again, and its values are due as before.",
    )  # fmt: skip


def _comparing(found: KpiWhole, form: Form) -> FormPage:
    return _about(found, "Compare it with others", form, "Compare with them", "benchmarks/new")


def _giving(found: KpiWhole, benchmark: Benchmark, form: Form) -> FormPage:
    return _about(
        found, f"Values of {benchmark.name}", form, "Keep the values", f"benchmarks/{benchmark.id}/values",
        "All are kept, or none. A value for a period that has one replaces it; the one before stays in the audit trail.",
    )  # fmt: skip


def _ending(found: KpiWhole, benchmark: Benchmark, form: Form) -> FormPage:
    return _about(
        found, f"Compare with {benchmark.name} no more", form, "Compare no more", f"benchmarks/{benchmark.id}/ending",
        "Its values leave the page and the chart, and stay in the audit trail.",
    )  # fmt: skip
