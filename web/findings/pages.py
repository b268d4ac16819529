"""What the list of findings and a finding's page show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from web.clients.answers.findings import Finding, FindingList
from web.clients.answers.isgs import Isg
from web.rendering import counted
from web.wording import label

TYPES: Final = ("must_do", "should_do", "notice", "recommendation")
KEY_QUESTIONS: Final = ("safe", "effective", "caring", "responsive", "well_led")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, as it stands in the address."""

    q: str = ""
    type: str = ""
    isg: str = ""
    site: str = ""
    key_question: str = ""
    core_service: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Findings that fit, each with how many of its root causes are closed; `every` says what there is to narrow to."""

    wanted: Wanted
    found: FindingList
    every: Sequence[Finding]
    isgs: Sequence[Isg]

    @property
    def title(self) -> str:
        """12 of 170 findings; 170 findings when the list is not narrowed."""
        if not self.wanted.narrows:
            return counted(self.found.total, "finding")
        return f"{self.found.total} of {counted(len(self.every), 'finding')}"

    @property
    def all_closed(self) -> int:
        """How many have root causes, all of them closed."""
        return sum(
            bool(each.root_causes) and each.closed == len(each.root_causes) for each in self.found.items
        )

    @property
    def type_options(self) -> Sequence[tuple[str, str]]:
        """Must Do, Should Do, ..."""
        return _any("All types", ((code, label(code)) for code in TYPES))

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """The ISGs in their order."""
        return _any("All ISGs", ((isg.name, isg.name) for isg in self.isgs))

    @property
    def key_question_options(self) -> Sequence[tuple[str, str]]:
        """Safe, Effective, ..."""
        return _any("All key questions", ((code, label(code)) for code in KEY_QUESTIONS))

    @property
    def site_options(self) -> Sequence[tuple[str, str]]:
        """The sites that findings name."""
        return _any("All sites", _named(each.site for each in self.every))

    @property
    def core_service_options(self) -> Sequence[tuple[str, str]]:
        """The core services that findings name."""
        return _any("All core services", _named(each.core_service for each in self.every))


@dataclass(frozen=True, slots=True)
class FindingPage:
    """One finding and the root causes that it was unpacked into."""

    finding: Finding

    @property
    def title(self) -> str:
        """MD-1: 1 of 3 root causes closed."""
        count = len(self.finding.root_causes)
        return f"{self.finding.ref}: {self.finding.closed} of {counted(count, 'root cause')} closed"


def _any(all_of_them: str, options: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return [("", all_of_them), *options]


def _named(values: Iterable[str | None]) -> Iterable[tuple[str, str]]:
    return ((value, value) for value in sorted({value for value in values if value}))
