"""The trajectory as it goes out: every figure a JSON number, or null where there is none."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from services.domain.trajectory import TrajectoryRow
from services.reporting_api.counted import Count


class TrajectoryItem(BaseModel):
    """The cumulative figures of an ISG and a class in one month."""

    model_config = ConfigDict(extra="forbid")

    isg: str = Field(description="The ISG's name as in the workbook, or `all`")
    root_cause_class: str = Field(
        serialization_alias="class", description="`must_do`, `should_do` or `all`, which includes those of no class"
    )  # fmt: skip
    month: str = Field(pattern=r"^\d{4}-\d{2}$", examples=["2019-04"])
    planned: int = Field(description="Due by the month's end (for the month of `as_at`: by that day)")
    original_planned: int = Field(description="The same under the first baseline")
    complete: int | None = Field(description="Closed by then; null after the month of `as_at`")
    percent_of_trajectory: float | None = Field(
        description="Complete of planned, to one place, rounded half up, not capped; null when nothing is due"
    )

    @classmethod
    def of(cls, row: TrajectoryRow) -> "TrajectoryItem":
        """A row of the domain."""
        percent = row.percent_of_trajectory
        return cls(
            isg=row.isg,
            root_cause_class=row.root_cause_class,
            month=row.month,
            planned=row.planned,
            original_planned=row.original_planned,
            complete=row.complete,
            percent_of_trajectory=None if percent is None else float(percent),
        )


class RowLinks(BaseModel):
    """The web pages that list what the figures of a row count."""

    planned: str | None
    original_planned: str | None
    complete: str | None


class OpenableRow(TrajectoryItem):
    """A row whose figures open; `counted` has nulls for those who may not open them."""

    counted: RowLinks


class OnTrajectory(BaseModel):
    """What a sentence says: "`complete` root causes closed, against a target of `planned`: `whole_percent`% of trajectory"."""

    due_by: date
    planned: Count
    complete: Count
    percent_of_trajectory: float | None = Field(description="To one place; null when nothing is due")
    whole_percent: int | None = Field(
        description="To the whole number, rounded half up from the two counts; null when nothing is due"
    )


class IsgOnTrajectory(BaseModel):
    """Where an ISG (or `all`) stands on the day, by class."""

    isg: str
    slug: str | None = Field(description="null for `all`")
    must_do: OnTrajectory
    should_do: OnTrajectory
    all: OnTrajectory


class Trajectory(BaseModel):
    """Every ISG and `all`: on the day, and month by month."""

    as_at: date
    month: str
    isgs: list[IsgOnTrajectory]
    rows: list[OpenableRow]
