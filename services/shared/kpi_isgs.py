"""Whose KPI it is: a high-level one is its ISG's, one of a root cause goes with the root cause wherever that is placed."""

from datetime import date

from sqlalchemy import ColumnElement, case, func, or_, select

from services.domain.words import KpiLevel
from services.shared.models import Kpi, Placement


def isg_id_on(day: date) -> ColumnElement[int | None]:
    """The id of the ISG that answers for a KPI on a day, as a column of a query over KPIs."""
    placed = (
        select(Placement.isg_id)
        .where(
            Placement.root_cause_id == Kpi.root_cause_id,
            Placement.superseded_at.is_(None),
            or_(Placement.holds_from.is_(None), Placement.holds_from <= day),
        )
        .order_by(Placement.holds_from.desc().nulls_last())
        .limit(1)
        .correlate(Kpi)
        .scalar_subquery()
    )
    return case((Kpi.level == KpiLevel.ROOT_CAUSE, func.coalesce(placed, Kpi.isg_id)), else_=Kpi.isg_id)
