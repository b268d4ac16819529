"""What the pages of risks show."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from web.as_at import day_of
from web.clients.answers.isgs import Isg
from web.clients.answers.risks import Risk, RiskList
from web.rendering import counted, short_day
from web.wording import label

BANDS: Final = ("extreme", "high", "moderate", "low")
LEAST: Final = {"extreme": 15, "high": 8, "moderate": 4, "low": 1}
SCALE: Final = ("1", "2", "3", "4", "5")
LIKELY: Final = ("Rare", "Unlikely", "Possible", "Likely", "Almost certain")
IMPACTS: Final = ("Negligible", "Minor", "Moderate", "Major", "Catastrophic")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is narrowed to, as it stands in the address."""

    isg: str = ""
    band: str = ""
    likelihood: str = ""
    impact: str = ""
    root_cause: str = ""
    state: str = ""
    review_due: str = ""
    as_at: str = ""
    """Those that were open then: from a figure that was opened."""

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """As asked for; a band, score or state that there is not narrows nothing."""
        asked = cls(**{each.name: request.query_params.get(each.name, "").strip() for each in fields(cls)})
        return replace(
            asked,
            band=asked.band if asked.band in BANDS else "",
            likelihood=asked.likelihood if asked.likelihood in SCALE else "",
            impact=asked.impact if asked.impact in SCALE else "",
            state="closed" if asked.state == "closed" else "",
            review_due="true" if asked.review_due == "true" else "",
            as_at=asked.as_at if day_of(asked.as_at) else "",
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the 5x5 matrix: how many open risks, of which band, and where they are listed."""

    count: int
    band: str
    score: int
    href: str


@dataclass(frozen=True, slots=True)
class RisksPage:
    """The register: the highest score first."""

    wanted: Wanted
    found: RiskList
    isgs: Sequence[Isg]
    cursor: str
    may_add: bool

    @property
    def title(self) -> str:
        """12 risks to delivery, 3 of them extreme."""
        day = day_of(self.wanted.as_at)
        if day is not None:
            return f"{counted(self.found.total, 'risk')} to delivery open at the end of {short_day(day)}"
        what = "closed risk" if self.wanted.state else "risk"
        count = self.found.total
        heading = f"{counted(count, what)} to delivery" if count else f"No {what} to delivery"
        extreme = sum(each.band_after == "extreme" for each in self.found.items)
        return (
            f"{heading}, {extreme} of them extreme"
            if extreme and self.found.next is None and count > 1
            else heading
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != Wanted()

    @property
    def matrix(self) -> Sequence[tuple[str, Sequence[Cell]]]:
        """Impact from the highest down; in each row likelihood from 1 to 5."""
        rows = [(IMPACTS[impact], list(self._row(impact))) for impact in range(5)]
        return list(reversed(rows))

    def _row(self, impact: int) -> Iterator[Cell]:
        for likelihood, count in enumerate(self.found.matrix[impact]):
            score = (impact + 1) * (likelihood + 1)
            band = next(each for each in BANDS if score >= LEAST[each])
            yield Cell(
                count,
                band,
                score,
                f"/risks?{urlencode({'likelihood': likelihood + 1, 'impact': impact + 1})}",
            )

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """The ISGs in their order."""
        return [("", "All ISGs"), *((isg.name, isg.name) for isg in self.isgs)]

    @property
    def band_options(self) -> Sequence[tuple[str, str]]:
        """Extreme, high, ..."""
        return [("", "All scores"), *((band, label(band)) for band in BANDS)]

    @property
    def state_options(self) -> Sequence[tuple[str, str]]:
        """Open or closed."""
        return [("", "Open"), ("closed", "Closed")]

    @property
    def review_options(self) -> Sequence[tuple[str, str]]:
        """All, or those that ECIB should have looked at again."""
        return [("", "Any"), ("true", "Due")]

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
        return f"/risks?{urlencode(query)}" if query else "/risks"


@dataclass(frozen=True, slots=True)
class RiskPage:
    """One risk."""

    risk: Risk
    may_read_trail: bool

    @property
    def title(self) -> str:
        """RISK-001: 12 after mitigation, high."""
        return f"{self.risk.ref}: scores {self.risk.score_after} after mitigation, {self.risk.band_after}"
