"""What the Board paper of 30 May 2019 claims, read out of it: figures, percentages, numbers of figures, and what it asks."""

from datetime import date
from decimal import Decimal

from services.domain.reconciliation import Bound, Claim, Numbered, Paper, PercentageClaim, Reference

MARCH, APRIL = date(2019, 3, 31), date(2019, 4, 30)
MUST_FINDINGS, SHOULD_FINDINGS = "Must Do findings", "Should Do findings"
MUST, MUST_DONE, MUST_ON_TRACK = (
    "Must Do root causes",
    "Must Do root causes complete",
    "Must Do root causes on track",
)
MUST_DUE, ALL_DUE = "Must Do root causes due", "root causes due"
TRAJECTORY, CHAMPIONS = "Percentage of trajectory", "Engagement Champions"

BY_ISG = (
    # ISG, Must Do and Should Do findings, Must Do root causes, due and closed by 30 April, per cent of trajectory
    ("Women's and Children's", 21, 27, 47, 26, 22, 85),
    ("Scheduled Care", 16, 42, 45, 25, 21, 84),
    ("Unscheduled Care", 20, 9, 68, 24, 16, 67),
    ("Workforce", 21, 10, 105, 39, 34, 87),
)


def _claims() -> list[Claim]:
    claims = [
        Claim(MUST_FINDINGS, Decimal(79), "Background"),
        Claim(SHOULD_FINDINGS, Decimal(91), "Background"),
        Claim(MUST_DONE, Decimal(93), "Situation", APRIL, of_kinds=(MUST,)),
        Claim(MUST_DONE, Decimal(93), "1a", APRIL, of_kinds=(MUST,)),
        Claim(MUST_ON_TRACK, Decimal(137), "Situation", APRIL, of_kinds=(MUST,)),
        Claim(CHAMPIONS, Decimal(80), "Cover", bound=Bound.AROUND),
        Claim(CHAMPIONS, Decimal(50), "Situation", bound=Bound.OVER),
        Claim(CHAMPIONS, Decimal(80), "5b", bound=Bound.AROUND),
    ]
    for isg, must, should, root_causes, due, done, _ in BY_ISG:
        place = f"1b, {isg}"
        claims += [
            Claim(MUST_FINDINGS, Decimal(must), place, part=isg),
            Claim(SHOULD_FINDINGS, Decimal(should), place, part=isg),
            Claim(MUST, Decimal(root_causes), place, part=isg),
            Claim(MUST_DUE, Decimal(due), place, APRIL, part=isg),
            Claim(MUST_DONE, Decimal(done), place, APRIL, part=isg),
        ]
    return claims


def _percentages() -> list[PercentageClaim]:
    of_isgs = [
        PercentageClaim(
            TRAJECTORY, Decimal(percent), f"1b, {isg}", MUST_DUE, APRIL, isg,
            numerator=Decimal(done), denominator=Decimal(due), stated=True,
        )
        for isg, _, _, _, due, done, percent in BY_ISG
    ]  # fmt: skip
    over = Bound.OVER
    return [
        PercentageClaim(TRAJECTORY, Decimal(80), "Background", MUST_DUE, MARCH, bound=over),
        PercentageClaim(
            TRAJECTORY, Decimal(75), "Situation", ALL_DUE, APRIL, bound=over, numerator=Decimal(93), denominator=Decimal(114)
        ),
        *of_isgs,
    ]  # fmt: skip


PAPER_OF_MAY_2019 = Paper(
    claims=_claims(),
    percentages=_percentages(),
    numbered=(
        Numbered(1, "Must Do Root Cause completion, by month", "1a"),
        Numbered(2, "Should Do Root Cause completion, by month", "1a"),
        Numbered(3, "Improvements as a result of changes to Children's streaming in ED", "1c"),
        Numbered(4, "An example of progress", "1c"),
        Numbered(5, "Actions underway and future plans for KLOE W1", "2"),
        Numbered(6, "Actions underway and future plans for KLOE W3", "2"),
        Numbered(7, "Actions underway and future plans for KLOE W4", "2"),
        Numbered(7, "Selected pages from the Improving Together newsletter", "5b"),
    ),
    references=(
        Reference(1, "Must Do", "1a"),
        Reference(2, "Should Do", "1a"),
        Reference(8, "newsletter", "5b"),
    ),
    asks=frozenset({"note"}),
    recommends=(
        ("note", "Recommendation 1"),
        ("note", "Recommendation 2"),
        ("note", "Recommendation 3"),
        ("note", "Recommendation 4"),
        ("approve", "Recommendation 4"),
    ),
)
