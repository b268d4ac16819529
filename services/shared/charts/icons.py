"""The icons of variation and assurance, in the manner of Making Data Count: a ring, a letter, and a line that says it again."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from services.domain.spc import SpcResult
from services.domain.spc_reading import IconWords, assurance_icon, variation_icon
from services.domain.words import SignalDirection, TargetAssurance, Verdict
from services.shared.charts import svg
from services.shared.charts.content import COLOURS, PAPER, QUIET

_SIDE = 48.0
_ZIGZAG = ((10, 28), (17, 20), (24, 28), (31, 20), (38, 28))
_RISING = ((10, 37), (17, 34), (24, 35), (31, 29), (38, 25))
_FALLING = ((10, 25), (17, 29), (24, 35), (31, 34), (38, 37))
_LETTER_OF = {TargetAssurance.PASS: "P", TargetAssurance.FAIL: "F", TargetAssurance.INCONSISTENT: "?"}
_COLOUR_OF = {
    TargetAssurance.PASS: COLOURS[Verdict.IMPROVEMENT],
    TargetAssurance.FAIL: COLOURS[Verdict.CONCERN],
    TargetAssurance.INCONSISTENT: COLOURS[Verdict.COMMON_CAUSE],
}


def variation(result: SpcResult, *, key: str = "variation") -> str:
    """H or L over points that rise or fall; a zigzag for common cause; a dashed ring for not enough points."""
    at = result.last
    verdict = None if at is None else result.variation
    signal = None if at is None else result.signals.get(at)
    is_high = signal is not None and signal[1] is SignalDirection.HIGH
    return _drawn(_variation(verdict, is_high=is_high), variation_icon(result), key)


def assurance(result: SpcResult, *, key: str = "assurance") -> str | None:
    """P, F or ? beside a target line that the values keep to, miss or cross; None where there is no target to judge by."""
    said = assurance_icon(result)
    return None if said is None else _drawn(_assurance(result.assurance), said, key)


@cache
def named(name: str) -> str:
    """The icon of this name (one of `NAMED`) for a heading whose words stand beside it: it says nothing itself."""
    return svg.decoration(_SIDE, _SIDE, NAMED[name])


def _variation(verdict: Verdict | None, *, is_high: bool = False) -> list[str]:
    if verdict is None:
        return _none_yet()
    colour = COLOURS[verdict]
    if verdict is Verdict.COMMON_CAUSE:
        return [_ring(colour), *_dots(_ZIGZAG, colour)]
    if verdict is Verdict.CHANGE:
        return [_ring(colour), *_arrow(colour, up=is_high)]
    way = _dots(_RISING if is_high else _FALLING, colour)
    return [_ring(colour), _letter("H" if is_high else "L", 22, colour, 17), *way]


def _assurance(sure: TargetAssurance | None) -> list[str]:
    if sure is None:
        return _none_yet()
    colour = _COLOUR_OF[sure]
    line = {TargetAssurance.PASS: 37, TargetAssurance.FAIL: 26, TargetAssurance.INCONSISTENT: 32}[sure]
    values = {
        TargetAssurance.PASS: ((12, 31), (18, 28), (24, 31), (30, 28), (36, 31)),
        TargetAssurance.FAIL: ((12, 35), (18, 32), (24, 35), (30, 32), (36, 35)),
        TargetAssurance.INCONSISTENT: ((12, 36), (18, 28), (24, 36), (30, 28), (36, 36)),
    }[sure]
    target = svg.line(9, line, 39, line, stroke=colour, width=2, dash="4 2")
    return [_ring(colour), _letter(_LETTER_OF[sure], 21, colour, 16), target, *_dots(values, colour)]


def _drawn(parts: Sequence[str], said: IconWords, key: str) -> str:
    return svg.document(_SIDE, _SIDE, parts, key=key, title=said.label, about=said.explanation)


def _ring(colour: str, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<circle cx="24" cy="24" r="21.5" fill="{PAPER}" stroke="{colour}" stroke-width="4"{dashed}/>'


def _none_yet() -> list[str]:
    """A dashed ring around three points of nothing: never green, never a letter."""
    return [_ring(QUIET, "6 4"), *(svg.marker(x, 24, None, 2) for x in (15, 24, 33))]


def _letter(letter: str, y: float, colour: str, size: float) -> str:
    return svg.words(24, y, letter, size=size, anchor="middle", fill=colour, bold=True)


def _dots(points: Sequence[tuple[float, float]], colour: str) -> list[str]:
    dots = [f'<circle cx="{x}" cy="{y}" r="2.2" fill="{colour}"/>' for x, y in points]
    return [svg.path(points, stroke=colour, width=1.4), *dots]


def _arrow(colour: str, *, up: bool) -> list[str]:
    tip, tail, side = (11, 37, 20) if up else (37, 11, 28)
    return [
        svg.line(24, tail, 24, tip, stroke=colour, width=4),
        svg.path([(15, side), (24, tip), (33, side)], stroke=colour, width=4),
    ]


NAMED: Final = {
    "variation-none": _none_yet(),
    "variation-common_cause": _variation(Verdict.COMMON_CAUSE),
    **{
        f"variation-{verdict}_{'high' if is_high else 'low'}": _variation(verdict, is_high=is_high)
        for verdict in (Verdict.IMPROVEMENT, Verdict.CONCERN, Verdict.CHANGE)
        for is_high in (True, False)
    },
    **{f"assurance-{sure}": _assurance(sure) for sure in TargetAssurance},
}
"""Every icon by name: the names of the files in `web/static/icons`."""
