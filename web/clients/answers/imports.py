"""What an import did, or would do."""

from web.clients.base import Answer


class Sheet(Answer):
    """One sheet's rows."""

    sheet: str
    added: int
    changed: int
    unchanged: int


class Cell(Answer):
    """One cell, and what is wrong with it or why it is ignored."""

    sheet: str
    cell: str
    sentence: str


class Imported(Answer):
    """What was done; with `checked_only` what would be done, or (`problems`) why nothing would be."""

    checked_only: bool
    sheets: tuple[Sheet, ...]
    ignored: tuple[Cell, ...]
    problems: tuple[Cell, ...]
