"""What a search finds."""

from web.clients.base import Answer


class Hit(Answer):
    """One thing; the words found stand between U+E000 and U+E001 in its text."""

    kind: str
    ref: str
    title: str
    root_cause: str | None
    text: str


class Found(Answer):
    """What was found, kind by kind; `more`: the kinds of which there is more; `has_older`: those whose newest alone are here."""

    items: tuple[Hit, ...]
    more: tuple[str, ...]
    has_older: tuple[str, ...]
