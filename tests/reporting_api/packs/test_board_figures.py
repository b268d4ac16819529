"""The figures of the paper are worked out from recorded facts: who counts where, what is left, what adds up."""

from dataclasses import replace
from datetime import date

from services.domain.cycles import ReportingCalendar, WorkingDays
from services.domain.facts import Baseline, Closing, Placement, Report, RootCauseFacts
from services.domain.words import Cadence, FindingType, RootCauseClass, UpdateStatus
from services.reporting_api.packs.board_figures import (
    ActionFacts,
    Approval,
    ApprovalFacts,
    BoardPaperFigures,
    Completion,
    FindingFacts,
    SourceFigures,
    board_paper_figures,
    previous_month_end,
)
from services.shared.facts import IsgFacts, PlanFacts

APRIL = date(2019, 4, 30)
CALENDAR = ReportingCalendar(
    Cadence.FORTNIGHTLY, date(2019, 3, 4), 11, 3, working_days=WorkingDays(frozenset(), date(2028, 12, 31))
)
CARE, WELL_LED = (
    IsgFacts(1, "Scheduled Care", "scheduled-care", CALENDAR),
    IsgFacts(2, "Well-led", "well-led", CALENDAR),
)


def root_cause(
    reference: str,
    due: date,
    *,
    closed: date | None = None,
    said: UpdateStatus | None = None,
    root_cause_class: RootCauseClass = RootCauseClass.MUST_DO,
    placements: tuple[Placement, ...] = (),
) -> RootCauseFacts:
    """A root cause of Scheduled Care."""
    return RootCauseFacts(
        reference,
        placements or (Placement(None, CARE.name, root_cause_class),),
        (Baseline(1, None, due),),
        (Closing(closed),) if closed else (),
        (Report(3, 1, date(2019, 4, 23), said),) if said else (),
    )


DONE = root_cause("RC-1", date(2019, 3, 29), closed=date(2019, 3, 28))
LATE = root_cause("RC-2", date(2019, 4, 12), said=UpdateStatus.ON_TRACK)
ON_TRACK = root_cause("RC-3", date(2019, 6, 28), said=UpdateStatus.ON_TRACK)
SHOULD = root_cause("RC-4", APRIL, closed=APRIL, root_cause_class=RootCauseClass.SHOULD_DO)
NO_CLASS = root_cause("RC-5", date(2019, 9, 30), root_cause_class=RootCauseClass.NONE)
WITHDRAWN = root_cause(
    "RC-6",
    date(2019, 4, 1),
    placements=(
        Placement(None, CARE.name, RootCauseClass.MUST_DO),
        Placement(date(2019, 4, 10), CARE.name, RootCauseClass.MUST_DO, in_plan=False),
    ),
)


def figures_of(
    *root_causes: RootCauseFacts,
    findings: tuple[FindingFacts, ...] = (),
    approvals: tuple[ApprovalFacts, ...] = (),
    actions: tuple[ActionFacts, ...] = (),
    unreleased: tuple[str, ...] = (),
    as_at: date = APRIL,
) -> BoardPaperFigures:
    """The paper's figures of a plan with these facts."""
    return board_paper_figures(
        "A Trust",
        PlanFacts((CARE, WELL_LED), root_causes),
        findings,
        approvals,
        actions,
        unreleased,
        as_at,
    )


def finding(
    reference: str,
    finding_type: FindingType,
    isg: IsgFacts,
    *root_causes: str,
    source: str | None = "CQC report",
) -> FindingFacts:
    """A finding that these root causes answer."""
    return FindingFacts(reference, finding_type, source, isg.name, "Surgery", root_causes)


def test_each_root_cause_is_complete_on_track_or_neither() -> None:
    must_do = figures_of(DONE, LATE, ON_TRACK).whole(RootCauseClass.MUST_DO)
    assert (must_do.root_causes, must_do.complete, must_do.on_track, must_do.neither) == (3, 1, 1, 1)


def test_an_overdue_root_cause_is_not_on_track_whatever_its_owner_said() -> None:
    assert figures_of(LATE).whole(RootCauseClass.MUST_DO).on_track == 0


def test_this_month_and_the_month_before_are_rows_of_the_trajectory() -> None:
    figures = figures_of(DONE, LATE, ON_TRACK, SHOULD)
    assert figures.now(RootCauseClass.MUST_DO) == Completion(1, 2)
    assert figures.previously(RootCauseClass.MUST_DO) == Completion(1, 1)
    assert figures.now(RootCauseClass.SHOULD_DO) == Completion(1, 1)


def test_what_is_withdrawn_counts_no_more() -> None:
    figures = figures_of(DONE, WITHDRAWN)
    assert figures.whole(RootCauseClass.MUST_DO).root_causes == 1
    assert figures.now(RootCauseClass.MUST_DO) == Completion(1, 1)


def test_what_has_no_class_is_counted_apart() -> None:
    figures = figures_of(DONE, NO_CLASS)
    assert figures.neither_class == 1
    assert figures.whole(RootCauseClass.MUST_DO).root_causes == 1


def test_findings_are_counted_by_isg_and_by_source() -> None:
    figures = figures_of(
        DONE,
        findings=(
            finding("F-1", FindingType.MUST_DO, CARE, "RC-1"),
            finding("F-2", FindingType.MUST_DO, WELL_LED, "RC-1"),
            finding("F-3", FindingType.RECOMMENDATION, CARE, source=None),
        ),
    )
    assert [isg.must_do.findings for isg in figures.isgs] == [1, 1]
    assert figures.sources == (
        SourceFigures("CQC report", ((FindingType.MUST_DO, 2),)),
        SourceFigures("Source not recorded", ((FindingType.RECOMMENDATION, 1),)),
    )


def test_an_isg_whose_findings_are_answered_elsewhere_says_where() -> None:
    figures = figures_of(DONE, findings=(finding("F-2", FindingType.MUST_DO, WELL_LED, "RC-1"),))
    assert figures.isgs[1].answered_by == ("Scheduled Care",)
    assert figures.isgs[0].answered_by == ()


def test_a_notice_belongs_to_the_isg_whose_root_causes_answer_it() -> None:
    notice = finding("N-1", FindingType.NOTICE, WELL_LED, "RC-1", source="Section 31 notice")
    figures = figures_of(DONE, findings=(notice,))
    assert [isg.notices for isg in figures.isgs] == [("Section 31 notice",), ()]


def test_approvals_are_gathered_by_day_and_forum_and_later_ones_are_not_known_yet() -> None:
    figures = figures_of(
        DONE,
        approvals=(
            ApprovalFacts("Scheduled Care", "Trust Board", date(2019, 4, 4)),
            ApprovalFacts("Workforce", "Trust Board", date(2019, 4, 4)),
            ApprovalFacts("Well-led", "Well-led ISG", date(2019, 5, 1)),
        ),
    )
    assert figures.approvals == (Approval("Trust Board", date(2019, 4, 4), ("Scheduled Care", "Workforce")),)


def test_a_due_date_is_moved_when_it_is_not_the_original_one_by_the_papers_day() -> None:
    moved = replace(
        ON_TRACK,
        baselines=(
            Baseline(1, None, APRIL),
            Baseline(2, date(2019, 4, 17), date(2019, 6, 28)),
        ),
    )
    later = replace(LATE, baselines=(*LATE.baselines, Baseline(2, date(2019, 5, 15), date(2019, 6, 28))))
    figures = figures_of(moved, later, SHOULD)
    assert figures.moved_due_dates == 1
    must_do = figures.whole(RootCauseClass.MUST_DO)
    assert must_do.in_month("2019-04") == Completion(0, 1)
    assert must_do.originally_in_month("2019-04") == Completion(0, 2)


def test_unreleased_updates_count_where_the_paper_counts_their_root_causes() -> None:
    figures = figures_of(ON_TRACK, NO_CLASS, WITHDRAWN, unreleased=("RC-3", "RC-3", "RC-5", "RC-6"))
    assert figures.unreleased_updates == 2


def test_actions_count_when_due_the_month_before_under_must_do_root_causes() -> None:
    figures = figures_of(
        DONE,
        SHOULD,
        actions=(
            ActionFacts("RC-1", date(2019, 3, 1), date(2019, 3, 1)),
            ActionFacts("RC-1", date(2019, 3, 31), date(2019, 4, 1)),
            ActionFacts("RC-1", date(2019, 4, 1), date(2019, 4, 1)),
            ActionFacts("RC-4", date(2019, 3, 1), date(2019, 3, 1)),
        ),
    )
    assert figures.must_do_actions == Completion(1, 2)


def test_the_same_denominator_makes_the_percentage_from_paper_to_paper() -> None:
    assert str(Completion(93, 114).percent) == "81.6"
    assert str(Completion(101, 134).percent) == "75.4"
    assert str(Completion(48, 59).percent) == "81.4"
    assert [Completion(*each).whole_percent for each in ((22, 26), (21, 25), (16, 24), (34, 39))] == [
        85,
        84,
        67,
        87,
    ]
    assert Completion(3, 0).whole_percent is None


def test_the_month_before_ends_on_its_last_day() -> None:
    assert previous_month_end(date(2019, 4, 30)) == date(2019, 3, 31)
    assert previous_month_end(date(2020, 1, 1)) == date(2019, 12, 31)


def test_a_plan_without_anything_has_figures_of_nothing() -> None:
    figures = board_paper_figures("A Trust", PlanFacts((), ()), (), (), (), (), APRIL)
    assert not figures.has(RootCauseClass.MUST_DO)
    assert figures.now(RootCauseClass.MUST_DO) == Completion(0, 0)
