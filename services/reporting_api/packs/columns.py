"""How wide the columns of a table are in Word and on slides, as shares of its width; `templates/pack.typ` has the same rule."""

from collections.abc import Sequence
from itertools import chain

from services.reporting_api.packs.content import Table, plain

BESIDE_A_WORD = 3
"""Letters: a word of a header is bold, and a cell has its margins."""
LETTERS_A_SHARE, MOST_FOR_LENGTH = 12, 24


def shares(table: Table) -> list[float]:
    """Of figures: the first twice as wide as the others. Of words: as the longest needs, wider the more there is to read."""
    columns = range(len(table.header))
    if not table.is_worded:
        return [2.0 if column == 0 else 1.0 for column in columns]
    cells = [[table.header[column], *(plain(row[column]) for row in table.rows)] for column in columns]
    return [_share_of(said) for said in cells]


def _share_of(said: Sequence[str]) -> float:
    longest_word = max(map(len, chain.from_iterable(text.split() for text in said)), default=0)
    return longest_word + BESIDE_A_WORD + min(max(map(len, said)) / LETTERS_A_SHARE, MOST_FOR_LENGTH)
