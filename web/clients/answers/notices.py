"""What a person is reminded of, and how often by mail."""

from datetime import date

from web.clients.base import Answer


class Notice(Answer):
    """One reminder; `path` is the page that mends it."""

    kind: str
    sentence: str
    path: str
    isg: str | None
    cycle: int | None
    due_by: date | None
    raised_on: date
    sent_by: str | None
    stopped_on: date | None
    stopped_because: str | None


class MailState(Answer):
    """What becomes of one's mail."""

    sends: bool
    rhythm: str
    last_on: date | None
    undelivered: str | None


class NoticeList(Answer):
    """Open first, then what has stopped."""

    items: tuple[Notice, ...]
    open: int
    mail: MailState
    next: str | None


class MailRhythm(Answer):
    """How often somebody gets their reminders by mail; `etag` names the choice that they were shown."""

    rhythm: str
    sends: bool
    etag: str = ""
