"""Vega-Lite to SVG that may stand in a page under a strict content security policy and says what it shows."""

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

VegaLite: TypeAlias = Mapping[str, Any]
FONT = "Source Sans Pro"
FONT_IN_PAGES = f"'{FONT}', 'Source Sans 3', Arial, sans-serif"

_SVG_TAG = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)" viewBox="[^"]*">')
_NOISE = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events)="[^"]*"')
_FORBIDDEN = re.compile(r"<script|<style|<foreignObject| style=| on[a-z]+=|href=\"")


class ChartUnsafeError(ValueError):
    """The drawing holds something that a strict content security policy forbids."""


@lru_cache(maxsize=256)
def draw(chart: str, *, key: str, title: str, description: str) -> str:
    """A chart (as `specification` writes it) as one `<svg role="img">` with a title and a description.

    `key` keeps its ids apart from those of other charts on a page. The same chart is always the same bytes.
    """
    drawing = _NOISE.sub("", _convert(chart)).replace(
        f'font-family="{FONT}"', f'font-family="{FONT_IN_PAGES}"'
    )
    opening = _SVG_TAG.match(drawing)
    if opening is None or _FORBIDDEN.search(drawing, opening.end()):
        raise ChartUnsafeError(
            f"The chart “{title}” holds a script, a style or a link: a page can't show it."
        )
    width, height = opening.groups()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" aria-labelledby="{key}-title {key}-description">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-description">{escape(description)}</desc>{drawing[opening.end() :]}'
    )


def specification(chart: VegaLite) -> str:
    """The chart as JSON, the same for the same chart."""
    return json.dumps(chart, sort_keys=True, ensure_ascii=False)


def _convert(chart: str) -> str:
    """Vega-Lite to SVG by vl-convert; nothing is fetched from anywhere."""
    return str(_converter().vegalite_to_svg(chart, vl_version="6.4", allowed_base_urls=[]))


@cache
def _converter() -> Any:
    import font_source_sans_pro
    import vl_convert

    vl_convert.register_font_directory(font_source_sans_pro.font_directory)
    return vl_convert
