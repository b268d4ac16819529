"""A count, and the page that lists exactly what it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from services.domain.permissions import Action, Person, allowed
from services.domain.trajectory import ALL
from services.reporting_api.points_in_time import PointInTime


class Count(BaseModel):
    """How many."""

    count: int
    counted: str | None = Field(
        description="The web page that lists exactly these; null for those who may not open it"
    )


@dataclass(frozen=True, slots=True)
class Opener:
    """Makes the link that opens a count at a date; makes none for a count that can't be opened."""

    as_at: date
    opens: bool

    @classmethod
    def to(cls, person: Person, point: PointInTime) -> "Opener":
        """Those who see the plan may open its figures; pages show a day as it is known now."""
        return cls(point.as_at, allowed(Action.VIEW_PLAN, person) and point.known_at is None)

    def root_causes(self, isg: str, root_cause_class: str, narrowed_by: Mapping[str, str]) -> str | None:
        """The root causes of an ISG and a class ("all": not narrowed) that fit the filters of the list."""
        return self._page("/root-causes", isg=isg, **{"class": root_cause_class}, **narrowed_by)

    def findings(self, isg: str, finding_type: str, narrowed_by: Mapping[str, str]) -> str | None:
        """The findings of a type that an ISG (or "all") holds and that fit the filters of the list."""
        return self._page("/findings", isg=isg, type=finding_type, **narrowed_by)

    def _page(self, path: str, **query: str) -> str | None:
        if not self.opens:
            return None
        narrowing = {name: value for name, value in query.items() if value != ALL}
        return f"{path}?{urlencode({**narrowing, 'as_at': self.as_at.isoformat()})}"
