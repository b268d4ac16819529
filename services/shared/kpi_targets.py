"""The target of a KPI that holds on a day, for every service that shows it."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, or_, select

from services.shared.models import KpiTarget


def target_on(kpi_id: Any, day: date | ColumnElement[date]) -> ScalarSelect[Any]:
    """The value that was set for the day, as a column of a query over KPIs; NULL where none was set."""
    return (
        select(KpiTarget.value)
        .where(
            KpiTarget.kpi_id == kpi_id,
            KpiTarget.superseded_at.is_(None),
            or_(KpiTarget.holds_from.is_(None), KpiTarget.holds_from <= day),
        )
        .order_by(KpiTarget.holds_from.desc().nulls_last())
        .limit(1)
        .scalar_subquery()
    )
