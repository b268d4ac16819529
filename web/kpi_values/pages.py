"""What the pages of values, uploads, expected data and chart decisions show."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from web.clients.answers.isgs import Isg
from web.clients.answers.kpi_values import (
    ChartDecision,
    ChartDecisionList,
    ExpectedData,
    ExpectedKpi,
    FileOfValues,
    Observation,
    ObservationList,
    PeriodOwed,
    Version,
)
from web.clients.base import FieldError
from web.kpi_values.forms import FileForm, figure
from web.rendering import LONDON, counted, short_day

FREQUENCIES: Final = ("daily", "weekly", "monthly", "quarterly")
THROUGH: Final = {
    "import": "imported",
    "page": "on this page",
    "update": "with the update",
    "upload": "by upload",
    "api": "by a system",
}
DECIDED: Final[dict[str, str]] = {
    "rebase": "New limits",
    "baseline": "Baseline",
    "ghost": "Point left out",
    "annotation": "Note",
}
OWED_AS: Final = {
    "data_owner": "owns its data",
    "root_cause_owner": "owns its root cause",
    "isg_chair": "chairs its ISG",
    "nobody": "",
}


@dataclass(frozen=True, slots=True)
class ValuesPage:
    """The values of a KPI, with what each was before."""

    values: ObservationList
    cursor: str

    @property
    def title(self) -> str:
        """Values of K-1: Four-hour standard."""
        return f"Values of {self.values.kpi.ref}: {self.values.kpi.name}"

    @property
    def may_give(self) -> bool:
        """Whether the person gives its values."""
        return "give_values" in self.values.can and self.values.kpi.retired_on is None

    @property
    def may_decide(self) -> bool:
        """Whether the person decides how its chart is read."""
        return "decide_on_chart" in self.values.can

    @property
    def awaited(self) -> Sequence[str]:
        """The periods of the last two years whose value is missing."""
        return [each.period_name for each in self.values.periods if each.state == "missing"]

    def shown(self, each: Version) -> str:
        """81.2, 812 of 1,000; or that there is none."""
        if each.value is None:
            return "No value"
        parts = (
            f" ({figure(each.numerator)} of {figure(each.denominator)})"
            if each.numerator is not None and each.denominator is not None
            else ""
        )
        return f"{figure(each.value)}{parts}"

    def remarks(self, each: Observation) -> str:
        """Provisional, late, revised, missing: as far as it is."""
        said = [
            word
            for word, holds in (
                ("missing", each.missing),
                ("provisional", each.state == "provisional" and not each.missing),
                ("late", each.late),
                ("revised", each.revised),
            )
            if holds
        ]
        return ", ".join(said).capitalize()

    def given(self, each: Version) -> str:
        """By whom, how and when."""
        by = f"{each.given_by}, " if each.given_by else ""
        return f"{by}{THROUGH[each.given_through]}, {short_day(each.recorded_at.astimezone(LONDON).date())}"

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        after = self.values.next
        return f"/kpis/{self.values.kpi.ref}/values?{urlencode({'cursor': after})}" if after else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return f"/kpis/{self.values.kpi.ref}/values" if self.cursor else None


@dataclass(frozen=True, slots=True)
class UploadPage:
    """The upload, and what the last check or upload came to."""

    form: FileForm
    result: FileOfValues | None = None
    problems: Sequence[FieldError] = ()
    problem_count: int = 0

    @property
    def title(self) -> str:
        """3 cells need attention; or what was, or would be, done."""
        if self.problems:
            return f"{self.problem_count:,} {'cell needs' if self.problem_count == 1 else 'cells need'} attention"
        if self.result is None:
            return "Upload values of KPIs"
        if not self.is_news:
            return "All of these values are there already"
        return "The values are kept" if self.result.kept else "The file can be kept"

    @property
    def is_news(self) -> bool:
        """Whether the file brings anything."""
        return self.result is not None and bool(self.result.accepted or self.result.revised)

    @property
    def may_keep(self) -> bool:
        """Whether what was checked can be kept as it is."""
        return self.is_news and self.result is not None and not self.result.kept and not self.problems

    @property
    def sentence(self) -> str:
        """What this means, and what to do."""
        if self.problems:
            shown = len(self.problems)
            first = f" The first {shown} are listed." if shown < self.problem_count else ""
            return f"Nothing was kept. Mend the cells in the file, and check it again.{first}"
        if self.result is None:
            return ""
        found = self.result
        what = (
            f"{counted(found.accepted, 'new value')}, {counted(found.revised, 'revision')} and "
            f"{counted(found.unchanged, 'value')} as before, of {counted(found.kpis, 'KPI')}."
        )
        return what if found.kept or not self.is_news else f"{what} Nothing has been written yet."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the expected data are narrowed to, as it stands in the address."""

    isg: str = ""
    frequency: str = ""
    mine: str = ""

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """As asked for; a frequency that there is not narrows nothing."""
        asked = {each.name: request.query_params.get(each.name, "").strip() for each in fields(cls)}
        return cls(
            asked["isg"],
            asked["frequency"] if asked["frequency"] in FREQUENCIES else "",
            "true" if asked["mine"] == "true" else "",
        )


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """Which values are awaited, and who owes them."""

    wanted: Wanted
    found: ExpectedData
    isgs: Sequence[Isg]
    cursor: str
    may_give: bool

    @property
    def title(self) -> str:
        """12 values are missing."""
        missing = self.found.missing
        if missing:
            return f"{missing:,} {'value is' if missing == 1 else 'values are'} missing"
        return "No value is missing"

    @property
    def sentence(self) -> str:
        """What else is awaited."""
        found = self.found
        said = [
            f"{counted(found.due, 'value')} to be given and not late yet" if found.due else "",
            f"{counted(found.provisional, 'provisional value')} to be confirmed" if found.provisional else "",
            f"{counted(found.up_to_date, 'KPI')} up to date",
        ]
        return f"{', '.join(each for each in said if each)}."

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """The ISGs in their order."""
        return [("", "All ISGs"), *((isg.name, isg.name) for isg in self.isgs)]

    @property
    def frequency_options(self) -> Sequence[tuple[str, str]]:
        """Daily, weekly, ..."""
        return [("", "Any frequency"), *((each, each.capitalize()) for each in FREQUENCIES)]

    @property
    def mine_options(self) -> Sequence[tuple[str, str]]:
        """Everybody's, or the person's own."""
        return [("", "Everybody"), ("true", "You, or whom you deputise for")]

    def owed_by(self, each: ExpectedKpi) -> str:
        """Jo Smith, who owns its data."""
        if each.owed_by is None:
            return "Nobody is named: the PMO asks its ISG"
        return f"{each.owed_by}, who {OWED_AS[each.owed_as]}"

    def awaited(self, each: ExpectedKpi) -> Sequence[str]:
        """What is missing, to be given and to be confirmed, in words; many in a row as a span."""
        said = []
        for state, word in (
            ("missing", "missing"),
            ("due", "to be given"),
            ("provisional", "to be confirmed"),
        ):
            periods = [period for period in each.periods if period.state == state]
            if periods:
                said.append(f"{word.capitalize()}: {_listed(periods)}")
        return said

    def since(self, each: ExpectedKpi) -> str:
        """By when the first of them is, or was, due."""
        return short_day(min(period.due_on for period in each.periods))

    def first(self, each: ExpectedKpi) -> str:
        """The address at which the longest awaited value is given."""
        period = each.periods[0].period.isoformat()
        return f"/kpis/{each.ref}/values/new?{urlencode({'period': period})}"

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != Wanted()

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return self._address(self.found.next) if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return self._address("") if self.cursor else None

    def _address(self, cursor: str) -> str:
        query = {name: value for name, value in {**asdict(self.wanted), "cursor": cursor}.items() if value}
        return f"/expected-data?{urlencode(query)}" if query else "/expected-data"


def _listed(periods: Sequence[PeriodOwed]) -> str:
    names = [period.period_name for period in periods]
    if len(names) <= 3:
        return ", ".join(names)
    return f"{len(names)} periods from {names[0]} to {names[-1]}"


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """What people have decided about a chart."""

    found: ChartDecisionList

    @property
    def title(self) -> str:
        """How the chart of K-1 is read."""
        return f"How the chart of {self.found.ref} is read"

    @property
    def may_decide(self) -> bool:
        """Whether the person may."""
        return "decide_on_chart" in self.found.can

    def what(self, each: ChartDecision) -> str:
        """New limits; baseline of 12 points."""
        return f"{DECIDED[each.kind]} of {each.points} points" if each.points else DECIDED[each.kind]
