"""The life of a pack: who may take it on, which words may be changed, and what has changed from one to another.

Source: domain.md, Figures and packs. Which state follows which is in `lifecycle.py` (`PACK_MOVES`). A block's words are written
with its figures as placeholders, `{1}` for the first: an editor changes the words beside a number, never the number.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.domain.errors import NotAllowed, Problem, RuleBroken
from services.domain.wording import is_blank, listed, written
from services.domain.words import PackState, Word

PLACEHOLDER: Final = re.compile(r"\{(\d{1,4})\}")
_TIMES: Final = (
    r"(?:hundred|thousand|million|billion|trillion|dozen|per\s?cent|percentage|k|m|bn|pc|times|fold)"
)
_BEFORE_A_FIGURE: Final = re.compile(
    rf"(?:[^\s(\[“‘\"'*]|\d[\s*]+|\b{_TIMES}(?:\s+and)?[\s*]+|\b(?:minus|point)[\s*]+|\d[\s*]*[(\[“‘\"'*]+)\Z",
    re.IGNORECASE,
)
"""What makes another number of the figure after it: all but a space, a bracket, a quotation mark; digits and "minus" beyond."""
_AFTER_A_FIGURE: Final = re.compile(
    rf"[^\s)\]”’\"'*,;:.!?…—]|[)\]”’\"'*,;:.!?…—]+[\d{{]|[\s*]+(?:\d|{_TIMES}\b)", re.IGNORECASE
)
_UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f"))
"""Soft hyphens, joiners and the like, as they come with a text out of an office program."""
_CHANGE_OTHERS: Final = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"})
NHS_NUMBER: Final = re.compile(r"(?<![\d.,])\d{3}[\W_]{0,3}\d{3}[\W_]{0,3}\d{4}(?![\d.,]*\d)")
"""However it is grouped: by spaces of any kind, points, dashes."""
FIXED: Final = frozenset({PackState.APPROVED, PackState.PUBLISHED, PackState.SUPERSEDED})
"""Words change until the pack is approved: of what is assembled the figures stand still, and the words don't yet."""
ISSUED: Final = frozenset({PackState.PUBLISHED, PackState.SUPERSEDED})


def placeholders(words: str) -> list[int]:
    """The figures of a text, in its order."""
    return [int(number) for number in PLACEHOLDER.findall(words)]


def tidied(words: str | None) -> str:
    """Words as they are kept: composed letters, and nothing that office programs put between them unseen."""
    return unicodedata.normalize("NFC", (words or "").replace("\r\n", "\n").translate(_UNSEEN)).strip()


def check_words(drafted: str, words: str | None) -> None:
    """Every figure of the drafted text stands in the edited one exactly once, alone, and no other does (RuleBroken)."""
    if is_blank(words):
        raise RuleBroken.at("words", "Say something here, or go back to the drafted words.")
    said = str(words)
    problems = (
        *_wrong_with(Counter(placeholders(drafted)), Counter(placeholders(said))),
        *_read_otherwise(drafted, said),
        *_change_others(drafted, said),
    )
    if problems:
        raise RuleBroken([Problem("words", " ".join(problems))])


def figures_moved(drafted: str, words: str) -> bool:
    """Whether the figures stand in another order than drafted: somebody looks whether each is beside what it counts."""
    return placeholders(words) != placeholders(drafted)


def _read_otherwise(drafted: str, words: str) -> Iterator[str]:
    """What stands against a figure and makes another number of it, where the draft has not put it there."""
    as_drafted = {said for line in _as_printed(drafted, drafted) for said in _against_figures(line)}
    found = [said for line in _as_printed(words, drafted) for said in _against_figures(line)]
    wrong = [said for said in dict.fromkeys(found) if said not in as_drafted]
    if wrong:
        reads = "reads" if len(wrong) == 1 else "read"
        shown = listed([f"“{said}”" for said in wrong])
        yield f"{shown} {reads} as another number than the figure’s own: put words between them."


def _as_printed(words: str, drafted: str) -> list[str]:
    """A list line by line, a paragraph as the one line that it is."""
    return words.splitlines() if "\n" in drafted else [" ".join(words.split())]


def _against_figures(line: str) -> Iterator[str]:
    for figure in PLACEHOLDER.finditer(line):
        before = _BEFORE_A_FIGURE.search(line, 0, figure.start())
        after = _AFTER_A_FIGURE.match(line, figure.end())
        if before:
            yield f"{before[0]}{figure[0]}"
        if after:
            yield f"{figure[0]}{after[0]}"


def _change_others(drafted: str, words: str) -> Iterator[str]:
    """Characters that turn others round or stand on top of them."""
    unseen = sorted({f"U+{ord(each):04X}" for each in words if _changes_others(each) and each not in drafted})
    if unseen:
        yield (
            f"There is a character here that can’t be seen or changes how others look ({listed(unseen)}):"
            " type the words without it."
        )


def _changes_others(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in _CHANGE_OTHERS


def _wrong_with(wanted: Counter[int], found: Counter[int]) -> Iterator[str]:
    missing = [_placeholder(number) for number in wanted if number not in found]
    if missing:
        is_or_are = "is" if len(missing) == 1 else "are"
        yield (
            f"{listed(missing)} {is_or_are} no longer in the text: put {'it' if len(missing) == 1 else 'them'} back."
            " Every figure stays; the words around it are yours."
        )
    added = [_placeholder(number) for number in found if number not in wanted]
    if added:
        yield f"There is no figure {listed(added)} in the drafted text: take {'it' if len(added) == 1 else 'them'} out."
    twice = [_placeholder(number) for number, times in found.items() if number in wanted and times > 1]
    if twice:
        yield f"{listed(twice)} {'stands' if len(twice) == 1 else 'stand'} in the text more than once: leave one."


def _placeholder(number: int) -> str:
    return f"{{{number}}}"


class Fit(Word):
    """How an edit fits what is drafted now."""

    STANDS = "stands"
    DRAFT_CHANGED = "draft_changed"
    """The drafted words are others than when it was edited; its figures are the same ones, so it is still printed."""
    SET_ASIDE = "set_aside"
    """Its figures are no longer those of the drafted text: the drafted words are printed until somebody looks."""


def fit_of(
    edited_over: str, figures_then: Sequence[str], drafted: str | None, figures_now: Sequence[str]
) -> Fit:
    """`edited_over`: the drafted words that the editor saw; `drafted`: those of now, None where the block is gone.

    `figures_*`: what each figure counts, in order: the same figures, whatever their values are by now.
    """
    if drafted is None or list(figures_then) != list(figures_now):
        return Fit.SET_ASIDE
    return Fit.STANDS if drafted == edited_over else Fit.DRAFT_CHANGED


def check_editable(state: PackState) -> None:
    """Words, exemptions and explanations are settled once a pack is approved (RuleBroken)."""
    if state in FIXED:
        raise RuleBroken.at(
            "",
            "This pack is approved: put it back to draft to change it."
            if state is PackState.APPROVED
            else "This pack is published and is never edited: begin a new version of it.",
        )


def check_as_at(as_at: date | None, today: date) -> date:
    """The day that a pack is frozen at: today or before (RuleBroken)."""
    if as_at is None:
        raise RuleBroken.at("as_at", "Give the day whose figures the pack has.")
    if as_at > today:
        raise RuleBroken.at(
            "as_at", f"{written(as_at)} is in the future: a pack has the figures of a day up to today."
        )
    return as_at


def check_reason(reason: str | None, sentence: str) -> str:
    """What was given as a reason, or the sentence that asks for it (RuleBroken)."""
    if is_blank(reason):
        raise RuleBroken.at("reason", sentence)
    return str(reason).strip()


def check_approver(approver: int, authors: Collection[int]) -> None:
    """Nobody approves what they wrote (NotAllowed)."""
    if approver in authors:
        raise NotAllowed(
            "You have written part of this pack, so somebody else approves it: an accountable executive or the PMO."
        )


def check_explained(unexplained: Sequence[str]) -> None:
    """Every discrepancy is mended or explained in writing before a pack is approved (RuleBroken)."""
    if unexplained:
        count = "One discrepancy has" if len(unexplained) == 1 else f"{len(unexplained)} discrepancies have"
        raise RuleBroken.at(
            "", f"{count} no written explanation yet, so the pack can't be approved: {' '.join(unexplained)}"
        )


def nhs_numbers(words: str) -> list[str]:
    """What is an NHS number by its check digit (modulus 11): a patient's name for the whole NHS, and never to be published."""
    return [found[0] for found in NHS_NUMBER.finditer(words) if _checks(re.sub(r"\D", "", found[0]))]


def _checks(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[9]) and len(set(digits)) > 1


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure that a pack states: `key` names it from pack to pack, `place` is its section, `label` what is said of it."""

    key: str
    place: str
    label: str
    value: Decimal | None
    text: str
    opens: str | None = None


class Change(Word):
    """How a figure differs from one pack to another."""

    CHANGED = "changed"
    SAME = "same"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure in both packs, or in one of them; `difference` where both have a value."""

    change: Change
    before: Stated | None
    after: Stated | None

    @property
    def said(self) -> Stated:
        """As the later pack says it, or the earlier one where it has gone."""
        stated = self.after or self.before
        assert stated is not None
        return stated

    @property
    def difference(self) -> Decimal | None:
        """After less before."""
        if self.before is None or self.after is None or None in (self.before.value, self.after.value):
            return None
        return Decimal(str(self.after.value)) - Decimal(str(self.before.value))


def compare(before: Sequence[Stated], after: Sequence[Stated]) -> tuple[FigureChange, ...]:
    """Every figure of both packs: in the order of the later one, then what it has no more."""
    earlier = {each.key: each for each in before}
    later = {each.key: each for each in after}
    both = [_changed(earlier.get(key), each) for key, each in later.items()]
    gone = [FigureChange(Change.GONE, each, None) for key, each in earlier.items() if key not in later]
    return (*both, *gone)


def _changed(before: Stated | None, after: Stated) -> FigureChange:
    if before is None:
        return FigureChange(Change.ADDED, None, after)
    same = (before.value, before.text if before.value is None else None) == (
        after.value,
        after.text if after.value is None else None,
    )
    return FigureChange(Change.SAME if same else Change.CHANGED, before, after)
