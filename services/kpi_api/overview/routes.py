"""The door to the overview."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Response

from services.domain.permissions import Action
from services.domain.words import KeyQuestion, KpiLevel
from services.kpi_api.overview import queries
from services.kpi_api.overview.schemas import AssuranceWanted, Overview, VariationWanted
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.kept_answers import kept_until_these_change
from services.shared.paging import Cursor, Limit, cursor_after, start_of

router: APIRouter = feature_router("overview", "/v1/overview")
FOLLOWS_FROM = (
    "isg", "kpi", "kpi_decision", "kpi_definition", "kpi_observation", "kpi_target", "root_cause_placement",
)  # fmt: skip
"""What verdicts and lists of KPIs come from; of its root cause a KPI shows the reference alone, which stays."""
DOCUMENTED: dict[int | str, dict[str, Any]] = {200: {"model": Overview}}


@router.get("", response_class=Response, responses=DOCUMENTED)
@kept_until_these_change(*FOLLOWS_FROM)
async def read_overview(
    _caller: Annotated[Caller, permit(Action.VIEW_MEASURES)],
    db: Session,
    isg: str | None = None,
    key_question: KeyQuestion | None = None,
    level: KpiLevel | None = None,
    variation: VariationWanted | None = None,
    assurance: AssuranceWanted | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The matrix of variation by assurance, and the KPIs: what is of concern first, then what fails its target."""
    wanted, start = queries.Wanted(isg, key_question, level, variation, assurance), start_of(cursor)
    whole, total = await queries.overview(db, wanted, start, limit)
    following = cursor_after(start, limit, total)
    return Response(f'{whole[:-1]},"next":{json.dumps(following)}}}', media_type="application/json")
