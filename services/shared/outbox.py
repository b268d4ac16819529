"""What one service causes in another: a row of the causing transaction, delivered by the worker with its id as key."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.clock import real_now
from services.shared.models import OutboxRow


async def enqueue(
    db: AsyncSession, from_service: str, to_service: str, path: str, payload: dict[str, Any]
) -> None:
    """Will POST `payload` to `path` of `to_service` ("kpi") once this transaction has committed, and not if it doesn't."""
    db.add(
        OutboxRow(
            created_at=real_now(),
            from_service=from_service,
            to_service=to_service,
            path=path,
            payload=payload,
        )
    )
    await db.flush()
