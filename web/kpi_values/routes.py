"""Values of KPIs: entered, revised and uploaded; what is expected; and what people decide about a chart."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Final

from fastapi import Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from web.clients.answers.kpi_values import ChartDecision, ChartDecisionList, Observation, ObservationList
from web.clients.base import FieldError, ServiceError
from web.clients.kpi import KpiClient
from web.comparison import Fresh
from web.files import parts_of, with_a_file_of
from web.form_page import REFUSALS, FormPage, carry_out, show
from web.forms import Option
from web.kpi_values.forms import (
    KINDS,
    DecisionForm,
    FileForm,
    UndoingForm,
    ValueForm,
    facts_of,
    fitted,
    form_for,
    texts_of,
)
from web.kpi_values.pages import DecisionsPage, ExpectedPage, UploadPage, ValuesPage, Wanted
from web.rendering import Notice, page, see_other
from web.session import Kpi, NotForVisitor, Plan, SignedIn, feature_router, only_for

LARGEST_MB: Final = 5
TOO_LARGE: Final = 413
WHOSE: Final = "Values are given by the owner of the KPI's data or root cause, a deputy, the chair of its ISG or the PMO."
WHOSE_CHART: Final = "The chair or the executive of the KPI's ISG or the PMO decides how its chart is read."

router = feature_router("kpi values")
GIVERS = [only_for("give_values", WHOSE)]
READERS = [only_for("view_measures", "Measures are for people who work on the plan or oversee it.")]
DECIDERS = [only_for("decide_on_chart", WHOSE_CHART)]
DecisionId = Annotated[int, Path(ge=1, le=2**62)]


@router.get("/expected-data", dependencies=READERS)
async def expected_data(request: Request, visitor: SignedIn, kpi: Kpi, plan: Plan) -> Response:
    """Which values are awaited, and who owes them."""
    wanted, cursor = Wanted.of(request), request.query_params.get("cursor", "")
    found = await kpi.expected_data(**asdict(wanted), cursor=cursor)
    shown = ExpectedPage(wanted, found, (await plan.isgs()).items, cursor, visitor.may("give_values"))
    return page(request, "kpi_values/expected.html.jinja", shown)


# -- files ----------------------------------------------------------------------------------------------------------


@router.get("/kpis/upload", dependencies=GIVERS)
async def show_upload(request: Request) -> Response:
    """Where a file is chosen."""
    return _upload_page(request, UploadPage(FileForm.shown(request)))


@router.post("/kpis/upload", dependencies=GIVERS, max_body_size=with_a_file_of(LARGEST_MB))
async def upload(request: Request, kpi: Kpi) -> Response:
    """Checks a file, or keeps the one that was checked. The answer is the page itself: sent again it changes nothing."""
    form = await FileForm.posted(request)
    if form.typed_in("do") == "keep":
        try:
            result = await kpi.keep_checked_file(form.typed_in("digest"), once=form.once)
        except ServiceError as error:
            return _refused(request, form, error)
        return _upload_page(request, UploadPage(form, result))
    async with request.form() as sent:
        file = sent.get(FileForm.file.name)
        if not isinstance(file, UploadFile) or not file.filename:
            form.add_error(FileForm.file.name, "Choose the file.")
            return _upload_page(request, UploadPage(form))
        try:
            result = await kpi.check_file(parts_of(file))
        except ServiceError as error:
            return _refused(request, form, error)
    problems = [FieldError(each.cell, each.message) for each in result.problems]
    return _upload_page(request, UploadPage(form, result, problems, result.problem_count))


def _refused(request: Request, form: FileForm, error: ServiceError) -> Response:
    """The file as a whole at its field; cells in a table."""
    if error.status not in (*REFUSALS, TOO_LARGE):
        raise error
    cells = [each for each in error.fields if each.field not in {"file", "digest", ""}]
    if error.status == TOO_LARGE:
        form.add_error("file", f"This file is larger than {LARGEST_MB} MB: split it into smaller ones.")
    elif not cells:
        form.add_error("file", error.message)
    return _upload_page(request, UploadPage(form, None, cells, len(cells)))


def _upload_page(request: Request, shown: UploadPage) -> Response:
    wrong = shown.problems or shown.form.errors
    return page(request, "kpi_values/upload.html.jinja", shown, status=422 if wrong else 200)


# -- one KPI's values -----------------------------------------------------------------------------------------------


@router.get("/kpis/{ref}/values", dependencies=READERS)
async def values(request: Request, kpi: Kpi, ref: str) -> Response:
    """The values with what each was before."""
    cursor = request.query_params.get("cursor", "")
    shown = ValuesPage(await kpi.observations(ref, cursor), cursor)
    return page(request, "kpi_values/values.html.jinja", shown)


@router.get("/kpis/{ref}/values/new", dependencies=GIVERS)
async def new_value(request: Request, kpi: Kpi, ref: str) -> Response:
    """The form for a value; of a period that has one, prefilled with it."""
    found = _theirs(await kpi.observations(ref), "give_values", WHOSE)
    asked = request.query_params.get("period", "")
    first = next((each for each in reversed(found.periods) if each.state in {"missing", "due"}), None)
    period: object = asked or (first and first.period.isoformat())
    texts = {"state": "final", **texts_of(_of_period(found, asked))}
    form = form_for(found).shown(
        request, etag=found.etag, period=period if found.periods else _day(asked), **texts
    )
    return show(request, _entering(found, fitted(form, found)))


@router.post("/kpis/{ref}/values/new", dependencies=GIVERS)
async def give_value(request: Request, kpi: Kpi, ref: str) -> Response:
    """Keeps it; where somebody else was quicker, both stand beside each other."""
    found = await kpi.observations(ref)
    form = await form_for(found).posted(request)
    shown = _entering(found, fitted(form, found))
    _theirs(found, "give_values", WHOSE)
    if not form.check():
        return show(request, shown)
    wish = form.wish

    async def fresh() -> Fresh:
        now = await kpi.observations(ref)
        there = _of_period(now, str(wish["period"]))
        return Fresh(now.etag, texts_of(there), facts=facts_of(_name(now, str(wish["period"])), there))

    try:
        kept = await kpi.give_values(ref, wish, once=form.once, if_match=form.etag.value)
    except ServiceError as error:
        return await carry_out(request, shown, _again(_of_form(error)), "", Notice(""), fresh=fresh)
    remark = " ".join(each.message for each in kept.warnings)
    what = "is kept as before" if kept.unchanged else "is revised" if kept.revised else "is kept"
    notice = Notice(f"The value of {ref} for {_name(found, str(wish['period']))} {what}", remark)
    return see_other(request, f"/kpis/{ref}/values", notice)


async def _again(error: ServiceError) -> None:
    raise error


def _of_form(error: ServiceError) -> ServiceError:
    """What the service says of the only value, at the form's fields."""
    fields = [of_value(each) for each in error.fields]
    moved = ServiceError(error.status, error.kind, error.message, fields)
    moved.changed_by, moved.changed_at = error.changed_by, error.changed_at
    return moved


def of_value(each: FieldError) -> FieldError:
    """What the service says of the first value's field, under the field's own name and without its place."""
    message = each.message.removeprefix(f"{each.field}: ")
    return FieldError(each.field.removeprefix("observations.0."), message[:1].upper() + message[1:])


def _entering(found: ObservationList, form: ValueForm) -> FormPage:
    measure = found.kpi
    whole = "It measures a part of a whole: no value is over 100%." if measure.part_of_whole else ""
    return FormPage(
        f"Enter a value of {measure.ref}", form, "Save the value", f"/kpis/{measure.ref}/values/new",
        (f"/kpis/{measure.ref}/values", f"Values of {measure.ref}"), caption=measure.name,
        follows=(f"A value that is there already is revised; what it was stays visible. {whole}",),
    )  # fmt: skip


def _of_period(found: ObservationList, period: str) -> Observation | None:
    return next((each for each in found.items if each.period.isoformat() == period), None)


def _name(found: ObservationList, period: str) -> str:
    names = {each.period.isoformat(): each.period_name for each in found.items}
    names |= {each.period.isoformat(): each.period_name for each in found.periods}
    return names.get(period, period)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _theirs(found: ObservationList, deed: str, whose: str) -> ObservationList:
    if deed not in found.can:
        raise NotForVisitor(whose)
    if found.kpi.retired_on is not None:
        raise NotForVisitor(f"{found.kpi.ref} is retired: it takes no more values.")
    return found


# -- decisions about its chart --------------------------------------------------------------------------------------


@router.get("/kpis/{ref}/decisions", dependencies=READERS)
async def decisions(request: Request, kpi: Kpi, ref: str) -> Response:
    """What people have decided, undone or not."""
    shown = DecisionsPage(await kpi.chart_decisions(ref))
    return page(request, "kpi_values/decisions.html.jinja", shown)


@router.get("/kpis/{ref}/decisions/new", dependencies=DECIDERS)
async def new_decision(request: Request, kpi: Kpi, ref: str) -> Response:
    """The form for a decision."""
    found = _deciding(await kpi.chart_decisions(ref))
    form = DecisionForm.shown(
        request, etag=found.etag, kind=request.query_params.get("kind") or None,
        period=request.query_params.get("period") or None,
    )  # fmt: skip
    return show(request, _decision_page(found, form))


@router.post("/kpis/{ref}/decisions/new", dependencies=DECIDERS)
async def decide(request: Request, kpi: Kpi, ref: str) -> Response:
    """Takes it."""
    found, form = await kpi.chart_decisions(ref), await DecisionForm.posted(request)
    shown = _decision_page(_deciding(found), form)
    if not form.check():
        return show(request, shown)
    deed = kpi.decide_on_chart(ref, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice(
        f"“{KINDS.get(form.kind.value, '')}” is decided", "It stands on the chart with your name."
    )
    return await carry_out(request, shown, deed, f"/kpis/{ref}/decisions", notice, fresh=_standing(kpi, ref))


@router.get("/kpis/{ref}/decisions/{decision}/undoing", dependencies=DECIDERS)
async def undoing(request: Request, kpi: Kpi, ref: str, decision: DecisionId) -> Response:
    """The form for why it is taken back."""
    found = _deciding(await kpi.chart_decisions(ref))
    return show(
        request, _undoing_page(found, _one(found, decision), UndoingForm.shown(request, etag=found.etag))
    )


@router.post("/kpis/{ref}/decisions/{decision}/undoing", dependencies=DECIDERS)
async def undo(request: Request, kpi: Kpi, ref: str, decision: DecisionId) -> Response:
    """Takes it back."""
    found, form = _deciding(await kpi.chart_decisions(ref)), await UndoingForm.posted(request)
    shown = _undoing_page(found, _one(found, decision), form)
    if not form.check():
        return show(request, shown)
    deed = kpi.undo_decision(ref, decision, form.reason.value, once=form.once, if_match=form.etag.value)
    notice = Notice("The decision is taken back", "It stays listed, with the reason.")
    fresh = _standing(kpi, ref, undoing=decision)
    return await carry_out(request, shown, deed, f"/kpis/{ref}/decisions", notice, fresh=fresh)


def _standing(kpi: KpiClient, ref: str, *, undoing: int | None = None) -> Callable[[], Awaitable[Fresh]]:
    async def fresh() -> Fresh:
        now = await kpi.chart_decisions(ref)
        facts = [
            f"{KINDS[each.kind]}, {each.period_name}: {each.reason}"
            + (f" Taken back by {each.undone_by}: {each.undone_because}" if each.undone_on else "")
            for each in now.items
        ]
        is_undone = any(each.id == undoing and each.undone_on for each in now.items)
        return Fresh(
            now.etag, facts=facts or ["Nothing is decided about this chart now."],
            why_not="It has been taken back already." if is_undone else "",
        )  # fmt: skip

    return fresh


def _deciding(found: ChartDecisionList) -> ChartDecisionList:
    if "decide_on_chart" not in found.can:
        raise NotForVisitor(WHOSE_CHART)
    return found


def _one(found: ChartDecisionList, decision: int) -> ChartDecision:
    each = next((each for each in found.items if each.id == decision), None)
    if each is None:
        raise NotForVisitor("There is no such decision about this chart.")
    return each


def _decision_page(found: ChartDecisionList, form: DecisionForm) -> FormPage:
    offered = [
        Option(period.isoformat(), name[:1].upper() + name[1:])
        for period, name in zip(found.periods, found.period_names, strict=True)
    ]
    form.offer(period=[Option("", "Choose"), *offered])
    return FormPage(
        f"Decide how the chart of {found.ref} is read", form, "Record the decision", f"/kpis/{found.ref}/decisions/new",
        (f"/kpis/{found.ref}/decisions", "Decisions"), caption=found.name,
        follows=("Limits are never worked out anew by themselves. What you decide can be taken back.",),
    )  # fmt: skip


def _undoing_page(found: ChartDecisionList, each: ChartDecision, form: UndoingForm) -> FormPage:
    return FormPage(
        f"Take back: {KINDS[each.kind].lower()}, {each.period_name}", form, "Take it back",
        f"/kpis/{found.ref}/decisions/{each.id}/undoing", (f"/kpis/{found.ref}/decisions", "Decisions"),
        caption=found.name, follows=(f"{each.decided_by} decided it on {each.decided_on:%-d %B %Y}: {each.reason}",),
    )  # fmt: skip
