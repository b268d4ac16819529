"""Every kind of block that a pack can hold, by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.board_blocks import BOARD_BLOCKS
from services.reporting_api.packs.content import Block
from services.reporting_api.packs.cover import COVER
from services.reporting_api.packs.forecasts import FORECAST_BLOCKS
from services.reporting_api.packs.forum_blocks import FORUM_BLOCKS
from services.reporting_api.packs.free_text import blocks_of
from services.reporting_api.packs.late_blocks import REPORTED_LATE
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.recommendations import RECOMMENDATION_BLOCKS


def _free_text(_material: Material, plan: BlockPlan) -> tuple[Block, ...]:
    return blocks_of(plan.text)


FREE_TEXT: Final = BlockKind(
    "free-text",
    "Free text",
    "What you write: a blank line between paragraphs; lines that begin with a hyphen and a space are a list.",
    _free_text,
)
BLOCKS: Final[Mapping[str, BlockKind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            FREE_TEXT,
            COVER,
            *BOARD_BLOCKS,
            *FORECAST_BLOCKS,
            *FORUM_BLOCKS,
            REPORTED_LATE,
            *RECOMMENDATION_BLOCKS,
        )
    }
)
