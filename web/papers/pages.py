"""What the pages of packs show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from web.clients.answers.papers import FigureChange, Paper, PaperComparison, PaperRow, Part
from web.clients.base import ServiceError
from web.rendering import counted, short_day
from web.wording import label

FORMATS: Final[Mapping[str, str]] = {
    "html": "HTML", "pdf": "PDF", "docx": "Word", "pptx": "PowerPoint", "xlsx": "its tables as Excel", "json": "data (JSON)",
}  # fmt: skip
STATES: Final = ("draft", "assembled", "approved", "published", "superseded")
PRIMARY: Final = ("publish", "approve", "assemble")
DEEDS: Final[Mapping[str, tuple[str, str]]] = {
    "assemble": ("Assemble it", "assembly"),
    "approve": ("Approve it", "approval"),
    "publish": ("Publish it", "publication"),
    "put_back": ("Put it back to draft", "return"),
    "new_version": ("Begin a new version", "new-version"),
    "comment": ("Comment on the whole", "comments/new"),
}
"""What may be done to a pack: in words, and where."""
READ_FIRST: Final = frozenset({"approve", "publish"})
"""What nobody does to a pack in other words than they have read."""


def named(row: PaperRow | Paper) -> str:
    """PACK-0001, Board paper, 30 April 2019, version 2."""
    day = f", {short_day(row.as_at)}" if row.as_at else ""
    version = f", version {row.edition}" if row.edition > 1 else ""
    return f"{row.ref}: {row.title}{day}{version}"


def no_such_kind(kind: str) -> ServiceError:
    """For an address that names none."""
    return ServiceError(
        404, "not-found", f"There is no kind of pack called {kind}. Open the list of packs to find it."
    )


@dataclass(frozen=True, slots=True)
class PaperPage:
    """A pack as the paper itself, with its margin."""

    paper: Paper

    @property
    def title(self) -> str:
        """The paper's own."""
        return self.paper.title

    @property
    def address(self) -> str:
        """Its page."""
        return f"/packs/papers/{self.paper.ref}"

    @property
    def primary(self) -> tuple[str, str] | None:
        """The deed that takes it on."""
        return next((self._deed(deed) for deed in PRIMARY if deed in self.paper.can), None)

    @property
    def others(self) -> Sequence[tuple[str, str]]:
        """What else may be done to the whole."""
        every = [self._deed(deed) for deed in DEEDS if deed in self.paper.can]
        return [deed for deed in every if deed != self.primary]

    def _deed(self, name: str) -> tuple[str, str]:
        """A deed in words, and its form; where the pack is to be read first, that says in which version it was."""
        words, place = DEEDS[name]
        read = f"?{urlencode({'read': self.paper.etag})}" if name in READ_FIRST else ""
        return words, f"{self.address}/{place}{read}"

    @property
    def waits_for(self) -> str:
        """Being published: 3 of 12 files are made."""
        under_way = self.paper.publishing
        if under_way is not None:
            return (
                f"Being published: {under_way.made} of {counted(under_way.to_make, 'file')} made. "
                "Nobody sees any of it until all are."
                if under_way.to_make
                else "Being published: it is about to begin. Nobody sees any of it until it is whole."
            )
        if self.paper.files_missing:
            return "Something was redacted in this pack: its files were withdrawn, and are being made anew without it."
        return ""

    @property
    def issued(self) -> Sequence[tuple[str, str, int]]:
        """Of each file that a redaction reached: what it was called, its digest and size when it was issued."""
        called = {**FORMATS, "pdf": "PDF", "json": "Data (JSON)", "xlsx": "Its tables as Excel"}
        return [
            (called.get(each.format, each.format), each.digest, each.size)
            for each in self.paper.files_as_issued
        ]

    @property
    def unexplained(self) -> int:
        """How many discrepancies have no explanation."""
        return sum(each.explanation is None for each in self.paper.discrepancies)

    @property
    def edited(self) -> Sequence[Part]:
        """The blocks whose words somebody changed."""
        return [part for part in self.paper.parts if part.edit]

    @property
    def open_comments(self) -> int:
        """How many nobody has seen to."""
        every = [*self.paper.comments, *(each for part in self.paper.parts for each in part.comments)]
        return sum(each.resolved_at is None for each in every)

    @property
    def summary(self) -> Sequence[tuple[str, str, str]]:
        """What the margin holds: each count with its words and the first place of it on the page."""
        rows: list[tuple[str, str, str]] = []
        if self.edited:
            rows.append(("edited", counted(len(self.edited), "edited block"), f"#part-{self.edited[0].key}"))
        looked_at = [part for part in self.edited if part.edit and part.edit.fit != "stands"]
        if looked_at:
            words = counted(len(looked_at), "edit") + " to look at again"
            rows.append(("draft_changed", words, f"#part-{looked_at[0].key}"))
        moved = [part for part in self.edited if part.edit and part.edit.figures_moved]
        if moved:
            words = counted(len(moved), "edit") + " with figures in another order"
            rows.append(("draft_changed", words, f"#part-{moved[0].key}"))
        if self.open_comments:
            first = next(
                (part for part in self.paper.parts if any(each.resolved_at is None for each in part.comments)), None
            )  # fmt: skip
            rows.append(
                ("open", counted(self.open_comments, "open comment"), f"#part-{first.key}" if first else "#comments")
            )  # fmt: skip
        if self.paper.discrepancies:
            total = len(self.paper.discrepancies)
            words = f"{total} {'does' if total == 1 else 'do'} not agree, {self.unexplained} of them not explained"
            rows.append(("off_track" if self.unexplained else "complete", words, "#discrepancies"))
        return rows

    def html(self, part: Part) -> Markup:
        """The block as the paper prints it."""
        return Markup(part.html or "")  # noqa: S704 - our own service escapes every word of it

    @property
    def downloads(self) -> Sequence[tuple[str, str, str, int]]:
        """Each file: what it is called, where it is, its digest and size. The whole where one may have it."""
        return self._files("" if self.paper.files else "public")

    @property
    def public_downloads(self) -> Sequence[tuple[str, str, str, int]]:
        """As anybody may have it, where that is less than the whole."""
        digests = {each.digest for each in self.paper.files}
        differs = any(each.digest not in digests for each in self.paper.public_files)
        return self._files("public") if self.paper.files and differs else ()

    def _files(self, audience: str) -> Sequence[tuple[str, str, str, int]]:
        files = self.paper.public_files if audience else self.paper.files
        query = f"?audience={audience}" if audience else ""
        less = ", without what is exempt" if audience and self.paper.files else ""
        at = f"{self.address}/files/"
        return [
            (f"{FORMATS.get(each.format, each.format)}{less}", f"{at}{each.format}{query}", each.digest, each.size)
            for each in files
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two packs of a kind, figure by figure; none where there are not two to compare."""

    kind: str
    papers: Sequence[PaperRow]
    earlier: str
    later: str
    found: PaperComparison | None
    show_same: bool

    @property
    def title(self) -> str:
        """12 figures changed between PACK-0001 and PACK-0002."""
        if self.found is None:
            return "Compare two packs"
        return f"{counted(self.found.changed, 'figure')} changed from {self.earlier} to {self.later}"

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        """The packs of the kind."""
        return [(each.ref, f"{named(each)} ({label(each.state).lower()})") for each in self.papers]

    @property
    def figures(self) -> Sequence[FigureChange]:
        """Those that changed, or all."""
        if self.found is None:
            return ()
        return [each for each in self.found.figures if self.show_same or each.change != "same"]

    @property
    def all_of_them(self) -> str:
        """The address with the figures that are the same too."""
        return f"/packs/{self.kind}/compare?earlier={self.earlier}&later={self.later}&same=true"
