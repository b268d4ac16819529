"""The figures of the dashboard: for each, what counts, and the filter of the list that shows exactly those."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.domain.words import DeliveryStatus
from services.shared.register import Standing


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: how a root cause in the plan counts in it, and the list's filter for the same."""

    counts: Callable[[Standing], bool]
    narrowed_by: Mapping[str, str]

    def count(self, standings: Iterable[Standing]) -> int:
        """How many of these count."""
        return sum(map(self.counts, standings))


def _of_status(status: DeliveryStatus) -> Figure:
    return Figure(lambda each: each.delivery_status is status, {"status": status})


FIGURES: Final[Mapping[str, Figure]] = {
    "in_plan": Figure(lambda each: each.in_plan, {}),
    **{status.value: _of_status(status) for status in DeliveryStatus},
    "neither": Figure(
        lambda each: each.delivery_status not in {DeliveryStatus.COMPLETE, DeliveryStatus.ON_TRACK},
        {"neither": "true"},
    ),
    "overdue": Figure(lambda each: each.overdue, {"overdue": "true"}),
    "update_missed": Figure(lambda each: each.update_missed, {"update_missed": "true"}),
}
