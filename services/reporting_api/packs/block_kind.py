"""A kind of block: what an outline can hold, and what people are asked to write in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from services.domain.errors import Problem, RuleBroken
from services.reporting_api.packs.content import Block, FilledForm
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import LONGEST_TEXT, BlockPlan

Makes: TypeAlias = Callable[[Material, BlockPlan], tuple[Block, ...]]
Given: TypeAlias = Mapping[str, str]
"""What people wrote in a block, by field; of several boxes, those that are ticked, a line each."""
LONGEST_LINE: Final = 300
TEXT: Final = "text"
"""The field that an outline keeps as a block's text; the others are its options."""


class Entry(StrEnum):
    """How a field is filled in."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Box:
    """One that can be ticked: what is kept of it, what it is called, and what it means."""

    code: str
    label: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that people fill in, with what stands in it. `for_every_paper`: the kind has it, and no one paper its own."""

    name: str
    label: str
    entry: Entry
    value: str = ""
    hint: str = ""
    boxes: tuple[Box, ...] = ()
    for_every_paper: bool = False


def checked(asked: Sequence[Asked], given: Given) -> dict[str, str]:
    """What was given, tidy, by field. Raises RuleBroken for what is not asked for, and for what is no answer."""
    known = {each.name: each for each in asked}
    tidy = {name: words.replace("\r\n", "\n").strip() for name, words in given.items()}
    problems = [
        Problem(name, sentence)
        for name, words in tidy.items()
        if (sentence := _wrong_with(known[name], words) if name in known else "This is not asked for here.")
    ]
    if problems:
        raise RuleBroken(problems)
    return tidy


def _wrong_with(asked: Asked, words: str) -> str | None:
    longest = LONGEST_LINE if asked.entry is Entry.LINE else LONGEST_TEXT
    if len(words) > longest:
        return f"{asked.label}: use {longest} characters or fewer."
    codes = {box.code for box in asked.boxes}
    chosen = words.split("\n") if asked.entry is Entry.SEVERAL and words else [words]
    if words and asked.entry in {Entry.ONE, Entry.SEVERAL} and not codes.issuperset(chosen):
        return f"{asked.label}: choose from what is offered."
    if words and asked.entry is Entry.DAY and not _is_day(words):
        return f"{asked.label}: “{words}” is not a real date. Enter it like 14 3 2019."
    return None


def _is_day(words: str) -> bool:
    try:
        date.fromisoformat(words)
    except ValueError:
        return False
    return True


Asks: TypeAlias = Callable[[tuple[FilledForm, ...], Given], tuple[Asked, ...]]
Writes: TypeAlias = Callable[[tuple[FilledForm, ...], Given], tuple[Block, ...]]


def asks_nothing(_drafted: tuple[FilledForm, ...], _given: Given) -> tuple[Asked, ...]:
    """A block that nobody writes in."""
    return ()


@dataclass(frozen=True, slots=True)
class BlockKind:
    """What a kind of block is called, what it shows, what it needs, and how it is made.

    What `makes` gives may have keys: they tell several blocks of one plan apart, and are put after the plan's own. Those with
    nothing to say are left out. `of_isg`: it is about one ISG, so it stands in a section that is repeated for each.

    `asks`: the fields that people fill in. `writes`: what is printed where they did, over the form that `makes` drafted; nothing
    where nothing is written. A kind with `writes` can be written for one paper alone.
    """

    name: str
    title: str
    help: str
    makes: Makes
    needs: frozenset[Need] = frozenset()
    of_isg: bool = False
    asks: Asks = asks_nothing
    writes: Writes | None = None
