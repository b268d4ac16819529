"""The class of a root cause follows from its findings."""

import pytest

from services.domain.classification import class_of
from services.domain.words import FindingType, RootCauseClass

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
