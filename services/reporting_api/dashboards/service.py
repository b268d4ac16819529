"""The dashboard: how the whole plan stands, and each ISG's part of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.permissions import Action, Person, allowed
from services.domain.trajectory import ALL, CLASSES
from services.domain.words import FindingType
from services.reporting_api.counted import Count, Opener
from services.reporting_api.dashboards.figures import FIGURES, FIGURES_OF_FINDINGS
from services.reporting_api.dashboards.schemas import (
    Dashboard,
    FindingCounts,
    FindingsByType,
    Part,
    RootCauseCounts,
)
from services.reporting_api.points_in_time import PointInTime
from services.reporting_api.trajectory.service import MonthOfDay, trajectory_rows
from services.shared.facts import load_isgs
from services.shared.findings import FindingsAlike, count_findings
from services.shared.register import Alike, count_alike


async def dashboard(db: AsyncSession, point: PointInTime, person: Person) -> Dashboard:
    """All of its counts. Those who may not see the plan itself (readers) get what is released."""
    released_only = not allowed(Action.VIEW_PLAN, person)
    opener = Opener.to(person, point)
    plan = _Plan(
        root_causes=await count_alike(db, point.as_at, known_at=point.known_at, released_only=released_only),
        findings=await count_findings(db, point.as_at, known_at=point.known_at, released_only=released_only),
        on_trajectory=MonthOfDay(point, opener, await trajectory_rows(db, point)),
        opener=opener,
    )
    return Dashboard(
        as_at=point.as_at,
        month=point.month,
        released_only=released_only,
        whole=plan.part(ALL, None),
        isgs=[plan.part(isg.name, isg.slug) for isg in await load_isgs(db)],
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the counts are taken from."""

    root_causes: Sequence[Alike]
    findings: Sequence[FindingsAlike]
    on_trajectory: MonthOfDay
    opener: Opener

    def part(self, isg: str, slug: str | None) -> Part:
        """The part of one ISG, or the whole ("all")."""
        must_do, should_do, every = (self._root_causes(isg, root_cause_class) for root_cause_class in CLASSES)
        return Part(
            isg=isg, slug=slug, must_do=must_do, should_do=should_do, all=every, findings=self._findings(isg)
        )

    def _root_causes(self, isg: str, root_cause_class: str) -> RootCauseCounts:
        mine = [
            each
            for each in self.root_causes
            if isg in {ALL, each.isg} and root_cause_class in {ALL, each.root_cause_class}
        ]
        counts = {
            name: Count(
                count=figure.count(mine),
                counted=self.opener.root_causes(isg, root_cause_class, figure.narrowed_by),
            )
            for name, figure in FIGURES.items()
        }
        return RootCauseCounts(**counts, trajectory=self.on_trajectory.of(isg, root_cause_class))

    def _findings(self, isg: str) -> FindingsByType:
        held = [each for each in self.findings if isg in {ALL, each.isg}]
        return FindingsByType(
            **{finding_type.value: self._of_type(held, isg, finding_type) for finding_type in FindingType}
        )

    def _of_type(self, held: Sequence[FindingsAlike], isg: str, finding_type: FindingType) -> FindingCounts:
        findings = [each for each in held if each.finding_type is finding_type]
        counts = {
            name: Count(
                count=figure.count(findings),
                counted=self.opener.findings(isg, finding_type, figure.narrowed_by),
            )
            for name, figure in FIGURES_OF_FINDINGS.items()
        }
        return FindingCounts(**counts)
