"""What the table of updates shows of many root causes, each kind of thing in one statement."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.permissions import Reach
from services.shared.models import (
    Action,
    ClosingRequest,
    Escalation,
    Evidence,
    Person,
    ProgressUpdate,
    RootCause,
    UpdateDraft,
)


async def reported_by(db: AsyncSession, mine: Reach) -> list[int]:
    """The root causes that these owners have."""
    rows = await db.scalars(
        select(RootCause.id)
        .join(Person, Person.id == RootCause.owner_id)
        .where(Person.email.in_(mine.owner_emails))
        .order_by(RootCause.position)
    )
    return list(rows)


async def open_actions(db: AsyncSession, ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """The references of what is neither done nor withdrawn, by root cause."""
    rows = await db.execute(
        select(Action.root_cause_id, Action.reference)
        .where(Action.root_cause_id.in_(ids), Action.completed_on.is_(None), Action.withdrawn_on.is_(None))
        .order_by(Action.position, Action.id)
    )
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for root_cause_id, reference in rows:
        found[root_cause_id] += (reference,)
    return found


async def with_evidence(db: AsyncSession, ids: Collection[int]) -> set[int]:
    """Those with any evidence."""
    return set(
        await db.scalars(select(Evidence.root_cause_id).where(Evidence.root_cause_id.in_(ids)).distinct())
    )


async def with_plan_in_force(db: AsyncSession, ids: Collection[int]) -> set[int]:
    """Those with a recovery plan before ECIB on an open escalation."""
    rows = await db.scalars(
        select(Escalation.root_cause_id).where(
            Escalation.root_cause_id.in_(ids),
            Escalation.state != "ended",
            Escalation.recovery_plan_id.is_not(None),
        )
    )
    return set(rows)


async def latest_updates(db: AsyncSession, ids: Collection[int]) -> Mapping[int, tuple[Any, str | None]]:
    """What was said last of each, and by whom."""
    rows = await db.execute(
        select(ProgressUpdate, Person.name)
        .ext(distinct_on(ProgressUpdate.root_cause_id))
        .outerjoin(Person, Person.id == ProgressUpdate.submitted_by)
        .where(ProgressUpdate.root_cause_id.in_(ids))
        .order_by(
            ProgressUpdate.root_cause_id,
            ProgressUpdate.reported_on.desc(),
            ProgressUpdate.cycle_number.desc(),
            ProgressUpdate.version.desc(),
        )
    )
    return {said.root_cause_id: (said, name) for said, name in rows}


async def drafts(db: AsyncSession, ids: Collection[int]) -> Mapping[int, list[tuple[UpdateDraft, str]]]:
    """What has been typed and not sent, and whose it is."""
    rows = await db.execute(
        select(UpdateDraft, Person.name)
        .join(Person, Person.id == UpdateDraft.person_id)
        .where(UpdateDraft.root_cause_id.in_(ids))
    )
    found: defaultdict[int, list[tuple[UpdateDraft, str]]] = defaultdict(list)
    for draft, name in rows:
        found[draft.root_cause_id].append((draft, name))
    return found


async def sent_back(db: AsyncSession, ids: Collection[int]) -> Mapping[int, tuple[ClosingRequest, str]]:
    """The latest closure request of each, where it was sent back, and who did so."""
    rows = await db.execute(
        select(ClosingRequest, Person.name)
        .ext(distinct_on(ClosingRequest.root_cause_id))
        .outerjoin(Person, Person.id == ClosingRequest.decided_by)
        .where(ClosingRequest.root_cause_id.in_(ids))
        .order_by(ClosingRequest.root_cause_id, ClosingRequest.id.desc())
    )
    return {
        request.root_cause_id: (request, name or "")
        for request, name in rows
        if request.decision == "send_back"
    }
