"""Change requests. A re-baseline decided by ECIB is recorded as an approved one and applied in the approval's own transaction."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import ChangeKind, ChangeState
from services.shared.clock import business_now, business_today
from services.shared.db import lock
from services.shared.models import Baseline, ChangeRequest, RootCause


async def apply_rebaseline(
    db: AsyncSession, root_cause: RootCause, due_date: date, new_due_date: date, *, reason: str,
    submitted_by: int, decided_by: int, decided_on: date,
) -> ChangeRequest:  # fmt: skip
    """The due date moves from the decision's date on; what was planned before keeps its count."""
    await lock(db, "change request references")
    given = await db.scalar(select(func.count()).select_from(ChangeRequest))
    now = await business_now(db)
    change = ChangeRequest(
        reference=f"CR-{(given or 0) + 1:04d}", kind=ChangeKind.DUE_DATE, root_cause_id=root_cause.id, state=ChangeState.APPLIED,
        before={"due_date": due_date.isoformat()}, after={"due_date": new_due_date.isoformat()}, reason=reason,
        submitted_by=submitted_by, submitted_on=await business_today(db), decided_by=decided_by, decided_on=decided_on,
        applied_at=now, recorded_at=now,
    )  # fmt: skip
    db.add(change)
    await db.flush()
    newest = await db.scalar(
        select(func.max(Baseline.version)).where(Baseline.root_cause_id == root_cause.id)
    )
    db.add(
        Baseline(
            root_cause_id=root_cause.id, version=(newest or 0) + 1, holds_from=decided_on, due_date=new_due_date,
            change_request_id=change.id, recorded_at=now,
        )
    )  # fmt: skip
    await db.flush()
    return change
