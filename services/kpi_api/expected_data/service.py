"""What is expected: which periods are over, of which nothing is there yet, and who owes it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.observations import due_on, frequency_called, period_of, period_written, periods_owed
from services.domain.permissions import Action, Person, Subject, allowed
from services.domain.words import Frequency
from services.kpi_api.expected_data import queries
from services.kpi_api.expected_data.queries import There
from services.kpi_api.expected_data.schemas import ExpectedData, ExpectedKpi, PeriodOwed
from services.shared.auth import Caller
from services.shared.clock import LONDON, business_today
from services.shared.paging import page

MISSING, DUE, PROVISIONAL = "missing", "due", "provisional"
OWERS = (
    ("data_owner", "data_owner_name", "data_owner_email"),
    ("root_cause_owner", "owner_name", "owner_email"),
    ("isg_chair", "chair_name", "chair_email"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose and which; what is None does not narrow."""

    isg: str | None = None
    frequency: Frequency | None = None
    mine: bool = False


async def expected_data(
    db: AsyncSession, caller: Caller, wanted: Wanted, *, limit: int, cursor: str | None
) -> ExpectedData:
    """What is awaited, the longest missing first."""
    today = await business_today(db)
    mine = [caller.who.email, *caller.who.deputises_for] if wanted.mine else None
    rows = await queries.kpis(db, wanted.isg, mine)
    owing: dict[int, tuple[Row[Any], Frequency, list[date]]] = {}
    without_frequency = 0
    for row in rows:
        every = frequency_called(row.frequency)
        if every is None:
            without_frequency += 1
        elif wanted.frequency in {None, every}:
            first = row.first_period or row.recorded_at.astimezone(LONDON).date()
            owing[row.id] = (row, every, periods_owed(first, every, today))
    known = await queries.there(
        db, {kpi_id: periods[0] for kpi_id, (_, _, periods) in owing.items() if periods}
    )
    every_kpi = [
        _expected(row, every, _open(periods, every, known.get(row.id, There()), today), caller.who)
        for row, every, periods in owing.values()
    ]
    awaited = sorted(
        (each for each in every_kpi if each.periods),
        key=lambda each: (not each.missing, min(period.due_on for period in each.periods)),
    )
    items, following = page(awaited, limit, cursor)
    states = [period.state for each in awaited for period in each.periods]
    return ExpectedData(
        items=list(items), total=len(awaited), next=following, missing=states.count(MISSING), due=states.count(DUE),
        provisional=states.count(PROVISIONAL), up_to_date=len(every_kpi) - len(awaited),
        without_frequency=without_frequency,
    )  # fmt: skip


def _open(periods: list[date], every: Frequency, known: There, today: date) -> list[PeriodOwed]:
    """The periods that something is still awaited of. Said to be missing, with the reason, is an answer."""
    there = {period_of(period, every) for period in known.periods}
    provisional = {period_of(period, every) for period in known.provisional}
    found = []
    for period in periods:
        due = due_on(period, every)
        if period not in there:
            state = MISSING if due < today else DUE
        elif period in provisional and due < today:
            state = PROVISIONAL
        else:
            continue
        found.append(
            PeriodOwed(period=period, period_name=period_written(period, every), state=state, due_on=due)
        )
    return found


def _expected(row: Row[Any], every: Frequency, periods: list[PeriodOwed], person: Person) -> ExpectedKpi:
    owed_as, name = next(
        ((word, getattr(row, name)) for word, name, email in OWERS if getattr(row, email)), ("nobody", None)
    )
    return ExpectedKpi(
        ref=row.reference, name=row.name, isg=row.isg, root_cause=row.root_cause, frequency=every, owed_by=name,
        owed_as=owed_as, periods=periods, missing=sum(each.state == MISSING for each in periods),
        mine=_is_mine(row, person), can_give=_may_give(row, person),
    )  # fmt: skip


def _is_mine(row: Row[Any], person: Person) -> bool:
    """Whether the person, or somebody whom they deputise for, is the first who owes it."""
    email = next((getattr(row, email) for _, _, email in OWERS if getattr(row, email)), None)
    return email is not None and email in {person.email, *person.deputises_for}


def _may_give(row: Row[Any], person: Person) -> bool:
    owners = {row.owner_email, row.data_owner_email} - {None}
    subjects = [Subject(row.isg, email) for email in owners] or [Subject(row.isg)]
    return any(allowed(Action.GIVE_VALUES, person, subject) for subject in subjects)
