"""A KPI as its page and its chart show it."""

import hashlib
import json
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from services.domain.errors import NotFound
from services.domain.permissions import Action, Person, Subject, allowed
from services.kpi_api.charts import queries
from services.kpi_api.charts.drawing import ChartKind, Drawings, draw

DEEDS: Final = (Action.DEFINE_MEASURE, Action.GIVE_VALUES, Action.DECIDE_ON_CHART)


async def whole(db: AsyncSession, who: Person, ref: str) -> str:
    """All that the page shows, as JSON. Raises NotFound."""
    found = await queries.shown(db, ref)
    more = {"drawing": _digest(found), "can": may(who, found)}
    return f"{found.shown[:-1]},{json.dumps(more)[1:]}"


def may(who: Person, found: Any) -> list[str]:
    """What the person may do about a KPI: as its ISG's, as its root cause's owner's, or as the owner of its data."""
    subjects = [Subject(found.isg, owner) for owner in {found.root_cause_owner, found.data_owner}]
    return [deed for deed in DEEDS if any(allowed(deed, who, subject) for subject in subjects)]


async def chart(db: AsyncSession, drawings: Drawings, ref: str, kind: ChartKind, width: int) -> bytes:
    """The chart as SVG: as it was drawn before, while nothing that it shows has changed. Raises NotFound."""
    found = await queries.shown(db, ref)
    if found.result is None:
        raise NotFound(f"There is no chart of {ref} yet: it has no values.")
    name = (ref, kind, str(width), _digest(found))
    drawing = drawings.find(name)
    if drawing is None:
        drawing = await run_in_threadpool(
            draw, json.loads(found.shown), json.loads(found.result), kind, width
        )
        drawings.keep(name, drawing)
    return drawing


def _digest(found: Any) -> str:
    """Changes whenever anything does that the page or the chart shows."""
    return hashlib.sha256(f"{found.shown} {found.result}".encode()).hexdigest()[:16]
