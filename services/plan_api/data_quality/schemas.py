"""What the data quality page answers."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from services.domain.data_quality import About, MendedAt


class RuleCounted(BaseModel):
    """One rule, and how many things it finds today."""

    code: str
    about: About
    title: str
    why: str
    mend: str
    mended_at: MendedAt
    count: int


class DataQuality(BaseModel):
    """All rules in the order of the page."""

    today: date
    counted_at: datetime
    total: int
    rules: list[RuleCounted]


class DataProblem(BaseModel):
    """One thing that a rule finds."""

    ref: str = Field(description="The reference, name or email address of what the rule is about")
    title: str
    root_cause: str | None = Field(description="The root cause that it belongs to, where it belongs to one")
    isg: str | None
    detail: str = Field(description="What was found, in words")


class DataProblems(BaseModel):
    """What one rule finds, a page at a time."""

    rule: RuleCounted
    items: list[DataProblem]
    next: str | None


class ProblemsKnown(BaseModel):
    """How many things all rules find, as they were counted at `counted_at`."""

    total: int
    counted_at: datetime
