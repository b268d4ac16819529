"""The audit trail: who changed what, when, and the proof that the trail is whole."""

from fastapi import Request
from starlette.responses import Response

from web.audit.pages import NONE, TrailForm, TrailPage
from web.clients.base import ServiceError
from web.rendering import page
from web.session import Plan, SignedIn, feature_router, only_for

WHOSE = "The audit trail is for the PMO; the chair and the executive of an ISG see that of its root causes."

router = feature_router("audit")


@router.get("/audit", dependencies=[only_for("view_audit", WHOSE)])
async def trail(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """The entries that fit the filters in the address; what can't be asked for is said above them."""
    proof = await plan.audit_proof()
    form = TrailForm.of(request, proof)
    found = NONE
    if form.check():
        try:
            found = await plan.audit(**form.wanted)
        except ServiceError as error:
            if error.status not in {404, 422}:
                raise
            if error.status == 404:
                form.add_error("root_cause", error.message)
            else:
                form.refuse(error)
    status = 422 if form.errors else 200
    shown = TrailPage(form, proof, found, visitor.may("ask_redaction"))
    return page(request, "audit/page.html.jinja", shown, status=status)
