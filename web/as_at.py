"""The day that figures are shown for: in the address, so that a page can be reloaded, shared and printed as it was."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Self, TypeVar

from fastapi import Request

from web.clients.base import ServiceError
from web.forms import Form, Text

A = TypeVar("A")


def day_of(typed: str) -> date | None:
    """The day in an address, such as 2019-04-30; None for none, and for what is no date."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


class IsoDay(Text):
    """A date as the browser's own date field sends it: 2019-04-30."""

    def __init__(self, label: str, hint: str = "Leave empty for today") -> None:
        super().__init__(label, type="date", hint=hint)

    def problem(self, typed: Mapping[str, Sequence[str]]) -> str | None:
        """Typed, and no real date."""
        value = self.value(typed)
        if value and day_of(value) is None:
            return f"“{value}” is not a real date. Enter it like 2019-04-30."
        return None


class AsAtForm(Form):
    """Asks for the day."""

    as_at = IsoDay("As at the end of")

    @classmethod
    def of(cls, request: Request) -> Self:
        """As it stands in the address."""
        return cls(request.query_params.multi_items())

    async def load(self, load: Callable[[str | None], Awaitable[A]]) -> A:
        """What is asked for; where the day can't be had, today's, with the reason in the form."""
        if self.check():
            try:
                return await load(self.as_at.or_none)
            except ServiceError as error:
                if error.status != 422:
                    raise
                self.refuse(error)
        return await load(None)

    @property
    def query(self) -> str:
        """?as_at=2019-04-30, for links to other pages of the same day; nothing for today."""
        day = self.as_at.value
        return f"?as_at={day}" if day and not self.errors else ""

    @property
    def status(self) -> int:
        """The page's."""
        return 422 if self.errors else 200
