"""Where each kind of thing is looked for: its words, through the indexes of migrations 0008 and 0032, or its reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.permissions import Action
from services.plan_api.search.schemas import Hit, HitKind

FOUND_BETWEEN: Final = ("\ue000", "\ue001")
"""What the words found stand between: characters that no keyboard types."""


@dataclass(frozen=True, slots=True)
class Searched:
    """One kind of thing: who may see it, its table `it`, the columns whose words count, and how it is told."""

    action: Action
    table: str
    words: Sequence[str]
    reference: str
    title: str
    root_cause: str = "NULL"
    joined: str = ""
    owner: str | None = None
    """The column with the owner's email, of what some see of their own alone."""

    @property
    def text(self) -> str:
        """All its words, exactly as the index has them."""
        return " || ' ' || ".join(f"coalesce(it.{column}, '')" for column in self.words)


_OF_ROOT_CAUSE = "JOIN root_cause ON root_cause.id = it.root_cause_id"

SEARCHED: Final[Mapping[HitKind, Searched]] = {
    HitKind.ROOT_CAUSE: Searched(
        Action.VIEW_PLAN, "root_cause", ("title", "situation", "background", "assessment", "recommendation", "theme"),
        "it.reference", "it.title",
    ),
    HitKind.FINDING: Searched(
        Action.VIEW_PLAN, "finding", ("text", "core_service", "site", "regulation"), "it.reference", "it.text",
    ),
    HitKind.ACTION: Searched(
        Action.VIEW_PLAN, "action", ("description",), "it.reference", "it.description", "root_cause.reference", _OF_ROOT_CAUSE,
    ),
    HitKind.UPDATE: Searched(
        Action.VIEW_PLAN, "progress_update", ("progress", "reason"), "root_cause.reference",
        "'Update of cycle ' || it.cycle_number || ' on ' || root_cause.reference", "root_cause.reference", _OF_ROOT_CAUSE,
    ),
    HitKind.RECOVERY_PLAN: Searched(
        Action.VIEW_PLAN, "recovery_plan", ("steps", "support"), "root_cause.reference",
        "'Recovery plan of ' || root_cause.reference", "root_cause.reference", _OF_ROOT_CAUSE,
    ),
    HitKind.EVIDENCE: Searched(
        Action.VIEW_PLAN, "evidence", ("description",), "root_cause.reference",
        "'Evidence for ' || root_cause.reference", "root_cause.reference", _OF_ROOT_CAUSE,
    ),
    HitKind.DECISION: Searched(
        Action.VIEW_ESCALATIONS, "escalation_decision", ("reason",), "escalation.reference",
        "'ECIB’s decision on ' || root_cause.reference", "root_cause.reference",
        "JOIN escalation ON escalation.id = it.escalation_id JOIN root_cause ON root_cause.id = escalation.root_cause_id "
        "JOIN person AS owner ON owner.id = root_cause.owner_id",
        owner="owner.email",
    ),
    HitKind.CHANGE_REQUEST: Searched(
        Action.VIEW_PLAN, "change_request", ("reason",), "it.reference",
        "'Change of ' || root_cause.reference", "root_cause.reference", _OF_ROOT_CAUSE,
    ),
    HitKind.RISK: Searched(
        Action.VIEW_PLAN, "risk", ("cause", "effect", "mitigation"), "it.reference", "it.cause",
    ),
    HitKind.KPI: Searched(
        Action.VIEW_MEASURES, "kpi", ("name", "purpose"), "it.reference", "it.name", "root_cause.reference",
        "LEFT JOIN root_cause ON root_cause.id = it.root_cause_id",
    ),
}  # fmt: skip
"""In the order in which they are shown."""


RANKED: Final = 25
"""Of the things of a kind that have the words, so many of the newest are ranked: a frequent word is in half the plan."""


async def plan_for_these_words(db: AsyncSession) -> None:
    """For the rest of this transaction each search is planned for the words that it has: a rare word is looked up in the index
    of words, of a frequent one the newest are read until there are enough."""
    await db.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


async def with_the_words(
    db: AsyncSession, kind: HitKind, q: str, most: int, owners: Sequence[str] | None
) -> tuple[list[Hit], bool]:
    """The best `most` of a kind that have all the words (in any form of them), among the newest of these; and whether there
    are older ones.

    `owners`: of what these people own alone.
    """
    searched = SEARCHED[kind]
    only = f"AND {searched.owner} = ANY(:owners)" if owners is not None and searched.owner else ""
    ranked = max(RANKED, most)
    query = f"""
        WITH newest AS MATERIALIZED (
               SELECT it.*, wanted
                 FROM websearch_to_tsquery('english', :q) AS wanted
                 JOIN {searched.table} AS it ON to_tsvector('english', {searched.text}) @@ wanted
                 {searched.joined if only else ""}
                WHERE true {only}
                ORDER BY it.id DESC
                LIMIT {ranked + 1})
        SELECT ref, title, root_cause,
               ts_headline('english', said, wanted, :marks) AS text,
               (SELECT count(*) FROM newest) > {ranked} AS has_older
          FROM (SELECT {searched.reference} AS ref, {searched.title} AS title, {searched.root_cause} AS root_cause,
                       {searched.text} AS said, wanted
                  FROM (SELECT * FROM newest ORDER BY id DESC LIMIT {ranked}) AS it
                  {searched.joined}
                 ORDER BY ts_rank(to_tsvector('english', {searched.text}), wanted) DESC, it.id DESC
                 LIMIT :most) AS best
    """  # noqa: S608 - from the table above, never from what was asked
    start, stop = FOUND_BETWEEN
    marks = f"StartSel={start}, StopSel={stop}, MaxFragments=1, MaxWords=28, MinWords=14"
    asked: dict[str, Any] = {"q": q, "most": most, "marks": marks}
    rows = (await db.execute(text(query), asked | ({"owners": owners} if only else {}))).mappings().all()
    hits = [
        Hit(kind=kind, **{name: row[name] for name in ("ref", "title", "root_cause", "text")}) for row in rows
    ]
    return hits, any(row["has_older"] for row in rows)


REFERRED_TO: Final[Mapping[HitKind, str]] = {
    HitKind.ROOT_CAUSE: "SELECT reference AS ref, title, NULL AS root_cause, title AS text FROM root_cause",
    HitKind.FINDING: "SELECT reference AS ref, text AS title, NULL AS root_cause, text FROM finding",
    HitKind.ACTION: (
        "SELECT action.reference AS ref, description AS title, root_cause.reference AS root_cause, description AS text "
        "FROM action JOIN root_cause ON root_cause.id = action.root_cause_id"
    ),
    HitKind.CHANGE_REQUEST: (
        "SELECT change_request.reference AS ref, 'Change of ' || root_cause.reference AS title, "
        "root_cause.reference AS root_cause, reason AS text "
        "FROM change_request JOIN root_cause ON root_cause.id = change_request.root_cause_id"
    ),
    HitKind.RISK: "SELECT reference AS ref, cause AS title, NULL AS root_cause, effect AS text FROM risk",
    HitKind.KPI: (
        "SELECT kpi.reference AS ref, name AS title, root_cause.reference AS root_cause, coalesce(purpose, name) AS text "
        "FROM kpi LEFT JOIN root_cause ON root_cause.id = kpi.root_cause_id"
    ),
}
"""What has a reference that people know it by."""


async def called(db: AsyncSession, kind: HitKind, reference: str) -> list[Hit]:
    """The one thing of a kind with this very reference, however it was capitalised."""
    table = SEARCHED[kind].table
    query = f"SELECT * FROM ({REFERRED_TO[kind]} WHERE {table}.reference = ANY(:spelt)) AS found"  # noqa: S608 - as above
    return await _hits(db, kind, query, {"spelt": [reference, reference.upper()]})


async def people(db: AsyncSession, q: str, most: int) -> list[Hit]:
    """Active people whose name, job title or email address has every word."""
    words: dict[str, Any] = {f"word{i}": f"%{_literally(word)}%" for i, word in enumerate(q.lower().split())}
    fits = " AND ".join(
        f"lower(name || ' ' || email || ' ' || coalesce(job_title, '')) LIKE :{word}" for word in words
    )
    query = f"""
        SELECT email AS ref, name AS title, NULL AS root_cause, coalesce(job_title, '') AS text
          FROM person WHERE deactivated_at IS NULL AND {fits} ORDER BY name LIMIT :most
    """  # noqa: S608 - names of parameters alone
    return await _hits(db, HitKind.PERSON, query, {**words, "most": most})


async def _hits(db: AsyncSession, kind: HitKind, query: str, asked: Mapping[str, Any]) -> list[Hit]:
    rows = (await db.execute(text(query), asked)).mappings()
    return [Hit(kind=kind, **row) for row in rows]


def _literally(word: str) -> str:
    """A word for LIKE whose own signs mean nothing."""
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
