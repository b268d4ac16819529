"""What people write in a pack: plain paragraphs with a blank line between, and lists whose lines begin with a hyphen."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from services.reporting_api.packs.content import Block, BulletList, Inlines, Paragraph, Text

ITEM: Final = "- "


def blocks_of(text: str) -> tuple[Block, ...]:
    """The paragraphs and lists of a text, in its order."""
    return tuple(_blocks(text.replace("\r\n", "\n")))


def _blocks(text: str) -> Iterator[Block]:
    for part in text.split("\n\n"):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        for is_list, together in groupby(lines, key=lambda line: line.startswith(ITEM)):
            said = list(together)
            yield BulletList(_items(said)) if is_list else Paragraph((Text(" ".join(said), typed=True),))


def _items(lines: Sequence[str]) -> tuple[Inlines, ...]:
    return tuple((Text(line.removeprefix(ITEM).strip(), typed=True),) for line in lines)
