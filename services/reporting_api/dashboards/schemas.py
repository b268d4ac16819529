"""The dashboard as it goes out."""

from datetime import date

from pydantic import BaseModel, Field

from services.reporting_api.counted import Count
from services.reporting_api.trajectory.schemas import OnTrajectory


class RootCauseCounts(BaseModel):
    """Root causes of one class at the end of the day. The six statuses add up to `in_plan`."""

    in_plan: Count
    complete: Count
    awaiting_closure: Count
    off_track: Count
    at_risk: Count
    on_track: Count
    not_started: Count
    neither: Count = Field(description="Neither complete nor on track")
    overdue: Count
    update_missed: Count
    trajectory: OnTrajectory


class FindingCounts(BaseModel):
    """Findings of one type: "`all_closed` of `in_plan`" have every root cause closed; met is the PMO's assurance of those."""

    in_plan: Count
    all_closed: Count
    met: Count


class FindingsByType(BaseModel):
    """Findings that an ISG (or "all") holds."""

    must_do: FindingCounts
    should_do: FindingCounts
    notice: FindingCounts
    recommendation: FindingCounts


class Part(BaseModel):
    """The whole plan (`isg` is `all`, `slug` null) or one ISG's part; `all` includes root causes of no class."""

    isg: str
    slug: str | None
    must_do: RootCauseCounts
    should_do: RootCauseCounts
    all: RootCauseCounts
    findings: FindingsByType


class Dashboard(BaseModel):
    """The whole plan and each ISG's part at the end of a day."""

    as_at: date
    month: str
    released_only: bool = Field(description="Updates that are not released yet are left out")
    whole: Part
    isgs: list[Part]
