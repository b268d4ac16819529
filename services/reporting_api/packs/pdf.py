"""A pack as tagged PDF/UA-1, set by Typst from the pack's own data."""

import json
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

from services.reporting_api.packs.content import Pack, Shape, as_data
from services.reporting_api.packs.drawings import drawing_of

TEMPLATE = files("services.reporting_api.packs") / "templates" / "pack.typ"


class SettingFailedError(RuntimeError):
    """Typst warned: a font, an alternative text or a glyph is missing, and the PDF is not what it should be."""


def pdf(pack: Pack, address: str) -> bytes:
    """The paper as PDF/UA-1, the same bytes for the same pack. Figures open pages at `address`."""
    import typst

    document, warnings = typst.compile_with_warnings(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"pack": json.dumps(_data(pack, address))},
        font_paths=_fonts(),
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(pack.as_at, time(), UTC),
    )
    if warnings:
        raise SettingFailedError(" ".join(warning.message for warning in warnings))
    assert isinstance(document, bytes)
    return document


def _data(pack: Pack, address: str) -> dict[str, Any]:
    """The pack with what the setter needs beside it: its full title and each chart drawn."""
    drawings = {str(chart.number): drawing_of(chart, Shape.PAGE) for chart in pack.charts}
    extra = {"full_title": pack.full_title, "address": address, "drawings": drawings}
    data: dict[str, Any] = as_data(pack)
    return data | extra


@cache
def _fonts() -> Any:
    """The one font of documents and charts, and no other: a missing one is a warning, and so an error."""
    import font_source_sans_pro
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[font_source_sans_pro.font_directory],
    )
