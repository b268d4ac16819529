"""An ISG's set of high-level KPIs as it goes in and out."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.domain.words import Direction, KeyQuestion
from services.shared.fields import Day, Figure


class SignOffWish(BaseModel):
    """On which day (left out: today) the ISG agreed on its set, and what it says of it."""

    signed_on: Day | None = None
    note: Annotated[str | None, Field(max_length=10_000)] = None


class MemberShown(BaseModel):
    """A high-level KPI of the set as it is defined now; `wanting`: what its definition lacks."""

    ref: str
    name: str
    key_question: KeyQuestion | None
    unit: str | None
    direction: Direction
    target: Figure | None
    frequency: str | None
    data_owner_name: str | None
    definition_number: int
    wanting: list[str]


class KeyQuestionCovered(BaseModel):
    """How many of the set answer a key question."""

    key_question: KeyQuestion
    kpis: int


class SignOffShown(BaseModel):
    """A version of the set that was signed off."""

    version: int
    signed_on: date
    signed_by: str
    note: str | None
    recorded_at: datetime
    kpis: list[str]


class KpiSetShown(BaseModel):
    """What an ISG measures, what it lacks, who signed it off, and what has changed since.

    `changed_since_signed`: sentences; empty when it is as signed, or was never signed. `versions`: the newest first.
    """

    isg: str
    slug: str
    fewest: int
    most: int
    items: list[MemberShown]
    key_questions: list[KeyQuestionCovered]
    shortfalls: list[str]
    signed: SignOffShown | None
    changed_since_signed: list[str]
    versions: list[SignOffShown]
    can: list[str]
