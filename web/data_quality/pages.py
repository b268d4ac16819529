"""What the data quality page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import quote, urlencode

from web.clients.answers.data_quality import DataProblem, DataProblems, DataQuality, Rule

HEADINGS: Final = {
    "update": "Updates that were imported",
    "root_cause": "Root causes",
    "action": "Actions",
    "finding": "Findings",
    "isg": "ISGs",
    "person": "People",
    "kpi": "KPIs",
}
MENDED_AT: Final[Mapping[str, str]] = {
    "root_cause": "/root-causes/{root_cause}",
    "owner": "/root-causes/{root_cause}/owner",
    "action": "/root-causes/{root_cause}/actions/{ref}",
    "closing": "/root-causes/{root_cause}/closing",
    "reopening": "/root-causes/{root_cause}/reopening",
    "finding": "/findings/{ref}",
    "isg": "/isgs/{ref}",
    "owned": "/root-causes?owner={ref}",
    "import": "/import",
    "approval": "/import/approval",
}
"""Where each is mended."""
OPENS: Final[Mapping[str, str]] = {
    "finding": "/findings/{ref}",
    "isg": "/isgs/{ref}",
    "person": "/root-causes?owner={ref}",
    "kpi": "/import",
}
"""Where what a rule is about is looked at; else its root cause."""
MEND_WORDS: Final = {
    "root_cause": "Open it",
    "owner": "Change its owner",
    "action": "Open the action",
    "closing": "Close it or send it back",
    "reopening": "Reopen it",
    "finding": "Open it",
    "isg": "Open it",
    "owned": "See what they own",
    "import": "Import a workbook",
    "approval": "Record the approval",
}


def address(rule: Rule) -> str:
    """Where the things that it finds are listed."""
    return f"/data-quality?{urlencode({'rule': rule.code})}"


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All rules: those that find something, by what they are about, and those that find nothing."""

    found: DataQuality

    @property
    def title(self) -> str:
        """1,204 data problems to mend."""
        total = self.found.total
        return (
            f"{total:,} data {'problem' if total == 1 else 'problems'} to mend"
            if total
            else "No data problem is known"
        )

    @property
    def groups(self) -> Sequence[tuple[str, Sequence[Rule]]]:
        """Those that find something."""
        broken = [rule for rule in self.found.rules if rule.count]
        return [(HEADINGS[about], list(rules)) for about, rules in groupby(broken, lambda rule: rule.about)]

    @property
    def kept(self) -> Sequence[Rule]:
        """Those that find nothing."""
        return [rule for rule in self.found.rules if not rule.count]

    @property
    def address(self) -> object:
        """Where the things that a rule finds are listed."""
        return address


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """One thing: what it is, where it is looked at and where it is mended."""

    ref: str
    title: str
    isg: str | None
    detail: str
    href: str
    mended_at: str
    mend: str


@dataclass(frozen=True, slots=True)
class ProblemsPage:
    """What one rule finds."""

    found: DataProblems
    cursor: str

    @property
    def title(self) -> str:
        """3 × Root causes without findings."""
        return f"{self.found.rule.title}: {self.found.rule.count:,}"

    @property
    def items(self) -> Sequence[ProblemShown]:
        """Each with its links."""
        return [self._shown(item) for item in self.found.items]

    def _shown(self, item: DataProblem) -> ProblemShown:
        rule = self.found.rule
        names = {"ref": quote(item.ref, safe=""), "root_cause": quote(item.root_cause or item.ref, safe="")}
        looked_at = OPENS.get(rule.about, "/root-causes/{root_cause}")
        own = "" if rule.about in {"isg", "person"} else f"{item.ref} "
        return ProblemShown(
            ref=item.ref, title=f"{own}{item.title}", isg=item.isg, detail=item.detail, href=looked_at.format(**names),
            mended_at=MENDED_AT[rule.mended_at].format(**names), mend=MEND_WORDS[rule.mended_at],
        )  # fmt: skip

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return (
            f"{address(self.found.rule)}&{urlencode({'cursor': self.found.next})}"
            if self.found.next
            else None
        )

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return address(self.found.rule) if self.cursor else None

    @property
    def follows(self) -> str:
        """What this means for the reader."""
        return f"{self.found.rule.why} {self.found.rule.mend}"
