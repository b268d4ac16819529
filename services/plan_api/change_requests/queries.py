"""Change requests in the database."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.words import ChangeKind, ChangeState
from services.plan_api.change_requests.schemas import ChangeRequestShown
from services.shared.models import ChangeRequest, Isg, Person, RootCause, StandingRow
from services.shared.register import written_out


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes; what is None does not narrow. `waiting_at`: a day at whose end they waited for a decision."""

    isg: str | None = None
    waiting_at: date | None = None


async def change_requests(
    db: AsyncSession, wanted: Wanted, start: int, limit: int
) -> list[ChangeRequestShown]:
    """`limit` of them from `start` on, newest first."""
    submitter, decider = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(ChangeRequest, RootCause.reference, RootCause.title, submitter.name, decider.name)
        .join(RootCause, RootCause.id == ChangeRequest.root_cause_id)
        .join(submitter, submitter.id == ChangeRequest.submitted_by)
        .outerjoin(decider, decider.id == ChangeRequest.decided_by)
        .where(*_fit(wanted))
        .order_by(ChangeRequest.id.desc())
        .offset(written_out(start or None))
        .limit(written_out(limit))
    )
    return [_shown(*row) for row in rows]


async def count_change_requests(db: AsyncSession, wanted: Wanted) -> int:
    """How many there are."""
    return (
        await db.execute(select(func.count()).select_from(ChangeRequest).where(*_fit(wanted)))
    ).scalar_one()


def _fit(wanted: Wanted) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = []
    if wanted.isg is not None:
        of_isg = (
            select(StandingRow.root_cause_id)
            .join(Isg, Isg.id == StandingRow.isg_id)
            .where(Isg.name == wanted.isg)
        )
        fits.append(ChangeRequest.root_cause_id.in_(of_isg))
    if (day := wanted.waiting_at) is not None:
        undecided = or_(ChangeRequest.decided_on.is_(None), ChangeRequest.decided_on > day)
        fits += [ChangeRequest.state != ChangeState.DRAFT, ChangeRequest.submitted_on <= day, undecided]
    return fits


def _shown(
    row: ChangeRequest, root_cause: str, title: str, submitted_by: str, decided_by: str | None
) -> ChangeRequestShown:
    return ChangeRequestShown(
        ref=row.reference, kind=ChangeKind(row.kind), state=ChangeState(row.state), root_cause=root_cause, title=title,
        due_date_before=row.before.get("due_date"), due_date_after=row.after.get("due_date"), reason=row.reason,
        submitted_by=submitted_by, submitted_on=row.submitted_on, decided_by=decided_by, decided_on=row.decided_on,
    )  # fmt: skip
