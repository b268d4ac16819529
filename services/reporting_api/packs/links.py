"""Where a figure opens: the page that lists exactly what it counts, at the paper's own date."""

from datetime import date
from urllib.parse import urlencode

from services.domain.words import DeliveryStatus, FindingType, KpiLevel, RootCauseClass


def trajectory_figure(
    counted: str, as_at: date, month: str, root_cause_class: RootCauseClass | None, isg: str | None = None
) -> str:
    """The root causes behind `counted` (planned, original_planned or complete) of a row of the trajectory."""
    return _address(
        "/root-causes",
        {
            "counted": counted,
            "class": root_cause_class,
            "isg": isg,
            "month": month,
            "as_at": as_at.isoformat(),
        },
    )


def root_causes(
    as_at: date,
    root_cause_class: RootCauseClass | None = None,
    isg: str | None = None,
    status: DeliveryStatus | None = None,
    *,
    neither: bool = False,
) -> str:
    """Root causes as they stand; `neither`: those neither complete nor on track."""
    return _address(
        "/root-causes",
        {
            "class": root_cause_class,
            "isg": isg,
            "status": status,
            "neither": "true" if neither else None,
            "as_at": as_at.isoformat(),
        },
    )


def awaiting_closure(as_at: date, isg: str | None) -> str:
    """Root causes whose owners ask that they be closed."""
    return root_causes(as_at, isg=isg, status=DeliveryStatus.AWAITING_CLOSURE)


def before_ecib(as_at: date, isg: str | None, *, which: str = "before_ecib") -> str:
    """Root causes before ECIB; of these `overdue`, `to_decide` (it has not decided on them) or `without_plan`."""
    flags = {"before_ecib": "true"} if which == "overdue" else {}
    return _address("/root-causes", {**flags, which: "true", "isg": isg, "as_at": as_at.isoformat()})


def waiting_changes(as_at: date, isg: str | None) -> str:
    """Changes of the plan that waited for a decision."""
    return _address("/change-requests", {"isg": isg, "waiting_at": as_at.isoformat()})


def open_risks(as_at: date, isg: str | None) -> str:
    """Risks to delivery that were open."""
    return _address("/risks", {"isg": isg, "as_at": as_at.isoformat()})


def kpis(isg: str | None) -> str:
    """High-level KPIs."""
    return _address("/kpis", {"level": KpiLevel.HIGH_LEVEL, "isg": isg})


def findings(finding_type: FindingType, isg: str | None = None) -> str:
    """Findings of a type, of one ISG or of all."""
    return _address("/findings", {"type": finding_type, "isg": isg})


def _address(path: str, query: dict[str, str | None]) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value is not None})}"
