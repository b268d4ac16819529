"""The trajectory at a point in time, each figure opening what it counts."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.trajectory import ALL, CLASSES, TrajectoryRow, percentage, trajectory
from services.reporting_api.counted import Count, Opener
from services.reporting_api.packs.board_figures import Completion
from services.reporting_api.points_in_time import PointInTime
from services.reporting_api.trajectory.schemas import (
    IsgOnTrajectory,
    OnTrajectory,
    OpenableRow,
    RowLinks,
    Trajectory,
    TrajectoryItem,
)
from services.shared.clock import business_today
from services.shared.facts import load_isgs
from services.shared.standing_counts import count_histories


async def trajectory_rows(db: AsyncSession, point: PointInTime) -> list[TrajectoryRow]:
    """Every ISG and "all", every class and "all", every month; none while the plan is empty."""
    plan = await count_histories(db, await business_today(db), point.known_at)
    names = [isg.name for isg in await load_isgs(db)]
    return trajectory(plan.root_causes, names, point.as_at, plan.alike)


async def whole_trajectory(
    db: AsyncSession, point: PointInTime, opener: Opener, *, months: bool = True
) -> Trajectory:
    """Where each ISG stands on the day and, with `months`, the rows."""
    rows = await trajectory_rows(db, point)
    today = MonthOfDay(point, opener, rows)
    isgs = await load_isgs(db)
    return Trajectory(
        as_at=point.as_at,
        month=point.month,
        isgs=[
            today.by_class(isg, slug) for isg, slug in [*((isg.name, isg.slug) for isg in isgs), (ALL, None)]
        ],
        rows=[_openable(row, opener) for row in rows] if months else [],
    )  # fmt: skip


def _openable(row: TrajectoryRow, opener: Opener) -> OpenableRow:
    def opened(figure: str) -> str | None:
        figure_of_month = {"counted": figure, "month": row.month}
        return opener.root_causes(row.isg, row.root_cause_class, figure_of_month)

    links = RowLinks(
        planned=opened("planned"),
        original_planned=opened("original_planned"),
        complete=None if row.complete is None else opened("complete"),
    )
    return OpenableRow(**TrajectoryItem.of(row).model_dump(), counted=links)


class MonthOfDay:
    """The rows of the as-at day's month, where due by the day and closed by the day is what counts."""

    def __init__(self, point: PointInTime, opener: Opener, rows: Iterable[TrajectoryRow]) -> None:
        self._point = point
        self._opener = opener
        self._rows = {(row.isg, row.root_cause_class): row for row in rows if row.month == point.month}

    def of(self, isg: str, root_cause_class: str) -> OnTrajectory:
        """Before the plan's first month nothing is due and nothing complete."""
        row = self._rows.get((isg, root_cause_class))
        planned, complete = (row.planned, row.complete or 0) if row else (0, 0)
        percent = percentage(complete, planned)
        return OnTrajectory(
            due_by=self._point.as_at,
            planned=self._count(planned, "planned", isg, root_cause_class),
            complete=self._count(complete, "complete", isg, root_cause_class),
            percent_of_trajectory=None if percent is None else float(percent),
            whole_percent=Completion(complete, planned).whole_percent,
        )

    def by_class(self, isg: str, slug: str | None) -> IsgOnTrajectory:
        """One ISG, or "all"."""
        must_do, should_do, every = (self.of(isg, root_cause_class) for root_cause_class in CLASSES)
        return IsgOnTrajectory(isg=isg, slug=slug, must_do=must_do, should_do=should_do, all=every)

    def _count(self, count: int, figure: str, isg: str, root_cause_class: str) -> Count:
        figure_of_month = {"counted": figure, "month": self._point.month}
        return Count(count=count, counted=self._opener.root_causes(isg, root_cause_class, figure_of_month))
