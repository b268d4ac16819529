"""What a search finds, as it goes out."""

from enum import StrEnum

from pydantic import BaseModel, Field


class HitKind(StrEnum):
    """What was found."""

    ROOT_CAUSE = "root_cause"
    FINDING = "finding"
    ACTION = "action"
    UPDATE = "update"
    RECOVERY_PLAN = "recovery_plan"
    EVIDENCE = "evidence"
    DECISION = "decision"
    CHANGE_REQUEST = "change_request"
    RISK = "risk"
    KPI = "kpi"
    PERSON = "person"


class Hit(BaseModel):
    """One thing that was found, with the words around what was looked for."""

    kind: HitKind
    ref: str = Field(description="Its own reference; of a person the email address")
    title: str
    root_cause: str | None = Field(description="The root cause that it belongs to, where it is none itself")
    text: str = Field(description="What it says there; the words found stand between U+E000 and U+E001")


class Found(BaseModel):
    """What was found, kind by kind, the best of each first; `more` names the kinds of which there is more.

    Of those in `has_older` so many have the words that the newest alone were ranked.
    """

    items: list[Hit]
    more: list[HitKind]
    has_older: list[HitKind]
