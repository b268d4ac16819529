"""What the page of change requests shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from web.clients.answers.change_requests import ChangeRequest
from web.rendering import counted


@dataclass(frozen=True, slots=True)
class ChangeRequestsPage:
    """Changes of the approved plan, newest first."""

    items: Sequence[ChangeRequest]

    @property
    def title(self) -> str:
        """3 changes of the approved plan."""
        return f"{counted(len(self.items), 'change')} of the approved plan"
