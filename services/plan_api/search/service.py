"""Search across everything that a person may see, and nothing else."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.permissions import Action, Person, allowed, reach
from services.plan_api.search import queries
from services.plan_api.search.schemas import Found, Hit, HitKind


async def search(db: AsyncSession, person: Person, q: str, kind: HitKind | None, most: int) -> Found:
    """The best `most` of every kind, or of one; a reference finds its thing before any words do."""
    items: list[Hit] = []
    more: list[HitKind] = []
    has_older: list[HitKind] = []
    await queries.plan_for_these_words(db)
    for each in (kind,) if kind else HitKind:
        hits, older = (
            await _of_kind(db, person, each, " ".join(q.split()), most + 1) if q.strip() else ([], False)
        )
        items += hits[:most]
        if len(hits) > most:
            more.append(each)
        if older:
            has_older.append(each)
    return Found(items=items, more=more, has_older=has_older)


async def _of_kind(
    db: AsyncSession, person: Person, kind: HitKind, q: str, most: int
) -> tuple[list[Hit], bool]:
    if kind is HitKind.PERSON:
        may_see = allowed(Action.VIEW_PLAN, person) or allowed(Action.MANAGE_PEOPLE, person)
        return await queries.people(db, q, most) if may_see else [], False
    seen = reach(queries.SEARCHED[kind].action, person)
    if not seen:
        return [], False
    exact = await queries.called(db, kind, q) if kind in queries.REFERRED_TO else []
    owners = None if seen.everything else sorted(seen.owner_emails)
    by_words, has_older = await queries.with_the_words(db, kind, q, most, owners)
    return _each_once([*exact, *by_words])[:most], has_older


def _each_once(hits: Sequence[Hit]) -> list[Hit]:
    seen: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        seen.setdefault((hit.ref, hit.text if hit.root_cause == hit.ref else ""), hit)
    return list(seen.values())
