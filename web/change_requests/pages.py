"""What the page of change requests shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from web.clients.answers.change_requests import ChangeRequest, ChangeRequests
from web.rendering import counted


@dataclass(frozen=True, slots=True)
class ChangeRequestsPage:
    """Changes of the approved plan, newest first."""

    found: ChangeRequests
    cursor: str

    @property
    def items(self) -> Sequence[ChangeRequest]:
        """Those on this page."""
        return self.found.items

    @property
    def title(self) -> str:
        """3 changes of the approved plan."""
        return f"{counted(self.found.total, 'change')} of the approved plan"

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return f"/change-requests?{urlencode({'cursor': self.found.next})}" if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return "/change-requests" if self.cursor else None
