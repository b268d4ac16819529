"""What an import answers."""

from pydantic import BaseModel, Field


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
