"""Every kind of block that a pack can hold, by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.board_blocks import BOARD_BLOCKS
from services.reporting_api.packs.content import Block, BulletList
from services.reporting_api.packs.cover import COVER
from services.reporting_api.packs.forecasts import FORECAST_BLOCKS
from services.reporting_api.packs.forum_blocks import FORUM_BLOCKS
from services.reporting_api.packs.free_text import WRITTEN_BLOCKS
from services.reporting_api.packs.late_blocks import REPORTED_LATE
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.recommendations import RECOMMENDATION_BLOCKS


def _agenda(_material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    return (BulletList((), of_sections=True),)


AGENDA: Final = BlockKind(
    "agenda",
    "Agenda",
    "The sections that this very pack has, a line each: those that are still to be written are not on it.",
    _agenda,
)
BLOCKS: Final[Mapping[str, BlockKind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *WRITTEN_BLOCKS,
            AGENDA,
            COVER,
            *BOARD_BLOCKS,
            *FORECAST_BLOCKS,
            *FORUM_BLOCKS,
            REPORTED_LATE,
            *RECOMMENDATION_BLOCKS,
        )
    }
)
