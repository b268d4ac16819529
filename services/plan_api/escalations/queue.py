"""The ECIB queue: what is before the board, in its order, each item with all that a decision needs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.escalation import (
    STATES_BEFORE_DECIDED,
    Decider,
    may_decide_escalation,
    may_end,
)
from services.domain.permissions import Action, Person, Subject, allowed, reach
from services.domain.words import Decision, EscalationReason, EscalationState, Role
from services.plan_api.escalations import queries
from services.plan_api.escalations.schemas import (
    DecisionShown,
    EscalationShown,
    MemberShown,
    PlanShown,
    ReasonShown,
)
from services.shared.clock import business_today
from services.shared.db import among
from services.shared.facts import PlanFacts, load_plan_facts
from services.shared.models import (
    Escalation,
    EscalationReasonGiven,
    RecoveryPlan,
    RoleGrant,
)
from services.shared.models import Person as PersonRow
from services.shared.register import Register, Standing, load_register
from services.shared.standings import bring_standings_up_to

MONITORING: Final = frozenset({EscalationState.DECIDED, EscalationState.MONITORED})
"""ECIB has decided, and looks at what comes of it."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A part of the queue; how many there are in it, and, whatever states were asked for, how many wait or are decided."""

    items: list[EscalationShown]
    total: int
    waiting: int
    decided: int


async def ecib_queue(
    db: AsyncSession, person: Person, *, isg: str | None = None, states: Collection[EscalationState] | None = None,
    root_cause: str | None = None, start: int = 0, limit: int | None = None,
) -> Queue:  # fmt: skip
    """Of the escalations that the person may see, in queue order, `limit` from `start` on.

    Those not ended, or those in `states`.
    """
    today = await business_today(db)
    await bring_standings_up_to(db, today)
    wanted = set(states) if states else set(EscalationState) - {EscalationState.ENDED}
    ended = EscalationState.ENDED in wanted
    kept = None if ended else await queries.QUEUE.each(db, today)
    every = await queries.in_queue(db, today, ended=ended) if kept is None else kept
    visible = reach(Action.VIEW_ESCALATIONS, person)
    seen = [
        (each, row_id)
        for row_id, each in every.items()
        if visible.covers(Subject(each.isg, each.owner_email))
        and (isg is None or each.isg == isg)
        and (root_cause is None or each.root_cause == root_cause)
    ]
    counts = Counter(each.state for each, _ in seen)
    fits = [(each.place, row_id) for each, row_id in seen if each.state in wanted]
    first = sorted(fits) if limit is None else nsmallest(start + limit, fits)
    ids = [row_id for _, row_id in first[start:]]
    rows = {row.id: row for row in await db.scalars(select(Escalation).where(among(Escalation.id, ids)))}
    return Queue(
        [item for _, item in await _shown(db, person, [rows[row_id] for row_id in ids])],
        len(fits),
        sum(counts[state] for state in STATES_BEFORE_DECIDED),
        sum(counts[state] for state in MONITORING),
    )


async def one_escalation(db: AsyncSession, person: Person, reference: str) -> EscalationShown:
    """One item of the queue, ended or not. Raises NotFound, also for what the person may not see."""
    row = await db.scalar(select(Escalation).where(Escalation.reference == reference))
    shown = await _shown(db, person, [row] if row else [])
    if not shown:
        raise NotFound(
            f"There is no escalation {reference} that you may see. Open the ECIB queue to find it."
        )
    return shown[0][1]


async def ecib_members(db: AsyncSession) -> list[MemberShown]:
    """Those whose decision it may be."""
    rows = await db.execute(
        select(PersonRow.name, PersonRow.email)
        .join(RoleGrant, RoleGrant.person_id == PersonRow.id)
        .where(
            RoleGrant.role == Role.ECIB_MEMBER,
            RoleGrant.ended_at.is_(None),
            PersonRow.deactivated_at.is_(None),
        )
        .order_by(PersonRow.name)
    )
    return [MemberShown(name=name, email=email) for name, email in rows]


@dataclass(frozen=True, slots=True)
class Known:
    """What the items are made from, read once for all of them."""

    register: Register
    monitored: PlanFacts
    reasons: Mapping[int, list[ReasonShown]]
    plans: Mapping[int | None, PlanShown]
    decisions: Mapping[int, list[Any]]
    decided_on: Mapping[int, date]
    submitters: Mapping[int, set[str]]
    executives: Mapping[str, str]


async def _known(db: AsyncSession, rows: Collection[Escalation]) -> Known:
    ids = [row.id for row in rows]
    return Known(
        register=await load_register(db, await business_today(db), only=[row.root_cause_id for row in rows]),
        monitored=await load_plan_facts(
            db, only=[row.root_cause_id for row in rows if row.state in MONITORING]
        ),
        reasons=await _reasons(db, ids),
        plans=await _plans(db, rows),
        decisions=await queries.decisions_on(db, ids),
        decided_on=await queries.decided_on(db, ids),
        submitters=await queries.submitters_of(db, rows),
        executives=await queries.executives(db),
    )


async def _shown(
    db: AsyncSession, person: Person, rows: list[Escalation]
) -> list[tuple[Standing, EscalationShown]]:
    if not rows:
        return []
    known = await _known(db, rows)
    standings = {standing.id: standing for standing in known.register.standings}
    visible = reach(Action.VIEW_ESCALATIONS, person)
    return [
        (standing, _item(person, row, standing, known))
        for row in rows
        if (standing := standings.get(row.root_cause_id)) and visible.covers(standing.subject)
    ]


def _item(person: Person, row: Escalation, standing: Standing, known: Known) -> EscalationShown:
    reasons, state = known.reasons[row.id], EscalationState(row.state)
    return EscalationShown(
        ref=row.reference,
        root_cause=standing.reference,
        title=standing.title,
        isg=standing.isg,
        **{"class": standing.root_cause_class},
        strongest_notice=standing.strongest_notice,
        owner_name=standing.owner_name,
        delivery_status=standing.delivery_status,
        due_date=standing.due_date,
        days_overdue=standing.days_overdue,
        reasons=list(dict.fromkeys(each.reason for each in reasons)),
        reasons_shown=reasons,
        recovery_plan=known.plans.get(row.recovery_plan_id),
        state=state,
        raised_on=row.raised_on,
        agenda_for=row.agenda_for,
        ended_on=row.ended_on,
        waiting=state in STATES_BEFORE_DECIDED,
        decisions=[
            DecisionShown(
                decision=Decision(decision.decision), decided_by=decided_by, recorded_by=recorded_by,
                meeting_date=decision.meeting_date, reason=decision.reason, new_due_date=decision.new_due_date,
            )
            for decision, decided_by, recorded_by in known.decisions[row.id]
        ],
        can=_can(person, row, standing, known),
    )  # fmt: skip


def _can(person: Person, row: Escalation, standing: Standing, known: Known) -> list[str]:
    state = EscalationState(row.state)
    on_agenda = state in STATES_BEFORE_DECIDED and allowed(Action.PUT_ON_AGENDA, person, standing.subject)
    decides = allowed(Action.DECIDE_ESCALATION, person, standing.subject)
    possible = {
        "decide": decides and _may_decide(person, row, standing, known),
        "ask_for_plan": on_agenda and state is EscalationState.RAISED and standing.closed_on is None,
        "put_on_agenda": on_agenda,
        "confirm_recovered": decides and state in MONITORING and _has_recovered(row, standing, known),
    }
    return [action for action, may in possible.items() if may]


def _may_decide(person: Person, row: Escalation, standing: Standing, known: Known) -> bool:
    decider = Decider(
        is_ecib_member=person.has(Role.ECIB_MEMBER),
        submitted_it=person.email in known.submitters[row.id],
        is_executive_of_the_isg=known.executives.get(standing.isg) == person.email,
    )
    return may_decide_escalation(EscalationState(row.state), decider, records_for_others=person.has(Role.PMO))


def _has_recovered(row: Escalation, standing: Standing, known: Known) -> bool:
    return standing.closed_on is None and may_end(
        known.monitored.by_reference[standing.reference], known.register.as_at,
        monitored_since=known.decided_on.get(row.id), confirmed_by_ecib=True,
    )  # fmt: skip


async def _reasons(db: AsyncSession, ids: Collection[int]) -> defaultdict[int, list[ReasonShown]]:
    grouped: defaultdict[int, list[ReasonShown]] = defaultdict(list)
    rows = await db.scalars(
        select(EscalationReasonGiven)
        .where(EscalationReasonGiven.escalation_id.in_(ids))
        .order_by(EscalationReasonGiven.id)
    )
    for given in rows:
        grouped[given.escalation_id].append(
            ReasonShown(reason=EscalationReason(given.reason), given_on=given.given_on, detail=given.detail)
        )
    return grouped


async def _plans(db: AsyncSession, rows: Collection[Escalation]) -> dict[int | None, PlanShown]:
    ids = [row.recovery_plan_id for row in rows if row.recovery_plan_id]
    found = await db.execute(
        select(RecoveryPlan, PersonRow.email, PersonRow.name)
        .join(PersonRow, PersonRow.id == RecoveryPlan.owner_id)
        .where(RecoveryPlan.id.in_(ids))
    )
    return {
        plan.id: PlanShown(
            steps=plan.steps, owner=email, owner_name=name, recovery_date=plan.recovery_date, support=plan.support,
            version=plan.version,
        )
        for plan, email, name in found
    }  # fmt: skip
