"""What kinds of pack are made of."""

from datetime import datetime

from web.clients.answers.asked import Asked
from web.clients.base import Answer


class OutlinePart(Answer):
    """A section, or a block of the section before it; `first` and `last` among those beside it."""

    key: str
    level: int
    is_section: bool
    title: str
    help: str
    text: str
    shown: bool
    fields: tuple[Asked, ...]
    first: bool
    last: bool


class OutlineVersion(Answer):
    """A version: who made it, when, why."""

    version: int
    reason: str
    changed_by: str
    changed_at: datetime
    copied_from: str | None


class BlockKind(Answer):
    """A kind of block that can be added."""

    block: str
    title: str
    help: str
    of_isg: bool


class PackOutline(Answer):
    """A kind of pack with its parts; `etag` names the version that was shown."""

    kind: str
    title: str
    forum: str
    version: int
    parts: tuple[OutlinePart, ...]
    blocks: tuple[BlockKind, ...]
    history: tuple[OutlineVersion, ...]
    etag: str = ""

    @property
    def sections(self) -> list[OutlinePart]:
        """The sections alone."""
        return [part for part in self.parts if part.is_section]
