"""A pack as tagged PDF/UA-1, set by Typst from the pack's own data."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Any

from services.reporting_api.packs.content import (
    Block,
    Chart,
    ControlChart,
    Pack,
    Section,
    Shape,
    Table,
    as_data,
)
from services.reporting_api.packs.drawings import drawing_of
from services.reporting_api.packs.legible import NOT_DRAWN, drawable, legible, plainest
from services.reporting_api.packs.pictures import fonts
from services.reporting_api.packs.row_headings import with_row_headings
from services.shared.charts import icons

TEMPLATE = files("services.reporting_api.packs") / "templates" / "pack.typ"


class SettingFailedError(RuntimeError):
    """Typst warned: a font, an alternative text or a glyph is missing, and the PDF is not what it should be."""


def pdf(pack: Pack, address: str) -> bytes:
    """The paper as PDF/UA-1, the same bytes for the same pack. Figures open pages at `address`."""
    import typst

    pack = legible(pack)
    data = _data(pack, address)
    for with_stand_ins in (None, drawable):
        try:
            return _set(pack, with_stand_ins(data) if with_stand_ins else data)
        except typst.TypstError as error:
            if NOT_DRAWN not in str(error):
                raise
    return _set(pack, plainest(data))


def _set(pack: Pack, data: dict[str, Any]) -> bytes:
    import typst

    document, warnings = typst.compile_with_warnings(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"pack": json.dumps(data)},
        font_paths=fonts(),
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(pack.as_at, time(), UTC),
    )
    if warnings:
        raise SettingFailedError(" ".join(warning.message for warning in warnings))
    assert isinstance(document, bytes)
    return with_row_headings(document)


def _data(pack: Pack, address: str) -> dict[str, Any]:
    """The pack with what the setter needs beside it: its full title, each chart drawn, and the icons."""
    drawings = {str(chart.number): drawing_of(chart, Shape.PAGE) for chart in pack.numbered}
    drawn = {name: icons.named(name) for name in icons.NAMED}
    extra = {"full_title": pack.full_title, "address": address, "drawings": drawings, "icons": drawn}
    data: dict[str, Any] = as_data(_without_what_is_drawn(pack))
    return data | extra


def _without_what_is_drawn(pack: Pack) -> Pack:
    """What the drawings were made from is most of a pack, and is not printed."""
    return replace(pack, sections=tuple(_lighter(section) for section in pack.sections))


def _lighter(section: Section) -> Section:
    return replace(
        section,
        blocks=tuple(_light(block) for block in section.blocks),
        sections=tuple(_lighter(below) for below in section.sections),
    )


def _light(block: Block) -> Block:
    match block:
        case Chart():
            return replace(block, drawings={})
        case ControlChart():
            return replace(block, judged={}, table=Table("", (), ()))
    return block
