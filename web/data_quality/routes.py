"""The data quality page: what is inconsistent in the plan, rule by rule, each with a link that mends it."""

from fastapi import Request
from starlette.responses import Response

from web.data_quality.pages import ProblemsPage, RulesPage
from web.rendering import page
from web.session import Plan, feature_router, only_for

WHOSE = "The data quality page is the PMO’s."

router = feature_router("data quality")


@router.get("/data-quality", dependencies=[only_for("view_data_quality", WHOSE)])
async def data_quality(request: Request, plan: Plan, rule: str = "", cursor: str = "") -> Response:
    """Every rule with its count; with `rule`: the things that one finds."""
    if rule:
        found = await plan.data_problems(rule, cursor=cursor)
        return page(request, "data_quality/rule.html.jinja", ProblemsPage(found, cursor))
    return page(request, "data_quality/rules.html.jinja", RulesPage(await plan.data_quality()))
