"""SVG by hand: elements without a style, script or link, and how wide a text will be."""

from collections.abc import Iterable
from html import escape
from typing import Final

from services.domain.words import Verdict
from services.shared.charts.content import COLOURS, INK, PAPER, QUIET

FONTS: Final = "'Source Sans Pro', 'Source Sans 3', Arial, sans-serif"
"""The paper's font first, then what a page has."""

_NARROW, _WIDE = frozenset("ijl.,:;'|!()[] ftr-"), frozenset("mwMW%@—…")
_NO_TEXT = dict.fromkeys((*range(32), 127, 65534, 65535), " ")


def number(value: float) -> str:
    """A coordinate with a tenth of a pixel: 12, 12.5."""
    text = f"{value:.1f}"
    return text.removesuffix(".0").replace("-0", "0") if text in {"-0.0", "0.0"} else text.removesuffix(".0")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """At most so many pixels, in Arial and in what stands in for it where there is none."""
    ems = sum(
        0.37 if each in _NARROW else 1.0 if each in _WIDE else 0.75 if each.isupper() else 0.63 if each < "\u0250" else 1.0
        for each in text
    )  # fmt: skip
    return ems * size * (1.1 if bold else 1)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines that are no wider; a word that alone is wider is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, size) > width:
            cut = next(
                end
                for end in range(len(line) - 1, 0, -1)
                if end == 1 or text_width(line[:end], size) <= width
            )
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line else lines


def clean(text: str) -> str:
    """Escaped, and without what XML has no room for."""
    visible = "".join(each for each in text.translate(_NO_TEXT) if not 0xD800 <= ord(each) <= 0xDFFF)
    return escape(visible, quote=True)


def words(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 13,
    anchor: str = "start",
    fill: str = INK,
    bold: bool = False,
) -> str:
    """A text at its baseline."""
    weight = ' font-weight="600"' if bold else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{fill}"{place}{weight}>'
        f"{clean(text)}</text>"
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str = QUIET, width: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" stroke="{stroke}" '
        f'stroke-width="{number(width)}"{dashed}/>'
    )


def path(points: Iterable[tuple[float, float]], *, stroke: str, width: float) -> str:
    """A line through points."""
    through = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return f'<polyline points="{through}" fill="none" stroke="{stroke}" stroke-width="{number(width)}" stroke-linejoin="round"/>'


def marker(x: float, y: float, verdict: Verdict | None, r: float, *, ghosted: bool = False) -> str:
    """A point: a disc, a diamond (improvement), a square (concern), a triangle (change), a ring (takes no part)."""
    if ghosted:
        place = f'cx="{number(x)}" cy="{number(y)}" r="{number(r)}"'
        return f'<circle {place} fill="{PAPER}" stroke="{QUIET}" stroke-dasharray="2 1.5"/>'
    fill = COLOURS[verdict or Verdict.COMMON_CAUSE]
    match verdict:
        case Verdict.IMPROVEMENT:
            shape = _closed(x, y, r * 1.45, ((0, -1), (1, 0), (0, 1), (-1, 0)))
        case Verdict.CONCERN:
            shape = _closed(x, y, r * 1.05, ((-1, -1), (1, -1), (1, 1), (-1, 1)))
        case Verdict.CHANGE:
            shape = _closed(x, y, r * 1.35, ((0, -1), (1, 0.8), (-1, 0.8)))
        case _:
            return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{fill}"/>'
    return f'<polygon points="{shape}" fill="{fill}" stroke="{PAPER}" stroke-width="0.6"/>'


def _closed(x: float, y: float, r: float, corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{number(x + dx * r)},{number(y + dy * r)}" for dx, dy in corners)


def document(width: float, height: float, parts: Iterable[str], *, key: str, title: str, about: str) -> str:
    """One `<svg role="img">` with a title and a description. `key` keeps its ids apart from those of other charts."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    key = clean(key)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} font-family="{FONTS}" '
        f'aria-labelledby="{key}-title {key}-description"><title id="{key}-title">{clean(title)}</title>'
        f'<desc id="{key}-description">{clean(about)}</desc>{"".join(parts)}</svg>'
    )


def decoration(width: float, height: float, parts: Iterable[str]) -> str:
    """One `<svg>` that readers of the screen pass over: what it shows stands beside it in words."""
    size = f'width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" {size} font-family="{FONTS}">'
        f"{''.join(parts)}</svg>"
    )
