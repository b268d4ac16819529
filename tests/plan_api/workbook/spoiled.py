"""Every rule of the contract's workbook, broken in turn: how, which cell must be named, and a word of why."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.plan_api.workbook.workbooks import Cells

TOMORROW = date(2019, 5, 23)


@dataclass(frozen=True)
class Spoiled:
    """A cell of the right plan overwritten, and the problem that must be named."""

    cell: str
    value: Any
    says: str
    named: str | None = None

    @property
    def where(self) -> str:
        """The cell that must be named: the spoiled one unless said otherwise."""
        return self.named or self.cell

    def spoil(self, cells: Cells) -> Cells:
        """The right plan with this cell overwritten; a new row begins as a copy of the one above."""
        sheet, _, address = self.cell.partition("!")
        column, row = ord(address[0]) - ord("A"), int(address[1:]) - 1
        rows = cells[sheet]
        if row == len(rows):
            rows.append(list(rows[-1]))
        rows[row][column] = self.value
        return cells

    def __str__(self) -> str:
        return f"{self.cell}={str(self.value)[:20]!r}"


REQUIRED = [
    Spoiled(f"{sheet}!{column}2", None, "is blank")
    for sheet, columns in {
        "People": "AB",
        "ISGs": "AB",
        "Findings": "ABCI",
        "Root causes": "ACDIJ",
        "Actions": "ABC",
        "Updates": "ABC",
        "KPIs": "ABCH",
        "KPI data": "AB",
    }.items()
    for column in columns
]

MISSING_COLUMNS = [
    Spoiled(f"{sheet}!{column}1", "Something else", "is missing", named=f"{sheet}!A1")
    for sheet, column in {
        "People": "A",
        "ISGs": "B",
        "Findings": "C",
        "Root causes": "J",
        "Actions": "C",
        "Updates": "C",
        "KPIs": "H",
        "KPI data": "B",
    }.items()
]

WRONG_WORDS = [
    Spoiled("People!C2", "Root cause owner; King", "“King” is not one of"),
    Spoiled("People!C2", "Partner", "“Partner” is not one of"),
    Spoiled("ISGs!B2", "Weekly", "is not one of: Fortnightly, Monthly"),
    Spoiled("Findings!B2", "Could Do", "is not one of: Must Do, Should Do, Notice, Recommendation"),
    Spoiled("Findings!G2", "Safe; Clean", "“Clean” is not one of"),
    Spoiled("Updates!C2", "Fine", "is not one of: Not started, On track, At risk, Off track, Complete"),
    Spoiled("Updates!C2", "Awaiting closure", "is not one of"),
    Spoiled("KPIs!C2", "Low-level", "is not one of: High-level, Root cause"),
    Spoiled("KPIs!F2", "Clean", "is not one of"),
    Spoiled("KPIs!H2", "Up", "is not one of: Increase, Decrease, Neutral"),
]

WRONG_DATES = [
    Spoiled(cell, value, says)
    for cell in (
        "ISGs!E2",
        "Root causes!J2",
        "Actions!E2",
        "Actions!F2",
        "Updates!B2",
        "Updates!E2",
        "KPI data!B2",
    )
    for value, says in (
        ("30 April", "is not a date"),
        ("31/02/2019", "is not a date"),
        ("04/30/2019", "is not a date"),
        (43585, "is not a date"),
        (date(2919, 4, 30), "is not between 1990 and 2099"),
    )
]

DAYS_TO_COME = [
    Spoiled("Actions!F2", TOMORROW, "is after today"),
    Spoiled("Updates!B2", TOMORROW, "is after today"),
    Spoiled("Updates!F3", TOMORROW, "is after today"),
    Spoiled("KPI data!B2", TOMORROW, "is after today"),
]

BROKEN_LINKS = [
    Spoiled("People!D2", "No such ISG", "neither on the sheet ISGs nor stored"),
    Spoiled("ISGs!C2", "nobody@trust.example", "neither on the sheet People nor stored"),
    Spoiled("ISGs!D2", "nobody@trust.example", "neither on the sheet People nor stored"),
    Spoiled("Findings!I2", "No such ISG", "neither on the sheet ISGs nor stored"),
    Spoiled("Root causes!B2", "MD-01; MD-99", "“MD-99” is neither on the sheet Findings nor stored"),
    Spoiled("Root causes!C2", "No such ISG", "neither on the sheet ISGs nor stored"),
    Spoiled("Root causes!I2", "nobody@trust.example", "neither on the sheet People nor stored"),
    Spoiled("Actions!B2", "RC-999", "neither on the sheet Root causes nor stored"),
    Spoiled("Actions!D2", "nobody@trust.example", "neither on the sheet People nor stored"),
    Spoiled("Updates!A2", "RC-999", "neither on the sheet Root causes nor stored"),
    Spoiled("KPIs!D2", "No such ISG", "neither on the sheet ISGs nor stored"),
    Spoiled("KPIs!E2", "RC-999", "neither on the sheet Root causes nor stored"),
    Spoiled("KPI data!A2", "K-99", "neither on the sheet KPIs nor stored"),
]

DUPLICATES = [
    Spoiled("People!B3", "JO.LEE@trust.example", "is on row 2 already"),
    Spoiled("ISGs!A3", "Scheduled Care", "is on row 2 already"),
    Spoiled("Findings!A4", "MD-01", "is on row 2 already"),
    Spoiled("Root causes!A3", "RC-001", "is on row 2 already"),
    Spoiled("Actions!A3", "a-001", "is on row 2 already"),
    Spoiled("Updates!B3", date(2019, 3, 11), "is on row 2 already", named="Updates!A3"),
    Spoiled("KPIs!A3", "K-01", "is on row 2 already"),
    Spoiled("KPI data!B3", date(2019, 3, 1), "is on row 2 already", named="KPI data!A3"),
    Spoiled("ISGs!A3", "scheduled-care", "reads like the ISG “Scheduled Care”"),
    Spoiled("Root causes!A1", "Title", "a second column “Title”", named="Root causes!D1"),
]

BETWEEN_CELLS = [
    Spoiled("Findings!D4", None, "the source of a Notice begins with Section 31"),
    Spoiled("Findings!D4", "A letter about Section 31", "the source of a Notice begins with"),
    Spoiled("Findings!D4", "Section 310", "the source of a Notice begins with"),
    Spoiled("Updates!F3", None, "is needed when the status is Complete"),
    Spoiled("Updates!F2", date(2019, 3, 12), "goes with Complete, not with On track"),
    Spoiled("Updates!B2", date(2019, 3, 3), "is before the first cycle of Scheduled Care"),
]

WRONG_CELLS = [
    Spoiled("People!B2", "jo.lee", "is not an email address"),
    Spoiled("People!B2", "jo lee@trust.example", "is not an email address"),
    Spoiled("KPIs!I2", "ninety", "is not a number"),
    Spoiled("KPI data!C2", "81,2", "is not a number"),
    Spoiled("KPI data!D2", True, "is not a number"),
    Spoiled("KPI data!E2", "1e40", "is too large"),
    Spoiled("Root causes!D2", date(2019, 1, 2), "has become a date"),
    Spoiled("Root causes!D2", "x" * 1_001, "is 1,001 characters long"),
    Spoiled("Root causes!A3", "RC/002", "holds '/'"),
    Spoiled("Root causes!J2", "=1+1", "holds a formula without a stored value"),
    Spoiled("Findings!C2", "#REF!", "holds the error #REF!"),
    Spoiled("Findings!C2", "bell _x0007_", "control character U+0007"),
    Spoiled("Findings!C2", "nothing _x0000_", "control character U+0000"),
]

SPOILED = [
    *REQUIRED,
    *MISSING_COLUMNS,
    *WRONG_WORDS,
    *WRONG_DATES,
    *DAYS_TO_COME,
    *BROKEN_LINKS,
    *DUPLICATES,
    *BETWEEN_CELLS,
    *WRONG_CELLS,
]
