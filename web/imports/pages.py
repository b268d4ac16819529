"""What the import and the approval of the plan show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from web.clients.answers.imports import Cell, HeadingMaps, Headings, Imported, ImportRun
from web.clients.answers.isgs import Isg, PlanState
from web.comparison import Comparison
from web.forms import Day, Entry, Form, Option, Select, Text, Upload
from web.rendering import counted

MOST_CELLS_SHOWN: Final = 200
"""Nobody mends more before the next check; the page says how many there are in all."""


class ImportForm(Form):
    """The workbook, to be checked or imported."""

    workbook = Upload("Workbook", hint="An Excel file (.xlsx) of up to 100 MB")


@dataclass(frozen=True, slots=True)
class ImportPage:
    """The upload, and what the last check or import came to."""

    form: ImportForm
    result: Imported | None = None
    problems: Sequence[Cell] = ()
    problem_count: int = 0
    checked_in: int | None = None
    """The run that checked it, while the workbook is kept."""

    @property
    def has_unknown_headings(self) -> bool:
        """Whether some of its headings may be matched to ours; a refused file tells nothing, so that it may."""
        return self.checked_in is not None and (self.result is None or bool(self.result.unknown))

    @property
    def may_import_kept(self) -> bool:
        """Whether the workbook that was checked can be imported as it is."""
        return self.checked_in is not None and not self.problems and self.is_news

    @property
    def title(self) -> str:
        """1,204 cells need attention; or what was, or would be, done."""
        if self.problems:
            count = self.problem_count
            return f"{count:,} {'cell needs' if count == 1 else 'cells need'} attention"
        if self.result is None:
            return "Import the plan from a workbook"
        if not self.is_news:
            return "The plan holds all of this workbook already"
        return "The workbook can be imported" if self.result.checked_only else "The workbook is imported"

    @property
    def is_news(self) -> bool:
        """Whether the workbook brings anything that the plan does not hold."""
        return self.result is not None and any(each.added or each.changed for each in self.result.sheets)

    @property
    def shown(self) -> Sequence[Cell]:
        """The first of the cells that need attention."""
        return self.problems[:MOST_CELLS_SHOWN]

    @property
    def sentence(self) -> str:
        """What this means, and what to do."""
        if self.problems:
            first = (
                f" The first {len(self.shown)} are listed." if len(self.shown) < self.problem_count else ""
            )
            return f"Nothing was imported. Mend the cells in the workbook, and check it again.{first}"
        if self.result is None or not self.is_news:
            return ""
        if self.result.checked_only:
            return "Nothing has been written yet."
        return "What it brought is in the pages at once."


@dataclass(frozen=True, slots=True)
class RunPage:
    """A workbook that is being checked or imported."""

    run: ImportRun

    @property
    def title(self) -> str:
        """What is being done."""
        return "The workbook is being checked" if self.run.check_only else "The workbook is being imported"


class HeadingsForm(Form):
    """A choice for each heading of the kept workbook that is none of ours."""

    def fit(self, headings: Headings, required: Mapping[str, Sequence[str]]) -> Sequence["SheetOfHeadings"]:
        """Its fields, sheet by sheet: what was typed may be of an earlier workbook, and then is not offered any more."""
        sheets: dict[str, list[Entry]] = {}
        for place, each in enumerate(headings.unknown):
            lacking = headings.lacking.get(each.sheet, ()) if each.sheet else headings.sheets_lacking
            field = Select(f"“{each.theirs[:60]}”", name=f"choices.{place}")
            needed = set(required.get(each.sheet, ()))
            self.offered[field.name] = [
                Option("", "None of ours: not read"),
                *(Option(ours, f"{ours} (needed)" if ours in needed else ours) for ours in lacking),
            ]
            sheets.setdefault(each.sheet, []).append(self.add(field))
        return [SheetOfHeadings(sheet, fields) for sheet, fields in sheets.items()]

    def choices(self, headings: Headings) -> Sequence[tuple[int, Mapping[str, object]]]:
        """What was chosen, each with the place of its heading."""
        return [
            (place, {"sheet": each.sheet, "theirs": each.theirs, "ours": ours})
            for place, each in enumerate(headings.unknown)
            if (ours := self.typed_in(f"choices.{place}"))
        ]


@dataclass(frozen=True, slots=True)
class SheetOfHeadings:
    """The headings of one sheet, or with a blank name the sheets, that are none of ours."""

    sheet: str
    fields: Sequence[Entry]

    @property
    def heading(self) -> str:
        """Above its fields."""
        return f"Headings of the sheet {self.sheet}" if self.sheet else "Sheets"


@dataclass(frozen=True, slots=True)
class HeadingsPage:
    """The tracker's own headings beside ours, and what is remembered."""

    form: HeadingsForm
    sheets: Sequence[SheetOfHeadings]
    maps: HeadingMaps
    gone: str = ""

    @property
    def title(self) -> str:
        """Which of its headings is which of ours?"""
        return "Match a tracker’s own headings to ours"


class ApprovalForm(Form):
    """A forum has approved one ISG's part."""

    isg = Select("ISG", required="Choose the ISG whose part was approved.")
    approved_on = Day(
        "Approved on", hint="For example, 7 3 2019", required="Give the day on which it was approved."
    )
    forum = Text(
        "Approved by", hint="The forum, such as Trust Board", required="Name the forum that approved it."
    )


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """The plan's approval, ISG by ISG."""

    form: ApprovalForm
    plan: PlanState
    isgs: Sequence[Isg]
    comparison: Comparison | None = None

    @property
    def title(self) -> str:
        """2 of 5 ISGs' parts of the plan are approved."""
        return f"{len(self.plan.approvals)} of {counted(len(self.isgs), 'part')} of the plan approved"

    @property
    def waiting(self) -> Sequence[Option]:
        """The ISGs whose part is still a draft."""
        approved = {each.isg for each in self.plan.approvals}
        return [Option(isg.name, isg.name) for isg in self.isgs if isg.name not in approved]
