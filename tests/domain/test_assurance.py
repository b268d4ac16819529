"""Who may sign for evidence, and when."""

import pytest

from services.domain.assurance import check_assurance, check_withdrawal, may_assure
from services.domain.errors import DomainError
from services.domain.permissions import Person, Subject
from services.domain.words import AssuranceStage, Role

PMO = Person("pmo@trust.example", frozenset({(Role.PMO, None)}))
CHAIR = Person("chair@trust.example", frozenset({(Role.ISG_CHAIR, "Workforce")}))
THEIRS = Subject("Workforce", "owner@trust.example")
OWN = Subject("Workforce", "pmo@trust.example")
CLOSED, ASSURED = AssuranceStage.CLOSED, AssuranceStage.EVIDENCE_ASSURED


@pytest.mark.parametrize(
    ("person", "subject", "stage", "asked_by", "may"),
    [
        (PMO, THEIRS, CLOSED, set(), True),
        (PMO, THEIRS, None, set(), False),
        (PMO, THEIRS, ASSURED, set(), False),
        (PMO, OWN, CLOSED, set(), False),
        (PMO, THEIRS, CLOSED, {"pmo@trust.example"}, False),
        (CHAIR, THEIRS, CLOSED, set(), False),
    ],
)
def test_the_pmo_signs_for_what_is_closed_and_not_their_own(
    person: Person, subject: Subject, stage: AssuranceStage | None, asked_by: set[str], may: bool
) -> None:
    assert may_assure(person, subject, stage, asked_by) is may


@pytest.mark.parametrize(
    ("subject", "stage", "asked_by", "evidence", "note", "says"),
    [
        (THEIRS, None, set(), True, "Seen", "is not closed"),
        (THEIRS, ASSURED, set(), True, "Seen", "assured already"),
        (OWN, CLOSED, set(), True, "Seen", "somebody else of the PMO"),
        (THEIRS, CLOSED, {PMO.email}, True, "Seen", "somebody else of the PMO"),
        (THEIRS, CLOSED, set(), False, " ", "say what you have seen"),
        (THEIRS, CLOSED, set(), False, "Audit of 3 May, on the ward.", None),
        (THEIRS, CLOSED, set(), True, None, None),
    ],
)
def test_a_signature_is_refused_in_a_sentence(
    subject: Subject, stage: AssuranceStage | None, asked_by: set[str], evidence: bool, note: str | None, says: str | None
) -> None:  # fmt: skip
    def sign() -> None:
        check_assurance(
            note, person=PMO, subject=subject, stage=stage, asked_by=asked_by, has_evidence=evidence
        )

    if says is None:
        sign()
    else:
        with pytest.raises(DomainError, match=says):
            sign()


def test_taking_it_back_needs_a_signature_and_a_reason() -> None:
    check_withdrawal("The audit was of another ward.", ASSURED)
    with pytest.raises(DomainError, match="nothing to take back"):
        check_withdrawal("Why", CLOSED)
    with pytest.raises(DomainError, match="Say why"):
        check_withdrawal(" ", ASSURED)
