"""What the page of change requests shows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from fastapi import Request

from web.as_at import day_of
from web.clients.answers.change_requests import ChangeRequest, ChangeRequests
from web.rendering import counted, short_day


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to, by a figure that was opened: an ISG's, those that waited for a decision on a day."""

    isg: str = ""
    waiting_at: str = ""

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """As it stands in the address; what is no date narrows nothing."""
        isg, day = (request.query_params.get(name, "").strip() for name in ("isg", "waiting_at"))
        return cls(isg, day if day_of(day) else "")


@dataclass(frozen=True, slots=True)
class ChangeRequestsPage:
    """Changes of the approved plan, newest first."""

    wanted: Wanted
    found: ChangeRequests
    cursor: str

    @property
    def items(self) -> Sequence[ChangeRequest]:
        """Those on this page."""
        return self.found.items

    @property
    def title(self) -> str:
        """3 changes of the approved plan."""
        isg = f", {self.wanted.isg}" if self.wanted.isg else ""
        day = day_of(self.wanted.waiting_at)
        waiting = f", waiting for a decision at the end of {short_day(day)}" if day else ""
        return f"{counted(self.found.total, 'change')} of the approved plan{isg}{waiting}"

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != Wanted()

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return self._address(self.found.next) if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return self._address("") if self.cursor else None

    def _address(self, cursor: str) -> str:
        query = {name: value for name, value in {**asdict(self.wanted), "cursor": cursor}.items() if value}
        return f"/change-requests?{urlencode(query)}" if query else "/change-requests"
