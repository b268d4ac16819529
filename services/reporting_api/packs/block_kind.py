"""A kind of block: what an outline can hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from services.reporting_api.packs.content import Block
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import BlockPlan

Makes: TypeAlias = Callable[[Material, BlockPlan], tuple[Block, ...]]


@dataclass(frozen=True, slots=True)
class BlockKind:
    """What a kind of block is called, what it shows, what it needs, and how it is made.

    What `makes` gives may have keys: they tell several blocks of one plan apart, and are put after the plan's own. Those with
    nothing to say are left out. `of_isg`: it is about one ISG, so it stands in a section that is repeated for each.
    """

    name: str
    title: str
    help: str
    makes: Makes
    needs: frozenset[Need] = frozenset()
    of_isg: bool = False
