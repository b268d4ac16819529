"""Reviews of what is done but not working, and the kept verdicts that they follow from."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain import permissions
from services.domain.impact import LastReview, Measure
from services.domain.words import ImpactDecision, ImpactVerdict, Role
from services.shared.db import among
from services.shared.models import Action, ImpactReview, Isg, Kpi, Person, RoleGrant, RootCause


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """What is kept of one KPI in force of a root cause that is closed now and in the plan."""

    root_cause_id: int
    reference: str
    closing_id: int
    isg: str
    periods: int
    kpi_id: int
    kpi: str
    verdict: ImpactVerdict
    latest_period: date | None
    reading: str
    holds_for_embedding: bool
    embedding_reading: str

    @property
    def measure(self) -> Measure:
        """As the rules of embedding need it."""
        charted = self.latest_period is not None
        return Measure(
            self.verdict,
            holds=self.holds_for_embedding,
            charted=charted,
            reading=f"{self.kpi}: {self.embedding_reading}",
        )


_VERDICTS: Final = """
    SELECT r.id, r.reference, c.id, isg.name, isg.periods_to_embed, k.id, k.reference, i.verdict, i.latest_period,
           i.reading, i.holds_for_embedding, i.embedding_reading
      FROM kpi_impact i
      JOIN kpi k ON k.id = i.kpi_id AND k.retired_on IS NULL AND k.root_cause_id = i.root_cause_id
      JOIN closing c ON c.root_cause_id = i.root_cause_id AND c.reopened_on IS NULL AND c.closed_on = i.closed_on
      JOIN root_cause r ON r.id = i.root_cause_id
      JOIN standing s ON s.root_cause_id = r.id AND s.in_plan
      JOIN isg ON isg.id = s.isg_id
     {narrowed}
     ORDER BY r.id, k.position, k.id
"""
_EVERY_VERDICT = text(_VERDICTS.format(narrowed=""))
_THESE_VERDICTS = text(_VERDICTS.format(narrowed="WHERE r.id = ANY(CAST(:only AS bigint[]))"))


async def kept_verdicts(
    db: AsyncSession, only: Collection[int] | None
) -> defaultdict[int, list[KeptVerdict]]:
    """By root cause, of all that are closed or `only` these."""
    # Two statements: planned once for either, one that asks whether there is a list would read everything for a single one.
    rows = await (
        db.execute(_EVERY_VERDICT) if only is None else db.execute(_THESE_VERDICTS, {"only": list(only)})
    )
    grouped: defaultdict[int, list[KeptVerdict]] = defaultdict(list)
    for row in rows:
        root_cause_id, reference, closing_id, isg, periods, kpi_id, kpi, verdict, *more = row
        kept = KeptVerdict(
            root_cause_id,
            reference,
            closing_id,
            isg,
            periods,
            kpi_id,
            kpi,
            ImpactVerdict(verdict),
            *more,
        )
        grouped[root_cause_id].append(kept)
    return grouped


async def kpis_in_force(db: AsyncSession, root_cause_id: int) -> list[str]:
    """The KPIs of a root cause that are not retired."""
    rows = await db.scalars(
        select(Kpi.reference)
        .where(Kpi.root_cause_id == root_cause_id, Kpi.retired_on.is_(None))
        .order_by(Kpi.position, Kpi.id)
    )
    return list(rows)


async def open_reviews(db: AsyncSession, only: Collection[int] | None) -> dict[int, ImpactReview]:
    """Those that wait for their ISG, by root cause."""
    query = select(ImpactReview).where(ImpactReview.ended_on.is_(None))
    if only is not None:
        query = query.where(among(ImpactReview.root_cause_id, only))
    return {row.root_cause_id: row for row in await db.scalars(query)}


_LAST_DECIDED = text("""
    SELECT DISTINCT ON (v.closing_id) v.closing_id, v.decision, v.verdict, v.wait_until,
           coalesce((SELECT max(number) FROM (
               SELECT count(*) AS number FROM kpi k JOIN kpi_observation o ON o.kpi_id = k.id
                WHERE k.root_cause_id = v.root_cause_id AND k.retired_on IS NULL
                  AND o.superseded_at IS NULL AND o.value IS NOT NULL AND o.period > v.ended_on
                GROUP BY k.id) AS of_each), 0) AS values_since
      FROM impact_review v
     WHERE v.closing_id = ANY(CAST(:closings AS bigint[])) AND v.decision IS NOT NULL
     ORDER BY v.closing_id, v.id DESC
""")


async def last_decided(db: AsyncSession, closings: Collection[int]) -> dict[int, LastReview]:
    """What was decided last on each of these closings."""
    rows = await db.execute(_LAST_DECIDED, {"closings": list(closings)})
    return {
        closing_id: LastReview(ImpactDecision(decision), ImpactVerdict(verdict), wait_until, values_since)
        for closing_id, decision, verdict, wait_until, values_since in rows
    }


_REOPENED = text("""
    SELECT v.root_cause_id FROM impact_review v JOIN closing c ON c.id = v.closing_id
     WHERE v.ended_on IS NULL AND c.reopened_on IS NOT NULL
       AND (CAST(:only AS bigint[]) IS NULL OR v.root_cause_id = ANY(CAST(:only AS bigint[])))
""")


async def asked_about_reopened(db: AsyncSession, only: Collection[int] | None) -> list[int]:
    """Root causes whose ISG is asked about a closing that does not stand any more."""
    return list(await db.scalars(_REOPENED, {"only": None if only is None else list(only)}))


async def reviews_of(db: AsyncSession, root_cause_id: int) -> Sequence[Any]:
    """All of them, the newest first, each with its KPI and the names of who decided and recorded."""
    decider, recorder = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(
            ImpactReview,
            Kpi.reference.label("kpi"),
            decider.name.label("decided_by"),
            recorder.name.label("recorded_by"),
        )
        .join(Kpi, Kpi.id == ImpactReview.kpi_id)
        .outerjoin(decider, decider.id == ImpactReview.decided_by)
        .outerjoin(recorder, recorder.id == ImpactReview.recorded_by)
        .where(ImpactReview.root_cause_id == root_cause_id)
        .order_by(ImpactReview.id.desc())
    )
    return rows.all()


async def ids_called(db: AsyncSession, references: Collection[str]) -> list[int]:
    """The root causes with these references."""
    rows = await db.scalars(select(RootCause.id).where(RootCause.reference.in_(references)))
    return list(rows)


async def person_called(db: AsyncSession, email: str) -> tuple[Person, permissions.Person] | None:
    """Somebody who is here, with the roles that they hold."""
    row = await db.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.deactivated_at.is_(None))
    )
    if row is None:
        return None
    grants = await db.execute(
        select(RoleGrant.role, Isg.name)
        .outerjoin(Isg, Isg.id == RoleGrant.isg_id)
        .where(RoleGrant.person_id == row.id, RoleGrant.ended_at.is_(None))
    )
    held = frozenset((Role(role), isg) for role, isg in grants)
    return row, permissions.Person(row.email, held)


async def of_the_isg(db: AsyncSession, isg: str, but: str) -> Sequence[Any]:
    """Name and email address of those whose decision it may be: chair, executive and members, but for the owner."""
    roles = (Role.ISG_CHAIR, Role.ACCOUNTABLE_EXECUTIVE, Role.ISG_MEMBER)
    rows = await db.execute(
        select(Person.name, Person.email)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(Isg, Isg.id == RoleGrant.isg_id)
        .where(
            Isg.name == isg,
            RoleGrant.role.in_(roles),
            RoleGrant.ended_at.is_(None),
            Person.deactivated_at.is_(None),
            Person.email != but,
        )
        .distinct()
        .order_by(Person.name)
    )
    return rows.all()


_ADDED = text("""
    SELECT a.reference FROM action a
      JOIN closing c ON c.root_cause_id = a.root_cause_id AND c.reopened_on IS NULL
     WHERE a.root_cause_id = :root_cause AND a.recorded_at > c.recorded_at
       AND a.completed_on IS NULL AND a.withdrawn_on IS NULL
""")


async def open_actions_since_closing(db: AsyncSession, root_cause_id: int) -> set[str]:
    """What the ISG has added to a closed root cause, and is still to be done."""
    return set(await db.scalars(_ADDED, {"root_cause": root_cause_id}))


@dataclass(frozen=True, slots=True)
class FurtherAction:
    """An open action that the ISG added to a root cause, in its review of what is done but not working."""

    ref: str
    description: str
    due_date: date | None
    root_cause: str
    title: str
    isg: str


_FURTHER: Final = text("""
    SELECT a.reference AS ref, a.description, a.due_date, rc.reference AS root_cause, rc.title, isg.name AS isg
      FROM impact_review AS r
      JOIN closing AS c ON c.id = r.closing_id AND c.reopened_on IS NULL
      JOIN action AS a ON a.root_cause_id = r.root_cause_id AND a.recorded_at = r.ended_recorded_at
                      AND a.completed_on IS NULL AND a.withdrawn_on IS NULL
      JOIN root_cause AS rc ON rc.id = r.root_cause_id
      JOIN person AS owner ON owner.id = rc.owner_id
      JOIN LATERAL (SELECT p.isg_id, p.in_plan FROM root_cause_placement AS p
                     WHERE p.root_cause_id = rc.id AND p.superseded_at IS NULL
                       AND (p.holds_from IS NULL OR p.holds_from <= :today)
                     ORDER BY p.holds_from DESC NULLS LAST LIMIT 1) AS placed ON placed.in_plan
      JOIN isg ON isg.id = placed.isg_id
     WHERE r.decision = 'add_actions' AND (owner.email = ANY(:owners) OR a.owner_id = :person)
     ORDER BY a.due_date NULLS LAST, rc.reference, a.position
""")


async def further_actions(
    db: AsyncSession, today: date, owners: Collection[str], person_id: int
) -> list[FurtherAction]:
    """Those of closed root causes that these people own, and the person's own; what is due first comes first."""
    asked = {"today": today, "owners": sorted(owners), "person": person_id}
    return [FurtherAction(**row) for row in (await db.execute(_FURTHER, asked)).mappings()]


async def actions_so_far(db: AsyncSession, root_cause_id: int) -> list[Action]:
    """Its actions, in their order."""
    rows = await db.scalars(
        select(Action).where(Action.root_cause_id == root_cause_id).order_by(Action.position, Action.id)
    )
    return list(rows)


async def action_references(db: AsyncSession, root_cause: str) -> set[str]:
    """The references of actions, of whatever root cause, that begin with this root cause's."""
    rows = await db.scalars(
        select(Action.reference).where(Action.reference.startswith(f"{root_cause}-", autoescape=True))
    )
    return set(rows)
