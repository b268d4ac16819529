"""Change requests in the database."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.words import ChangeKind, ChangeState
from services.plan_api.change_requests.schemas import ChangeRequestShown
from services.shared.models import ChangeRequest, Person, RootCause


async def change_requests(db: AsyncSession) -> list[ChangeRequestShown]:
    """All of them, newest first."""
    submitter, decider = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(ChangeRequest, RootCause.reference, RootCause.title, submitter.name, decider.name)
        .join(RootCause, RootCause.id == ChangeRequest.root_cause_id)
        .join(submitter, submitter.id == ChangeRequest.submitted_by)
        .outerjoin(decider, decider.id == ChangeRequest.decided_by)
        .order_by(ChangeRequest.id.desc())
    )
    return [_shown(*row) for row in rows]


def _shown(
    row: ChangeRequest, root_cause: str, title: str, submitted_by: str, decided_by: str | None
) -> ChangeRequestShown:
    return ChangeRequestShown(
        ref=row.reference, kind=ChangeKind(row.kind), state=ChangeState(row.state), root_cause=root_cause, title=title,
        due_date_before=row.before.get("due_date"), due_date_after=row.after.get("due_date"), reason=row.reason,
        submitted_by=submitted_by, submitted_on=row.submitted_on, decided_by=decided_by, decided_on=row.decided_on,
    )  # fmt: skip
