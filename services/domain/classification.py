"""What follows from the findings that a root cause answers: its class, and the strongest notice behind it."""

from collections.abc import Iterable
from typing import Final

from services.domain.words import FindingType, NoticeKind, RootCauseClass


def class_of(findings: Iterable[FindingType]) -> RootCauseClass:
    """Must Do if any finding is a Must Do or a Notice, else Should Do if any is; none otherwise (domain.md, Nouns)."""
    types = set(findings)
    if types & {FindingType.MUST_DO, FindingType.NOTICE}:
        return RootCauseClass.MUST_DO
    return RootCauseClass.SHOULD_DO if FindingType.SHOULD_DO in types else RootCauseClass.NONE


NOTICES_BY_STRENGTH: Final = (
    NoticeKind.SECTION_31,
    NoticeKind.REGULATION_31,
    NoticeKind.SECTION_29A,
    NoticeKind.SECTION_64,
)
"""The order of the ECIB queue (domain.md, Escalation 2); what is printed as Regulation 31 counts as Section 31 there."""


def strongest_notice(sources: Iterable[str]) -> NoticeKind | None:
    """The strongest kind among the names of notices: a Notice's source begins with its kind, in any case."""
    kinds = {
        kind
        for name in sources
        for kind in NOTICES_BY_STRENGTH
        if name.lower().startswith(kind.value.lower())
    }
    return min(kinds, key=NOTICES_BY_STRENGTH.index, default=None)
