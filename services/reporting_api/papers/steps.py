"""How a pack is taken on: who may, when, and its history. Each step raises its version, which whoever takes it on has read."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict
from services.domain.lifecycle import PACK_MOVES, check_move
from services.domain.packs import check_editable
from services.domain.permissions import Action, require
from services.domain.words import PackDeed, PackState
from services.reporting_api.papers import queries
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.models import PackRow, PackStep
from services.shared.preconditions import check_if_match


async def to_change(db: AsyncSession, caller: Caller, action: Action, reference: str) -> PackRow:
    """The pack, locked, for those who may change it while it may be changed."""
    require(action, caller.who)
    row = await queries.paper_called(db, reference, lock=True)
    check_editable(PackState(row.state))
    return row


async def to_move(
    db: AsyncSession, caller: Caller, action: Action, reference: str, to: PackState, if_match: str | None
) -> PackRow:
    """The pack, locked, for those who may take it on, where the table of moves has the move."""
    require(action, caller.who)
    row = await queries.paper_called(db, reference, lock=True)
    await check_if_match(db, if_match, row)
    check_move(PACK_MOVES, PackState(row.state), to)
    if await queries.publication_under_way(db, row.id) is not None:
        raise Conflict("This pack is being published. Open it again in a minute to see that it is.")
    return row


async def done(
    db: AsyncSession, caller: Caller, row: PackRow, deed: PackDeed, *, reason: str | None = None, digest: str | None = None
) -> None:  # fmt: skip
    row.version += 1
    db.add(
        PackStep(
            pack_id=row.id, deed=deed, reason=reason, digest=digest, done_by=caller.id,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
    await db.flush()


async def reads_differently(db: AsyncSession, row: PackRow) -> None:
    """What is printed of it has changed: whoever read it before takes on something else than they read."""
    row.version += 1
    await db.flush()
