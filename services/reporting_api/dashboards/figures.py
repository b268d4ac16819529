"""The figures of the dashboard: for each, what counts, and the filter of the list that shows exactly those."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from services.domain.status import is_neither
from services.domain.words import DeliveryStatus
from services.shared.findings import FindingsAlike
from services.shared.register import Alike


class Many(Protocol):
    """Things that count alike, and how many they are."""

    @property
    def times(self) -> int: ...


Counted = TypeVar("Counted", bound=Many)


@dataclass(frozen=True, slots=True)
class Figure(Generic[Counted]):
    """One figure: what counts in it, and the list's filter for the same."""

    counts: Callable[[Counted], bool]
    narrowed_by: Mapping[str, str]

    def count(self, candidates: Iterable[Counted]) -> int:
        """How many of these count."""
        return sum(each.times for each in candidates if self.counts(each))


def _of_status(status: DeliveryStatus) -> Figure[Alike]:
    return Figure(lambda each: each.delivery_status is status, {"status": status})


FIGURES: Final[Mapping[str, Figure[Alike]]] = {
    "in_plan": Figure(lambda _each: True, {}),
    **{status.value: _of_status(status) for status in DeliveryStatus},
    "neither": Figure(
        lambda each: is_neither(each.delivery_status),
        {"neither": "true"},
    ),
    "overdue": Figure(lambda each: each.overdue, {"overdue": "true"}),
    "update_missed": Figure(lambda each: each.update_missed, {"update_missed": "true"}),
}

FIGURES_OF_FINDINGS: Final[Mapping[str, Figure[FindingsAlike]]] = {
    "in_plan": Figure(lambda _each: True, {}),
    "all_closed": Figure(lambda each: each.all_closed, {"closed": "true"}),
    "met": Figure(lambda each: each.met, {"met": "true"}),
}
