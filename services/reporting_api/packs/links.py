"""Where a figure opens: the page that lists exactly what it counts, at the paper's own date."""

from datetime import date
from urllib.parse import urlencode

from services.domain.words import DeliveryStatus, FindingType, RootCauseClass


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


def findings(finding_type: FindingType, isg: str | None = None) -> str:
    """Findings of a type, of one ISG or of all."""
    return _address("/findings", {"type": finding_type, "isg": isg})


def _address(path: str, query: dict[str, str | None]) -> str:
    return f"{path}?{urlencode({name: value for name, value in query.items() if value is not None})}"
