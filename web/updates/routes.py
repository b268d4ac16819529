"""Reporting on a root cause: the form, the draft that is saved while typing, the update."""

from collections.abc import Sequence

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from web.clients.answers.kpi_values import ValuesToGive
from web.clients.answers.updates import Reporting
from web.clients.base import FieldError, ServiceError, ServiceUnavailable, SignedOut
from web.clients.kpi import KpiClient
from web.clients.plan import PlanClient
from web.comparison import CONFLICT, STALE, Fresh, compared, has_moved
from web.files import parts_of, with_a_file_of
from web.kpi_values.routes import of_value
from web.rendering import Notice, fragment, page, see_other
from web.root_causes.changes import REFUSALS, facts_of
from web.session import Kpi, Plan, SignedIn, feature_router
from web.settings import LARGEST_EVIDENCE_MB
from web.updates.forms import KPIS, UpdateForm, done_on, first_shown
from web.updates.pages import NothingToReportPage, Saving, UpdatePage, kept, saved_at, sent

router = feature_router("updates")

ADDRESS = "/root-causes/{ref}/update"
PAGE, NOTHING, SAVED = "updates/page.html.jinja", "updates/nothing.html.jinja", "updates/_saved.html.jinja"


@router.get(ADDRESS)
async def new_update(request: Request, visitor: SignedIn, plan: Plan, kpi: Kpi, ref: str) -> Response:
    """The form: as typed before the session was lost, else the draft, else prefilled from the last update."""
    try:
        reporting = await plan.reporting(ref)
    except ServiceError as error:
        return await _nothing_to_report(request, plan, ref, error)
    form = UpdateForm.shown(request)
    if not form.values:
        form = first_shown(reporting, visitor.today)
    form.values.setdefault("etag", ((await plan.root_cause(ref)).etag,))
    form.fit(reporting, await _kpis(kpi, ref))
    return page(request, PAGE, UpdatePage(form, reporting))


@router.put(ADDRESS)
async def save_while_typing(request: Request, plan: Plan, ref: str) -> Response:
    """Keeps the draft, and says when; whatever goes wrong, the page with what is typed stays as it is."""
    form = await UpdateForm.posted(request)
    try:
        sentence = saved_at(await plan.save_draft(ref, form.draft))
    except SignedOut:
        raise
    except ServiceError as error:
        sentence = f"Not saved. {error.message}"
    except ServiceUnavailable:
        sentence = "Not saved, because the service does not answer just now. Go on writing: the next words try again."
    return fragment(request, SAVED, Saving(sentence))


@router.post(ADDRESS, max_body_size=with_a_file_of(LARGEST_EVIDENCE_MB))
async def submit_update(request: Request, plan: Plan, kpi: Kpi, ref: str) -> Response:
    """What the button asks for: sends the update, saves or discards the draft, or gives room for another link."""
    form = await UpdateForm.posted(request)
    try:
        reporting = await plan.reporting(ref)
    except ServiceError as error:
        return await _nothing_to_report(request, plan, ref, error, form)
    kpis = await _kpis(kpi, ref)
    form.fit(reporting, kpis)
    attached = await _attach(request, plan, ref, form)
    if form.errors:
        return page(request, PAGE, UpdatePage(form, reporting), status=422)
    match form.pressed:
        case "save":
            return see_other(request, request.url.path, kept(await plan.save_draft(ref, form.draft)))
        case "discard":
            await plan.discard_draft(ref)
            return see_other(request, request.url.path, Notice("Draft discarded"))
        case "more_links":
            return page(request, PAGE, UpdatePage(form, reporting, attached=attached))
    if form.check():
        await _give_values(kpi, form)
    return await _send(request, plan, form, reporting, attached, kpis)


async def _kpis(kpi: KpiClient, ref: str) -> Sequence[ValuesToGive]:
    """The root cause's own KPIs. An update is taken without them, where the service of measures does not answer."""
    try:
        every = (await kpi.values_to_give(ref)).items
    except SignedOut:
        raise
    except (ServiceError, ServiceUnavailable):
        return ()
    return [each for each in every if each.can_give and each.periods]


async def _give_values(kpi: KpiClient, form: UpdateForm) -> None:
    """Sends the values first: one that is refused is told at its field, and nothing of the update is sent.

    A value that is kept though the update is refused afterwards is the same, and unchanged, when both are sent again.
    """
    for each in form.kpi_values:
        if not each.is_given:
            continue
        name = f"{KPIS}{each.about.kpi.ref}"
        try:
            await kpi.give_values(each.about.kpi.ref, each.observation, through="update")
        except ServiceError as error:
            if error.status not in REFUSALS:
                raise
            at_fields = [of_value(problem) for problem in error.fields] or [
                FieldError("value", error.message)
            ]
            for problem in at_fields:
                known = problem.field in {"period", "value", "note"}
                form.add_error(f"{name}.{problem.field if known else 'value'}", problem.message)


async def _attach(request: Request, plan: PlanClient, ref: str, form: UpdateForm) -> str:
    """Attaches the file that was chosen, whatever the button asks for: browsers don't choose it again. Its name."""
    async with request.form() as sent:
        file = sent.get(UpdateForm.file.name)
        if form.pressed == "discard" or not isinstance(file, UploadFile) or not file.filename:
            return ""
        try:
            done = await plan.attach_file(ref, file.filename, form.file_description.value, parts_of(file))
        except ServiceError as error:
            if error.status not in REFUSALS:
                raise
            form.refuse(error.at("description", UpdateForm.file_description.name))
            return ""
    form.values.pop(UpdateForm.file_description.name, None)
    form.values["etag"] = ((await plan.root_cause(ref)).etag,)
    return done.name


async def _send(
    request: Request,
    plan: PlanClient,
    form: UpdateForm,
    reporting: Reporting,
    attached: str,
    kpis: Sequence[ValuesToGive],
) -> Response:
    """Sends the update, unless something in the form is wrong."""
    if form.errors:
        return page(request, PAGE, UpdatePage(form, reporting, attached=attached), status=422)
    ref = reporting.ref
    recorded: list[str] = []
    try:
        await _tick_off(plan, ref, form, recorded)
        accepted = await plan.submit_update(ref, form.update, once=form.once, if_match=form.etag.value)
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        return await _shown_again(request, plan, form, ref, recorded, error, attached, kpis)
    return see_other(request, f"/root-causes/{ref}", sent(accepted, form.said, reporting))


async def _tick_off(plan: PlanClient, ref: str, form: UpdateForm, recorded: list[str]) -> None:
    """Records the ticked actions first: what is complete has none open. Each change is based on the one before it."""
    for action, day in form.ticked.items():
        try:
            await plan.complete_action(action, day, once=f"{form.once} {action}", if_match=form.etag.value)
        except ServiceError as error:
            raise error.at("completed_date", done_on(action).name) from error
        recorded.append(action)
        form.values["etag"] = ((await plan.root_cause(ref)).etag,)


async def _shown_again(
    request: Request,
    plan: PlanClient,
    form: UpdateForm,
    ref: str,
    recorded: Sequence[str],
    refusal: ServiceError,
    attached: str,
    kpis: Sequence[ValuesToGive],
) -> Response:
    """The form as typed, with what is wrong; beside what somebody else said, where they were quicker."""
    now = await plan.root_cause(ref)
    try:
        reporting = await plan.reporting(ref)
    except ServiceError as error:
        return await _nothing_to_report(request, plan, ref, error, form)
    form.fit(reporting, kpis)
    if refusal.status == STALE or (refusal.status == CONFLICT and has_moved(form, now.etag)):
        facts = facts_of(now, (await plan.timeline(ref)).items)
        fresh = Fresh(now.etag, form.texts_said(reporting), facts=facts)
        comparison = compared(form, fresh, f"/root-causes/{ref}", refusal)
    else:
        comparison = None
        form.refuse(refusal)
    return page(
        request, PAGE, UpdatePage(form, reporting, comparison, recorded, attached), status=refusal.status
    )


async def _nothing_to_report(
    request: Request, plan: PlanClient, ref: str, error: ServiceError, form: UpdateForm | None = None
) -> Response:
    """Why there is nothing to report; what was typed stands beside what is there now, so that no word is lost."""
    if error.status != CONFLICT:
        raise error
    comparison = None
    if form is not None:
        now, story = await plan.root_cause(ref), (await plan.timeline(ref)).items
        fresh = Fresh(texts=form.texts_standing(now), facts=facts_of(now, story), why_not=error.message)
        comparison = compared(form, fresh, f"/root-causes/{ref}")
    return page(request, NOTHING, NothingToReportPage(ref, error.message, comparison), status=CONFLICT)
