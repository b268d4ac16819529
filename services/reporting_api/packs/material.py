"""All that was loaded from the database, once, for a pack at an as-at date: what its blocks are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from services.domain.forecast import Forecast
from services.reporting_api.packs.board_figures import BoardPaperFigures, IsgFigures
from services.reporting_api.packs.board_isgs import QuotedReport
from services.reporting_api.packs.forum_queries import BeforeForums
from services.reporting_api.packs.late_queries import LateFacts
from services.reporting_api.packs.measures import PackKpi


class Need(StrEnum):
    """What a kind of block is made of. Only what an outline's blocks need is loaded."""

    FIGURES = "figures"
    REPORTS = "reports"
    FORECASTS = "forecasts"
    FORUMS = "forums"
    KPIS = "kpis"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Material:
    """What a pack's blocks are made of.

    `isg`: the one ISG that the pack, or this section of it, is of; None: the whole plan's. `title`, `forum`: the pack's. `asks`:
    what the recommendations ask the forum to do ("note", "approve"), for the cover.
    """

    figures: BoardPaperFigures
    reports: Mapping[str, QuotedReport] = field(default_factory=dict)
    forecasts: Mapping[str, Forecast] = field(default_factory=dict)
    forums: BeforeForums = field(default_factory=BeforeForums)
    kpis: Sequence[PackKpi] = ()
    late: LateFacts = field(default_factory=LateFacts)
    isg: IsgFigures | None = None
    title: str = "Quality Improvement Plan (QIP) update"
    forum: str = "Trust Board"
    asks: frozenset[str] = frozenset()

    @property
    def as_at(self) -> date:
        """The day whose figures the pack shows."""
        return self.figures.as_at

    @property
    def isgs(self) -> tuple[IsgFigures, ...]:
        """The ISGs that the pack is about."""
        return self.figures.isgs if self.isg is None else (self.isg,)

    def of_isg(self, slug: str) -> "Material":
        """The same for a pack of one ISG alone."""
        return replace(self, isg=next(isg for isg in self.figures.isgs if isg.slug == slug))
