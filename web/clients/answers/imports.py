"""What an import did, or would do."""

from datetime import datetime
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


class Unknown(Answer):
    """A heading of a sheet of ours, or with a blank `sheet` a sheet, that is none of ours."""

    sheet: str
    theirs: str


class Headings(Answer):
    """What of the kept workbook is none of ours, and what of ours it lacks."""

    unknown: tuple[Unknown, ...]
    mapped: tuple[Cell, ...]
    lacking: dict[str, tuple[str, ...]]
    sheets_lacking: tuple[str, ...]


class HeadingMap(Answer):
    """A choice that is remembered."""

    id: int
    sheet: str
    theirs: str
    ours: str
    chosen_by: str
    chosen_at: datetime


class HeadingMaps(Answer):
    """All of them, and which headings our sheets can't do without."""

    items: tuple[HeadingMap, ...]
    required: dict[str, tuple[str, ...]]


class Imported(Answer):
    """What was done; with `checked_only` what would be done, or (`problems`) why nothing would be."""

    checked_only: bool
    sheets: tuple[Sheet, ...]
    ignored: tuple[Cell, ...]
    problems: tuple[Cell, ...]
    mapped: tuple[Cell, ...] = ()
    unknown: tuple[Unknown, ...] = ()


class ImportRun(Answer):
    """A workbook that was sent: what is being done with it, or what it came to, or why nothing of it was done."""

    id: int
    check_only: bool
    state: Literal["running", "done", "refused"]
    said: str
    refusal: str | None
    problem_count: int
    result: Imported | None
    kept: bool
