"""Root causes by what is written of them: the words of each are kept in the process (`shared/kept_counts.py`).

A word is looked for anywhere in them, also within longer words, which no index of ours finds: read through in the database,
40,700 root causes take a third of a second; in memory a hundredth.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.kept_counts import KeptCounts, Speaks, of_its
from services.shared.statements import Statement


class Written(NamedTuple):
    """The reference, and all that `q` is looked for in, in small letters."""

    reference: str
    words: str


_WRITTEN: Final = """
    SELECT r.id, r.reference,
           lower(concat_ws(' ', r.reference, r.title, owner.name, r.theme, (
             SELECT string_agg(f.reference, ' ') FROM root_cause_finding AS l JOIN finding AS f ON f.id = l.finding_id
              WHERE l.root_cause_id = r.id AND l.ended_at IS NULL))) AS words
      FROM root_cause AS r JOIN person AS owner ON owner.id = r.owner_id
"""
_EVERY, _THESE = Statement(_WRITTEN), Statement(f"{_WRITTEN} WHERE r.id = ANY(:ids)")


async def _written(db: AsyncSession, _today: date, ids: Collection[int] | None) -> dict[int, Written]:
    rows = await (_EVERY.rows(db) if ids is None else _THESE.rows(db, ids=list(ids)))
    return {row_id: Written(reference, words) for row_id, reference, words in rows}


WRITTEN: Final = KeptCounts(
    "words of root causes",
    _written,
    {
        "finding": Speaks("SELECT root_cause_id FROM root_cause_finding WHERE finding_id = ANY(:ids)"),
        "person": Speaks("SELECT id FROM root_cause WHERE owner_id = ANY(:ids)"),
        "root_cause": of_its("id", "root_cause"),
        "root_cause_finding": of_its("root_cause_id", "root_cause_finding"),
    },
)


async def speaking_of(db: AsyncSession, q: str, today: date) -> Mapping[int, str] | None:
    """The ids of those that say every word of `q`, each with its reference; None where nothing is kept."""
    kept = await WRITTEN.each(db, today)
    if kept is None:
        return None
    found = kept
    for word in q.lower().split():
        found = {row_id: each for row_id, each in found.items() if word in each.words}
    return {row_id: each.reference for row_id, each in found.items()}
