"""What an import answers."""

from pydantic import BaseModel


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


class ImportShown(BaseModel):
    """What was done; with `checked_only` what would be done, or (`problems`) why nothing would be."""

    checked_only: bool
    sheets: list[SheetShown]
    ignored: list[CellShown]
    problems: list[CellShown]
