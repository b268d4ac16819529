"""How far owners are with reporting, and the chasers sent to them."""

from datetime import date

from web.clients.base import Answer


class OwedRootCause(Answer):
    """A root cause that has not been reported on."""

    ref: str
    title: str
    delivery_status: str
    due_date: date
    days_overdue: int
    reported_on: date | None


class Owing(Answer):
    """An owner who has not reported on everything."""

    name: str
    email: str
    is_here: bool
    root_causes: tuple[OwedRootCause, ...]
    number: int
    chased_on: date | None
    chased_by: str | None
    chased_today: bool


class IsgInCycle(Answer):
    """One ISG's open cycle; `cycle` is null before its first."""

    isg: str
    slug: str
    cycle: int | None
    deadline_on: date | None
    meets_on: date | None
    closes_on: date | None
    expected: int
    reported: int
    owing: tuple[Owing, ...]
    owners: int


class Chaser(Answer):
    """A chaser, and what became of it."""

    sent_on: date
    name: str
    isg: str
    cycle: int
    sent_by: str
    mail: str
    stopped_on: date | None
    stopped_because: str | None


class Undelivered(Answer):
    """A mail that never arrived."""

    day: date
    name: str
    email: str
    error: str


class CycleProgress(Answer):
    """The ISGs in which the person may chase."""

    today: date
    sends_mail: bool
    isgs: tuple[IsgInCycle, ...]
    chasers: tuple[Chaser, ...]
    undelivered: tuple[Undelivered, ...]


class ChasersSent(Answer):
    """How many people were chased, and how many of them by mail."""

    people: int
    by_mail: int
