"""The plan in and out as a workbook, and its approval: the PMO's."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from web.clients.answers.imports import Headings, ImportRun
from web.clients.answers.isgs import Approval
from web.clients.base import FieldError, ServiceError
from web.clients.plan import PlanClient
from web.comparison import CONFLICT, Fresh, compared
from web.files import download, parts_of, with_a_file_of
from web.forms import Option
from web.imports.pages import (
    ApprovalForm,
    ApprovalPage,
    HeadingsForm,
    HeadingsPage,
    ImportForm,
    ImportPage,
    RunPage,
)
from web.rendering import Notice, page, see_other
from web.session import Plan, feature_router, only_for

LARGEST_MB = 100
CHOOSE = "Choose the workbook."
REFUSALS = (CONFLICT, 413, 422)

router = feature_router("import")
IMPORTERS = [only_for("import_plan", "Only the PMO can import a workbook.")]
APPROVERS = [only_for("approve_plan", "Only the PMO can record the approval of the plan.")]


@router.get("/import", dependencies=IMPORTERS)
async def show_import(request: Request, plan: Plan, kept: str = "") -> Response:
    """The upload; with `kept`: the check of the workbook that is kept, once its headings have been matched."""
    form = ImportForm.shown(request)
    if kept:
        return await _begun(request, form, plan.send_kept_workbook(check_only=True))
    return _page(request, ImportPage(form))


@router.post("/import", dependencies=IMPORTERS, max_body_size=with_a_file_of(LARGEST_MB))
async def import_workbook(request: Request, plan: Plan) -> Response:
    """Checks or imports. The answer is the page itself: sending it again changes nothing."""
    form = await ImportForm.posted(request)
    if form.typed_in("do") == "import_kept":
        checked_in = form.typed_in("checked_in")
        run = plan.send_kept_workbook(
            check_only=False, checked_in=checked_in if checked_in.isdecimal() else ""
        )
        return await _begun(request, form, run)
    async with request.form() as sent:
        workbook = sent.get(ImportForm.workbook.name)
        if not isinstance(workbook, UploadFile) or not workbook.filename:
            form.add_error(ImportForm.workbook.name, CHOOSE)
            return _page(request, ImportPage(form))
        run = plan.send_workbook(parts_of(workbook), check_only=form.typed_in("do") == "check")
        return await _begun(request, form, run)


@router.get("/import/runs/{run_id}", dependencies=IMPORTERS)
async def show_run(request: Request, plan: Plan, run_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """How far an import is; once it is done, what it came to."""
    run = await plan.import_run(run_id)
    if run.state == "running":
        return page(request, "imports/run.html.jinja", RunPage(run))
    return _page(request, _outcome(ImportForm.shown(request), run), status=200)


@router.get("/import/headings", dependencies=IMPORTERS)
async def show_headings(request: Request, plan: Plan) -> Response:
    """The headings of the kept workbook beside ours, and what is remembered."""
    form = HeadingsForm.shown(request)
    headings, gone = await _kept_headings(plan)
    return await _headings_page(request, plan, form, headings, gone)


@router.post("/import/headings", dependencies=IMPORTERS)
async def match_headings(request: Request, plan: Plan) -> Response:
    """Remembers what was chosen, and checks the workbook again; or forgets one."""
    form = await HeadingsForm.posted(request)
    if form.typed_in("forget").isdecimal():
        await plan.forget_heading(int(form.typed_in("forget")))
        return see_other(
            request,
            "/import/headings",
            Notice("The heading is forgotten", "The next import does not know it."),
        )
    headings, gone = await _kept_headings(plan)
    choices = form.choices(headings) if headings else ()
    if not choices:
        form.add_error("", gone or "Choose for at least one heading which of ours it is.")
        return await _headings_page(request, plan, form, headings, gone)
    try:
        await plan.choose_headings([choice for _, choice in choices], once=form.once)
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        places = {f"choices.{number}": f"choices.{place}" for number, (place, _) in enumerate(choices)}
        form.refuse(ServiceError(error.status, error.kind, error.message, [
            FieldError(places.get(each.field, each.field), each.message) for each in error.fields
        ]))  # fmt: skip
        return await _headings_page(request, plan, form, headings, gone)
    return see_other(
        request,
        "/import?kept=yes",
        Notice("The headings are remembered", "They are used by this and every later import."),
    )


@router.get("/import/workbook.xlsx")
async def export_workbook(plan: Plan) -> Response:
    """The plan as a workbook that an import reads."""
    return await download(plan.workbook())


@router.get("/import/approval", dependencies=APPROVERS)
async def show_approval(request: Request, plan: Plan) -> Response:
    """Which parts of the plan are approved."""
    return await _approval_page(request, plan, ApprovalForm.shown(request))


@router.post("/import/approval", dependencies=APPROVERS)
async def approve(request: Request, plan: Plan) -> Response:
    """Records that a forum has approved one ISG's part."""
    form = await ApprovalForm.posted(request)
    if form.check():
        wish = {name: form.typed_in(name) for name in ("isg", "forum")}
        try:
            await plan.approve(wish | {"approved_on": form.approved_on.value}, once=form.once)
        except ServiceError as error:
            if error.status not in REFUSALS:
                raise
            return await _approval_page(request, plan, form, refusal=error)
        else:
            said = Notice(
                f"{form.isg.value}’s part of the plan is approved",
                "Its due dates are the original baseline. From now on, only change requests change them.",
            )
            return see_other(request, "/import/approval", said)
    return await _approval_page(request, plan, form, status=422)


async def _kept_headings(plan: PlanClient) -> tuple[Headings | None, str]:
    """Those of the kept workbook; or why there are none."""
    try:
        return await plan.kept_headings(), ""
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        return None, error.message


async def _headings_page(
    request: Request, plan: PlanClient, form: HeadingsForm, headings: Headings | None, gone: str
) -> Response:
    maps = await plan.heading_maps()
    sheets = form.fit(headings, maps.required) if headings else ()
    shown = HeadingsPage(form, sheets, maps, gone)
    return page(request, "imports/headings.html.jinja", shown, status=422 if form.errors else 200)


async def _begun(request: Request, form: ImportForm, beginning: Awaitable[ImportRun]) -> Response:
    """What the check or the import came to; while it runs, the page that says how far it is."""
    try:
        run = await beginning
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        form.add_error(ImportForm.workbook.name, error.message)
        return _page(request, ImportPage(form))
    if run.state == "running":
        return see_other(request, f"/import/runs/{run.id}")
    return _page(request, _outcome(form, run))


def _outcome(form: ImportForm, run: ImportRun) -> ImportPage:
    """What the check or the import came to."""
    if run.refusal:
        form.add_error(ImportForm.workbook.name, run.refusal)
    problems = run.result.problems if run.result else ()
    return ImportPage(form, run.result, problems, run.problem_count, run.id if run.kept else None)


def _page(request: Request, shown: ImportPage, *, status: int | None = None) -> Response:
    wrong = shown.problems or shown.form.errors
    return page(request, "imports/import.html.jinja", shown, status=status or (422 if wrong else 200))


async def _approval_page(
    request: Request, plan: PlanClient, form: ApprovalForm, *, status: int = 200, refusal: ServiceError | None = None
) -> Response:  # fmt: skip
    shown = ApprovalPage(form, await plan.plan(), (await plan.isgs()).items)
    form.offer(isg=[Option("", "Choose an ISG"), *shown.waiting])
    if refusal is not None:
        status = refusal.status
        already = next((each for each in shown.plan.approvals if each.isg == form.isg.value), None)
        if status == CONFLICT and already is not None:
            shown = replace(
                shown, comparison=compared(form, _approved(already, refusal), "/import/approval", refusal)
            )
        else:
            form.refuse(refusal)
    return page(request, "imports/approval.html.jinja", shown, status=status)


def _approved(already: Approval, refusal: ServiceError) -> Fresh:
    """An approval is recorded once: the one that is there stands."""
    texts = {"isg": already.isg, "approved_on": already.approved_on.isoformat(), "forum": already.forum}
    return Fresh(texts=texts, why_not=refusal.message)
