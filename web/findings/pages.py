"""What the list of findings and a finding's page show."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from web.as_at import AsAtForm
from web.clients.answers.findings import Finding, FindingList
from web.clients.answers.isgs import Isg
from web.rendering import counted
from web.wording import label

TYPES: Final = ("must_do", "should_do", "notice", "recommendation")
KEY_QUESTIONS: Final = ("safe", "effective", "caring", "responsive", "well_led")
YES: Final = "true"
FLAGS: Final = {"closed": "All root causes closed", "met": "Met, assured by the PMO"}
NONE: Final = FindingList(items=(), total=0, all_closed=0, next=None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, as it stands in the address."""

    q: str = ""
    type: str = ""
    isg: str = ""
    site: str = ""
    key_question: str = ""
    core_service: str = ""
    closed: str = ""
    met: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self != Wanted()

    @property
    def flags(self) -> Sequence[dict[str, Any]]:
        """A checkbox for each stage that a finding may have come to."""
        return [
            {"name": name, "id": name, "value": YES, "text": text, "checked": getattr(self, name) == YES}
            for name, text in FLAGS.items()
        ]


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """A page of the findings that fit; `every` says what there is to narrow to."""

    wanted: Wanted
    form: AsAtForm
    cursor: str
    found: FindingList
    every: Sequence[Finding]
    isgs: Sequence[Isg]

    @property
    def title(self) -> str:
        """12 of 170 findings; 170 findings when the list is not narrowed."""
        if self.form.errors:
            return "Findings"
        if not self.wanted.narrows:
            return counted(self.found.total, "finding")
        return f"{self.found.total} of {counted(len(self.every), 'finding')}"

    @property
    def as_at(self) -> date | None:
        """The day that they are shown for, where it is not today."""
        return date.fromisoformat(self.form.as_at.value) if self.form.as_at.value else None

    @property
    def only_closed(self) -> str:
        """The address of those of them whose root causes are all closed."""
        return self._address(closed=YES, cursor="")

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return self._address(cursor=self.found.next) if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return self._address(cursor="") if self.cursor else None

    def _address(self, **changed: str) -> str:
        here = {**asdict(self.wanted), "as_at": self.form.as_at.value, "cursor": self.cursor, **changed}
        query = {name: value for name, value in here.items() if value}
        return f"/findings?{urlencode(query)}" if query else "/findings"

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
