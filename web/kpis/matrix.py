"""The Making Data Count matrix: how many KPIs show which variation, and how sure they are of their target."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from web.clients.answers.kpis import MatrixCell, Overview

VARIATIONS: Final = ("improvement", "common_cause", "concern", "change")
ASSURANCES: Final = ("pass", "inconsistent", "fail", "none")
COLUMNS: Final = {
    "improvement": "Improvement",
    "common_cause": "Common cause",
    "concern": "Concern",
    "change": "Change",
}
ICONS: Final = {
    "improvement": "variation-improvement_high", "common_cause": "variation-common_cause", "concern": "variation-concern_low",
    "change": "variation-change_high",
}  # fmt: skip
ROWS: Final = {
    "pass": "Passing the target",
    "inconsistent": "Hit or miss",
    "fail": "Failing the target",
    "none": "No target",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How many KPIs have both icons, and where they are listed."""

    count: int
    what: str
    href: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Assurance down, variation across; those with too few points beside it."""

    counted: Sequence[MatrixCell]
    narrowed: Sequence[tuple[str, str]]
    """What the list is narrowed to besides: kept in each cell's address."""

    @classmethod
    def of(cls, overview: Overview, **narrowed: str) -> "Matrix":
        """Of an overview that was asked for with this."""
        return cls(overview.matrix, [(name, value) for name, value in narrowed.items() if value])

    @property
    def columns(self) -> Sequence[tuple[str, str]]:
        """The variation icons and their words; change only where any KPI shows it."""
        return [(ICONS[code], COLUMNS[code]) for code in self._shown]

    @property
    def _shown(self) -> Sequence[str]:
        return [code for code in VARIATIONS if code != "change" or self._count(variation=code)]

    @property
    def rows(self) -> Sequence[tuple[str, str, Sequence[Cell]]]:
        """The assurance icons, their words, and a cell for each variation."""
        return [
            (
                assurance, ROWS[assurance],
                [
                    Cell(
                        self._count(variation, assurance), f"{COLUMNS[variation].lower()}, {ROWS[assurance].lower()}",
                        self.address(variation=variation, assurance=assurance),
                    )
                    for variation in self._shown
                ],
            )
            for assurance in ASSURANCES
        ]  # fmt: skip

    @property
    def total(self) -> int:
        """All KPIs that are counted."""
        return sum(each.count for each in self.counted)

    @property
    def of_concern(self) -> int:
        """How many show concerning variation."""
        return self._count("concern")

    @property
    def failing(self) -> int:
        """How many fail their target."""
        return self._count(assurance="fail")

    @property
    def not_enough(self) -> int:
        """How many have too few points to be judged."""
        return self._count("none")

    def address(self, **icons: str) -> str:
        """Where the KPIs with these icons are listed."""
        return f"/kpis?{urlencode([*self.narrowed, *icons.items()])}"

    def _count(self, variation: str = "", assurance: str = "") -> int:
        return sum(
            each.count
            for each in self.counted
            if variation in {"", each.variation or "none"} and assurance in {"", each.assurance or "none"}
        )
