"""Findings: what the inspection requires, and how far each is."""

from dataclasses import asdict, fields, replace

from fastapi import Request
from starlette.responses import Response

from web.findings.pages import KEY_QUESTIONS, TYPES, FindingPage, FindingsPage, Wanted
from web.rendering import page
from web.session import Plan, feature_router

MOST_SHOWN = 1000
MOST_SEARCHED = 200

router = feature_router("findings")


@router.get("/findings")
async def list_findings(request: Request, plan: Plan) -> Response:
    """Search and filters stand in the address."""
    wanted = _wanted(request)
    every = await plan.findings(limit=MOST_SHOWN)
    found = await plan.findings(**asdict(wanted), limit=MOST_SHOWN) if wanted.narrows else every
    shown = FindingsPage(wanted, found, every.items, (await plan.isgs()).items)
    return page(request, "findings/list.html.jinja", shown)


@router.get("/findings/{ref}")
async def show_finding(request: Request, plan: Plan, ref: str) -> Response:
    """One finding."""
    return page(request, "findings/finding.html.jinja", FindingPage(await plan.finding(ref)))


def _wanted(request: Request) -> Wanted:
    """As asked for; a type or key question that there is not narrows nothing."""
    asked = Wanted(**{each.name: request.query_params.get(each.name, "").strip() for each in fields(Wanted)})
    return replace(
        asked,
        q=asked.q[:MOST_SEARCHED],
        type=asked.type if asked.type in TYPES else "",
        key_question=asked.key_question if asked.key_question in KEY_QUESTIONS else "",
    )
