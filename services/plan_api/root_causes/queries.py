"""Root causes in the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.permissions import Reach
from services.domain.status import is_neither
from services.domain.words import DeliveryStatus, RootCauseClass
from services.shared.models import (
    Action,
    Finding,
    Isg,
    Person,
    ProgressUpdate,
    RecoveryPlan,
    RootCause,
    RootCauseFinding,
    StandingRow,
)
from services.shared.register import OWNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which root causes a list is to show; what is None does not narrow it."""

    q: str | None = None
    isg: str | None = None
    root_cause_class: RootCauseClass | None = None
    status: DeliveryStatus | None = None
    owner: str | None = None
    overdue: bool | None = None
    update_missed: bool | None = None
    neither: bool | None = None
    before_ecib: bool | None = None
    to_decide: bool | None = None
    without_plan: bool | None = None
    can: str | None = None
    counted: str | None = None
    month: str | None = None
    as_at: date | None = None
    sort: str = "ref"


_OPEN = StandingRow.delivery_status != DeliveryStatus.COMPLETE
_FINDINGS = (
    select(func.string_agg(Finding.reference, " "))
    .select_from(RootCauseFinding)
    .join(Finding, Finding.id == RootCauseFinding.finding_id)
    .where(RootCauseFinding.root_cause_id == RootCause.id, RootCauseFinding.ended_at.is_(None))
    .correlate(RootCause)
    .scalar_subquery()
)
_SAYS = func.lower(
    func.concat_ws(" ", RootCause.reference, RootCause.title, OWNER.name, RootCause.theme, _FINDINGS)
)


def fits(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """What chooses them among today's standings."""
    asked: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
        "isg": lambda name: Isg.name == name,
        "root_cause_class": lambda given: StandingRow.root_cause_class == given,
        "status": lambda status: StandingRow.delivery_status == status,
        "owner": lambda email: OWNER.email == email.lower(),
        "overdue": lambda wish: _is(wish, and_(_OPEN, StandingRow.due_date < today)),
        "update_missed": StandingRow.update_missed.is_,
        "neither": lambda wish: _is(
            wish, StandingRow.delivery_status.in_([status for status in DeliveryStatus if is_neither(status)])
        ),
        "q": lambda q: and_(true(), *(_SAYS.contains(word, autoescape=True) for word in q.lower().split())),
    }
    return [
        and_(StandingRow.in_plan),
        *(chosen(wish) for name, chosen in asked.items() if (wish := getattr(wanted, name)) is not None),
    ]


def within(mine: Reach) -> ColumnElement[bool]:
    """What of today's standings somebody may act on."""
    if mine.everything:
        return true()
    return or_(Isg.name.in_(mine.isgs), OWNER.email.in_(mine.owner_emails))


def sorted_by(sort: str, today: date) -> list[Any]:
    """The order that `sort` names, by the letters as they are in every database; with a minus before it the other way."""
    reference = RootCause.reference.collate("C")
    orders: Mapping[str, list[Any]] = {
        "ref": [reference],
        "title": [func.lower(RootCause.title).collate("C"), reference],
        "isg": [Isg.name.collate("C"), reference],
        "owner": [func.lower(OWNER.name).collate("C"), reference],
        "due_date": [StandingRow.due_date, reference],
        "status": [
            case(
                {status.value: position for position, status in enumerate(DeliveryStatus)},
                value=StandingRow.delivery_status,
            ),
            reference,
        ],
        # the longest overdue is the one due first; what is not overdue comes after all that is
        "days_overdue": [case((and_(_OPEN, StandingRow.due_date < today), StandingRow.due_date)), reference],
    }
    keys = orders[sort.removeprefix("-")]
    return [key.desc() for key in keys] if sort.startswith("-") else keys


def most_pressing_first() -> list[Any]:
    """The longest overdue first, then by due date: for what is open that is the order of due dates."""
    return [StandingRow.due_date, RootCause.reference.collate("C")]


def _is(wish: bool, so: ColumnElement[bool]) -> ColumnElement[bool]:
    return so if wish else not_(so)


async def root_cause_id(db: AsyncSession, reference: str) -> int:
    """The row of a reference. Raises NotFound."""
    found = await db.scalar(select(RootCause.id).where(RootCause.reference == reference))
    if found is None:
        raise NotFound(f"There is no root cause {reference}. Check the reference, or search for its title.")
    return found


async def locked_root_cause(db: AsyncSession, reference: str) -> RootCause:
    """The root cause, locked until this transaction ends: what depends on its state is decided one at a time."""
    found = await db.scalar(select(RootCause).where(RootCause.reference == reference).with_for_update())
    if found is None:
        raise NotFound(f"There is no root cause {reference}. Check the reference, or search for its title.")
    return found


async def actions_of(db: AsyncSession, root_cause: int) -> list[Any]:
    """Its actions with their owners, in the order of the workbook."""
    query = (
        select(
            Action.reference, Action.description, Action.due_date, Action.completed_on, Action.withdrawn_on,
            Action.withdrawn_reason, Person.name.label("owner_name"),
        )
        .outerjoin(Person, Person.id == Action.owner_id)
        .where(Action.root_cause_id == root_cause)
        .order_by(Action.position, Action.id)
    )  # fmt: skip
    return list(await db.execute(query))


async def name_of(db: AsyncSession, email: str) -> str:
    """What a person of the register is called."""
    return (await db.scalars(select(Person.name).where(Person.email == email))).one()


async def recovery_date(db: AsyncSession, recovery_plan: int | None) -> date | None:
    """By when a recovery plan gets its root cause back on track; None without a plan."""
    found: date | None = await db.scalar(
        select(RecoveryPlan.recovery_date).where(RecoveryPlan.id == recovery_plan)
    )
    return found


async def count_of_unreleased(db: AsyncSession, row_id: int) -> int:
    """How many of its updates wait for the ISG's meeting before partners and readers see them."""
    waiting = select(func.count()).where(
        ProgressUpdate.root_cause_id == row_id, ProgressUpdate.released_at.is_(None)
    )
    return await db.scalar(waiting) or 0
