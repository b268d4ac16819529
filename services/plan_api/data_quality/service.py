"""What is inconsistent in the plan: counted for the page, and kept a while for the home page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.data_quality import RULES, Rule
from services.domain.errors import NotFound
from services.plan_api.data_quality import queries
from services.plan_api.data_quality.schemas import DataProblems, DataQuality, ProblemsKnown, RuleCounted
from services.shared.clock import business_now, business_today
from services.shared.paging import cursor_of, start_of

KNOWN_FOR: Final = timedelta(minutes=10)
"""The home page counts again after this: what it says is dated."""


@dataclass(frozen=True, slots=True)
class _Counted:
    known: ProblemsKnown
    today: date
    read_at: datetime


async def data_quality(request: Request, db: AsyncSession) -> DataQuality:
    """Every rule with its count, as of now."""
    today = await business_today(db)
    found = await queries.counts(db, today)
    counted = DataQuality(
        today=today,
        counted_at=await business_now(db),
        total=sum(found.values()),
        rules=[_counted(rule, found[code]) for code, rule in RULES.items()],
    )
    known = ProblemsKnown(total=counted.total, counted_at=counted.counted_at)
    request.app.state.data_problems = _Counted(known, today, datetime.now(UTC))
    return counted


async def problems(db: AsyncSession, code: str, *, limit: int, cursor: str | None) -> DataProblems:
    """What one rule finds. Raises NotFound for a rule that there is not."""
    rule = RULES.get(code)
    if rule is None:
        raise NotFound("There is no such rule of data quality. Open the data quality page to find it.")
    today = await business_today(db)
    found = await queries.items(db, code, today, after=start_of(cursor), most=limit + 1)
    more = len(found) > limit
    # All of them are on this page, or they have to be counted.
    count = (await queries.counts(db, today))[code] if more or cursor else len(found)
    return DataProblems(
        rule=_counted(rule, count),
        items=[item for _, item in found[:limit]],
        next=cursor_of(found[limit - 1][0]) if more else None,
    )


async def problems_known(request: Request, db: AsyncSession) -> ProblemsKnown:
    """How many there were when this process last counted, at most ten minutes ago: the home page must not wait for a count."""
    counted: _Counted | None = getattr(request.app.state, "data_problems", None)
    if (
        counted is None
        or counted.today != await business_today(db)
        or datetime.now(UTC) - counted.read_at > KNOWN_FOR
    ):
        await data_quality(request, db)
        counted = request.app.state.data_problems
    return counted.known


def _counted(rule: Rule, count: int) -> RuleCounted:
    return RuleCounted(
        code=rule.code, about=rule.about, title=rule.title, why=rule.why, mend=rule.mend, mended_at=rule.mended_at, count=count,
    )  # fmt: skip
