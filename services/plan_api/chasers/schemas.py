"""How far owners are with reporting in the open cycles, and the chasers that are sent to them."""

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, Field

from services.domain.words import DeliveryStatus, StopReason

MOST: Final = 500


class OwedRootCause(BaseModel):
    """A root cause that has not been reported on; `reported_on`: when something was last said."""

    ref: str
    title: str
    delivery_status: DeliveryStatus
    due_date: date
    days_overdue: int
    reported_on: date | None


class Owing(BaseModel):
    """An owner who has not reported on everything; `chased_on`: when they were last chased in this cycle, and by whom."""

    name: str
    email: str
    is_here: bool = Field(description="False for who has left: somebody else has to own these first")
    root_causes: list[OwedRootCause] = Field(description="The most pressing of them")
    number: int = Field(description="How many they have not reported on")
    chased_on: date | None
    chased_by: str | None
    chased_today: bool


class IsgInCycle(BaseModel):
    """One ISG's open cycle; `cycle` is null before its first one opens. Of the `owners` who owe a report the first are listed."""

    isg: str
    slug: str
    cycle: int | None
    deadline_on: date | None
    meets_on: date | None
    closes_on: date | None
    expected: int
    reported: int
    owing: list[Owing]
    owners: int


class ChaserSent(BaseModel):
    """A chaser: to whom, by whom, what became of its mail and of what it asked for."""

    sent_on: date
    name: str
    isg: str
    cycle: int
    sent_by: str
    mail: Literal["sent", "waiting", "given_up", "none"]
    stopped_on: date | None
    stopped_because: StopReason | None


class Undelivered(BaseModel):
    """A mail that never arrived, with what the mail server said."""

    day: date
    name: str
    email: str
    error: str


class CycleProgress(BaseModel):
    """The ISGs that the caller may chase in. `undelivered` is the PMO's."""

    today: date
    sends_mail: bool
    isgs: list[IsgInCycle]
    chasers: list[ChaserSent]
    undelivered: list[Undelivered]


class ToChase(BaseModel):
    """Whom, in which ISG (its slug)."""

    email: str = Field(max_length=320)
    isg: str = Field(max_length=200)


class ChaserWish(BaseModel):
    """Everybody who is to be chased: all are, or nobody is."""

    people: list[ToChase] = Field(min_length=1, max_length=MOST)


class ChasersSent(BaseModel):
    """How many people, and how many of them get it by mail at once; the others find it on their page."""

    people: int
    by_mail: int
