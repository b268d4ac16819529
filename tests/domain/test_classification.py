"""The class of a root cause follows from its findings."""

import pytest

from services.domain.classification import class_of, strongest_notice
from services.domain.words import FindingType, NoticeKind, RootCauseClass

MUST, SHOULD = FindingType.MUST_DO, FindingType.SHOULD_DO
NOTICE, RECOMMENDATION = FindingType.NOTICE, FindingType.RECOMMENDATION


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([MUST], RootCauseClass.MUST_DO),
        ([SHOULD, MUST], RootCauseClass.MUST_DO),
        ([NOTICE], RootCauseClass.MUST_DO),
        ([RECOMMENDATION, SHOULD], RootCauseClass.SHOULD_DO),
        ([RECOMMENDATION], RootCauseClass.NONE),
        ([], RootCauseClass.NONE),
    ],
)
def test_the_strongest_finding_decides(findings: list[FindingType], expected: RootCauseClass) -> None:
    assert class_of(findings) is expected


@pytest.mark.parametrize(
    ("sources", "strongest"),
    [
        ([], None),
        (["CQC inspection report"], None),
        (["Section 29A warning notice"], NoticeKind.SECTION_29A),
        (["section 64 letter", "SECTION 31 notice: maternity"], NoticeKind.SECTION_31),
        (["Section 29A notice", "Regulation 31 enforcement notice"], NoticeKind.REGULATION_31),
        (["A letter about Section 31"], None),
    ],
)
def test_the_strongest_notice_is_told_by_how_its_source_begins(
    sources: list[str], strongest: NoticeKind | None
) -> None:
    assert strongest_notice(sources) is strongest
