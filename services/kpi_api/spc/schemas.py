"""What `POST /v1/spc` takes and answers: the contract's own words."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.domain.words import Direction, RuleSet, SignalDirection, SpecialCause, TargetAssurance, Verdict
from services.shared.fields import Period

MOST_OBSERVATIONS = 5_000
MOST_REBASES = 500

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A JSON number: no text, no true or false, no NaN or Infinity."""


class ObservationGiven(BaseModel):
    """A value for a period; null where there is none."""

    period: Period
    value: Number | None = None
    ghosted: Annotated[bool, Field(strict=True)] = False


class SeriesGiven(BaseModel):
    """A series and how it is to be judged. Only `observations` must be given."""

    observations: list[ObservationGiven] = Field(max_length=MOST_OBSERVATIONS)
    improvement_direction: Direction = Direction.INCREASE
    target: Number | None = None
    rebase: list[Period] = Field(default=[], max_length=MOST_REBASES)
    baseline_points: Annotated[int, Field(strict=True, ge=-(2**31), le=2**31)] | None = None
    rule_set: RuleSet = RuleSet.MDC
    screen_outliers: Annotated[bool, Field(strict=True)] | None = Field(
        None, description="Whether moving ranges are screened; null: as the rule set says"
    )


class PointJudged(BaseModel):
    """A point with the lines of its group, and what it says."""

    model_config = ConfigDict(from_attributes=True)

    period: date
    value: float
    ghosted: bool
    group: int
    mean: float | None
    lower_limit: float | None
    upper_limit: float | None
    lower_near_limit: float | None
    upper_near_limit: float | None
    special_cause: SpecialCause | None
    direction: SignalDirection | None
    verdict: Verdict | None


class SeriesJudged(BaseModel):
    """Points by period, the two icons, and what a reader should know."""

    points: list[PointJudged]
    variation: Verdict | None
    assurance: TargetAssurance | None
    notes: list[str]
    rule_set: RuleSet
    reading: str = Field(description="The chart in one sentence")
