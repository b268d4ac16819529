"""What stands on a chart of a measure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from services.domain.spc import SpcResult
from services.domain.words import Verdict, Word

WIDE, PRINTED, NARROW = 960, 640, 343
"""The width of a page's main column, of one on paper (where it is shrunk to 17 cm), and of a phone's, in pixels."""


class MarkKind(Word):
    """Why a day is marked on a chart."""

    REBASE = "rebase"
    BASELINE = "baseline"
    GHOSTED = "ghosted"
    ANNOTATION = "annotation"
    ACTION_COMPLETED = "action_completed"
    CLOSING = "closing"
    DEFINITION = "definition"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day: numbered on the chart, told in its key."""

    day: date
    kind: MarkKind
    text: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How somebody else does in the same measure: a line beside the series. `kind`: "Peer" or "National"."""

    kind: str
    name: str
    values: tuple[tuple[date, float], ...]


@dataclass(frozen=True, slots=True)
class ChartContent:
    """A judged series with what is told beside it.

    `unit` is "%" or a word ("days"). `closed_on` splits the chart into before and after. `no_limits`: why there are none,
    where it is not for the number of all values.
    """

    result: SpcResult
    name: str
    unit: str = ""
    marks: tuple[Mark, ...] = ()
    closed_on: date | None = None
    benchmarks: tuple[Benchmark, ...] = ()
    no_limits: str | None = None


INK: Final = "#212b32"
QUIET: Final = "#4c6272"
GRID: Final = "#d8dde0"
PAPER: Final = "#ffffff"
LINE: Final = "#768692"
TARGET: Final = "#b0201a"
BENCHMARK: Final = "#00703c"
COLOURS: Final = {
    Verdict.COMMON_CAUSE: "#768692",
    Verdict.IMPROVEMENT: "#005eb8",
    Verdict.CONCERN: "#c8590b",
    Verdict.CHANGE: "#5b2e91",
}
"""Each at least three to one against white; a shape of its own goes with each, so that colour is never alone."""
