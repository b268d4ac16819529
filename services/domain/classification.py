"""The class of a root cause follows from the findings that it answers."""

from collections.abc import Iterable

from services.domain.words import FindingType, RootCauseClass


def class_of(findings: Iterable[FindingType]) -> RootCauseClass:
    """Must Do if any finding is a Must Do or a Notice, else Should Do if any is; none otherwise (domain.md, Nouns)."""
    types = set(findings)
    if types & {FindingType.MUST_DO, FindingType.NOTICE}:
        return RootCauseClass.MUST_DO
    return RootCauseClass.SHOULD_DO if FindingType.SHOULD_DO in types else RootCauseClass.NONE
