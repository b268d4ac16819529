"""What became, or would become, of a file of values."""

from pydantic import BaseModel, Field


class CellProblem(BaseModel):
    """What is wrong with a cell, or to be looked at: `cell` is `KPI data!C5` of a workbook, `row 5, Value` of a CSV file."""

    cell: str
    message: str


class FileShown(BaseModel):
    """How many values are new, revised and the same. With problems nothing is kept; a check keeps nothing either."""

    kept: bool
    rows: int
    kpis: int
    accepted: int
    revised: int
    unchanged: int
    problems: list[CellProblem] = Field(description="The first ones; `problem_count` says how many there are")
    problem_count: int
    warnings: list[CellProblem]
    ignored_columns: list[str]
    digest: str = Field(
        description="Of the file: `POST /v1/observation-files/kept` names it to keep what was checked"
    )
