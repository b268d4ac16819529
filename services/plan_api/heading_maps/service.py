"""The PMO's choices of which heading of a tracker is which of ours, remembered for the next import."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.plan_api.heading_maps import queries
from services.plan_api.heading_maps.mapping import Choice, check_choices
from services.plan_api.heading_maps.schemas import HeadingMaps, HeadingMapShown
from services.plan_api.workbook.read import comparable
from services.plan_api.workbook.sheets import SHEETS
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.db import lock
from services.shared.models import HeadingMap


async def remembered(db: AsyncSession) -> HeadingMaps:
    """What is remembered, and what there is to choose from."""
    return HeadingMaps(
        items=[
            HeadingMapShown(
                id=row.HeadingMap.id, sheet=row.HeadingMap.sheet, theirs=row.HeadingMap.theirs, ours=row.HeadingMap.ours,
                chosen_by=row.name, chosen_at=row.HeadingMap.recorded_at,
            )
            for row in await queries.remembered(db)
        ],
        ours={sheet.name: [column.heading for column in sheet.columns] for sheet in SHEETS},
        required={sheet.name: [column.heading for column in sheet.columns if column.required] for sheet in SHEETS},
    )  # fmt: skip


async def choose(db: AsyncSession, caller: Caller, choices: Sequence[Choice]) -> None:
    """Remembers all of them. Raises RuleBroken for those that can't be."""
    check_choices(choices)
    await lock(db, "heading maps")
    before = {
        (row.HeadingMap.sheet, row.HeadingMap.theirs): row.HeadingMap for row in await queries.remembered(db)
    }
    now = await business_now(db)
    for choice in choices:
        key = choice.sheet, comparable(choice.theirs)
        standing = before.get(key)
        if standing is not None and standing.ours == choice.ours:
            continue
        if standing is not None:
            standing.ended_at = now
            await db.flush()
        before[key] = HeadingMap(
            sheet=key[0], theirs=key[1], ours=choice.ours, chosen_by=caller.id, recorded_at=now
        )
        db.add(before[key])
    await db.flush()


async def forget(db: AsyncSession, number: int) -> None:
    """From the next import on the heading is unknown again. Raises NotFound."""
    (await queries.standing(db, number)).ended_at = await business_now(db)
    await db.flush()
