"""A pack from its outline and the material of a date. Nothing is loaded here, and nothing is worded."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Final

from services.domain.wording import written
from services.reporting_api.packs.blocks import BLOCKS
from services.reporting_api.packs.content import (
    Block,
    BulletList,
    ControlChart,
    Detail,
    FilledForm,
    Numbering,
    Pack,
    Section,
    ToWrite,
)
from services.reporting_api.packs.control_charts import numbered
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import EACH_ISG, ISG_NAME, BlockPlan, Outline, SectionPlan
from services.reporting_api.packs.recommendations import NAME as RECOMMENDATIONS
from services.reporting_api.packs.recommendations import asked_in
from services.reporting_api.packs.writing import as_written, given_to, keyed, printed

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
    """The pack as it is printed while nobody has written anything for this paper alone."""
    return printed(as_written(draft(outline, material)))


def draft(outline: Outline, material: Material) -> Pack:
    """Every shown section with what its blocks make; each block has a key that stays from assembly to assembly.

    What people write are still places to write in, and sections have no numbers yet: `writing.as_written` has both.
    """
    material = replace(material, title=outline.title, forum=outline.forum)
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
        sections=tuple(_sections(outline.sections, material)),
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


def _sections(plans: tuple[SectionPlan, ...], material: Material) -> Iterator[Section]:
    for plan in plans:
        if not (plan.shown and _has_something(plan)):
            continue
        if plan.each == EACH_ISG:
            for isg in material.isgs:
                yield _section(plan, replace(material, isg=isg), isg.slug)
        else:
            yield _section(plan, material)


def _has_something(plan: SectionPlan) -> bool:
    """A section of which everything is hidden is left out."""
    below = any(each.shown and _has_something(each) for each in plan.sections)
    return below or any(block.shown for block in plan.blocks) or not (plan.blocks or plan.sections)


def _section(plan: SectionPlan, material: Material, slug: str | None = None) -> Section:
    name = material.isg.name if material.isg and slug else ""
    below = Numbering.BELOW if plan.numbered else None
    return Section(
        key=f"{plan.key}-{slug}" if slug else plan.key,
        title=plan.title.replace(ISG_NAME, name),
        blocks=tuple(_blocks(plan.blocks, material, slug)),
        sections=tuple(_sections(plan.sections, material)),
        numbering=Numbering.NEVER if plan.each else below,
    )


def _blocks(plans: tuple[BlockPlan, ...], material: Material, slug: str | None) -> Iterator[Block]:
    for plan in plans:
        if plan.shown:
            key = f"{plan.key}-{slug}" if slug else plan.key
            kind = BLOCKS[plan.block]
            made = kind.makes(material, plan)
            if kind.writes is None:
                yield from keyed(made, key)
            else:
                forms = tuple(each for each in made if isinstance(each, FilledForm))
                yield ToWrite(kind.name, kind.title, given_to(plan), forms, key)
