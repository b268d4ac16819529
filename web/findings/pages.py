"""What the list of findings and a finding's page show."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from web.as_at import AsAtForm
from web.clients.answers.findings import Finding, FindingList, Part
from web.clients.answers.isgs import Isg
from web.rendering import counted
from web.wording import label

TYPES: Final = ("must_do", "should_do", "notice", "recommendation")
KEY_QUESTIONS: Final = ("safe", "effective", "caring", "responsive", "well_led")
YES: Final = "true"
FLAGS: Final = {"closed": "All root causes closed", "met": "Met, assured by the PMO"}
NONE: Final = FindingList(items=(), total=0, all_closed=0, met=0, next=None)
PARTS: Final = {
    "type": "Type",
    "core_service": "Core service",
    "site": "Site",
    "key_question": "CQC key question",
    "regulation": "Regulation breached",
    "source": "Source or notice",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, as it stands in the address."""

    q: str = ""
    type: str = ""
    isg: str = ""
    site: str = ""
    key_question: str = ""
    core_service: str = ""
    regulation: str = ""
    source: str = ""
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
class PartLine:
    """One part, and where its findings are listed."""

    text: str
    href: str
    part: Part


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """A page of the findings that fit; `parts` say what there is to narrow to, and how far each has come."""

    wanted: Wanted
    form: AsAtForm
    cursor: str
    found: FindingList
    parts: Sequence[Part]
    isgs: Sequence[Isg]

    @property
    def title(self) -> str:
        """12 of 79 Must Do findings are met: the first question at every SOAG."""
        if self.form.errors:
            return "Findings"
        if not self.found.total:
            return "No finding fits" if self.wanted.narrows else "No finding yet"
        what = f"{label(self.wanted.type)} finding" if self.wanted.type else "finding"
        verb = "is" if self.found.total == 1 else "are"
        fitting = (
            f" that fit{'s' if self.found.total == 1 else ''}"
            if self.wanted != Wanted(type=self.wanted.type)
            else ""
        )
        return f"{self.found.met} of {counted(self.found.total, what)}{fitting} {verb} met"

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
        return _any("All sites", self._named("site"))

    @property
    def core_service_options(self) -> Sequence[tuple[str, str]]:
        """The core services that findings name."""
        return _any("All core services", self._named("core_service"))

    @property
    def regulation_options(self) -> Sequence[tuple[str, str]]:
        """The regulations that findings name."""
        return _any("All regulations", self._named("regulation"))

    @property
    def source_options(self) -> Sequence[tuple[str, str]]:
        """What findings come from; notices by their own names."""
        return _any("All sources", self._named("source"))

    def _named(self, by: str) -> Iterable[tuple[str, str]]:
        return [(part.value, part.value) for part in self.parts if part.by == by]

    @property
    def progress(self) -> Sequence[tuple[str, Sequence[PartLine]]]:
        """How far each service, site, key question, regulation and notice has come; each opens its findings."""
        shown = [
            (heading, [self._line(part) for part in self.parts if part.by == by])
            for by, heading in PARTS.items()
        ]
        return [(heading, lines) for heading, lines in shown if lines]

    def _line(self, part: Part) -> PartLine:
        query = {part.by: part.value, "as_at": self.form.as_at.value}
        href = f"/findings?{urlencode({name: value for name, value in query.items() if value})}"
        text = label(part.value) if part.by in {"type", "key_question"} else part.value
        return PartLine(text, href, part)


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
