"""Measures in packs: KPIs as they stood at the end of a day, as control charts and as the matrix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.measured import judged
from services.domain.spc import SpcResult
from services.domain.words import KpiLevel, TargetAssurance, Verdict
from services.reporting_api.feeds.measures import kpis_there, measured_then
from services.reporting_api.packs.content import (
    ControlChart,
    Figure,
    IconHeading,
    Inlines,
    KpiMatrix,
    MatrixRow,
)
from services.reporting_api.packs.control_charts import control_chart
from services.reporting_api.points_in_time import PointInTime
from services.shared.charts.kept import kept_of
from services.shared.models import Kpi

COLUMNS: Final = {
    Verdict.IMPROVEMENT: IconHeading("variation-improvement_high", "Improvement"),
    Verdict.COMMON_CAUSE: IconHeading("variation-common_cause", "Common cause"),
    Verdict.CONCERN: IconHeading("variation-concern_low", "Concern"),
    Verdict.CHANGE: IconHeading("variation-change_high", "Change"),
    None: IconHeading("variation-none", "Not enough points yet"),
}
ROWS: Final = {
    TargetAssurance.PASS: IconHeading("assurance-pass", "Passing the target"),
    TargetAssurance.INCONSISTENT: IconHeading("assurance-inconsistent", "Hit or miss"),
    TargetAssurance.FAIL: IconHeading("assurance-fail", "Failing the target"),
    None: IconHeading(None, "No target, or not enough points yet"),
}
ALWAYS_SHOWN: Final = (Verdict.IMPROVEMENT, Verdict.COMMON_CAUSE, Verdict.CONCERN)


@dataclass(frozen=True, slots=True)
class PackKpi:
    """A KPI at a day: as it was defined, and what the rules said of the values that held."""

    ref: str
    name: str
    level: KpiLevel
    isg: str | None
    unit: str
    result: SpcResult

    @property
    def page(self) -> str:
        """Where it opens."""
        return f"/kpis/{self.ref}"


async def kpis_of_packs(db: AsyncSession, as_at: date, level: KpiLevel) -> list[PackKpi]:
    """Every KPI of this level that was measured then, in the order of the sheet."""
    point = PointInTime(as_at)
    of_level = set(await db.scalars(select(Kpi.id).where(Kpi.level == level)))
    ids = [each for each in await kpis_there(db, point) if each in of_level]
    found = await measured_then(db, point, ids)
    return [
        PackKpi(
            defined.reference, defined.name, KpiLevel(defined.level), defined.isg, defined.unit or "", judged(measured, as_at)[0]
        )
        for defined, _, measured in found
    ]  # fmt: skip


def control_charts(kpis: Iterable[PackKpi], first_number: int) -> tuple[ControlChart, ...]:
    """A chart each, numbered from `first_number`; every value opens the KPI's page."""
    return tuple(
        control_chart(number, each.name, kept_of(each.result), unit=each.unit, counted=each.page)
        for number, each in enumerate(kpis, start=first_number)
    )


def matrix(kpis: Sequence[PackKpi], caption: str) -> KpiMatrix:
    """Assurance down, variation across, each KPI by its name; change and too few points only where any KPI shows them."""
    shown = {each.result.variation for each in kpis}
    columns = [verdict for verdict in COLUMNS if verdict in ALWAYS_SHOWN or verdict in shown]
    rows = tuple(
        MatrixRow(heading, tuple(_names(kpis, verdict, assurance) for verdict in columns))
        for assurance, heading in ROWS.items()
    )
    return KpiMatrix(caption, "Assurance", tuple(COLUMNS[verdict] for verdict in columns), rows)


def _names(
    kpis: Iterable[PackKpi], verdict: Verdict | None, assurance: TargetAssurance | None
) -> tuple[Inlines, ...]:
    return tuple(
        (Figure(None, each.name, each.page),)
        for each in kpis
        if each.result.variation is verdict and each.result.assurance is assurance
    )
