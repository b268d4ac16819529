"""What the pages of measures show."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from web.clients.answers.isgs import Isg
from web.clients.answers.kpis import (
    BenchmarkShown,
    KpiInOverview,
    KpiShown,
    ObservationShown,
    Overview,
    PointShown,
    TargetShown,
)
from web.kpis.matrix import ASSURANCES, COLUMNS, ROWS, VARIATIONS, Matrix
from web.kpis.sparkline import Sparkline, sparkline
from web.kpis.wording import (
    NOT_ENOUGH,
    assurance_words,
    explained,
    figure_of,
    icon_of,
    period_of,
    said_of,
    variation_words,
)
from web.rendering import counted, short_day
from web.wording import label

KEY_QUESTIONS: Final = ("safe", "effective", "caring", "responsive", "well_led")
LEVELS: Final = {"high_level": "High-level", "root_cause": "Of a root cause"}
SHOWN_AT_FIRST: Final = 24
"""Values in the table of a KPI before all are asked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, as it stands in the address."""

    isg: str = ""
    key_question: str = ""
    level: str = ""
    variation: str = ""
    assurance: str = ""

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """As asked for; a code that there is not narrows nothing."""
        asked = cls(**{each.name: request.query_params.get(each.name, "").strip() for each in fields(cls)})
        return replace(
            asked,
            key_question=asked.key_question if asked.key_question in KEY_QUESTIONS else "",
            level=asked.level if asked.level in LEVELS else "",
            variation=asked.variation if asked.variation in {*VARIATIONS, "none"} else "",
            assurance=asked.assurance if asked.assurance in ASSURANCES else "",
        )


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A KPI in the list."""

    kpi: KpiInOverview

    @property
    def of(self) -> str:
        """Unscheduled Care, responsive; of RC-012."""
        parts = [
            self.kpi.isg or "",
            label(self.kpi.key_question) if self.kpi.key_question else "",
            self.kpi.root_cause or "",
        ]
        return ", ".join(part for part in parts if part)

    @property
    def variation_icon(self) -> str:
        """Its file."""
        return icon_of(self.kpi.variation, self.kpi.direction)

    @property
    def latest(self) -> str:
        """81.2%, April 2019; of a quarter 81.2%, January to March 2019."""
        if self.kpi.latest_period is None:
            return "No value yet"
        period = period_of(self.kpi.latest_period, self.kpi.frequency)
        provisional = ", provisional" if self.kpi.latest_state == "provisional" else ""
        return f"{figure_of(self.kpi.latest_value, self.kpi.unit)}, {period}{provisional}"

    @property
    def target(self) -> str:
        """95%."""
        return figure_of(self.kpi.target, self.kpi.unit) or "None"

    @property
    def variation(self) -> str:
        """What the icon says."""
        return variation_words(self.kpi.variation, self.kpi.direction)

    @property
    def assurance(self) -> str:
        """What the icon says."""
        return assurance_words(
            self.kpi.assurance, has_target=self.kpi.target is not None, judged=self.kpi.variation is not None,
            neutral=self.kpi.improvement_direction == "neutral",
        )  # fmt: skip

    @property
    def spark(self) -> Sparkline | None:
        """The last values."""
        return sparkline(self.kpi.recent, self.kpi.target)


@dataclass(frozen=True, slots=True)
class KpisPage:
    """The overview: the matrix, and the list with what is going wrong first."""

    wanted: Wanted
    found: Overview
    isgs: Sequence[Isg]
    cursor: str

    @property
    def title(self) -> str:
        """12 of 482 measures are of concern, and 30 fail their target."""
        matrix = self.matrix
        asked = self.wanted.isg
        isg = next((each.name for each in self.isgs if asked in {each.name, each.slug}), asked)
        whose = f" of {isg}" if isg else ""
        if not matrix.total:
            return f"No measures{whose}"
        concern = f"{matrix.of_concern or 'None'} of {counted(matrix.total, 'measure')}{whose}"
        shows = "shows" if matrix.of_concern in {0, 1} else "show"
        fails = "fails its target" if matrix.failing == 1 else "fail their target"
        return f"{concern} {shows} concerning variation, {matrix.failing or 'none'} {fails}"

    @property
    def matrix(self) -> Matrix:
        """The counts, whatever of its cells is open."""
        narrowed = asdict(self.wanted) | {"variation": "", "assurance": ""}
        return Matrix.of(self.found, **narrowed)

    @property
    def rows(self) -> Sequence[KpiRow]:
        """The KPIs of this page."""
        return [KpiRow(each) for each in self.found.items]

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != Wanted()

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """The ISGs in their order."""
        return [("", "All ISGs"), *((isg.name, isg.name) for isg in self.isgs)]

    @property
    def key_question_options(self) -> Sequence[tuple[str, str]]:
        """Safe, effective, ..."""
        return [("", "All key questions"), *((each, label(each)) for each in KEY_QUESTIONS)]

    @property
    def level_options(self) -> Sequence[tuple[str, str]]:
        """High-level, or of a root cause."""
        return [("", "All levels"), *LEVELS.items()]

    @property
    def variation_options(self) -> Sequence[tuple[str, str]]:
        """What the variation icon says."""
        return [("", "Any variation"), *COLUMNS.items(), ("none", NOT_ENOUGH)]

    @property
    def assurance_options(self) -> Sequence[tuple[str, str]]:
        """What the assurance icon says."""
        return [("", "Any"), *ROWS.items()]

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
        return f"/kpis?{urlencode(query)}" if query else "/kpis"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that was done or decided, on the day it holds from."""

    on: date
    what: str
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A period in the table of values."""

    period: str
    observation: ObservationShown
    point: PointShown | None
    unit: str | None
    others: Sequence[str] = ()

    @property
    def value(self) -> str:
        """81.2%, or that it is missing."""
        return figure_of(self.observation.value, self.unit) or "Missing"

    @property
    def of(self) -> str:
        """812 of 1,000."""
        if self.observation.numerator is None or self.observation.denominator is None:
            return ""
        return f"{figure_of(self.observation.numerator)} of {figure_of(self.observation.denominator)}"

    @property
    def mean(self) -> str:
        """Of its group."""
        return figure_of(self.point.mean if self.point else None)

    @property
    def limits(self) -> str:
        """62.4 to 79.9."""
        if self.point is None or self.point.lower_limit is None:
            return ""
        return f"{figure_of(self.point.lower_limit)} to {figure_of(self.point.upper_limit)}"

    @property
    def says(self) -> str:
        """What the point says, where it says anything."""
        if self.point is None:
            return ""
        if self.point.ghosted:
            return "Left out of the limits"
        return said_of(self.point.verdict, self.point.special_cause, self.point.direction)

    @property
    def marks(self) -> Sequence[str]:
        """Provisional, revised, late; why it is missing."""
        given = self.observation
        marks = ["Provisional"] if given.state == "provisional" else []
        if given.version > 1:
            marks.append(f"Revised, version {given.version}")
        if given.late:
            marks.append("Late")
        return [*marks, *([given.note] if given.note else [])]


@dataclass(frozen=True, slots=True)
class KpiPage:
    """One KPI."""

    kpi: KpiShown
    all_values: bool

    @property
    def title(self) -> str:
        """K-012 Four-hour standard."""
        return f"{self.kpi.ref} {self.kpi.name}"

    @property
    def about(self) -> str:
        """High-level measure, Unscheduled Care, responsive."""
        level = "High-level measure" if self.kpi.level == "high_level" else "Measure of a root cause"
        parts = [level, self.kpi.isg or "", label(self.kpi.key_question) if self.kpi.key_question else ""]
        return ", ".join(part for part in parts if part)

    @property
    def reading(self) -> str:
        """The chart in one sentence."""
        if self.kpi.standing is None or not self.kpi.standing.points:
            return "There are no values yet."
        return f"{self.kpi.standing.reading.rstrip('.')}."

    @property
    def icons(self) -> Sequence[tuple[str, str, str]]:
        """Of each icon: its code, its words, and what it means."""
        standing = self.kpi.standing
        if standing is None:
            return []
        variation, direction = standing.variation, standing.direction
        icons = [(icon_of(variation, direction), variation_words(variation, direction), explained(variation))]
        if standing.assurance is not None:
            words = assurance_words(standing.assurance, has_target=True, judged=True, neutral=False)
            icons.append((f"assurance-{standing.assurance}", words, explained(standing.assurance)))
        return icons

    @property
    def latest(self) -> str:
        """81.2% in April 2019, provisional."""
        standing = self.kpi.standing
        if standing is None or standing.latest_period is None:
            return "No value yet"
        provisional = ", provisional" if standing.latest_state == "provisional" else ""
        value = figure_of(standing.latest_value, self.kpi.unit)
        return f"{value} in {self._period(standing.latest_period)}{provisional}"

    @property
    def better(self) -> str:
        """Which way is better."""
        return {"increase": "Higher is better", "decrease": "Lower is better"}.get(
            self.kpi.improvement_direction, "Neither direction is better"
        )

    @property
    def targets(self) -> Sequence[str]:
        """95% since 1 April 2018; 92% before: the newest first."""
        return [self._target(each, at) for at, each in reversed(list(enumerate(self.kpi.targets)))]

    def _target(self, target: TargetShown, at: int) -> str:
        value = figure_of(target.value, self.kpi.unit) or "No target"
        since = f" from {short_day(target.holds_from)}" if target.holds_from else ""
        following = self.kpi.targets[at + 1].holds_from if at + 1 < len(self.kpi.targets) else None
        until = f" until {short_day(following)}" if following else ""
        why = f": {target.reason}" if target.reason else ""
        return f"{value}{since}{until}{why}"

    @property
    def notes(self) -> Sequence[str]:
        """What a reader should know of the data; which stretch has too few points, the chart itself says."""
        notes = self.kpi.standing.notes if self.kpi.standing else ()
        return [each for each in notes if not each.startswith("Group ")]

    @property
    def rule_set(self) -> str:
        """Whose rules the chart is read by."""
        return RULE_SETS[self.kpi.standing.rule_set if self.kpi.standing else "mdc"]

    @property
    def drawing(self) -> str:
        """Changes whenever the chart may look different: browsers keep the picture until then."""
        return self.kpi.drawing

    @property
    def benchmarks(self) -> Sequence[tuple[str, BenchmarkShown]]:
        """Each that has values within the series, with what its line and its column are called: Peer, Peer 2, National."""
        periods = [each.period for each in self.kpi.points]
        shown = [
            each for each in self.kpi.benchmarks
            if any(periods[0] <= value.period <= periods[-1] for value in each.values)
        ] if periods else []  # fmt: skip
        called = []
        for at, each in enumerate(shown):
            before = sum(other.kind == each.kind for other in shown[:at])
            called.append((f"{label(each.kind)} {before + 1}" if before else label(each.kind), each))
        return called

    @property
    def beside(self) -> str:
        """How others do, in one sentence each: what the chart shows of them, for whoever can't see it."""
        latest = self.kpi.points[-1].period if self.kpi.points else date.min
        said = []
        for called, each in self.benchmarks:
            last = [value for value in each.values if value.period <= latest][-1]
            value = figure_of(last.value, self.kpi.unit)
            said.append(f"{called} benchmark, {each.name}: {value} in {self._period(last.period)}.")
        return " ".join(said)

    @property
    def headings(self) -> Sequence[str]:
        """Of the table of values."""
        counted_from = ["Counted"] if self.has_parts else []
        lines = ["Mean", "Limits", "What it says"] if self.has_limits else []
        return ["Period", "Value", *counted_from, *lines, *(called for called, _ in self.benchmarks), "Notes"]

    @property
    def definition(self) -> Sequence[tuple[str, str]]:
        """What is measured and how; what nobody has said is left out."""
        said = self.kpi.definition
        rows = (
            ("What it is for", said.purpose),
            ("Unit", self.kpi.unit),
            ("Numerator", said.numerator),
            ("Denominator", said.denominator),
            ("Part of a whole", "Yes: it can't exceed 100%" if said.part_of_whole else None),
            ("How often", said.frequency),
            ("Source", said.source),
            ("Who gives its data", said.data_owner),
            ("Version", f"{said.number}, {self._version_holds}"),
        )
        return [(name, value) for name, value in rows if value]

    @property
    def _version_holds(self) -> str:
        holds_from = next(
            (each.holds_from for each in self.kpi.definitions if each.number == self.kpi.definition.number),
            None,
        )
        return f"from {short_day(holds_from)}" if holds_from else "from the beginning"

    @property
    def kite_mark(self) -> Sequence[tuple[str, str]]:
        """What is known of the quality of its data."""
        says = {True: "Yes", False: "No", None: "Not said"}
        marks = ("timely", "complete", "audited", "granular")
        return [(mark.capitalize(), says[getattr(self.kpi.definition, mark)]) for mark in marks]

    @property
    def happened(self) -> Sequence[Happened]:
        """What was done and decided, the newest first."""
        return sorted(self._happened(), key=lambda each: each.on, reverse=True)

    def _happened(self) -> Iterator[Happened]:
        root_cause = self.kpi.root_cause
        address = f"/root-causes/{root_cause.ref}" if root_cause else ""
        for done in self.kpi.actions:
            yield Happened(done.completed_on, f"Action {done.ref} done", done.description, address)
        for closing in self.kpi.closings if root_cause else ():
            assert root_cause is not None
            yield Happened(closing.closed_on, f"{root_cause.ref} closed", root_cause.title, address)
            if closing.reopened_on:
                yield Happened(closing.reopened_on, f"{root_cause.ref} reopened", root_cause.title, address)
        for decision in self.kpi.decisions:
            what = DECISIONS[decision.kind].format(points=decision.points)
            yield Happened(
                decision.period, what, f"{decision.reason} ({decision.by}, {short_day(decision.on)})"
            )
        for version in self.kpi.definitions:
            if version.holds_from:
                why = f"{version.because or ''}{f' ({version.by})' if version.by else ''}"
                yield Happened(
                    version.holds_from, f"Definition changed, version {version.number}", why.strip()
                )
        for target in self.kpi.targets:
            if target.holds_from:
                value = figure_of(target.value, self.kpi.unit)
                what = f"Target {value}" if value else "No target any more"
                yield Happened(target.holds_from, what, target.reason or "")

    @property
    def rows(self) -> Sequence[ValueRow]:
        """The values, newest first; the last ones unless all are asked for."""
        points = {each.period: each for each in self.kpi.points}
        newest_first = list(reversed(self.kpi.observations))
        shown = newest_first if self.all_values else newest_first[:SHOWN_AT_FIRST]
        others = [{value.period: value.value for value in each.values} for _, each in self.benchmarks]
        return [
            ValueRow(
                self._period(each.period), each, points.get(each.period), self.kpi.unit,
                [figure_of(other.get(each.period), self.kpi.unit) for other in others],
            )
            for each in shown
        ]  # fmt: skip

    @property
    def has_parts(self) -> bool:
        """Whether any value has a numerator and denominator."""
        return any(each.of for each in self.rows)

    @property
    def has_limits(self) -> bool:
        """Whether there are enough points for limits anywhere."""
        return any(each.upper_limit is not None for each in self.kpi.points)

    @property
    def more(self) -> int:
        """How many earlier values are not in the table."""
        return len(self.kpi.observations) - len(self.rows)

    def period_of(self, day: date) -> str:
        """As the table prints it."""
        return self._period(day)

    def figure_of(self, value: float) -> str:
        """With its unit."""
        return figure_of(value, self.kpi.unit)

    def _period(self, day: date) -> str:
        return period_of(day, self.kpi.definition.frequency)


RULE_SETS: Final = {"mdc": "NHS England’s Making Data Count", "nhsr": "NHSRplotthedots"}
DECISIONS: Final = {
    "rebase": "Limits calculated anew from here",
    "baseline": "Limits fixed by the first {points} values from here",
    "ghost": "This value is left out of the limits",
    "annotation": "Note",
}
