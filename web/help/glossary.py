"""The words of the plan, each explained once: on the page of words, and beneath every page that uses them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Word:
    """A word and what it means here; `anchor` is its place on the page of words."""

    term: str
    meaning: str

    @property
    def anchor(self) -> str:
        """root-cause-owner."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.term.lower()).strip("-")


def _words() -> Mapping[str, Word]:
    text = (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
    return {term: Word(term, meaning) for term, meaning in tomllib.loads(text).items()}


WORDS: Final[Mapping[str, Word]] = _words()
"""All of them, by the alphabet."""

USED_ON: Final[Sequence[tuple[str, Sequence[str]]]] = (
    ("/root-causes/{}/update", ("On track", "At risk", "Off track", "Forecast", "Recovery plan", "Evidence", "Deadline")),
    ("/root-causes/{}/closing", ("Closing", "Evidence", "ISG", "Complete")),
    ("/root-causes/{}/escalation", ("Escalation", "ECIB", "Recovery plan")),
    ("/root-causes/{}/assurance", ("Assurance", "Evidence", "Closing")),
    ("/root-causes/{}/audit", ("Audit trail", "Redaction")),
    ("/root-causes/{}", ("Root cause", "Class", "Baseline", "SBAR", "Awaiting closure", "Assurance", "Escalation")),
    ("/root-causes", ("Root cause", "Class", "Overdue", "Update missed", "Awaiting closure")),
    ("/updates", ("Update", "Cycle", "Deadline", "At risk", "Off track", "Forecast", "Deputy")),
    ("/findings/{}", ("Finding", "Root cause", "Assurance", "Key question")),
    ("/findings", ("Finding", "Must Do", "Should Do", "Assurance", "Key question")),
    ("/escalations", ("Escalation", "ECIB", "Recovery plan", "Baseline", "Off track")),
    ("/change-requests", ("Change request", "Baseline", "ECIB")),
    ("/isgs/{}/meeting", ("ISG", "Closing", "Released", "Cycle", "Outlook")),
    ("/kpis/{}/definition", ("Kite mark", "Target", "Benchmark", "Key question")),
    ("/kpis/{}/targets", ("Target", "Benchmark")),
    ("/kpis/{}/benchmarks", ("Benchmark",)),
    ("/kpis/new", ("High-level KPI", "Key question", "Kite mark", "Target", "Root cause")),
    ("/isgs/{}/kpi-set", ("High-level KPI", "Key question", "Target", "ISG")),
    ("/isgs/{}/report", ("Cycle report", "Outlook", "Cycle")),
    ("/isgs", ("ISG", "Cycle", "Trajectory", "Cycle report")),
    ("/meetings", ("ISG", "Cycle", "Released")),
    ("/kpis/{}", ("KPI", "Variation icon", "Assurance icon", "Control limits", "Common cause", "Special cause")),
    ("/kpis", ("KPI", "Variation icon", "Assurance icon", "Common cause", "Special cause", "Key question")),
    ("/risks", ("Risk to delivery", "Score", "Board Assurance Framework", "ECIB")),
    ("/trajectory", ("Trajectory", "Baseline", "Complete", "Must Do", "Should Do")),
    ("/dashboard", ("Trajectory", "Complete", "Off track", "At risk", "Overdue")),
    ("/data-quality", ("Root cause", "Finding", "Update missed")),
    ("/import", ("Baseline", "Change request", "Cycle")),
    ("/audit", ("Audit trail", "Redaction")),
    ("/redactions", ("Redaction", "Audit trail")),
    ("/account", ("Deputy", "Reminder", "Digest")),
    ("/notices", ("Reminder", "Digest", "Chaser", "Deadline")),
    ("/cycle", ("Cycle", "Deadline", "Chaser", "Digest")),
    ("/packs/papers/{}", ("Assembled", "Exempt", "Superseded", "Released")),
    ("/packs", ("Assembled", "Superseded", "Trajectory", "Released", "Cycle report")),
    ("/", ("Root cause", "Update", "Cycle", "Escalation", "ISG", "ECIB")),
)  # fmt: skip
"""The words that each page uses, the most particular address first; `{}` is any one part of an address."""


def words_on(path: str) -> Sequence[Word]:
    """The words of a page, for the help beneath it; none for a page without any of its own."""
    for address, terms in USED_ON:
        if _is_at(address, path):
            return [WORDS[term] for term in terms]
    return ()


def _is_at(address: str, path: str) -> bool:
    if address == "/":
        return path == "/"
    wanted, given = address.strip("/").split("/"), path.strip("/").split("/")
    return len(given) >= len(wanted) and all(
        each in ("{}", part) for each, part in zip(wanted, given, strict=False)
    )
