"""Who took something out of the system, or read its trail: kept as rows that the trail watches."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import DisclosureKind
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.models import Disclosure


async def disclosed(db: AsyncSession, caller: Caller, kind: DisclosureKind, detail: str) -> None:
    """Notes that the caller got this, in the transaction that gives it to them."""
    db.add(Disclosure(kind=kind, actor=caller.subject, detail=detail, recorded_at=await business_now(db)))
    await db.flush()
