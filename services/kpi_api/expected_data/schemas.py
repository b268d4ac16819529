"""Values that are expected, as they are shown."""

from datetime import date

from pydantic import BaseModel, Field

from services.domain.words import Frequency


class PeriodOwed(BaseModel):
    """A period that is over: nothing is there yet (`due`, `missing` once its day has passed), or it is still provisional."""

    period: date
    period_name: str
    state: str = Field(description="`missing`, `due` or `provisional`")
    due_on: date


class ExpectedKpi(BaseModel):
    """A KPI whose values are awaited, and who owes them."""

    ref: str
    name: str
    isg: str | None
    root_cause: str | None
    frequency: Frequency
    owed_by: str | None = Field(description="The person's name; null: nobody is named, the PMO asks the ISG")
    owed_as: str = Field(description="`data_owner`, `root_cause_owner`, `isg_chair` or `nobody`")
    periods: list[PeriodOwed]
    missing: int
    mine: bool = Field(description="The caller owes them, or deputises for who does")
    can_give: bool


class ExpectedData(BaseModel):
    """What is awaited, the longest missing first. The counts are of all that fits, on whichever page."""

    items: list[ExpectedKpi]
    total: int
    next: str | None
    missing: int
    due: int
    provisional: int
    up_to_date: int = Field(description="KPIs that nothing is awaited of")
    without_frequency: int = Field(
        description="KPIs whose frequency is no known word: nothing is expected of them"
    )
