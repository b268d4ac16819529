"""The figures that the Board paper of 30 May 2019 printed, beside those that the demo plan drafts for the same day.

Each is equal, or says why it is not. Shown in demo mode alone, for the Board paper as at 30 April 2019.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.domain.reconciliation import ROUNDING, Bound, Claim, Paper, PercentageClaim, agree, named, said
from services.reporting_api.packs.content import Pack

MARCH, APRIL = date(2019, 3, 31), date(2019, 4, 30)


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as it was printed. `why`: what is behind a difference from the one that is drafted, or why none is drafted."""

    figure: str
    value: Decimal
    as_at: date | None = None
    isg: str | None = None
    bound: Bound = Bound.EXACTLY
    is_percentage: bool = False
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A printed figure, what is drafted of it, and whether both say the same."""

    figure: str
    printed: str
    drafted: str | None
    equal: bool
    why: str | None


_BY_ISG: Final = (
    # ISG, Must Do and Should Do findings, Must Do and Should Do root causes, Must Do due and closed, per cent of trajectory
    ("Women's and Children's", 21, 27, 47, 35, 26, 22, 85),
    ("Scheduled Care", 16, 42, 45, 68, 25, 21, 84),
    ("Unscheduled Care", 20, 9, 68, 23, 24, 16, 67),
    ("Workforce", 21, 10, 105, 16, 39, 34, 87),
)
_COLUMNS: Final = (
    ("Must Do findings", None), ("Should Do findings", None), ("Must Do Root Causes", APRIL), ("Should Do Root Causes", APRIL),
    ("Must Do Root Causes due", APRIL), ("Must Do Root Causes complete", APRIL), ("Percentage of Must Do trajectory", APRIL),
)  # fmt: skip
_TYPED: Final = "No rule drafts it: the plan does not count it, so whoever writes the paper types it, and it is listed there."
_WHOLE: Final = (
    Printed("Must Do findings", Decimal(79)),
    Printed("Should Do findings", Decimal(91)),
    Printed("Must Do Root Causes complete", Decimal(93), APRIL),
    Printed("Should Do Root Causes complete", Decimal(8), APRIL),
    Printed("Must Do Root Causes on track", Decimal(137), APRIL),
    Printed("Percentage of trajectory", Decimal(75), APRIL, bound=Bound.OVER, is_percentage=True),
    Printed("Percentage of Must Do trajectory", Decimal(80), MARCH, bound=Bound.OVER, is_percentage=True),
    Printed("Percentage of trajectory", Decimal(80), MARCH, is_percentage=True),
    Printed("Root Causes complete", Decimal(52), MARCH),
    Printed("Must Do actions due in the month", Decimal(8), MARCH),
    Printed(
        "Must Do findings held by the ISGs named", Decimal(78),
        why="The four ISGs that it counts hold 78; the draft has the one of the Well-led ISG too, and adds up to 79.",
    ),
    Printed(
        "Should Do findings held by the ISGs named", Decimal(88),
        why="The four ISGs that it counts hold 88; the draft has the three of the Well-led ISG too, and adds up to 91.",
    ),
    Printed("Engagement Champions who volunteered", Decimal(80), bound=Bound.AROUND, why=_TYPED),
    Printed(
        "Engagement Champions appointed", Decimal(50), bound=Bound.OVER,
        why=f"{_TYPED} Beside “around 80” it would not agree: one fact has one value.",
    ),
    Printed("Freedom to Speak Up Advocates", Decimal(20), why=_TYPED),
)  # fmt: skip


def printed_figures() -> Iterator[Printed]:
    """Every figure that the paper printed of the plan: of the whole, then ISG by ISG."""
    yield from _WHOLE
    for isg, *values in _BY_ISG:
        for (figure, as_at), value in zip(_COLUMNS, values, strict=True):
            yield Printed(figure, Decimal(value), as_at, isg, is_percentage=figure.startswith("Percentage"))


def beside_the_printed(pack: Pack, paper: Paper) -> Sequence[Beside]:
    """Each printed figure beside the drafted one; nothing for another day or another kind of pack."""
    if pack.kind != "board" or pack.as_at != APRIL:
        return ()
    return [_beside(printed, paper) for printed in printed_figures()]


def _beside(printed: Printed, paper: Paper) -> Beside:
    of: Sequence[Claim | PercentageClaim] = paper.percentages if printed.is_percentage else paper.claims
    found = next(
        (each for each in of if (each.figure, each.part, each.as_at) == (printed.figure, printed.isg, printed.as_at)), None
    )  # fmt: skip
    as_printed = _claimed(printed)
    equal = found is not None and _says_the_same(as_printed, found)
    return Beside(
        named(printed.figure, printed.isg, printed.as_at), said(as_printed), said(found) if found else None, equal,
        None if equal else printed.why,
    )  # fmt: skip


def _claimed(printed: Printed) -> Claim | PercentageClaim:
    if printed.is_percentage:
        return PercentageClaim(printed.figure, printed.value, "2019", "", bound=printed.bound)
    return Claim(printed.figure, printed.value, "2019", bound=printed.bound)


def _says_the_same(printed: Claim | PercentageClaim, drafted: Claim | PercentageClaim) -> bool:
    """As counts; a percentage as it is rounded, or over what was printed by less than the next five."""
    if isinstance(printed, Claim) and isinstance(drafted, Claim):
        return agree(printed, drafted)
    above = drafted.value - printed.value
    return 0 < above < 5 if printed.bound is Bound.OVER else abs(above) < ROUNDING
