"""Evidence of a root cause: what there is, a file in, a file out."""

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.evidence.pages import EvidenceForm, EvidencePage
from web.files import download, parts_of, with_a_file_of
from web.rendering import Notice, page, see_other
from web.session import NotForVisitor, Plan, feature_router
from web.settings import LARGEST_EVIDENCE_MB

REFUSALS = (409, 413, 422)
CHOOSE = "Choose the file."
ADDRESS = "/root-causes/{ref}/evidence"

router = feature_router("evidence")


@router.get(ADDRESS)
async def evidence(request: Request, plan: Plan, ref: str) -> Response:
    """Files and links, newest first."""
    return page(
        request,
        "evidence/page.html.jinja",
        EvidencePage(await plan.evidence(ref), EvidenceForm.shown(request)),
    )


@router.post(ADDRESS, max_body_size=with_a_file_of(LARGEST_EVIDENCE_MB))
async def attach(request: Request, plan: Plan, ref: str) -> Response:
    """Attaches a file."""
    found = await plan.evidence(ref)
    if not found.may_attach:
        raise NotForVisitor(f"Only the owner of {ref} or a deputy can attach evidence to it.")
    form = await EvidenceForm.posted(request)
    form.check()
    async with request.form() as sent:
        file = sent.get(EvidenceForm.file.name)
        if not isinstance(file, UploadFile) or not file.filename:
            form.add_error(EvidenceForm.file.name, CHOOSE)
        elif not form.errors:
            await attach_file(plan, ref, file, form.description.value, form)
    if form.errors:
        return page(request, "evidence/page.html.jinja", EvidencePage(found, form), status=422)
    return see_other(
        request, request.url.path, Notice("The file is attached", "The next update carries it to the ISG.")
    )


@router.get("/evidence/{number}")
async def read_file(plan: Plan, number: int) -> Response:
    """A file, to be saved; who took it is kept."""
    answer = await download(plan.evidence_file(number))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


async def attach_file(
    plan: PlanClient, ref: str, file: UploadFile, description: str, form: EvidenceForm
) -> None:
    """Sends a file on as it came; a refusal stands at its field."""
    try:
        await plan.attach_file(ref, str(file.filename), description, parts_of(file))
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        form.refuse(error)
