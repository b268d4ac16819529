"""Findings: what the inspection requires, and how far each is."""

from asyncio import gather
from dataclasses import asdict, fields, replace

from fastapi import Request
from starlette.responses import Response

from web.as_at import AsAtForm
from web.clients.base import ServiceError
from web.findings.pages import FLAGS, KEY_QUESTIONS, NONE, TYPES, YES, FindingPage, FindingsPage, Wanted
from web.rendering import page
from web.session import Plan, feature_router

MOST_SEARCHED = 200

router = feature_router("findings")


@router.get("/findings")
async def list_findings(request: Request, plan: Plan) -> Response:
    """Search, filters, day and page stand in the address; a day or page that can't be had is said above them."""
    asked, form, cursor = wanted(request), AsAtForm.of(request), request.query_params.get("cursor", "")
    found = NONE
    if form.check():
        try:
            found = await plan.findings(**asdict(asked), as_at=form.as_at.value, cursor=cursor)
        except ServiceError as error:
            if error.status != 422:
                raise
            form.refuse(error)
    parts, isgs = await gather(plan.findings_by_part("" if form.errors else form.as_at.value), plan.isgs())
    shown = FindingsPage(asked, form, cursor, found, parts.items, isgs.items)
    return page(request, "findings/list.html.jinja", shown, status=form.status)


@router.get("/findings/{ref}")
async def show_finding(request: Request, plan: Plan, ref: str) -> Response:
    """One finding."""
    return page(request, "findings/finding.html.jinja", FindingPage(await plan.finding(ref)))


def wanted(request: Request) -> Wanted:
    """As asked for; a type, key question or flag that there is not narrows nothing."""
    asked = Wanted(**{each.name: request.query_params.get(each.name, "").strip() for each in fields(Wanted)})
    return replace(
        asked,
        q=asked.q[:MOST_SEARCHED],
        type=asked.type if asked.type in TYPES else "",
        key_question=asked.key_question if asked.key_question in KEY_QUESTIONS else "",
        **{name: YES if getattr(asked, name) == YES else "" for name in FLAGS},
    )
