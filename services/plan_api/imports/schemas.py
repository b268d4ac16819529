"""What an import answers."""

from datetime import datetime

from pydantic import BaseModel, Field

from services.domain.words import ImportState


class SheetShown(BaseModel):
    """What was done, or as a check would be done, with one sheet's rows."""

    sheet: str
    added: int
    changed: int
    unchanged: int


class CellShown(BaseModel):
    """One cell, and what is wrong with it or why it is ignored."""

    sheet: str
    cell: str
    sentence: str


class UnknownShown(BaseModel):
    """A heading of this sheet of ours, or with a blank `sheet` a sheet, that is none of ours."""

    sheet: str
    theirs: str


class Headings(BaseModel):
    """What of a workbook is none of ours, and what of ours it lacks: by sheet its headings, and sheets."""

    unknown: list[UnknownShown]
    mapped: list[CellShown]
    lacking: dict[str, list[str]]
    sheets_lacking: list[str]


class ImportShown(BaseModel):
    """What was done; with `checked_only` what would be done, or (`problems`) why nothing would be."""

    checked_only: bool
    sheets: list[SheetShown]
    ignored: list[CellShown]
    problems: list[CellShown]
    mapped: list[CellShown]
    unknown: list[UnknownShown]
    kept: bool = Field(description="The workbook is kept for an hour: `POST /v1/imports/kept` imports it")


class ImportRunShown(BaseModel):
    """A workbook that was sent. While it runs, `said` is what is being done; `refusal` says why nothing of it was done.

    `result` holds the first thousand of the cells that need attention; `problem_count` counts all.
    """

    id: int
    check_only: bool
    state: ImportState
    said: str
    started_at: datetime
    refusal: str | None
    problem_count: int
    result: ImportShown | None
    kept: bool = Field(
        description="The workbook that it checked is kept: `POST /v1/import-runs/kept` imports it"
    )
