"""The eight sheets as data: the contract's table "Import and export workbook", column by column."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from services.domain.words import (
    Cadence,
    Direction,
    FindingType,
    KeyQuestion,
    KpiLevel,
    Role,
    UpdateStatus,
)
from services.plan_api.workbook.kinds import Choice, Day, Email, Kind, Number, Reference, Several, Text
from services.plan_api.workbook.rows import (
    ActionRow,
    FindingRow,
    IsgRow,
    KpiDataRow,
    KpiRow,
    PersonRow,
    RootCauseRow,
    Row,
    UpdateRow,
)

NAME, SENTENCE, PROSE = Text(200), Text(1_000), Text()


@dataclass(frozen=True)
class Column:
    """One column. `links_to`: whose key it holds. `blank_keeps`: a blank cell leaves what is stored."""

    heading: str
    kind: Kind
    required: bool = False
    links_to: str | None = None
    blank_keeps: bool = False

    @cached_property
    def field(self) -> str:
        """The heading as the rows' field: "Cross-cutting theme" -> "cross_cutting_theme"."""
        return re.sub(r"\W", "_", self.heading.lower())


@dataclass(frozen=True)
class Sheet:
    """One sheet: what its rows are, and the fields that tell one row from another."""

    name: str
    row: type[Row]
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)

    @cached_property
    def field(self) -> str:
        """The sheet's name as the field of `PlanRows`: "Root causes" -> "root_causes"."""
        return self.name.lower().replace(" ", "_")

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    def key_of(self, row: Row) -> tuple[object, ...]:
        """What tells this row from the others of its sheet."""
        return tuple(getattr(row, name) for name in self.key)


PEOPLE = Sheet(
    "People",
    PersonRow,
    ("email",),
    (
        Column("Name", NAME, required=True),
        Column("Email", Email(), required=True),
        Column("Roles", Several(Choice(Role)), blank_keeps=True),
        Column("ISG", NAME, links_to="ISGs"),
        Column("Job title", NAME),
    ),
)
ISGS = Sheet(
    "ISGs",
    IsgRow,
    ("name",),
    (
        Column("Name", NAME, required=True),
        Column("Cadence", Choice(Cadence), required=True),
        Column("Chair email", Email(), links_to="People"),
        Column("Accountable executive email", Email(), links_to="People"),
        Column("First cycle opens", Day(), blank_keeps=True),
    ),
)
FINDINGS = Sheet(
    "Findings",
    FindingRow,
    ("reference",),
    (
        Column("Reference", Reference(), required=True),
        Column("Type", Choice(FindingType), required=True),
        Column("Finding", PROSE, required=True),
        Column("Source", SENTENCE),
        Column("Core service", NAME),
        Column("Site", NAME),
        Column("CQC domains", Several(Choice(KeyQuestion))),
        Column("Regulation", SENTENCE),
        Column("ISG", NAME, required=True, links_to="ISGs"),
    ),
)
ROOT_CAUSES = Sheet(
    "Root causes",
    RootCauseRow,
    ("reference",),
    (
        Column("Reference", Reference(), required=True),
        Column("Findings", Several(Reference()), links_to="Findings"),
        Column("ISG", NAME, required=True, links_to="ISGs"),
        Column("Title", SENTENCE, required=True),
        Column("Situation", PROSE),
        Column("Background", PROSE),
        Column("Assessment", PROSE),
        Column("Recommendation", PROSE),
        Column("Owner email", Email(), required=True, links_to="People"),
        Column("Due date", Day(), required=True),
        Column("Cross-cutting theme", NAME),
        Column("KLOE", NAME),
    ),
)
ACTIONS = Sheet(
    "Actions",
    ActionRow,
    ("reference",),
    (
        Column("Reference", Reference(), required=True),
        Column("Root cause", Reference(), required=True, links_to="Root causes"),
        Column("Description", PROSE, required=True),
        Column("Owner email", Email(), links_to="People"),
        Column("Due date", Day()),
        Column("Completed date", Day(), blank_keeps=True),
    ),
)
UPDATES = Sheet(
    "Updates",
    UpdateRow,
    ("root_cause", "reporting_date"),
    (
        Column("Root cause", Reference(), required=True, links_to="Root causes"),
        Column("Reporting date", Day(), required=True),
        Column("Status", Choice(UpdateStatus), required=True),
        Column("Progress", PROSE),
        Column("Forecast date", Day()),
        Column("Completed date", Day(), blank_keeps=True),
    ),
)
KPIS = Sheet(
    "KPIs",
    KpiRow,
    ("reference",),
    (
        Column("Reference", Reference(), required=True),
        Column("Name", SENTENCE, required=True),
        Column("Level", Choice(KpiLevel), required=True),
        Column("ISG", NAME, links_to="ISGs"),
        Column("Root cause", Reference(), links_to="Root causes"),
        Column("CQC domain", Choice(KeyQuestion)),
        Column("Unit", NAME),
        Column("Direction", Choice(Direction), required=True),
        Column("Target", Number()),
        Column("Frequency", NAME),
        Column("Source", SENTENCE),
    ),
)
KPI_DATA = Sheet(
    "KPI data",
    KpiDataRow,
    ("kpi", "period"),
    (
        Column("KPI", Reference(), required=True, links_to="KPIs"),
        Column("Period", Day(), required=True),
        Column("Value", Number()),
        Column("Numerator", Number()),
        Column("Denominator", Number()),
    ),
)

SHEETS = (PEOPLE, ISGS, FINDINGS, ROOT_CAUSES, ACTIONS, UPDATES, KPIS, KPI_DATA)
BY_NAME = {sheet.name: sheet for sheet in SHEETS}

NOT_EXPORTED = "Not exported"
"""A sheet of our own beside the eight: what an export had to leave out. An import passes over it."""
