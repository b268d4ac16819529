"""What can be printed of people's words: people paste characters that no text has, and characters that no font here draws.

The first are left out everywhere. The others are kept in every format in which a program of the reader's chooses the fonts; a
PDF brings its own, and has a stand-in for what these can't draw.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeVar

from services.domain.wording import without_controls
from services.reporting_api.packs.pictures import fonts

STAND_IN: Final = "\N{REPLACEMENT CHARACTER}"
NOT_DRAWN: Final = "could not be displayed"
"""What Typst says of a text that none of its fonts has."""
_PROBE: Final = b"""
#set document(title: "Probe")
#set text(font: "Source Sans Pro")
#let words = json(bytes(sys.inputs.words))
#par(words + strong(words))
"""
_BETWEEN_WORDS: Final = re.compile(r"(\s+)")
"""Letters are joined in a word, and never with those of another."""
Part = TypeVar("Part")


def legible(part: Part) -> Part:
    """A pack, or any part of one, without the characters that no text has."""
    changed: Part = _changed(part, without_controls)
    return changed


def drawable(data: Part) -> Part:
    """With a stand-in for each character that the fonts of a PDF can't draw."""
    changed: Part = _changed(data, _drawable)
    return changed


def plainest(data: Part) -> Part:
    """With a stand-in for whatever is not plain: what is left where letters can be drawn alone and not together."""
    changed: Part = _changed(
        data, lambda words: "".join(each if each.isascii() else STAND_IN for each in words)
    )
    return changed


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    match part:
        case str() if type(part) is str:
            return change(part)
        case tuple() | list():
            return type(part)(_changed(each, change) for each in part)
        case Mapping():
            return {key: _changed(value, change) for key, value in part.items()}
        case _ if is_dataclass(part) and not isinstance(part, type):
            changed = {
                each.name: _changed(getattr(part, each.name), change) for each in fields(part) if each.init
            }
            return replace(part, **changed)
    return part


def _drawable(words: str) -> str:
    return words if words.isascii() else "".join(map(_drawable_word, _BETWEEN_WORDS.split(words)))


def _drawable_word(word: str) -> str:
    if word.isascii() or _is_drawn(word):
        return word
    alone = "".join(each if each.isascii() or _is_drawn(each) else STAND_IN for each in word)
    return alone if _is_drawn(alone) else plainest(word)


@lru_cache(maxsize=20_000)
def _is_drawn(words: str) -> bool:
    import typst

    try:
        typst.compile(
            _PROBE,
            format="pdf",
            sys_inputs={"words": json.dumps(words)},
            font_paths=fonts(),
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        if NOT_DRAWN not in str(error):
            raise
        return False
    return True
