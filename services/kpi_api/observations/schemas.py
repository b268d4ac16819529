"""Values as they go in and out."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema

from services.domain.observations import LONGEST_NOTE, number_in
from services.domain.words import GivenThrough, ObservationState
from services.shared.fields import Period

MOST = 5_000


def _figure(raw: object) -> Decimal | None:
    """A JSON number, or a text that is one."""
    if isinstance(raw, str):
        return number_in(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return Decimal(str(raw))
    if raw is None or isinstance(raw, Decimal):
        return raw
    raise ValueError("is not a number: write one, or leave it out")


Figure = Annotated[
    Decimal | None,
    PlainValidator(_figure),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "null"}]}),
]


class ObservationWish(BaseModel):
    """A value for a period: any day of a month (week, quarter) stands for it.

    Without value, it is worked out from numerator and denominator; without those too, it is missing, and `note` says why.
    """

    period: Period
    value: Figure = None
    numerator: Figure = None
    denominator: Figure = None
    state: ObservationState = ObservationState.FINAL
    note: str | None = Field(None, max_length=LONGEST_NOTE)


class ObservationsWish(BaseModel):
    """Values of one KPI: all are kept, or none."""

    observations: list[ObservationWish] = Field(max_length=MOST)
    through: GivenThrough = Field(
        GivenThrough.API, description="By which way a person gives them; a client's are always `api`"
    )


class Remark(BaseModel):
    """What is kept and should be looked at again."""

    field: str
    message: str


class ObservationsKept(BaseModel):
    """How many were new, revisions of what was kept, or the same; `warnings` only where there are any."""

    accepted: int
    revised: int
    unchanged: int
    warnings: list[Remark] | None = None


class VersionShown(BaseModel):
    """What was said at one time."""

    version: int
    value: float | None
    numerator: float | None
    denominator: float | None
    state: ObservationState
    note: str | None
    given_through: GivenThrough
    given_by: str | None = Field(description="The person, or the partner's system")
    recorded_at: datetime


class ObservationShown(VersionShown):
    """A period's value as it is now, and what it was."""

    period: date
    period_name: str
    missing: bool
    revised: bool
    late: bool
    due_on: date | None
    earlier: list[VersionShown]


class MeasureShown(BaseModel):
    """The KPI that the values are of, as far as giving values needs it."""

    ref: str
    name: str
    isg: str | None
    root_cause: str | None
    unit: str | None
    frequency: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    retired_on: date | None


class PeriodOffered(BaseModel):
    """A period that a value can be given for, and what is there of it.

    `missing`, `due` (over, and not late yet), `provisional`, `given`, `running`, or `before` the first that was given.
    """

    period: date
    period_name: str
    state: str


class ValuesToGive(BaseModel):
    """A KPI of a root cause, for its update: which periods it has, the newest first, and what was given last."""

    kpi: MeasureShown
    can_give: bool
    periods: list[PeriodOffered]
    latest_period_name: str | None
    latest_value: float | None


class ValuesToGiveList(BaseModel):
    """The KPIs of a root cause that its owner gives values of."""

    items: list[ValuesToGive]


class ObservationList(BaseModel):
    """Values, the newest period first."""

    kpi: MeasureShown
    can: list[str]
    periods: list[PeriodOffered] = Field(
        description="Those that a value can be given for, the newest first; none without a known frequency"
    )
    items: list[ObservationShown]
    total: int
    next: str | None
