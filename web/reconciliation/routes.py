"""What a pack claims, and whether it agrees: of a kind at a day, and of each pack as it is kept."""

from fastapi import Request
from starlette.responses import Response

from web.as_at import AsAtForm
from web.reconciliation.pages import ReconciliationPage
from web.rendering import page
from web.session import Reporting, feature_router

router = feature_router("reconciliation")


@router.get("/packs/papers/{ref}/reconciliation")
async def reconcile_paper(request: Request, reporting: Reporting, ref: str) -> Response:
    """Every figure that a kept pack states."""
    shown = ReconciliationPage(await reporting.paper_reconciliation(ref))
    return page(request, "reconciliation/pack.html.jinja", shown)


@router.get("/packs/{kind}/reconciliation")
async def reconcile_kind(request: Request, reporting: Reporting, kind: str) -> Response:
    """Every figure that a kind of pack would state at a day."""
    form = AsAtForm.of(request)
    found = await form.load(lambda as_at: reporting.kind_reconciliation(kind, as_at))
    return page(
        request, "reconciliation/pack.html.jinja", ReconciliationPage(found, form), status=form.status
    )
