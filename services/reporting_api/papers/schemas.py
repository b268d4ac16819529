"""Packs as they go in and out."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, Field

from services.domain.packs import Change, Fit
from services.domain.words import Audience, PackDeed, PackState
from services.reporting_api.packs.schemas import AskedShown
from services.shared.fields import Day, Figure

LONGEST = 20_000
Key = Annotated[str, Path(max_length=200)]
Reference = Annotated[str, Path(max_length=40)]


class PaperBegun(BaseModel):
    """Which kind of pack is begun."""

    kind: str = Field(max_length=80)


class AssemblyWish(BaseModel):
    """The day whose figures it is frozen with; null: today."""

    as_at: Day | None = None


class ReasonWish(BaseModel):
    """Why."""

    reason: str | None = Field(None, max_length=LONGEST)


class WordsWish(BaseModel):
    """Words for a block, its figures as placeholders."""

    words: str | None = Field(None, max_length=LONGEST)


class WritingWish(BaseModel):
    """What fields of a block are written with, by field; what is left out stays."""

    given: dict[str, str]


class CommentWish(BaseModel):
    """What somebody says about a block; blank `block`: about the whole."""

    block: str = Field("", max_length=200)
    words: str | None = Field(None, max_length=LONGEST)


class ExplanationWish(BaseModel):
    """Why a discrepancy is as it is; blank words take the explanation away."""

    discrepancy: str = Field(max_length=400)
    words: str | None = Field(None, max_length=LONGEST)


class KindRow(BaseModel):
    """A kind of pack that can be begun."""

    kind: str
    title: str
    outline_version: int


class PaperRow(BaseModel):
    """A pack in a list."""

    ref: str
    kind: str
    title: str
    edition: int
    state: PackState
    as_at: date | None
    recorded_at: datetime
    published_at: datetime | None
    edits: int
    open_comments: int


class PaperList(BaseModel):
    """Packs, the newest first."""

    items: list[PaperRow]
    kinds: list[KindRow]
    total: int
    can: list[str]
    next: str | None = None


class CommentShown(BaseModel):
    """A comment."""

    id: int
    words: str
    written_by: str
    written_at: datetime
    resolved_by: str | None
    resolved_at: datetime | None


class EditShown(BaseModel):
    """What somebody made of a block's words, beside what was drafted when they did.

    `figures_moved`: its figures stand in another order than drafted, and may so say something else.
    """

    block: str | None
    fit: Fit
    words: str
    edited_by: str
    edited_at: datetime
    drafted_then: str
    drafted_now: str | None
    figures_moved: bool


class DiscrepancyShown(BaseModel):
    """What does not agree, where (in words, and the keys of the blocks there), and its written explanation.

    `stays_inside`: it is printed in no public file.
    """

    key: str
    sentence: str
    places: list[str]
    blocks: list[str]
    explanation: str | None
    explained_by: str | None
    stays_inside: bool


class WrittenShown(BaseModel):
    """Who wrote last in a place, and when."""

    written_by: str
    written_at: datetime


class PartShown(BaseModel):
    """A heading (`level`), or a block (`html`) with what its margin says.

    `label` says in words which it is. `place`: people write here, and it is the first block of what they wrote; `to_write`:
    nobody has yet, and it isn't printed.
    """

    key: str
    label: str
    place: bool = False
    to_write: bool = False
    written: WrittenShown | None = None
    level: int | None = None
    title: str | None = None
    html: str | None = None
    editable: bool = False
    exempt: str | None = None
    edit: EditShown | None = None
    comments: list[CommentShown] = []
    unreconciled: list[DiscrepancyShown] = []


class StepShown(BaseModel):
    """A line of the history."""

    deed: PackDeed
    reason: str | None
    digest: str | None
    done_by: str
    done_at: datetime


class FileShown(BaseModel):
    """A file as it was issued."""

    format: str
    name: str
    digest: str
    size: int


class DetailShown(BaseModel):
    """A line of the title block."""

    label: str
    value: str


class RedactedShown(BaseModel):
    """Something was blanked in the pack after it was frozen: when, and who asked and approved."""

    at: datetime
    asked_by: str
    approved_by: str


class PublishingShown(BaseModel):
    """How far the files of a pack that is being published are."""

    asked_at: datetime
    made: int
    to_make: int = Field(description="0 until it has begun")


class PaperShown(BaseModel):
    """A pack as its page shows it: the paper itself, and what its margin says."""

    ref: str
    kind: str
    title: str
    edition: int
    state: PackState
    as_at: date
    details: list[DetailShown]
    parts: list[PartShown]
    set_aside: list[EditShown]
    comments: list[CommentShown]
    discrepancies: list[DiscrepancyShown]
    history: list[StepShown]
    authors: list[str]
    files: list[FileShown]
    public_files: list[FileShown]
    inside_only: bool
    redacted: list[RedactedShown]
    files_as_issued: list[FileShown] = Field(
        description="Of the files that a redaction reached: what was issued, which is there no more"
    )
    files_missing: bool = Field(description="Files are being made anew after a redaction")
    publishing: PublishingShown | None = None
    not_published: str | None = Field(None, description="Why publishing it came to nothing")
    supersedes: str | None
    superseded_by: str | None
    chain_position: int | None
    chain_digest: str | None
    can: list[str]


class FigureInWords(BaseModel):
    """A placeholder and the figure that stands for it."""

    placeholder: str
    text: str


class BlockShown(BaseModel):
    """A block's words for the form: as drafted, as edited, and its figures."""

    block: str
    drafted: str
    words: str
    figures: list[FigureInWords]
    earlier: list[EditShown]


class WritingShown(BaseModel):
    """A time that somebody wrote in a field."""

    label: str
    words: str
    written_by: str
    written_at: datetime


class PlaceShown(BaseModel):
    """A place that people write in, for its form: its fields as they stand, and what was written before, newest first."""

    block: str
    title: str
    help: str
    fields: list[AskedShown]
    earlier: list[WritingShown]


class StatedShown(BaseModel):
    """A figure as one pack states it."""

    value: Figure | None
    text: str
    opens: str | None


class FigureChangeShown(BaseModel):
    """A figure in two packs."""

    place: str
    label: str
    change: Change
    before: StatedShown | None
    after: StatedShown | None
    difference: Figure | None


class ComparisonShown(BaseModel):
    """Two packs of a kind, figure by figure."""

    before: PaperRow
    after: PaperRow
    figures: list[FigureChangeShown]
    changed: int
    added: int
    gone: int
    same: int


ForWhom = Annotated[
    Audience | None, Query(description="For whom the file is; left out: the fullest that you may have")
]
