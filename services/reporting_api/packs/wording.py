"""How the paper writes numbers, nouns and names."""

from collections.abc import Iterable

from services.domain.wording import listed
from services.domain.words import FindingType

_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TRUST_WIDE = "Trust-wide"
"""What the workbook has for a core service when a finding is about the whole Trust."""
_NOUNS = {
    FindingType.MUST_DO: ("Must Do finding", "Must Do findings"),
    FindingType.SHOULD_DO: ("Should Do finding", "Should Do findings"),
    FindingType.NOTICE: ("requirement", "requirements"),
    FindingType.RECOMMENDATION: ("recommendation", "recommendations"),
}


def in_words(number: int) -> str:
    """Under ten in words, as the paper does; nought before a noun is "no"."""
    return _IN_WORDS[number] if number < len(_IN_WORDS) else str(number)


def none_or(number: int) -> str:
    """As `in_words`, where no noun follows: "none are complete"."""
    return in_words(number) if number else "none"


def of_one_or_more(number: int, one: str, more: str) -> str:
    """`one` for exactly one, else `more`: no findings, one finding, two findings."""
    return one if number == 1 else more


def as_noun(finding_type: FindingType, number: int) -> str:
    """One Must Do finding, two recommendations."""
    return of_one_or_more(number, *_NOUNS[finding_type])


def root_causes(number: int) -> str:
    """Root Cause or Root Causes, with the paper's capitals."""
    return of_one_or_more(number, "Root Cause", "Root Causes")


def were(number: int) -> str:
    """was or were"""
    return of_one_or_more(number, "was", "were")


def are(number: int) -> str:
    """is or are"""
    return of_one_or_more(number, "is", "are")


def signed(number: int) -> str:
    """+2, −4 (with a true minus sign), 0"""
    return f"+{number}" if number > 0 else str(number).replace("-", "−")


def source_name(name: str) -> str:
    """Without a colon, which would break a sentence: Section 31 notice (maternity, August 2018)."""
    notice, colon, about = name.partition(": ")
    if not colon:
        return name
    subject, _, rest = about.partition(" (")
    return f"{notice} ({', '.join(filter(None, (subject, rest.removesuffix(')'))))})"


def services_named(names: Iterable[str]) -> str:
    """Surgery, maternity, and children and young people: with small letters, the whole Trust last."""
    given = list(names)
    said = [_in_running_text(name) for name in given if name != _TRUST_WIDE]
    if _TRUST_WIDE in given:
        said.append("the Trust as a whole")
    if len(said) < 2 or not any(" and " in name for name in said):
        return listed(said)
    return f"{', '.join(said[:-1])}, and {said[-1]}"


def _in_running_text(name: str) -> str:
    """Critical care as critical care; a name with capitals of its own keeps them all."""
    return name if name[1:] != name[1:].lower() else name.lower()
