"""Writes definitions and targets with their history: the one place for import, page and API."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.shared.models import Kpi, KpiDefinition, KpiTarget

DEFINED: Final = (
    "name", "purpose", "key_question", "unit", "numerator", "denominator", "part_of_whole", "direction", "frequency",
    "source", "data_owner_id", "quality_note", "timely", "complete", "audited", "granular",
)  # fmt: skip
"""What a definition consists of: the columns that a KPI and each version of its definition have in common."""


async def redefine(
    db: AsyncSession, kpi: Kpi, values: Mapping[str, Any], now: datetime, *, holds_from: date | None = None,
    because: str | None = None, by: int | None = None,
) -> bool:  # fmt: skip
    """Gives the KPI these values of its definition, as a new version of it. False when they are what it has already.

    A KPI that is new (not yet flushed) gets its first version, which holds from the beginning.
    """
    is_new = kpi.id is None
    if not is_new and all(getattr(kpi, column) == value for column, value in values.items()):
        return False
    for column, value in values.items():
        setattr(kpi, column, value)
    if is_new:
        kpi.definition_number = 1
    else:
        kpi.definition_number += 1
        kpi.version += 1
    await db.flush()
    await db.refresh(kpi)
    db.add(
        KpiDefinition(
            kpi_id=kpi.id, number=kpi.definition_number, holds_from=None if is_new else holds_from, changed_because=because,
            changed_by=by, recorded_at=now, **{column: getattr(kpi, column) for column in DEFINED},
        )
    )  # fmt: skip
    return True


async def set_target(
    db: AsyncSession, kpi: Kpi, value: Decimal | None, now: datetime, *, holds_from: date | None = None,
    reason: str | None = None, by: int | None = None,
) -> bool:  # fmt: skip
    """Sets what the KPI should reach from a day on (None: from the beginning). False when that is what was set for the day."""
    held = await db.scalar(
        select(KpiTarget).where(
            KpiTarget.kpi_id == kpi.id, KpiTarget.superseded_at.is_(None),
            KpiTarget.holds_from.is_(None) if holds_from is None else KpiTarget.holds_from == holds_from,
        )
    )  # fmt: skip
    if (held is None and value is None and holds_from is None) or (held is not None and held.value == value):
        return False
    kpi.version += 1
    if held is not None:
        held.superseded_at = now
    await db.flush()
    db.add(
        KpiTarget(
            kpi_id=kpi.id, holds_from=holds_from, value=value, reason=reason, set_by=by, recorded_at=now
        )
    )
    return True
