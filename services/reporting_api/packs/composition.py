"""A pack from its outline and the material of a date. Nothing is loaded here, and nothing is worded."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from string import ascii_lowercase
from typing import Final

from services.domain.wording import written
from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.blocks import BLOCKS, FREE_TEXT
from services.reporting_api.packs.content import Block, BulletList, ControlChart, Detail, Pack, Section
from services.reporting_api.packs.control_charts import numbered
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import EACH_ISG, ISG_NAME, BlockPlan, Outline, SectionPlan
from services.reporting_api.packs.recommendations import NAME as RECOMMENDATIONS
from services.reporting_api.packs.recommendations import asked_in

RELEASED_ONLY: Final = Detail(
    "Figures of", "updates that have been released, as in the partner feeds of that day"
)


def needs_of(outline: Outline) -> frozenset[Need]:
    """What has to be loaded for the blocks that are shown."""
    return frozenset[Need]().union(*(BLOCKS[block.block].needs for block in outline.shown_blocks()))


def title_of(outline: Outline, isg: str | None) -> str:
    """What the pack is called; of one ISG alone it says of which."""
    return f"{outline.title}: {isg}" if isg else outline.title


def compose(outline: Outline, material: Material) -> Pack:
    """The pack: every shown section with what its blocks make; each block has a key that stays from assembly to assembly."""
    material = replace(material, asks=_asked(outline, material))
    pack = Pack(
        kind=outline.kind,
        title=title_of(outline, material.isg.name if material.isg else None),
        trust=material.figures.trust_name,
        as_at=material.as_at,
        details=(
            Detail("For", f"{material.isg.name} ISG" if material.isg else outline.forum),
            Detail("Trust", material.figures.trust_name),
            Detail("Figures as at", written(material.as_at)),
            *([RELEASED_ONLY] if outline.released_only else ()),
        ),
        sections=tuple(_sections(outline.sections, material, None)),
    )
    return _numbered_on(pack)


def _numbered_on(pack: Pack) -> Pack:
    """The charts of KPIs numbered through the pack, after those of the plan's figures, which have theirs wherever they stand."""
    numbers = count(max((chart.number for chart in pack.charts), default=0) + 1)

    def on(section: Section) -> Section:
        blocks = [
            numbered(block, next(numbers)) if isinstance(block, ControlChart) else block
            for block in section.blocks
        ]
        return replace(section, blocks=tuple(blocks), sections=tuple(map(on, section.sections)))

    return replace(pack, sections=tuple(map(on, pack.sections)))


def _asked(outline: Outline, material: Material) -> frozenset[str]:
    """What the recommendations ask for, before the cover is made."""
    return frozenset(
        ask
        for plan in outline.shown_blocks()
        if plan.block == RECOMMENDATIONS
        for block in BLOCKS[plan.block].makes(material, plan)
        if isinstance(block, BulletList)
        for item in block.items
        for ask in asked_in(item)
    )


def _sections(
    plans: tuple[SectionPlan, ...], material: Material, number_of_above: str | None
) -> Iterator[Section]:
    """The sections in their order; `number_of_above`: what their numbers begin with ("": they are numbered; None: not)."""
    number = 0
    for plan in plans:
        if not plan.shown:
            continue
        if not _has_something(plan):
            continue
        number += 1
        if plan.each == EACH_ISG:
            for isg in material.isgs:
                yield _section(plan, replace(material, isg=isg), None, isg.slug)
        else:
            yield _section(plan, material, _numbered(number_of_above, number))


def _has_something(plan: SectionPlan) -> bool:
    """A section whose every block is free text that nobody has written yet is left out, and numbers don't count it."""
    if plan.each == EACH_ISG:
        return True
    blocks = [block for block in plan.blocks if block.shown]
    below = any(each.shown and _has_something(each) for each in plan.sections)
    written_or_drafted = any(block.block != FREE_TEXT.name or block.text.strip() for block in blocks)
    return below or written_or_drafted or not (plan.blocks or plan.sections)


def _numbered(above: str | None, number: int) -> str | None:
    """1, 2; below 1: 1a, 1b; further below nothing."""
    if above is None or (above and not above.isdigit()) or number > len(ascii_lowercase):
        return None
    return f"{above}{ascii_lowercase[number - 1]}" if above else str(number)


def _section(plan: SectionPlan, material: Material, number: str | None, slug: str | None = None) -> Section:
    name = material.isg.name if material.isg and slug else ""
    title = plan.title.replace(ISG_NAME, name)
    if number is not None:
        title = f"{number}. {title}"
    return Section(
        key=f"{plan.key}-{slug}" if slug else plan.key,
        title=title,
        blocks=tuple(_blocks(plan.blocks, material, slug)),
        sections=tuple(_sections(plan.sections, material, "" if plan.numbered else number)),
    )


def _blocks(plans: tuple[BlockPlan, ...], material: Material, slug: str | None) -> Iterator[Block]:
    for plan in plans:
        if plan.shown:
            key = f"{plan.key}-{slug}" if slug else plan.key
            yield from _made(BLOCKS[plan.block], plan, material, key)


def _made(kind: BlockKind, plan: BlockPlan, material: Material, key: str) -> Iterator[Block]:
    """What a plan's kind makes of the material: the first under the plan's key, others under it and their own."""
    for index, block in enumerate(kind.makes(material, plan)):
        if _says_something(block):
            own = block.key or ("" if index == 0 else str(index + 1))
            yield replace(block, key=f"{key}.{own}" if own else key)


def _says_something(block: Block) -> bool:
    return bool(getattr(block, "inlines", True) and getattr(block, "items", True))
