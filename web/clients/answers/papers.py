"""Packs as they are kept: from draft to published, with what people did to their words."""

from datetime import date, datetime

from web.clients.answers.asked import Asked
from web.clients.base import Answer


class PaperKind(Answer):
    """A kind of pack that can be begun."""

    kind: str
    title: str
    outline_version: int


class PaperRow(Answer):
    """A pack in a list."""

    ref: str
    kind: str
    title: str
    edition: int
    state: str
    as_at: date | None
    recorded_at: datetime
    published_at: datetime | None
    edits: int
    open_comments: int


class Papers(Answer):
    """Packs, the newest first."""

    items: tuple[PaperRow, ...]
    kinds: tuple[PaperKind, ...]
    total: int
    can: tuple[str, ...]
    next: str | None


class Comment(Answer):
    """What somebody said."""

    id: int
    words: str
    written_by: str
    written_at: datetime
    resolved_by: str | None
    resolved_at: datetime | None


class Edit(Answer):
    """Somebody's words, beside what was drafted when they wrote them and what is now."""

    block: str | None
    fit: str
    words: str
    edited_by: str
    edited_at: datetime
    drafted_then: str
    drafted_now: str | None
    figures_moved: bool


class Discrepancy(Answer):
    """What does not agree, and why."""

    key: str
    sentence: str
    places: tuple[str, ...]
    blocks: tuple[str, ...]
    explanation: str | None
    explained_by: str | None
    stays_inside: bool


class Written(Answer):
    """Who wrote last in a place."""

    written_by: str
    written_at: datetime


class Part(Answer):
    """A heading, or a block as the service's own HTML, with its margin; `place`: people write here."""

    key: str
    label: str
    place: bool
    to_write: bool
    written: Written | None
    level: int | None
    title: str | None
    html: str | None
    editable: bool
    exempt: str | None
    edit: Edit | None
    comments: tuple[Comment, ...]
    unreconciled: tuple[Discrepancy, ...]

    @property
    def has_margin(self) -> bool:
        """Whether anything stands beside it."""
        return bool(self.editable or self.edit or self.comments or self.unreconciled)


class Step(Answer):
    """A line of the history."""

    deed: str
    reason: str | None
    digest: str | None
    done_by: str
    done_at: datetime


class File(Answer):
    """A file as it was issued."""

    format: str
    name: str
    digest: str
    size: int


class Detail(Answer):
    """A line of the title block."""

    label: str
    value: str


class RedactedNote(Answer):
    """Something was blanked in the pack after it was frozen."""

    at: datetime
    asked_by: str
    approved_by: str


class Publishing(Answer):
    """How far the files of a pack that is being published are; `to_make` 0 until it has begun."""

    asked_at: datetime
    made: int
    to_make: int


class Paper(Answer):
    """A pack; `can` holds what the person may do, `etag` names the state that they were shown."""

    ref: str
    kind: str
    title: str
    edition: int
    state: str
    as_at: date
    details: tuple[Detail, ...]
    parts: tuple[Part, ...]
    set_aside: tuple[Edit, ...]
    comments: tuple[Comment, ...]
    discrepancies: tuple[Discrepancy, ...]
    history: tuple[Step, ...]
    authors: tuple[str, ...]
    files: tuple[File, ...]
    public_files: tuple[File, ...]
    inside_only: bool
    redacted: tuple[RedactedNote, ...]
    files_as_issued: tuple[File, ...]
    files_missing: bool
    publishing: Publishing | None
    not_published: str | None
    supersedes: str | None
    superseded_by: str | None
    chain_position: int | None
    chain_digest: str | None
    can: tuple[str, ...]
    etag: str = ""


class FigureInWords(Answer):
    """A placeholder and the figure that stands for it."""

    placeholder: str
    text: str


class BlockWords(Answer):
    """A block's words for its form; `etag` names the words that were shown."""

    block: str
    drafted: str
    words: str
    figures: tuple[FigureInWords, ...]
    earlier: tuple[Edit, ...]
    etag: str = ""


class Writing(Answer):
    """A time that somebody wrote in a field."""

    label: str
    words: str
    written_by: str
    written_at: datetime


class Place(Answer):
    """A place that people write in; `etag` names what was shown of it."""

    block: str
    title: str
    help: str
    fields: tuple[Asked, ...]
    earlier: tuple[Writing, ...]
    etag: str = ""


class Stated(Answer):
    """A figure as one pack states it."""

    value: float | None
    text: str
    opens: str | None


class FigureChange(Answer):
    """A figure in two packs."""

    place: str
    label: str
    change: str
    before: Stated | None
    after: Stated | None
    difference: float | None


class PaperComparison(Answer):
    """Two packs of a kind, figure by figure."""

    before: PaperRow
    after: PaperRow
    figures: tuple[FigureChange, ...]
    changed: int
    added: int
    gone: int
    same: int
