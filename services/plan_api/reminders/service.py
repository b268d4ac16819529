"""What a person is reminded of, and how often they want it by mail."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import Rhythm, StopReason
from services.plan_api.reminders import queries
from services.plan_api.reminders.schemas import MailState, NoticeList, NoticeShown, RhythmShown
from services.plan_api.reminders.wording import Notice, notice
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.models import ReminderPreference
from services.shared.paging import cursor_of, start_of
from services.shared.preconditions import check_if_match
from services.shared.settings import settings


async def my_notices(db: AsyncSession, caller: Caller, limit: int, cursor: str | None) -> NoticeList:
    """One's own reminders alone: those that are open, then those that have stopped, with why."""
    start = start_of(cursor)
    rows = await queries.notices(db, [caller.id], only_open=False, limit=limit + 1, offset=start)
    return NoticeList(
        items=[_shown(notice(row, caller.id)) for row in rows[:limit]],
        open=await queries.count_open(db, caller.id),
        mail=await _mail(db, caller),
        next=cursor_of(start + limit) if len(rows) > limit else None,
    )


async def my_rhythm(db: AsyncSession, caller: Caller) -> tuple[RhythmShown, int]:
    """The rhythm that is in force for the caller, and its version (0: never chosen)."""
    chosen = await queries.preference(db, caller.id)
    rhythm = Rhythm(chosen.rhythm) if chosen else Rhythm.EACH_WORKING_DAY
    return RhythmShown(rhythm=rhythm, sends=settings().sends_mail), chosen.version if chosen else 0


async def choose_rhythm(db: AsyncSession, caller: Caller, rhythm: Rhythm, if_match: str | None) -> None:
    """From the next digest on. Reminders themselves go on, whatever is chosen."""
    chosen = await queries.preference(db, caller.id, lock=True)
    await check_if_match(db, if_match, chosen)
    now = await business_now(db)
    if chosen is None:
        db.add(ReminderPreference(person_id=caller.id, rhythm=rhythm, version=1, recorded_at=now))
    else:
        chosen.rhythm, chosen.recorded_at = rhythm, now
        chosen.version += 1
    await db.flush()


async def _mail(db: AsyncSession, caller: Caller) -> MailState:
    rhythm, _ = await my_rhythm(db, caller)
    last = await queries.last_digest_of(db, caller.id)
    return MailState(
        sends=rhythm.sends,
        rhythm=rhythm.rhythm,
        last_on=last.day if last else None,
        undelivered=last.last_error if last and last.given_up_at else None,
    )


def _shown(each: Notice) -> NoticeShown:
    row = each.reminder
    return NoticeShown(
        id=row.id, kind=each.kind, sentence=each.sentence, path=each.path, isg=each.isg, cycle=row.cycle_number,
        due_by=row.due_by, raised_on=row.raised_on, sent_by=each.sender, stopped_on=row.stopped_on,
        stopped_because=StopReason(row.stopped_because) if row.stopped_because else None,
    )  # fmt: skip
