"""What an import did, or would do."""

from typing import Literal

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


class ImportRun(Answer):
    """A workbook that was sent: what is being done with it, or what it came to, or why nothing of it was done."""

    id: int
    check_only: bool
    state: Literal["running", "done", "refused"]
    said: str
    refusal: str | None
    problem_count: int
    result: Imported | None
