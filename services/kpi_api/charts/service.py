"""A KPI as its page and its chart show it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from services.domain.errors import NotFound
from services.domain.observations import frequency_called, is_late
from services.domain.permissions import Action, Person, Subject, allowed
from services.domain.words import Frequency, GivenThrough
from services.kpi_api.charts import queries
from services.kpi_api.charts.drawing import ChartKind, Drawings, draw
from services.shared.clock import LONDON

DEEDS: Final = (Action.DEFINE_MEASURE, Action.GIVE_VALUES, Action.DECIDE_ON_CHART)


async def whole(db: AsyncSession, who: Person, ref: str) -> str:
    """All that the page shows, as JSON. Raises NotFound."""
    found = await queries.shown(db, ref)
    shown = json.loads(found.shown)
    every = frequency_called(shown["definition"]["frequency"])
    for each in shown["observations"]:
        each["late"] = _came_late(each, every)
    return json.dumps(shown | {"drawing": _digest(found), "can": may(who, found)}, separators=(",", ":"))


def _came_late(value: Mapping[str, Any], every: Frequency | None) -> bool:
    """Whether it was first given after it was due; what a workbook brings was in time wherever it came from."""
    given_on = datetime.fromisoformat(value["first_given_at"]).astimezone(LONDON).date()
    is_imported = value["first_given_through"] == GivenThrough.IMPORT
    return not is_imported and is_late(date.fromisoformat(value["period"]), every, given_on)


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
