"""The numbers that somebody typed in a text: what is one, how it is meant, and what its words say that it is of.

Source: domain.md, Figures and packs; decision 37. Digits are numbers, and so are the words from two to ninety-nine. No numbers
are days and years, times, names that hold digits (RR1533, W1, 29A, 28-day), what stands after the name of a part ("Figure 8",
"Section 31"), and "one", which is mostly no count.
"""

import re
from calendar import month_name, monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.domain.reconciliation import Bound

_ONES: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def _words() -> Iterator[tuple[str, int]]:
    yield from ((word, number) for number, word in enumerate(_ONES, start=2))
    yield from ((word, number) for number, word in enumerate(_TEENS, start=10))
    for ten, word in enumerate(_TENS, start=2):
        yield word, ten * 10
        yield from ((f"{word}-{one}", ten * 10 + number) for number, one in enumerate(("one", *_ONES), start=1))  # fmt: skip


IN_WORDS: Final[Mapping[str, int]] = dict(_words())
_MONTHS: Final = "|".join(month_name[1:])
_WORD: Final = "|".join(sorted(IN_WORDS, key=len, reverse=True))
_NUMBER: Final = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{_WORD})"
_FOUND: Final = re.compile(
    rf"(?<![\w.,/:’'-])(?P<number>{_NUMBER})(?P<percent>\s?%|\s+per\s?cent\b)?(?![\w/:]|[.,]\d|-[A-Za-z])",
    re.IGNORECASE,
)
_DATES: Final = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS})(?:\s+\d{{4}})?\b|\b(?:{_MONTHS})\s+\d{{4}}\b|\b(?:19|20)\d\d(?:/\d{{2,4}})?\b",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"\b(?:figures?|tables?|sections?|regulations?|recommendations?|appendix|annex|cycles?|sprints?|versions?|pages?|stages?|tiers?"
    r"|levels?|weeks?|days?|parts?|phases?|chapters?|items?|domains?|wards?|bands?|rooms?|quarters?|no\.?|number)\s+$",
    re.IGNORECASE,
)
_BEFORE: Final = {
    Bound.OVER: re.compile(r"\b(?:over|more than|above|at least|in excess of)\s+$", re.IGNORECASE),
    Bound.AROUND: re.compile(
        r"\b(?:around|about|approximately|roughly|nearly|almost|some|circa|c\.)\s+$", re.IGNORECASE
    ),
}
_DEFINITE: Final = re.compile(
    r"(?:\b(?:the|all|our|its|their|these|those)|[’']s?)\s+(?:of the\s+)?$", re.IGNORECASE
)
_FRACTION: Final = re.compile(
    rf"(?<![\w.,/:-])(?P<part>{_NUMBER})\s+(?:out of|of)\s+(?:the\s+|all\s+)?(?P<whole>{_NUMBER})(?![\w%/:]|[.,]\d|-[A-Za-z])",
    re.IGNORECASE,
)
WORDS_AFTER: Final = 3
"""How many words after a number say which one it is, where no noun of its own follows."""
_SENTENCE_END: Final = re.compile(r"[.;:!?](?=\s|$)")
_NOUN: Final = re.compile(
    r"\s*(?P<class>must do|should do)\s+(?P<noun>findings?|root causes?)\b", re.IGNORECASE
)
_STATE: Final = re.compile(
    r"\s*(?:and\s+\S+\s+(?:must|should) do\s+(?:findings|root causes)\s+)?"
    r"(?:(?:that|which|were|was|are|is|have|has|had|been|marked|as|now|not)\s+)*"
    r"(?P<state>neither|on track|(?:yet\s+)?complete[d]?|closed|due|planned)\b",
    re.IGNORECASE,
)
_STATES: Final[Mapping[str, str]] = {
    "neither": "neither complete nor on track", "on track": "on track", "complete": "complete", "completed": "complete",
    "closed": "complete", "due": "due", "planned": "due",
}  # fmt: skip
_PHRASE: Final = re.compile(r"\s+(?P<first>[A-Za-z][A-Za-z’'-]{3,})\s+(?P<second>[A-Za-z][A-Za-z’'-]{3,})\b")
_NO_NOUNS: Final = frozenset({
    "must", "should", "have", "been", "were", "will", "with", "that", "this", "from", "they", "them", "their", "when", "which",
    "there", "these", "those", "days", "weeks", "months", "years", "hours", "minutes", "percentage", "points", "people",
    "times", "into", "over", "under", "only", "also", "more", "less", "than", "each", "every",
})  # fmt: skip
_MONTH_END: Final = re.compile(
    rf"\b(?:(?:at|by|to)\s+)?(?:the\s+)?(?:(?P<end>end of)|(?P<day>\d{{1,2}}))\s+(?P<month>{_MONTHS})(?:\s+(?P<year>\d{{4}}))?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fraction:
    """So many of so many, as a text has it; `start` and `end`: where."""

    part: Decimal
    whole: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number of a text. `said`: as it stands there with what it is of; `of`: the fraction that a percentage states.

    `figure`: what the words beside it say clearly that it counts ("Must Do Root Causes complete"). `noun`: the class and noun
    that stand after it ("Must Do Root Causes"), or two other words ("engagement champions"), which are a name where they have
    capitals (`is_name`). `day`: what its sentence names.
    """

    value: Decimal
    bound: Bound
    is_percentage: bool
    start: int
    end: int
    said: str
    sentence: str
    figure: str | None = None
    noun: str | None = None
    is_name: bool = False
    of: Fraction | None = None
    day: date | None = None


def typed_numbers(words: str, day: date) -> list[TypedNumber]:
    """Every number of a text, in its order; `day` is that of the paper, by whose year a month is understood."""
    dates = [found.span() for found in _DATES.finditer(words)]
    fractions = list(_fractions(words))
    return [
        _number(words, found, fractions, day)
        for found in _FOUND.finditer(words)
        if not any(start <= found.start("number") < end for start, end in dates)
        and (found["percent"] or not _NAMED.search(words[: found.start()]))
    ]


def references(words: str) -> list[tuple[int, str]]:
    """Each figure that a text sends the reader to, with what of it is told beside: the class of root causes, or nothing."""
    found = list(re.finditer(rf"(?<!\bno )\bFigure\s+(\d+|one|{_WORD})\b", words, re.IGNORECASE))
    told = []
    for at, each in enumerate(found):
        until = found[at + 1].start() if at + 1 < len(found) else len(words)
        beside = _upto(words[each.end() : until])
        about = re.search(r"\b(must do|should do)\b", beside, re.IGNORECASE)
        number = 1 if each[1].lower() == "one" else int(_value(each[1]))
        told.append((number, about[1].title() if about else ""))
    return told


def _number(words: str, found: "re.Match[str]", fractions: Sequence[Fraction], day: date) -> TypedNumber:
    before, after = words[: found.start()], words[found.end() :]
    start, end = _sentence_around(words, found.start(), found.end())
    bound = next((bound for bound, says in _BEFORE.items() if says.search(before)), Bound.EXACTLY)
    is_percentage = found["percent"] is not None
    figure, noun = (None, None) if is_percentage else _named(before, _upto(after))
    return TypedNumber(
        value=_value(found["number"]),
        bound=bound,
        is_percentage=is_percentage,
        start=found.start(),
        end=found.end(),
        said=_short(words, found, bound, noun),
        sentence=words[start:end].strip(),
        figure=figure,
        noun=noun,
        is_name=_is_name(after),
        of=_beside(found, [each for each in fractions if start <= each.start < end])
        if is_percentage
        else None,
        day=_day_named(words[start:end], day),
    )


def _named(before: str, after: str) -> tuple[str | None, str | None]:
    """What the words after it make of it: the figure, where they are clear, and the noun."""
    noun = _NOUN.match(after)
    if noun is None:
        phrase = _PHRASE.match(after)
        if phrase is None or {phrase["first"].lower(), phrase["second"].lower()} & _NO_NOUNS:
            return None, None
        return None, f"{phrase['first']} {phrase['second']}".casefold()
    is_finding = noun["noun"].casefold().startswith("finding")
    named = f"{noun['class'].title()} {'findings' if is_finding else 'Root Causes'}"
    if is_finding:
        return (named if _DEFINITE.search(before) else None), named
    rest = after[noun.end() :]
    state = _STATE.match(rest)
    if state is None:
        return None, named
    word = state["state"].casefold()
    if word.startswith("yet") or re.search(r"\bnot\s", rest[: state.start("state")], re.IGNORECASE):
        is_open = word.split()[-1].startswith(("complete", "closed"))
        return (f"{named} not yet complete" if is_open else None), named
    return f"{named} {_STATES[word]}", named


def _is_name(after: str) -> bool:
    phrase = _PHRASE.match(after)
    return phrase is not None and phrase["first"][0].isupper() and phrase["second"][0].isupper()


def _fractions(words: str) -> Iterator[Fraction]:
    for found in _FRACTION.finditer(words):
        yield Fraction(_value(found["part"]), _value(found["whole"]), found.start(), found.end())


def _beside(percentage: "re.Match[str]", fractions: Sequence[Fraction]) -> Fraction | None:
    """Of those in its sentence the first after a percentage, else the last before it."""
    after = next((each for each in fractions if each.start >= percentage.end()), None)
    return after or next((each for each in reversed(fractions) if each.end <= percentage.start()), None)


def _day_named(sentence: str, paper: date) -> date | None:
    """The end of March, or 31 March: of the paper's year or the one before it, where no year is told."""
    found = _MONTH_END.search(sentence)
    if found is None:
        return None
    month = [name.casefold() for name in month_name].index(found["month"].casefold())
    year = int(found["year"] or (paper.year if month <= paper.month + 1 else paper.year - 1))
    last = monthrange(year, month)[1]
    day = last if found["end"] else int(found["day"])
    return date(year, month, day) if 1 <= day <= last else None


def _sentence_around(words: str, start: int, end: int) -> tuple[int, int]:
    begins = max((each.end() for each in _SENTENCE_END.finditer(words, 0, start)), default=0)
    ends = _SENTENCE_END.search(words, end)
    return begins, ends.end() if ends else len(words)


def _upto(words: str) -> str:
    """To the end of the sentence."""
    ends = _SENTENCE_END.search(words)
    return words[: ends.start()] if ends else words


def _short(words: str, found: "re.Match[str]", bound: Bound, noun: str | None) -> str:
    """Over 75% of the trajectory; around 80 engagement champions: as typed, with the noun or a few words after it."""
    before = _BEFORE[bound].search(words[: found.start()]) if bound in _BEFORE else None
    start = before.start() if before else found.start() - words[: found.start()].endswith("£")
    after = re.compile(rf"(?:\s+[^\s.,;:()]+){{0,{len(noun.split()) if noun else WORDS_AFTER}}}").match(
        words, found.end()
    )
    return words[start : after.end() if after else found.end()]


def _value(said: str) -> Decimal:
    return Decimal(IN_WORDS[said.lower()] if said.lower() in IN_WORDS else said.replace(",", ""))
