"""The figures of the plan as packs print them: each opens the page that lists what it counts, and claims what it is.

Whoever prints one makes it here, so that what a sentence, a table or a chart's table says is known by one name, and held against
the others by `services/domain/reconciliation.py`. `text` is how it is written: 8, or eight.
"""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from services.domain.words import DeliveryStatus, FindingType, RootCauseClass
from services.reporting_api.packs import links
from services.reporting_api.packs.content import Count, Figure, Share

Counted: TypeAlias = Literal["complete", "planned", "original_planned"]
"""The columns of the trajectory."""
_COLUMNS: Final[dict[Counted, str]] = {
    "complete": "complete",
    "planned": "due",
    "original_planned": "originally due",
}


def findings(number: int, text: str, finding_type: FindingType, isg: str | None = None) -> Figure:
    """Findings of a type, of one ISG or of all."""
    counted = links.findings(finding_type, isg)
    return Figure(number, text, counted, Count(f"{finding_type.label} findings", part=isg))


def findings_of_source(number: int, text: str, finding_type: FindingType, source: str) -> Figure:
    """Findings of a type that one source has: with those of the other sources they are all of that type."""
    every = f"{finding_type.label} findings"
    return Figure(number, text, None, Count(f"{every} of the source {source}", of_kinds=(every,)))


def root_causes(
    number: int, text: str, as_at: date, root_cause_class: RootCauseClass, isg: str | None = None
) -> Figure:
    """Every root cause of a class that is in the plan."""
    counted = links.root_causes(as_at, root_cause_class, isg)
    return Figure(number, text, counted, Count(_named(root_cause_class), as_at, isg))


def on_track(
    number: int, text: str, as_at: date, root_cause_class: RootCauseClass, isg: str | None = None
) -> Figure:
    """Those on track."""
    counted = links.root_causes(as_at, root_cause_class, isg, DeliveryStatus.ON_TRACK)
    return Figure(number, text, counted, _standing("on track", as_at, root_cause_class, isg))


def neither(
    number: int, text: str, as_at: date, root_cause_class: RootCauseClass, isg: str | None = None
) -> Figure:
    """Those that are neither complete nor on track."""
    counted = links.root_causes(as_at, root_cause_class, isg, neither=True)
    return Figure(
        number, text, counted, _standing("neither complete nor on track", as_at, root_cause_class, isg)
    )


def still_open(number: int, text: str, as_at: date, root_cause_class: RootCauseClass, isg: str) -> Figure:
    """Those that are not complete yet: on track or neither."""
    return Figure(number, text, None, Count(_still_open(root_cause_class), as_at, isg))


def of_trajectory(
    counted: Counted,
    number: int,
    text: str,
    as_at: date,
    month: str,
    root_cause_class: RootCauseClass | None,
    isg: str | None = None,
) -> Figure:
    """Complete, or due, by the month's end or the as-at date in it; `root_cause_class` None: both classes."""
    opens = links.trajectory_figure(counted, as_at, month, root_cause_class, isg)
    return Figure(number, text, opens, _in_month(counted, as_at, month, root_cause_class, isg))


def due_by(
    until: date, number: int, text: str, as_at: date, root_cause_class: RootCauseClass, isg: str
) -> Figure:
    """Due by a month's end to come. The rest of the as-at date's own month is a row of no trajectory, and opens nothing."""
    month = f"{until:%Y-%m}"
    opens = links.trajectory_figure("planned", as_at, month, root_cause_class, isg)
    is_own_month = month == f"{as_at:%Y-%m}"
    return Figure(
        number,
        text,
        None if is_own_month else opens,
        _in_month("planned", until, month, root_cause_class, isg),
    )


def percentage(
    percent: Decimal | None,
    text: str,
    as_at: date,
    month: str,
    root_cause_class: RootCauseClass | None,
    isg: str | None = None,
    against: Counted = "planned",
) -> Figure:
    """Complete of due: the percentage of trajectory, or of the original one."""
    plan = f"{_label(root_cause_class)}{'original ' if against == 'original_planned' else ''}trajectory"
    numerator, denominator = (
        _in_month(counted, as_at, month, root_cause_class, isg) for counted in ("complete", against)
    )
    return Figure(percent, text, None, Share(f"Percentage of {plan}", numerator, denominator))


def said_once(
    number: int | Decimal, text: str, what: str, as_at: date | None = None, counted: str | None = None, isg: str | None = None
) -> Figure:  # fmt: skip
    """A number of its own: no other is worked out from it."""
    return Figure(number, text, counted, Count(what, as_at, isg))


def _named(root_cause_class: RootCauseClass) -> str:
    if root_cause_class is RootCauseClass.NONE:
        return "Root Causes of neither class"
    return f"{root_cause_class.label} Root Causes"


def _label(root_cause_class: RootCauseClass | None) -> str:
    return f"{root_cause_class.label} " if root_cause_class else ""


def _still_open(root_cause_class: RootCauseClass) -> str:
    return f"{_named(root_cause_class)} not yet complete"


def _standing(status: str, as_at: date, root_cause_class: RootCauseClass, isg: str | None) -> Count:
    """One of the kinds that a class is made of; those not complete are a whole of their own where it is stated."""
    named = _named(root_cause_class)
    return Count(f"{named} {status}", as_at, isg, (named, _still_open(root_cause_class)))


def _in_month(
    counted: Counted, as_at: date, month: str, root_cause_class: RootCauseClass | None, isg: str | None
) -> Count:
    """What is complete is one of the kinds of its class; both columns of a class are half of those of both classes.

    Of an ISG the original plan is printed only where it was another, so ISGs do not add up to it.
    """
    column = _COLUMNS[counted]
    if counted == "original_planned" and isg is not None:
        return Count(f"{_label(root_cause_class)}Root Causes of {isg} {column}", _day_of(month, as_at))
    figure = f"{_label(root_cause_class)}Root Causes {column}"
    day = _day_of(month, as_at)
    if root_cause_class is None:
        return Count(figure, day, isg)
    wholes = (f"Root Causes {column}",)
    return Count(figure, day, isg, (_named(root_cause_class), *wholes) if counted == "complete" else wholes)


def _day_of(month: str, as_at: date) -> date:
    """The month's last day, or the as-at date in it."""
    first = date.fromisoformat(f"{month}-01")
    if first == as_at.replace(day=1):
        return as_at
    return first.replace(day=monthrange(first.year, first.month)[1])
