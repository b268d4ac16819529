"""The plan in and out as a workbook, and its approval: the PMO's."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Path, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from web.clients.answers.imports import ImportRun
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.files import download
from web.forms import Option
from web.imports.pages import ApprovalForm, ApprovalPage, ImportForm, ImportPage, RunPage
from web.rendering import Notice, page, see_other
from web.session import Plan, feature_router, only_for

MEGABYTE = 1024 * 1024
MOST_BYTES = 101 * MEGABYTE
"""A little more than the service takes, so that it is the service's sentence that refuses a workbook."""

CHOOSE = "Choose the workbook."
REFUSALS = (409, 413, 422)

router = feature_router("import")
IMPORTERS = [only_for("import_plan", "Only the PMO can import a workbook.")]
APPROVERS = [only_for("approve_plan", "Only the PMO can record the approval of the plan.")]


@router.get("/import", dependencies=IMPORTERS)
async def show_import(request: Request) -> Response:
    """The upload."""
    return _page(request, ImportPage(ImportForm.shown(request)))


@router.post("/import", dependencies=IMPORTERS, max_body_size=MOST_BYTES)
async def import_workbook(request: Request, plan: Plan) -> Response:
    """Checks or imports. The answer is the page itself: sending it again changes nothing."""
    form = await ImportForm.posted(request)
    async with request.form() as sent:
        workbook = sent.get(ImportForm.workbook.name)
        if not isinstance(workbook, UploadFile) or not workbook.filename:
            form.add_error(ImportForm.workbook.name, CHOOSE)
            return _page(request, ImportPage(form))
        try:
            run = await plan.send_workbook(_parts(workbook), check_only=form.typed_in("do") == "check")
        except ServiceError as error:
            if error.status not in REFUSALS:
                raise
            form.add_error(ImportForm.workbook.name, error.message)
            return _page(request, ImportPage(form))
    if run.state == "running":
        return see_other(request, f"/import/runs/{run.id}")
    return _page(request, _outcome(form, run))


@router.get("/import/runs/{run_id}", dependencies=IMPORTERS)
async def show_run(request: Request, plan: Plan, run_id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """How far an import is; once it is done, what it came to."""
    run = await plan.import_run(run_id)
    if run.state == "running":
        return page(request, "imports/run.html.jinja", RunPage(run))
    return _page(request, _outcome(ImportForm.shown(request), run), status=200)


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
            form.refuse(error)
        else:
            said = Notice(
                f"{form.isg.value}’s part of the plan is approved",
                "Its due dates are the original baseline. From now on, only change requests change them.",
            )
            return see_other(request, "/import/approval", said)
    return await _approval_page(request, plan, form, status=422)


def _outcome(form: ImportForm, run: ImportRun) -> ImportPage:
    """What the check or the import came to."""
    if run.refusal:
        form.add_error(ImportForm.workbook.name, run.refusal)
    if run.result is None or run.result.problems:
        return ImportPage(
            form, problems=run.result.problems if run.result else (), problem_count=run.problem_count
        )
    return ImportPage(form, run.result)


async def _parts(workbook: UploadFile) -> AsyncIterator[bytes]:
    while part := await workbook.read(MEGABYTE):
        yield part


def _page(request: Request, shown: ImportPage, *, status: int | None = None) -> Response:
    wrong = shown.problems or shown.form.errors
    return page(request, "imports/import.html.jinja", shown, status=status or (422 if wrong else 200))


async def _approval_page(
    request: Request, plan: PlanClient, form: ApprovalForm, *, status: int = 200
) -> Response:
    shown = ApprovalPage(form, await plan.plan(), (await plan.isgs()).items)
    form.offer(isg=[Option("", "Choose an ISG"), *shown.waiting])
    return page(request, "imports/approval.html.jinja", shown, status=status)
