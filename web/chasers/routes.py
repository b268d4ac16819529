"""Progress of the open cycles, and chasing those who have not reported."""

from fastapi import Request
from starlette.responses import Response

from web.chasers.forms import ChaserForm
from web.chasers.pages import CyclePage, told
from web.clients.base import ServiceError
from web.form_page import REFUSALS
from web.rendering import page, see_other
from web.session import Plan, feature_router, only_for

WHOSE = "Progress of the cycle and chasers are for the PMO, and for the chair of an ISG those of the ISG."
CYCLE, TEMPLATE = "/cycle", "chasers/cycle.html.jinja"
ONLY = [only_for("send_chaser", WHOSE)]

router = feature_router("chasers")


@router.get(CYCLE, dependencies=ONLY)
async def progress(request: Request, plan: Plan) -> Response:
    """Who has not reported, ISG by ISG."""
    return page(request, TEMPLATE, CyclePage(await plan.cycle_progress(), ChaserForm.shown(request)))


@router.post(CYCLE, dependencies=ONLY)
async def chase(request: Request, plan: Plan) -> Response:
    """Chases all that are ticked, or nobody: then everybody who was refused says why."""
    form = await ChaserForm.posted(request)
    status = 422
    if form.check():
        try:
            return see_other(request, CYCLE, told(await plan.send_chasers(form.wish, once=form.once)))
        except ServiceError as error:
            if error.status not in REFUSALS:
                raise
            form.refuse(error)
            status = error.status
    return page(request, TEMPLATE, CyclePage(await plan.cycle_progress(), form), status=status)
