"""A KPI as its page and its chart show it."""

import json
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.permissions import Action, Person, Subject, allowed
from services.kpi_api.charts import queries

DEEDS: Final = (Action.DEFINE_MEASURE, Action.GIVE_VALUES, Action.DECIDE_ON_CHART)


async def whole(db: AsyncSession, who: Person, ref: str) -> str:
    """All that the page shows, as JSON. Raises NotFound."""
    found = await queries.shown(db, ref)
    return f'{found.shown[:-1]},"can":{json.dumps(may(who, found))}}}'


def may(who: Person, found: Any) -> list[str]:
    """What the person may do about a KPI: as its ISG's, as its root cause's owner's, or as the owner of its data."""
    subjects = [Subject(found.isg, owner) for owner in {found.root_cause_owner, found.data_owner}]
    return [deed for deed in DEEDS if any(allowed(deed, who, subject) for subject in subjects)]
