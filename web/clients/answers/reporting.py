"""Figures at a date: the trajectory, the dashboard, and packs. `counted` is the page that lists what a figure counts."""

from datetime import date, datetime

from pydantic import Field

from web.clients.base import Answer


class Count(Answer):
    """How many; `counted` is null for those who may not open it."""

    count: int
    counted: str | None


class OnTrajectory(Answer):
    """Where an ISG stands on a day, for one class."""

    due_by: date
    planned: Count
    complete: Count
    percent_of_trajectory: float | None


class IsgOnTrajectory(Answer):
    """Where an ISG, or `all`, stands on a day; `slug` is null for `all`."""

    isg: str
    slug: str | None
    must_do: OnTrajectory
    should_do: OnTrajectory
    all: OnTrajectory


class RowLinks(Answer):
    """The pages that list what a row's figures count."""

    planned: str | None
    original_planned: str | None
    complete: str | None


class MonthRow(Answer):
    """An ISG and a class in one month; `complete` is null for months to come."""

    isg: str
    root_cause_class: str = Field(alias="class")
    month: str
    planned: int
    original_planned: int
    complete: int | None
    percent_of_trajectory: float | None
    counted: RowLinks

    @property
    def first_day(self) -> date:
        """The month as a date."""
        return date.fromisoformat(f"{self.month}-01")


class Trajectory(Answer):
    """Every ISG and `all`: on the day, and month by month."""

    as_at: date
    month: str
    isgs: tuple[IsgOnTrajectory, ...]
    rows: tuple[MonthRow, ...]


class RootCauseCounts(Answer):
    """Root causes of one class on a day. The six statuses add up to `in_plan`."""

    in_plan: Count
    complete: Count
    awaiting_closure: Count
    off_track: Count
    at_risk: Count
    on_track: Count
    not_started: Count
    neither: Count
    overdue: Count
    update_missed: Count
    trajectory: OnTrajectory


class FindingCounts(Answer):
    """Findings of one type."""

    in_plan: Count
    all_closed: Count
    met: Count


class FindingsByType(Answer):
    """Findings that an ISG, or the whole plan, holds."""

    must_do: FindingCounts
    should_do: FindingCounts
    notice: FindingCounts
    recommendation: FindingCounts


class Part(Answer):
    """The whole plan (`slug` null), or one ISG's part of it."""

    isg: str
    slug: str | None
    must_do: RootCauseCounts
    should_do: RootCauseCounts
    all: RootCauseCounts
    findings: FindingsByType


class Dashboard(Answer):
    """The whole plan and each ISG's part on a day."""

    as_at: date
    released_only: bool
    whole: Part
    isgs: tuple[Part, ...]


class PackKind(Answer):
    """A kind of pack: for whom, what it holds, whether it can be had of one ISG alone, in which formats."""

    kind: str
    title: str
    forum: str
    sections: tuple[str, ...]
    is_by_isg: bool
    formats: tuple[str, ...]


class PackKinds(Answer):
    """Every kind."""

    items: tuple[PackKind, ...]


class PackArticle(Answer):
    """A pack for a page: when it was assembled (None: not yet), and whether the plan has changed since."""

    html: str
    assembled_at: datetime | None
    being_assembled_again: bool
