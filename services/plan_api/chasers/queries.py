"""Chasers in the database, and what became of mail."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.plan_api.plan.meeting import OPEN
from services.shared.clock import business_today
from services.shared.db import among
from services.shared.facts import load_isgs
from services.shared.kept_counts import KeptCounts, of_its
from services.shared.models import Digest, Isg, Person, Reminder, StandingRow
from services.shared.register import written_out
from services.shared.standing_counts import FOLLOWS_FROM, count_standings
from services.shared.statements import Statement

SHOWN = 50
IS_CHASER = Reminder.kind == literal_column("'chaser'")
"""In the words of the indexes of chasers: a kind that is a parameter is looked for among all reminders."""
OWNERS_SHOWN = 25
"""Of those who owe reports in an ISG: once these are chased, the next stand before them."""
OWED_SHOWN = 5
"""Of what each of them owes."""
SENDER = aliased(Person)


async def chasers(db: AsyncSession, isg_ids: Collection[int]) -> Sequence[Any]:
    """Those sent in these ISGs, the last first, each with what became of the mail that holds it."""
    state = case(
        (Digest.sent_at.is_not(None), "sent"), (Digest.given_up_at.is_not(None), "given_up"), else_="waiting"
    )
    mail = (
        select(state)
        .where(
            Digest.person_id == Reminder.person_id, Digest.day == Reminder.raised_on,
            Digest.recorded_at >= Reminder.recorded_at,
        )
        .order_by(Digest.id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    query = (
        select(
            Reminder, Person.email, Person.name, SENDER.name.label("sender"), Isg.name.label("isg"), mail.label("mail")
        )
        .join(Person, Person.id == Reminder.person_id)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .join(Isg, Isg.id == Reminder.isg_id)
        .where(IS_CHASER, Reminder.isg_id.in_(isg_ids))
        .order_by(Reminder.id.desc())
    )  # fmt: skip
    return (await db.execute(query.limit(written_out(SHOWN)))).all()


async def chased_in(
    db: AsyncSession, isg_id: int, cycle: int, person_ids: Collection[int]
) -> dict[int, tuple[date, str]]:
    """When each of these people was last chased in an ISG's cycle, and by whom."""
    rows = await db.execute(
        select(Reminder.person_id, Reminder.raised_on, SENDER.name)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .where(
            IS_CHASER, Reminder.isg_id == isg_id, Reminder.cycle_number == cycle,
            among(Reminder.person_id, person_ids),
        )
        .order_by(Reminder.id)
    )  # fmt: skip
    return {person_id: (raised_on, sender) for person_id, raised_on, sender in rows}


def open_in(isg_id: int) -> ColumnElement[bool]:
    """What an ISG's owners have to report on."""
    return and_(OPEN, StandingRow.isg_id == isg_id)


def unreported_in(isg_id: int, cycle: int | None) -> ColumnElement[bool]:
    """What of it has not been reported on in the open cycle; nothing before the first opens."""
    if cycle is None:
        return false()
    return and_(open_in(isg_id), StandingRow.latest_cycle.is_distinct_from(cycle))


async def count_in(db: AsyncSession, isg_id: int, cycle: int | None) -> tuple[int, int]:
    """How many root causes are to be reported on, and how many of them have not been."""
    counted = await count_standings(db, await business_today(db))
    mine = [(each, number) for each, number in counted.items() if each.is_open and each.isg_id == isg_id]
    unreported = sum(number for each, number in mine if cycle is not None and each.latest_cycle != cycle)
    return sum(number for _, number in mine), unreported


class Owes(NamedTuple):
    """An open root cause that has not been reported on in its ISG's open cycle, and whose it is."""

    isg_id: int
    owner_id: int


_OWED: Final = """
    SELECT s.root_cause_id, s.isg_id, r.owner_id
      FROM unnest(CAST(:isgs AS bigint[]), CAST(:cycles AS bigint[])) AS open(isg_id, number)
      JOIN standing s ON s.isg_id = open.isg_id AND s.latest_cycle IS DISTINCT FROM open.number
      JOIN root_cause r ON r.id = s.root_cause_id
     WHERE s.in_plan AND s.delivery_status <> 'complete'
"""
_ALL_OWED, _THESE_OWED = Statement(_OWED), Statement(f"{_OWED} AND s.root_cause_id = ANY(:ids)")


async def _owed(db: AsyncSession, today: date, ids: Collection[int] | None) -> dict[int, Owes]:
    cycles = {isg.id: isg.calendar.number_on(today) for isg in await load_isgs(db)}
    running = {isg_id: number for isg_id, number in cycles.items() if number is not None}
    asked = {"isgs": list(running), "cycles": list(running.values())}
    rows = await (
        _ALL_OWED.rows(db, **asked) if ids is None else _THESE_OWED.rows(db, **asked, ids=list(ids))
    )
    return {row_id: Owes(isg_id, owner_id) for row_id, isg_id, owner_id in rows}


OWED: Final = KeptCounts(
    "owed in the open cycles", _owed, {**FOLLOWS_FROM, "root_cause": of_its("id", "root_cause")}
)
"""Nothing is owed before the first cycle of an ISG opens."""


async def owed_by_owner(db: AsyncSession, today: date) -> dict[int, dict[int, int]]:
    """How many root causes each owner has not reported on, ISG by ISG."""
    counted = await OWED.alike(db, today)
    if counted is None:
        counted = Counter((await _owed(db, today, None)).values())
    by_isg: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for each, number in counted.items():
        by_isg[each.isg_id][each.owner_id] = number
    return by_isg


async def owing(db: AsyncSession, owed: Mapping[int, int], chased_today: Collection[int]) -> Sequence[Any]:
    """The first of those who owe, who owes most first, after all others those chased today."""
    likely: list[int] = []
    for some in (owed.keys() - chased_today, owed.keys() & chased_today):
        # As many as owe no less than the last that is shown: who of them comes first their names say.
        numbers = sorted((owed[each] for each in some), reverse=True)[: OWNERS_SHOWN - len(likely)]
        likely += [each for each in some if owed[each] >= numbers[-1]]
        if len(likely) >= OWNERS_SHOWN:
            break
    return await _OWING.rows(
        db, ids=likely, numbers=[owed[each] for each in likely], chased=list(chased_today), most=OWNERS_SHOWN
    )


_OWING: Final = Statement("""
    SELECT p.id, p.name, p.email, p.deactivated_at IS NULL AS is_here, owed.number
      FROM unnest(CAST(:ids AS bigint[]), CAST(:numbers AS bigint[])) AS owed(id, number)
      JOIN person p ON p.id = owed.id
     ORDER BY p.id = ANY(CAST(:chased AS bigint[])), owed.number DESC, p.name, p.id
     LIMIT CAST(:most AS bigint)
""")


async def owed_first(
    db: AsyncSession, owners: Collection[tuple[int, int, int]]
) -> dict[tuple[int, int], list[Any]]:
    """By ISG and owner, of these in a cycle: the most pressing that they have not reported on."""
    isgs, cycles, people = zip(*owners, strict=True) if owners else ((), (), ())
    found: defaultdict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in await _OWED_FIRST.rows(db, isgs=isgs, cycles=cycles, people=people, most=OWED_SHOWN):
        found[row.isg_id, row.owner_id].append(row)
    return found


_OWED_FIRST: Final = Statement("""
    SELECT wanted.isg_id, wanted.owner_id, first.*
      FROM unnest(CAST(:isgs AS bigint[]), CAST(:cycles AS bigint[]), CAST(:people AS bigint[]))
           AS wanted(isg_id, cycle, owner_id)
     CROSS JOIN LATERAL (
           SELECT r.reference, r.title, s.delivery_status, s.due_date, u.reported_on
             FROM root_cause r
             JOIN standing s ON s.root_cause_id = r.id
             LEFT JOIN progress_update u ON u.id = s.latest_update_id
            WHERE r.owner_id = wanted.owner_id AND s.isg_id = wanted.isg_id AND s.in_plan
              AND s.delivery_status <> 'complete' AND s.latest_cycle IS DISTINCT FROM wanted.cycle
            ORDER BY s.due_date, r.reference COLLATE "C"
            LIMIT CAST(:most AS bigint)) AS first
""")


async def chased_on(db: AsyncSession, day: date) -> dict[str, Any]:
    """Who was chased on a day, by email, each with who did it."""
    rows = await db.execute(
        select(Person.id, Person.email, SENDER.name.label("sender"))
        .select_from(Reminder)
        .join(Person, Person.id == Reminder.person_id)
        .join(SENDER, SENDER.id == Reminder.sent_by)
        .where(IS_CHASER, Reminder.raised_on == day)
    )
    return {row.email: row for row in rows}


async def ids_of(db: AsyncSession, emails: Collection[str]) -> dict[str, int]:
    """Those who are here, by email."""
    rows = await db.execute(
        select(Person.email, Person.id).where(Person.email.in_(emails), Person.deactivated_at.is_(None))
    )
    return {row.email: row.id for row in rows}


async def open_chasers(db: AsyncSession, asked: Collection[tuple[int, str]]) -> list[int]:
    """Earlier chasers that ask the same: of these people in these ISGs (slugs), not stopped."""
    rows = await db.scalars(
        select(Reminder.id).where(
            tuple_(Reminder.person_id, Reminder.subject).in_(asked),
            IS_CHASER,
            Reminder.stopped_on.is_(None),
        )
    )
    return list(rows)


async def undelivered(db: AsyncSession) -> Sequence[Any]:
    """Each person's newest mail that was given up, unless a later one has arrived."""
    later = aliased(Digest)
    arrived = (
        select(func.count())
        .where(later.person_id == Digest.person_id, later.id > Digest.id, later.sent_at.is_not(None))
        .scalar_subquery()
    )
    rows = await db.execute(
        select(Digest.day, Person.name, Person.email, Digest.last_error)
        .join(Person, Person.id == Digest.person_id)
        .where(Digest.given_up_at.is_not(None), Person.deactivated_at.is_(None), arrived == 0)
        .order_by(Digest.given_up_at.desc())
        .limit(SHOWN)
    )
    return rows.all()
