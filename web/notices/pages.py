"""What the page of reminders shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from web.clients.answers.notices import Notice, NoticeList
from web.rendering import counted

HOW_OFTEN = {
    "each_working_day": "You get them by mail too: at most one a working day, when there is something new or due.",
    "mondays": "You get them by mail too, on Mondays.",
    "deadline_days": "You get them by mail too, on the day of a deadline.",
    "off": "You have turned mail off: this page still shows all of them.",
}
NO_MAIL = "This system sends no mail, so look here: this page shows all of them."


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """A person's own reminders: what waits, then what has stopped and why."""

    found: NoticeList
    cursor: str

    @property
    def title(self) -> str:
        """3 things wait for you."""
        count = self.found.open
        if not count:
            return "Nothing waits for you"
        return f"{counted(count, 'thing')} {'waits' if count == 1 else 'wait'} for you"

    @property
    def open(self) -> Sequence[Notice]:
        """Those that have not stopped, on this page of the list."""
        return [each for each in self.found.items if each.stopped_on is None]

    @property
    def stopped(self) -> Sequence[Notice]:
        """Those that have."""
        return [each for each in self.found.items if each.stopped_on is not None]

    @property
    def about_mail(self) -> str:
        """What becomes of them by mail."""
        return HOW_OFTEN[self.found.mail.rhythm] if self.found.mail.sends else NO_MAIL

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return f"/notices?{urlencode({'cursor': self.found.next})}" if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return "/notices" if self.cursor else None
