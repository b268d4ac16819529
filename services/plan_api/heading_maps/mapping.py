"""What makes a tracker's own heading one of ours: which choices can be, and which can't. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.domain.errors import Problem, RuleBroken
from services.plan_api.workbook.read import comparable
from services.plan_api.workbook.sheets import BY_NAME, SHEETS

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """A tracker's word and ours: a heading of the sheet (by our name of it), or with a blank `sheet` a sheet."""

    sheet: str
    theirs: str
    ours: str

    @property
    def kind(self) -> str:
        """What it is, in a sentence."""
        return "heading" if self.sheet else "sheet"


def check_choices(choices: Sequence[Choice]) -> None:
    """RuleBroken with every choice that can't be, at `choices.N`."""
    problems = []
    taken: dict[tuple[str, str], Choice] = {}
    for place, choice in enumerate(choices):
        sentence = _problem(choice) or _clash(choice, taken)
        if sentence:
            problems.append(Problem(f"choices.{place}", sentence))
    if problems:
        raise RuleBroken(problems)


def _problem(choice: Choice) -> str | None:
    theirs = comparable(choice.theirs)
    if choice.sheet and choice.sheet not in BY_NAME:
        return f"“{choice.sheet}” is none of our sheets."
    ours = (
        [column.heading for column in BY_NAME[choice.sheet].columns]
        if choice.sheet
        else [sheet.name for sheet in SHEETS]
    )
    if not theirs or len(theirs) > LONGEST:
        return f"A {choice.kind} of the tracker has 1 to {LONGEST} characters."
    if choice.ours not in ours:
        return f"“{choice.ours}” is none of our {choice.kind}s."
    if theirs == comparable(choice.ours):
        return f"“{choice.theirs}” is our own {choice.kind}: it needs no choice."
    if theirs in {comparable(each) for each in ours}:
        return f"“{choice.theirs}” is one of our own {choice.kind}s, and can’t be read as “{choice.ours}”."
    return None


def _clash(choice: Choice, taken: dict[tuple[str, str], Choice]) -> str | None:
    """Two columns can't be one field."""
    before = taken.setdefault((choice.sheet, choice.ours), choice)
    if before is not choice and comparable(before.theirs) != comparable(choice.theirs):
        return f"“{before.theirs}” and “{choice.theirs}” can’t both be “{choice.ours}”: choose one of them."
    return None
