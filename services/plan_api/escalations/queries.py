"""Escalations in the database."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.errors import NotFound
from services.domain.escalation import PastReason, QueueItem, queue_key
from services.domain.standing import days_overdue
from services.domain.words import (
    DeliveryStatus,
    EscalationReason,
    EscalationState,
    NoticeKind,
    Role,
    RootCauseClass,
)
from services.shared.db import among
from services.shared.kept_counts import OF_ALL, KeptCounts, Speaks, of_its
from services.shared.models import (
    Escalation,
    EscalationDecision,
    EscalationReasonGiven,
    EscalationStep,
    Isg,
    Person,
    ProgressUpdate,
    RecoveryPlan,
    RoleGrant,
    RootCause,
    StandingRow,
)
from services.shared.standing_counts import FOLLOWS_FROM


class InQueue(NamedTuple):
    """An escalation: whose it is to see, and its place in the queue, as the rule has it."""

    state: str
    isg: str
    owner_email: str
    root_cause: str
    place: tuple[int, int, date, bool, str]


async def in_queue(
    db: AsyncSession, today: date, ids: Collection[int] | None = None, *, ended: bool = False
) -> dict[int, InQueue]:
    """The queue by escalation, of all or of these; with those that have ended where they are asked for."""
    query = (
        select(
            Escalation.id, Escalation.state, Isg.name, Person.email, RootCause.reference, StandingRow.strongest_notice,
            StandingRow.root_cause_class, StandingRow.delivery_status, StandingRow.due_date,
            Escalation.recovery_plan_id.is_not(None),
        )
        .join(RootCause, RootCause.id == Escalation.root_cause_id)
        .join(StandingRow, StandingRow.root_cause_id == Escalation.root_cause_id)
        .join(Isg, Isg.id == StandingRow.isg_id)
        .join(Person, Person.id == RootCause.owner_id)
    )  # fmt: skip
    if not ended:
        query = query.where(Escalation.state != literal_column("'ended'"))
    if ids is not None:
        query = query.where(among(Escalation.id, ids))
    found = {}
    rows: Sequence[Any] = (await db.execute(query)).all()
    for row_id, state, isg, email, reference, notice, of_class, status, due, has_plan in rows:
        place = queue_key(
            QueueItem(
                reference, NoticeKind(notice) if notice else None, RootCauseClass(of_class),
                days_overdue(due, DeliveryStatus(status), today), due, has_plan,
            )
        )  # fmt: skip
        found[row_id] = InQueue(state, isg, email, reference, place)
    return found


def _of_root_causes(root_causes: str) -> Speaks:
    return Speaks(
        f"SELECT id FROM escalation WHERE state <> 'ended' AND root_cause_id IN ({root_causes})"  # noqa: S608 - our own
    )


QUEUE: Final = KeptCounts(
    "queue",
    in_queue,
    {
        **{
            table: OF_ALL if speaks.of is None else _of_root_causes(speaks.of)
            for table, speaks in FOLLOWS_FROM.items()
        },
        "escalation": of_its("id", "escalation"),
        "root_cause": _of_root_causes("SELECT unnest(CAST(:ids AS bigint[]))"),
        "person": _of_root_causes("SELECT id FROM root_cause WHERE owner_id = ANY(:ids)"),
    },
)
"""What has not ended, as a process keeps it."""


async def open_escalation(db: AsyncSession, root_cause_id: int) -> Escalation | None:
    """The one escalation of a root cause that has not ended."""
    found: Escalation | None = await db.scalar(
        select(Escalation).where(
            Escalation.root_cause_id == root_cause_id, Escalation.state != EscalationState.ENDED
        )
    )
    return found


async def open_of_many(
    db: AsyncSession,
    root_cause_ids: Collection[int],
    *,
    only: Collection[EscalationReason] = (),
    without: Collection[EscalationReason] = (),
) -> list[Escalation]:
    """The same for many root causes: those raised for one of `only`, those for none of `without`."""
    query = select(Escalation).where(
        among(Escalation.root_cause_id, root_cause_ids), Escalation.state != EscalationState.ENDED
    )
    if only:
        query = query.where(_raised_for(only))
    if without:
        query = query.where(~_raised_for(without))
    return list(await db.scalars(query))


def _raised_for(reasons: Collection[EscalationReason]) -> ColumnElement[bool]:
    return (
        select(EscalationReasonGiven.id)
        .where(
            EscalationReasonGiven.escalation_id == Escalation.id, EscalationReasonGiven.reason.in_(reasons)
        )
        .exists()
    )


async def root_cause_of(db: AsyncSession, reference: str) -> int:
    """The root cause that an escalation is about. Raises NotFound."""
    found = await db.scalar(select(Escalation.root_cause_id).where(Escalation.reference == reference))
    if found is None:
        raise NotFound(f"There is no escalation {reference}. Open the ECIB queue to find it.")
    return found


async def locked_escalation(db: AsyncSession, reference: str) -> Escalation:
    """The escalation, locked until this transaction ends."""
    return (
        await db.scalars(select(Escalation).where(Escalation.reference == reference).with_for_update())
    ).one()


async def past_reasons(db: AsyncSession, only: Collection[int] | None) -> defaultdict[int, list[PastReason]]:
    """What was raised before, by root cause."""
    query = (
        select(
            Escalation.root_cause_id, EscalationReasonGiven.reason, EscalationReasonGiven.given_on,
            EscalationReasonGiven.due_date, Escalation.ended_on,
        )
        .join(Escalation, Escalation.id == EscalationReasonGiven.escalation_id)
        .order_by(EscalationReasonGiven.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(among(Escalation.root_cause_id, only))
    grouped: defaultdict[int, list[PastReason]] = defaultdict(list)
    for root_cause_id, reason, given_on, due_date, ended_on in await db.execute(query):
        grouped[root_cause_id].append(PastReason(EscalationReason(reason), given_on, due_date, ended_on))
    return grouped


async def submitters_of(db: AsyncSession, escalations: Collection[Escalation]) -> defaultdict[int, set[str]]:
    """The email addresses of those who submitted what is decided on, by escalation: the latest update, the recovery plan,
    and whoever raised it by hand."""
    ids = [escalation.id for escalation in escalations]
    latest = (
        select(func.max(ProgressUpdate.id))
        .where(ProgressUpdate.root_cause_id.in_([escalation.root_cause_id for escalation in escalations]))
        .group_by(ProgressUpdate.root_cause_id)
    )
    submitted = union(
        select(Escalation.id, ProgressUpdate.submitted_by)
        .join(ProgressUpdate, ProgressUpdate.root_cause_id == Escalation.root_cause_id)
        .where(Escalation.id.in_(ids), ProgressUpdate.id.in_(latest)),
        select(Escalation.id, RecoveryPlan.submitted_by)
        .join(RecoveryPlan, RecoveryPlan.id == Escalation.recovery_plan_id)
        .where(Escalation.id.in_(ids)),
        select(EscalationReasonGiven.escalation_id, EscalationReasonGiven.given_by).where(
            EscalationReasonGiven.escalation_id.in_(ids),
            EscalationReasonGiven.reason == EscalationReason.BY_HAND,
        ),
    ).subquery()
    escalation_id, submitted_by = submitted.c
    rows = await db.execute(select(escalation_id, Person.email).join(Person, Person.id == submitted_by))
    grouped: defaultdict[int, set[str]] = defaultdict(set)
    for found, email in rows:
        grouped[found].add(email)
    return grouped


async def executives(db: AsyncSession) -> dict[str, str]:
    """The email address of each ISG's accountable executive, by the ISG's name."""
    rows = await db.execute(select(Isg.name, Person.email).join(Person, Person.id == Isg.executive_id))
    return {row.name: row.email for row in rows}


async def is_ecib_member(db: AsyncSession, person_id: int) -> bool:
    """Whether the person holds that role today."""
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == Role.ECIB_MEMBER,
        RoleGrant.ended_at.is_(None),
    )
    return bool(await db.scalar(select(held.exists())))


async def person_with(db: AsyncSession, email: str) -> Person | None:
    """The person with this email address who is still here."""
    found: Person | None = await db.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.deactivated_at.is_(None))
    )
    return found


async def decided_on(db: AsyncSession, escalation_ids: Collection[int]) -> dict[int, date]:
    """The day of each escalation's last decision: what is reported after it counts towards its end."""
    rows = await db.execute(
        select(EscalationStep.escalation_id, func.max(EscalationStep.on_day).label("day"))
        .where(
            EscalationStep.escalation_id.in_(escalation_ids), EscalationStep.state == EscalationState.DECIDED
        )
        .group_by(EscalationStep.escalation_id)
    )
    return {row.escalation_id: row.day for row in rows}


async def decided_before(db: AsyncSession, day: date) -> list[Escalation]:
    """Those that ECIB decided on before `day` and nobody monitors yet, locked."""
    last_decided = (
        select(func.max(EscalationStep.on_day))
        .where(EscalationStep.escalation_id == Escalation.id, EscalationStep.state == EscalationState.DECIDED)
        .scalar_subquery()
    )
    found = await db.scalars(
        select(Escalation)
        .where(Escalation.state == EscalationState.DECIDED, last_decided < day)
        .with_for_update()
    )
    return list(found)


async def row_ids(db: AsyncSession, only: Collection[int] | None) -> dict[str, int]:
    """The rows of root causes, by reference."""
    query = select(RootCause.reference, RootCause.id)
    if only is not None:
        query = query.where(among(RootCause.id, only))
    return {row.reference: row.id for row in await db.execute(query)}


async def decisions_on(
    db: AsyncSession, escalation_ids: Collection[int]
) -> defaultdict[int, list[tuple[EscalationDecision, str, str]]]:
    """The decisions on these escalations, oldest first, each with the names of who decided and who recorded."""
    decider, recorder = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(EscalationDecision, decider.name, recorder.name)
        .join(decider, decider.id == EscalationDecision.decided_by)
        .join(recorder, recorder.id == EscalationDecision.recorded_by)
        .where(EscalationDecision.escalation_id.in_(escalation_ids))
        .order_by(EscalationDecision.id)
    )
    grouped: defaultdict[int, list[tuple[EscalationDecision, str, str]]] = defaultdict(list)
    for decision, decided_by, recorded_by in rows:
        grouped[decision.escalation_id].append((decision, decided_by, recorded_by))
    return grouped
