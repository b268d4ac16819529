"""The trajectory: planned, complete and their ratio. A count comes with the page that lists what it counts."""

from datetime import date

from pydantic import Field

from web.clients.base import Answer


class Count(Answer):
    """How many, and the page that lists exactly these; null for those who may not open it."""

    count: int
    counted: str | None


class OnTrajectory(Answer):
    """Where an ISG stands on the day: complete of planned, due by `due_by`."""

    due_by: date
    planned: Count
    complete: Count
    percent_of_trajectory: float | None
    whole_percent: int | None


class IsgOnTrajectory(Answer):
    """By class; `isg` is `all` for the whole plan, which has no slug."""

    isg: str
    slug: str | None
    must_do: OnTrajectory
    should_do: OnTrajectory
    all: OnTrajectory

    def of_class(self, root_cause_class: str) -> OnTrajectory:
        """Of a class; what is in neither counts in all."""
        return {"must_do": self.must_do, "should_do": self.should_do}.get(root_cause_class, self.all)


class RowLinks(Answer):
    """The pages that list what the figures of a row count."""

    planned: str | None
    original_planned: str | None
    complete: str | None


class TrajectoryRow(Answer):
    """An ISG and a class in one month; complete and percentage are null after the month of the as-at date."""

    isg: str
    root_cause_class: str = Field(alias="class")
    month: str
    planned: int
    original_planned: int
    complete: int | None
    percent_of_trajectory: float | None
    counted: RowLinks


class Trajectory(Answer):
    """Every ISG and `all`: on the day, and month by month."""

    as_at: date
    month: str
    isgs: tuple[IsgOnTrajectory, ...]
    rows: tuple[TrajectoryRow, ...]

    def of_isg(self, name: str) -> IsgOnTrajectory | None:
        """One ISG's figures on the day."""
        return next((each for each in self.isgs if each.isg == name), None)
