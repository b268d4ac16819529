"""Workbooks for tests: a right one as plain cells, written by another library than the product uses."""

from copy import deepcopy
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook

TODAY = date(2019, 5, 22)

Cells = dict[str, list[list[Any]]]


def right_plan() -> Cells:
    """A small plan without a fault: every sheet, every column, every kind of row."""
    return deepcopy(
        {
            "People": [
                ["Name", "Email", "Roles", "ISG", "Job title"],
                [
                    "Jo Lee",
                    "jo.lee@trust.example",
                    "Root cause owner; ISG member",
                    "Scheduled Care",
                    "Matron",
                ],
                ["Sam Roe", "Sam.Roe@trust.example", "isg CHAIR", "Scheduled Care", None],
                ["Alex Fox", "alex.fox@trust.example", "Accountable executive;PMO", None, "Chief Nurse"],
            ],
            "ISGs": [
                ["Name", "Cadence", "Chair email", "Accountable executive email", "First cycle opens"],
                [
                    "Scheduled Care",
                    "Fortnightly",
                    "sam.roe@trust.example",
                    "alex.fox@trust.example",
                    date(2019, 3, 4),
                ],
                ["Well-led", "monthly", None, None, None],
            ],
            "Findings": [
                [
                    "Reference",
                    "Type",
                    "Finding",
                    "Source",
                    "Core service",
                    "Site",
                    "CQC domains",
                    "Regulation",
                    "ISG",
                ],
                [
                    "MD-01",
                    "Must Do",
                    "Improve theatre checks.",
                    "CQC 2018",
                    "Surgery",
                    "RSH",
                    "Safe; Well-led",
                    "Regulation 12",
                    "Scheduled Care",
                ],
                ["SD-01", "should do", "Improve signs.", None, None, None, None, None, "Well-led"],
                [
                    "N-01",
                    "Notice",
                    "Report weekly.",
                    "Section 31: ED",
                    None,
                    "PRH",
                    "safe",
                    None,
                    "Scheduled Care",
                ],
            ],
            "Root causes": [
                [
                    "Reference",
                    "Findings",
                    "ISG",
                    "Title",
                    "Situation",
                    "Background",
                    "Assessment",
                    "Recommendation",
                    "Owner email",
                    "Due date",
                    "Cross-cutting theme",
                    "KLOE",
                ],
                [
                    "RC-001",
                    "MD-01; N-01",
                    "Scheduled Care",
                    "Checks are not done",
                    "S",
                    "B",
                    "A",
                    "R",
                    "jo.lee@trust.example",
                    date(2019, 4, 30),
                    "Theatres",
                    "W5",
                ],
                [
                    "RC-002",
                    "SD-01",
                    "Well-led",
                    "Signs are old",
                    None,
                    None,
                    None,
                    None,
                    "JO.LEE@trust.example",
                    "31/07/2019",
                    None,
                    None,
                ],
            ],
            "Actions": [
                ["Reference", "Root cause", "Description", "Owner email", "Due date", "Completed date"],
                [
                    "A-001",
                    "RC-001",
                    "Train all staff",
                    "jo.lee@trust.example",
                    date(2019, 3, 29),
                    date(2019, 3, 28),
                ],
                ["A-002", "RC-002", "Order signs", None, None, None],
            ],
            "Updates": [
                ["Root cause", "Reporting date", "Status", "Progress", "Forecast date", "Completed date"],
                ["RC-001", date(2019, 3, 11), "On track", "Half of them trained", date(2019, 4, 15), None],
                ["RC-001", "25/03/2019", "COMPLETE", "All trained", None, date(2019, 3, 28)],
                ["RC-002", "2019-03-27", "Not started", None, None, None],
            ],
            "KPIs": [
                [
                    "Reference",
                    "Name",
                    "Level",
                    "ISG",
                    "Root cause",
                    "CQC domain",
                    "Unit",
                    "Direction",
                    "Target",
                    "Frequency",
                    "Source",
                ],
                [
                    "K-01",
                    "Checks done",
                    "Root cause",
                    None,
                    "RC-001",
                    "Safe",
                    "%",
                    "Increase",
                    95.5,
                    "Monthly",
                    "Audit",
                ],
                [
                    "K-02",
                    "Falls",
                    "High-level",
                    "Scheduled Care",
                    None,
                    "Caring",
                    None,
                    "decrease",
                    None,
                    None,
                    None,
                ],
            ],
            "KPI data": [
                ["KPI", "Period", "Value", "Numerator", "Denominator"],
                ["K-01", date(2019, 3, 1), 81.2, 65, 80],
                ["K-01", date(2019, 4, 1), "90.25", None, None],
            ],
        }
    )


def written(cells: Cells) -> bytes:
    """The cells as an .xlsx file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in cells.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()
