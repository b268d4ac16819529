"""The trajectory on worked dates. Source: domain.md, Trajectory."""

from datetime import date
from decimal import Decimal

import pytest

from services.domain.facts import Baseline, Closing, Placement, RootCauseFacts
from services.domain.trajectory import TrajectoryRow, counted, percentage, trajectory
from services.domain.words import RootCauseClass

APRIL_END = date(2019, 4, 30)
UNSCHEDULED = "Unscheduled Care"


def root_cause(
    reference: str,
    due: date,
    *closings: Closing,
    rebaselined: Baseline | None = None,
    moved: Placement | None = None,
    root_cause_class: RootCauseClass = RootCauseClass.MUST_DO,
) -> RootCauseFacts:
    placement = Placement(None, UNSCHEDULED, root_cause_class)
    return RootCauseFacts(
        reference,
        (placement, moved) if moved else (placement,),
        (Baseline(1, None, due), rebaselined) if rebaselined else (Baseline(1, None, due),),
        closings,
    )


def row(
    plan: list[RootCauseFacts],
    month: str,
    as_at: date,
    isg: str = UNSCHEDULED,
    root_cause_class: str = "must_do",
) -> TrajectoryRow:
    (found,) = (
        each
        for each in trajectory(plan, [UNSCHEDULED, "Workforce"], as_at)
        if (each.isg, each.root_cause_class, each.month) == (isg, root_cause_class, month)
    )
    return found


@pytest.mark.parametrize(
    ("complete", "planned", "printed"),
    [
        (22, 26, "84.6"),
        (13, 16, "81.3"),
        (93, 114, "81.6"),
        (101, 134, "75.4"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (0, 5, "0.0"),
        (7, 4, "175.0"),
    ],
)
def test_a_percentage_has_one_place_is_rounded_half_up_and_never_capped(
    complete: int, planned: int, printed: str
) -> None:
    assert percentage(complete, planned) == Decimal(printed)
    assert str(percentage(complete, planned)) == printed


def test_nothing_due_is_neither_nought_nor_a_hundred_per_cent() -> None:
    assert percentage(0, 0) is None
    assert percentage(3, 0) is None


def test_an_empty_plan_has_no_rows() -> None:
    assert trajectory([], [UNSCHEDULED], APRIL_END) == []


def test_a_plan_of_which_nothing_has_come_into_the_plan_has_no_rows() -> None:
    to_come = RootCauseFacts(
        "RC-1",
        (Placement(date(2019, 5, 1), UNSCHEDULED, RootCauseClass.MUST_DO),),
        (Baseline(1, date(2019, 5, 1), APRIL_END),),
    )
    assert trajectory([to_come], [UNSCHEDULED], APRIL_END) == []


def test_every_isg_and_class_has_a_row_in_every_month_in_order() -> None:
    plan = [root_cause("RC-1", date(2019, 3, 15)), root_cause("RC-2", date(2019, 5, 15))]
    keys = [(each.isg, each.root_cause_class, each.month) for each in trajectory(plan, ["B", "A"], APRIL_END)]
    assert keys == [
        (isg, root_cause_class, month)
        for isg in ("B", "A", "all")
        for root_cause_class in ("must_do", "should_do", "all")
        for month in ("2019-03", "2019-04", "2019-05")
    ]


def test_the_months_run_on_to_the_as_at_date_and_begin_with_an_early_completion() -> None:
    plan = [root_cause("RC-1", date(2019, 3, 15), Closing(date(2019, 2, 20)))]
    months = {each.month for each in trajectory(plan, [UNSCHEDULED], APRIL_END)}
    assert months == {"2019-02", "2019-03", "2019-04"}


def test_due_on_the_last_day_counts_and_so_does_closed_on_it() -> None:
    plan = [root_cause("RC-1", APRIL_END, Closing(APRIL_END)), root_cause("RC-2", date(2019, 5, 1))]
    april = row(plan, "2019-04", APRIL_END)
    assert (april.planned, april.complete, april.percent_of_trajectory) == (1, 1, Decimal("100.0"))


def test_in_the_month_of_the_as_at_date_only_what_is_due_by_it_is_planned() -> None:
    plan = [root_cause("RC-1", date(2019, 4, 10)), root_cause("RC-2", date(2019, 4, 11))]
    assert row(plan, "2019-04", date(2019, 4, 10)).planned == 1
    assert row(plan, "2019-04", date(2019, 4, 11)).planned == 2


def test_after_the_as_at_month_there_is_a_plan_but_nothing_complete_yet() -> None:
    plan = [root_cause("RC-1", date(2019, 5, 15), Closing(date(2019, 4, 1)))]
    may = row(plan, "2019-05", APRIL_END)
    assert (may.planned, may.complete, may.percent_of_trajectory) == (1, None, None)


def test_a_rebaseline_never_mends_the_past() -> None:
    plan = [
        root_cause("RC-1", date(2019, 3, 15), rebaselined=Baseline(2, date(2019, 4, 10), date(2019, 5, 31))),
    ]
    assert row(plan, "2019-03", APRIL_END).planned == 1
    assert row(plan, "2019-04", APRIL_END).planned == 0
    assert row(plan, "2019-05", APRIL_END).planned == 1
    assert [row(plan, f"2019-0{month}", APRIL_END).original_planned for month in (3, 4, 5)] == [1, 1, 1]


def test_a_closing_reopened_later_still_counts_at_the_month_ends_between() -> None:
    closing = Closing(date(2019, 2, 20), reopened_on=date(2019, 4, 30))
    plan = [root_cause("RC-1", date(2019, 2, 10), closing)]
    assert [row(plan, f"2019-0{month}", APRIL_END).complete for month in (2, 3, 4)] == [1, 1, 0]


def test_a_move_leaves_the_months_that_had_ended_with_the_old_isg() -> None:
    moved = Placement(date(2019, 4, 1), "Workforce", RootCauseClass.SHOULD_DO)
    plan = [root_cause("RC-1", date(2019, 3, 15), moved=moved)]
    assert row(plan, "2019-03", APRIL_END).planned == 1
    assert row(plan, "2019-04", APRIL_END).planned == 0
    assert row(plan, "2019-04", APRIL_END, "Workforce", "should_do").planned == 1
    assert row(plan, "2019-04", APRIL_END, "all", "all").planned == 1


def test_a_withdrawal_leaves_the_count_of_the_months_that_had_ended() -> None:
    withdrawn = Placement(date(2019, 4, 1), UNSCHEDULED, RootCauseClass.MUST_DO, in_plan=False)
    plan = [root_cause("RC-1", date(2019, 3, 15), moved=withdrawn)]
    assert [row(plan, f"2019-0{month}", APRIL_END).planned for month in (3, 4)] == [1, 0]


def test_what_is_of_no_class_counts_in_all_only() -> None:
    plan = [root_cause("RC-1", date(2019, 4, 15), root_cause_class=RootCauseClass.NONE)]
    assert row(plan, "2019-04", APRIL_END, root_cause_class="must_do").planned == 0
    assert row(plan, "2019-04", APRIL_END, root_cause_class="should_do").planned == 0
    assert row(plan, "2019-04", APRIL_END, root_cause_class="all").planned == 1


def test_a_figure_opens_to_the_root_causes_that_it_counts() -> None:
    plan = [
        root_cause("RC-1", date(2019, 3, 15), Closing(date(2019, 3, 28))),
        root_cause("RC-2", date(2019, 4, 15)),
        root_cause("RC-3", date(2019, 5, 15)),
    ]
    april = counted(plan, "all", "must_do", "2019-04", APRIL_END)
    assert april.planned == ("RC-1", "RC-2")
    assert april.complete == ("RC-1",)
    assert counted(plan, "all", "must_do", "2019-05", APRIL_END).complete is None
