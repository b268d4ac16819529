"""What the page of a KPI's definition shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.clients.answers.kpi_definitions import Benchmark, DefinitionVersion, KpiWhole, Target
from web.kpi_definitions.wording import DIRECTIONS, PERCENT, figure, from_when
from web.rendering import counted, short_day
from web.wording import label

JUDGED = {True: "Yes", False: "No", None: "Not judged yet"}
KITE_MARK = ("timely", "complete", "audited", "granular")


@dataclass(frozen=True, slots=True)
class Deed:
    """What the person may do: a link's text and address."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class DefinitionPage:
    """One KPI as it is defined, and as it was."""

    kpi: KpiWhole
    may_read_trail: bool

    @property
    def title(self) -> str:
        """Definition of Seen within four hours."""
        return f"Definition of {self.kpi.name}"

    @property
    def caption(self) -> str:
        """KPI-0001, high-level, Unscheduled Care."""
        return ", ".join(part for part in (self.kpi.ref, self._kind, self.kpi.isg) if part)

    @property
    def _kind(self) -> str:
        return "high-level" if self.kpi.level == "high_level" else f"of {self.kpi.root_cause}"

    @property
    def rows(self) -> Sequence[tuple[str, str]]:
        """What is measured and how; what nobody has said is left out."""
        now = self.kpi.definition
        whole = "Yes: never over 100%" if now.part_of_whole else "No: it may be over 100%"
        said = (
            ("What it is for", now.purpose),
            (
                "Root cause",
                f"{self.kpi.root_cause} {self.kpi.root_cause_title}" if self.kpi.root_cause else None,
            ),
            ("Key question", label(now.key_question) if now.key_question else None),
            ("Unit", now.unit),
            ("What is counted", now.numerator),
            ("Out of what", now.denominator),
            ("Part of a whole", whole if (now.unit or "").strip().lower() in PERCENT else None),
            ("Which way is better", DIRECTIONS[now.direction]),
            ("A value is due", now.frequency),
            ("Source", now.source),
            ("Data owner", now.data_owner_name),
            ("Note on data quality", now.quality_note),
        )
        return [(name, value) for name, value in said if value]

    @property
    def kite_mark(self) -> Sequence[tuple[str, str]]:
        """Timely: yes; complete: no; ..."""
        return [(label(name), JUDGED[getattr(self.kpi.definition, name)]) for name in KITE_MARK]

    @property
    def deeds(self) -> Sequence[Deed]:
        """What the person may do, the change of the definition first."""
        here = f"/kpis/{self.kpi.ref}"
        every = {
            "define": Deed("Change the definition", f"{here}/definition/change"),
            "set_target": Deed("Set a target", f"{here}/targets"),
            "keep_benchmarks": Deed("Compare it with others", f"{here}/benchmarks/new"),
            "retire": Deed("Retire it", f"{here}/retirement"),
            "bring_back": Deed("Bring it back", f"{here}/return"),
        }
        return [deed for may, deed in every.items() if may in self.kpi.can]

    def told(self, target: Target) -> str:
        """95%, or no target."""
        return figure(target.value, self.kpi.unit) if target.value is not None else "No target"

    @staticmethod
    def when(held: Target | DefinitionVersion) -> str:
        """From 1 April 2019."""
        return f"From {short_day(held.holds_from)}" if held.holds_from else "From the beginning"

    def latest(self, benchmark: Benchmark) -> str:
        """12 values, the latest 85.1% for 1 April 2019."""
        if not benchmark.values:
            return "no value yet"
        last = benchmark.values[-1]
        count = counted(len(benchmark.values), "value")
        return f"{count}, the latest {figure(last.value, self.kpi.unit)} for {short_day(last.period)}"

    def in_force(self, target: Target) -> str:
        """Whether a target is the one that holds now, is to come, or is past."""
        if target.in_force:
            return "in force"
        held = next((each for each in self.kpi.targets if each.in_force), None)
        is_past = (
            held is None
            or held.holds_from is None
            or (target.holds_from is not None and target.holds_from > held.holds_from)
        )
        return "to come" if is_past and target.holds_from else "past"


def targets_told(kpi: KpiWhole) -> Sequence[str]:
    """The targets so far, a sentence each, the latest first."""
    if not kpi.targets:
        return ["There is no target yet."]
    return [
        f"{'Now' if each.in_force else 'Set'}: {figure(each.value, kpi.unit) if each.value is not None else 'no target'} "
        f"{from_when(each)}{f' ({each.reason})' if each.reason else ''}."
        for each in kpi.targets
    ]
