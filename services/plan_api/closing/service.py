"""Complete is the ISG's decision: it closes what the owner has asked to close, or sends it back; and reopens."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.closing import check_closing, check_reopening
from services.domain.reminders import OF_AN_OWNER
from services.domain.words import ClosingDecision, DeliveryStatus, ReminderKind, StopReason
from services.plan_api.assurance.service import end_assurance
from services.plan_api.closing.queries import closure_request_of, open_request_row
from services.plan_api.escalations.service import end_because_closed, end_of_impact, raise_what_is_due
from services.plan_api.impact.ending import end_because_reopened, one_at_a_time, tell_the_kpi_service
from services.plan_api.reminders.queries import stop_at_once
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Closing
from services.shared.preconditions import check_if_match
from services.shared.register import load_register


async def decide_closing(
    db: AsyncSession, caller: Caller, reference: str, decision: ClosingDecision, meeting_date: date, reason: str | None,
    *, if_match: str | None = None,
) -> None:  # fmt: skip
    """Closes the root cause from the meeting's date, or sends the request back. Raises what the rules of closing raise."""
    root_cause = await locked_root_cause(db, reference)
    today, now = await business_today(db), await business_now(db)
    await check_if_match(db, if_match, root_cause)
    register = await load_register(db, today, only=[root_cause.id])
    standing = register.standings[0]
    row = await open_request_row(db, root_cause.id)
    check_closing(
        decision,
        meeting_date,
        reason,
        person=caller.who,
        request=await closure_request_of(db, row, standing) if row else None,
        last_meeting_on=register.calendar_of(standing.isg).last_meeting_on_or_before(today),
        today=today,
    )
    assert row is not None  # check_closing refuses without a request
    row.decision, row.meeting_date, row.reason = decision, meeting_date, reason
    row.decided_on, row.decided_at, row.decided_by = today, now, caller.id
    root_cause.version += 1
    answered = {ReminderKind.CLOSURE_TO_DECIDE}
    if decision is ClosingDecision.CLOSE:
        answered |= OF_AN_OWNER
        db.add(
            Closing(
                root_cause_id=root_cause.id, closed_on=meeting_date, closed_by=caller.id, reason=reason, imported=False,
                recorded_at=now,
            )
        )  # fmt: skip
        await db.flush()
        await end_because_closed(db, [root_cause.id], caller.id, today)
        await tell_the_kpi_service(db, [root_cause.reference])
    else:
        await db.flush()
        await raise_what_is_due(db, today, only=[root_cause.id])
    await stop_at_once(db, root_cause.id, answered, StopReason.DONE, today, now)


async def reopen(
    db: AsyncSession, caller: Caller, reference: str, reason: str | None, *, if_match: str | None = None
) -> None:
    """Opens a closed root cause again from today, with a reason."""
    await one_at_a_time(db)
    root_cause = await locked_root_cause(db, reference)
    today = await business_today(db)
    await check_if_match(db, if_match, root_cause)
    register = await load_register(db, today, only=[root_cause.id])
    standing = register.standings[0]
    check_reopening(
        reason, person=caller.who, subject=standing.subject,
        is_complete=standing.delivery_status is DeliveryStatus.COMPLETE,
    )  # fmt: skip
    closing = await db.scalar(
        select(Closing).where(Closing.root_cause_id == root_cause.id, Closing.reopened_on.is_(None))
    )
    assert closing is not None  # complete means that one stands
    closing.reopened_on, closing.reopened_reason = today, reason
    closing.reopened_by, closing.reopened_recorded_at = caller.id, await business_now(db)
    await end_assurance(db, root_cause.id, caller.id, f"Reopened: {reason}")
    await end_because_reopened(db, root_cause.id, today)
    await end_of_impact(db, [root_cause.id], caller.id, today, "The root cause was reopened.")
    await tell_the_kpi_service(db, [root_cause.reference])
    root_cause.version += 1
    await db.flush()
    await raise_what_is_due(db, today, only=[root_cause.id])
