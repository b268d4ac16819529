"""How the paper writes numbers and nouns."""

from services.domain.words import FindingType

_IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
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
