"""Each row marked **paper** (and each *ours* that this plan takes as given) in seed-figures.md, with its figures written out.

Everything is worked out from the rows of the plan by the rules of `services/domain`; no database is asked.
"""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from services.cli.demo.plan import build_demo_plan
from services.cli.demo.reports import CALENDAR, CYCLES
from services.cli.demo.story import DemoPlan
from services.domain.facts import RootCauseFacts
from services.domain.status import (
    closure_request,
    complete_on,
    delivery_status,
    due_date_on,
    missed_in_a_row,
    original_baseline,
)
from services.domain.trajectory import TrajectoryRow, percentage, trajectory
from services.domain.words import Cadence, DeliveryStatus, FindingType, KpiLevel, RootCauseClass
from tests.demo.plan_facts import classes_by_findings, facts_of

WOMEN, SCHEDULED, UNSCHEDULED, WORKFORCE, WELL_LED = (
    "Women's and Children's", "Scheduled Care", "Unscheduled Care", "Workforce", "Well-led",
)  # fmt: skip
ISGS = (WOMEN, SCHEDULED, UNSCHEDULED, WORKFORCE, WELL_LED)
MARCH, APRIL, MAY = date(2019, 3, 31), date(2019, 4, 30), date(2019, 5, 31)
TODAY = date(2019, 5, 22)
MUST, SHOULD = RootCauseClass.MUST_DO, RootCauseClass.SHOULD_DO
NOT_GOOD_NEWS = {
    DeliveryStatus.AT_RISK,
    DeliveryStatus.OFF_TRACK,
    DeliveryStatus.NOT_STARTED,
    DeliveryStatus.AWAITING_CLOSURE,
}


@pytest.fixture(scope="module")
def plan() -> DemoPlan:
    return build_demo_plan()


@pytest.fixture(scope="module")
def facts(plan: DemoPlan) -> list[RootCauseFacts]:
    return facts_of(plan)


@pytest.fixture(scope="module")
def classes(plan: DemoPlan) -> dict[str, RootCauseClass]:
    return classes_by_findings(plan)


@pytest.fixture(scope="module")
def isg_of(plan: DemoPlan) -> dict[str, str]:
    return {row.reference: row.isg for row in plan.sheets.root_causes}


def row_of(facts: list[RootCauseFacts], as_at: date, isg: str, root_cause_class: str) -> TrajectoryRow:
    return next(
        row
        for row in trajectory(facts, ISGS, as_at)
        if (row.isg, row.root_cause_class, row.month) == (isg, root_cause_class, f"{as_at:%Y-%m}")
    )


def statuses(
    facts: list[RootCauseFacts],
    classes: dict[str, RootCauseClass],
    root_cause_class: RootCauseClass,
    at: date,
) -> dict[str, DeliveryStatus]:
    return {
        each.reference: delivery_status(each, at, CALENDAR)
        for each in facts
        if classes[each.reference] is root_cause_class
    }


class TestTheTableByIsg:
    def test_the_isgs_bear_the_papers_names_and_all_but_well_led_report_every_fortnight(
        self, plan: DemoPlan
    ) -> None:
        assert {isg.name: isg.cadence for isg in plan.sheets.isgs} == {
            WOMEN: Cadence.FORTNIGHTLY,
            SCHEDULED: Cadence.FORTNIGHTLY,
            UNSCHEDULED: Cadence.FORTNIGHTLY,
            WORKFORCE: Cadence.FORTNIGHTLY,
            WELL_LED: Cadence.MONTHLY,
        }

    @pytest.mark.parametrize(
        ("isg", "must", "should"),
        [(WOMEN, 21, 27), (SCHEDULED, 16, 42), (UNSCHEDULED, 20, 9), (WORKFORCE, 21, 10), (WELL_LED, 1, 3)],
    )
    def test_findings(self, plan: DemoPlan, isg: str, must: int, should: int) -> None:
        found = Counter(finding.type for finding in plan.sheets.findings if finding.isg == isg)
        assert (found[FindingType.MUST_DO], found[FindingType.SHOULD_DO]) == (must, should)

    @pytest.mark.parametrize(
        ("isg", "must", "should"),
        [(WOMEN, 47, 35), (SCHEDULED, 45, 68), (UNSCHEDULED, 68, 23), (WORKFORCE, 105, 16), (WELL_LED, 0, 0)],
    )
    def test_root_causes_by_the_class_of_their_findings(
        self, classes: dict[str, RootCauseClass], isg_of: dict[str, str], isg: str, must: int, should: int
    ) -> None:
        unpacked = Counter(of_class for reference, of_class in classes.items() if isg_of[reference] == isg)
        assert unpacked == Counter({MUST: must, SHOULD: should})

    @pytest.mark.parametrize(
        ("isg", "due", "closed", "as_printed"),
        [(WOMEN, 26, 22, 85), (SCHEDULED, 25, 21, 84), (UNSCHEDULED, 24, 16, 67), (WORKFORCE, 39, 34, 87)],
    )
    def test_must_dos_due_and_closed_by_30_april(
        self, facts: list[RootCauseFacts], isg: str, due: int, closed: int, as_printed: int
    ) -> None:
        row = row_of(facts, APRIL, isg, "must_do")
        assert (row.planned, row.complete) == (due, closed)
        assert row.percent_of_trajectory is not None
        assert round(row.percent_of_trajectory) == as_printed

    def test_well_led_has_nothing_due(self, facts: list[RootCauseFacts]) -> None:
        row = row_of(facts, APRIL, WELL_LED, "all")
        assert (row.planned, row.complete, row.percent_of_trajectory) == (0, 0, None)


class TestTheInspectionReport:
    def test_has_79_must_do_and_91_should_do_findings(self, plan: DemoPlan) -> None:
        found = Counter(finding.type for finding in plan.sheets.findings)
        assert (found[FindingType.MUST_DO], found[FindingType.SHOULD_DO]) == (79, 91)

    def test_the_notices_findings_stand_beside_it_and_name_their_notice(self, plan: DemoPlan) -> None:
        notices = [finding for finding in plan.sheets.findings if finding.type is FindingType.NOTICE]
        beginnings = ("Section 31", "Section 29A", "Regulation 31")
        assert all((finding.source or "").startswith(beginnings) for finding in notices)
        for beginning in beginnings:
            assert any((finding.source or "").startswith(beginning) for finding in notices)
        assert len(plan.sheets.findings) == 170 + len(notices)

    def test_407_root_causes_and_none_without_a_class(self, classes: dict[str, RootCauseClass]) -> None:
        assert Counter(classes.values()) == Counter({MUST: 265, SHOULD: 142})

    def test_every_finding_is_answered_and_the_links_are_many_to_many(self, plan: DemoPlan) -> None:
        answered = Counter(
            reference for root_cause in plan.sheets.root_causes for reference in root_cause.findings
        )
        assert set(answered) == {finding.reference for finding in plan.sheets.findings}
        assert max(answered.values()) > 1
        assert max(len(root_cause.findings) for root_cause in plan.sheets.root_causes) > 1

    @pytest.mark.parametrize("beside", ["notices", "Well-led"])
    def test_what_stands_beside_the_four_isgs_changes_no_class(self, plan: DemoPlan, beside: str) -> None:
        """Notices, and Well-led's Must Do, are linked to root causes that are Must Do anyway."""
        left_out = {
            finding.reference
            for finding in plan.sheets.findings
            if (finding.type is FindingType.NOTICE if beside == "notices" else finding.isg == WELL_LED)
        }
        own_must_dos = {f.reference for f in plan.sheets.findings if f.type is FindingType.MUST_DO} - left_out
        linked = [row for row in plan.sheets.root_causes if left_out & set(row.findings)]
        must_dos = [row for row in linked if classes_by_findings(plan)[row.reference] is MUST]
        assert linked
        assert all(own_must_dos & set(row.findings) for row in must_dos)


class TestTheWholePlan:
    def test_93_must_dos_and_8_should_dos_are_complete_at_30_april(self, facts: list[RootCauseFacts]) -> None:
        assert row_of(facts, APRIL, "all", "must_do").complete == 93
        assert row_of(facts, APRIL, "all", "should_do").complete == 8

    def test_114_must_dos_and_20_should_dos_were_due_which_is_over_75_percent(
        self, facts: list[RootCauseFacts]
    ) -> None:
        assert row_of(facts, APRIL, "all", "must_do").planned == 114
        assert row_of(facts, APRIL, "all", "should_do").planned == 20
        assert row_of(facts, APRIL, "all", "all").percent_of_trajectory == Decimal("75.4")
        assert percentage(93, 114) == Decimal("81.6")

    def test_52_were_complete_at_31_march_and_48_of_59_must_dos(self, facts: list[RootCauseFacts]) -> None:
        must, should, every = (row_of(facts, MARCH, "all", each) for each in ("must_do", "should_do", "all"))
        assert (every.complete, must.complete, should.complete) == (52, 48, 4)
        assert (must.planned, must.percent_of_trajectory) == (59, Decimal("81.4"))

    @pytest.mark.parametrize("as_at", [APRIL, TODAY, date(2019, 5, 14)])
    def test_what_was_reported_for_march_and_april_stays_so_later(
        self, facts: list[RootCauseFacts], as_at: date
    ) -> None:
        months = {
            (row.month, row.root_cause_class): (row.planned, row.complete)
            for row in trajectory(facts, ISGS, as_at)
            if row.isg == "all"
        }
        assert months["2019-03", "must_do"] == (59, 48)
        assert months["2019-04", "must_do"] == (114, 93)
        assert months["2019-04", "should_do"] == (20, 8)

    def test_8_actions_under_must_dos_are_due_in_march_all_done_in_march(
        self, plan: DemoPlan, classes: dict[str, RootCauseClass]
    ) -> None:
        in_march = [
            action
            for action in plan.sheets.actions
            if classes[action.root_cause] is MUST
            and action.due_date
            and date(2019, 3, 1) <= action.due_date <= MARCH
        ]
        assert len(in_march) == 8
        assert all(
            action.completed_date and date(2019, 3, 1) <= action.completed_date <= MARCH
            for action in in_march
        )


class TestStatusAt30April:
    def test_137_must_dos_are_on_track_all_due_later(
        self, facts: list[RootCauseFacts], classes: dict[str, RootCauseClass]
    ) -> None:
        status_of = statuses(facts, classes, MUST, APRIL)
        due = {each.reference: due_date_on(each, APRIL) for each in facts}
        on_track = [ref for ref, status in status_of.items() if status is DeliveryStatus.ON_TRACK]
        assert len(on_track) == 137
        assert all(due[reference] > APRIL for reference in on_track)

    def test_35_are_neither_of_which_21_were_due_by_then(
        self, facts: list[RootCauseFacts], classes: dict[str, RootCauseClass]
    ) -> None:
        status_of = statuses(facts, classes, MUST, APRIL)
        due = {each.reference: due_date_on(each, APRIL) for each in facts}
        neither = [
            reference
            for reference, status in status_of.items()
            if status not in {DeliveryStatus.COMPLETE, DeliveryStatus.ON_TRACK}
        ]
        assert len(neither) == 35
        assert sum(due[reference] <= APRIL for reference in neither) == 21
        assert {status_of[reference] for reference in neither} <= NOT_GOOD_NEWS

    def test_what_was_due_on_30_april_was_closed_or_not_on_track(self, facts: list[RootCauseFacts]) -> None:
        due_that_day = [each for each in facts if due_date_on(each, APRIL) == APRIL]
        assert due_that_day
        assert all(
            delivery_status(each, APRIL, CALENDAR) is not DeliveryStatus.ON_TRACK for each in due_that_day
        )

    def test_nothing_was_closed_in_a_month_before_the_month_it_was_due(
        self, facts: list[RootCauseFacts]
    ) -> None:
        for each in facts:
            due = original_baseline(each).due_date
            for closing in each.closings:
                closed = closing.closed_on
                assert (closed.year, closed.month) >= (due.year, due.month), each.reference


class TestTheOutlookAt22May:
    """Women's and Children's and Workforce recover; Scheduled Care may not fully; Unscheduled Care is unlikely to."""

    def at_the_end_of_may(self, facts: list[RootCauseFacts], isg: str) -> Decimal:
        """When all that asks for closing is closed on 23 May, and what is on track is done in time."""
        planned = complete = 0
        for each in facts:
            if each.placements[0].isg != isg or each.placements[0].root_cause_class is not MUST:
                continue
            due = due_date_on(each, TODAY) <= MAY
            planned += due
            status = delivery_status(each, TODAY, CALENDAR)
            complete += complete_on(each, TODAY) or (
                due and status in {DeliveryStatus.AWAITING_CLOSURE, DeliveryStatus.ON_TRACK}
            )
        share = percentage(complete, planned)
        assert share is not None
        return share

    def test_follows_from_the_plan(self, facts: list[RootCauseFacts]) -> None:
        assert self.at_the_end_of_may(facts, WOMEN) > 90
        assert self.at_the_end_of_may(facts, WORKFORCE) > 90
        assert 80 < self.at_the_end_of_may(facts, SCHEDULED) < 90
        assert self.at_the_end_of_may(facts, UNSCHEDULED) < 75


class TestReporting:
    def test_due_dates_run_to_march_2020(self, plan: DemoPlan) -> None:
        last = max(row.due_date for row in plan.sheets.root_causes)
        assert date(2020, 3, 1) <= last <= date(2020, 3, 31)

    def test_updates_come_from_the_cycle_of_4_march_to_22_may_some_late_some_missed(
        self, facts: list[RootCauseFacts]
    ) -> None:
        reports = [report for each in facts for report in each.reports]
        assert {report.cycle for report in reports} == {0, 1, 2, 3, 4, 5}
        assert all(date(2019, 3, 4) <= report.reported_on <= TODAY for report in reports)
        assert any(CYCLES[report.cycle].is_late(report.reported_on) for report in reports)

    def test_two_or_three_missed_twice_in_a_row(self, facts: list[RootCauseFacts]) -> None:
        ever = {
            each.reference
            for each in facts
            for cycle in CYCLES
            if missed_in_a_row(each, cycle.opens_on, CALENDAR) >= 2
        }
        assert 2 <= len(ever) <= 3

    def test_nobody_reports_twice_in_a_cycle_or_on_what_is_closed(self, facts: list[RootCauseFacts]) -> None:
        for each in facts:
            cycles = [report.cycle for report in each.reports]
            assert len(cycles) == len(set(cycles)), each.reference
            assert not any(
                closing.closed_on < report.reported_on
                and (closing.reopened_on is None or report.reported_on < closing.reopened_on)
                and report.cycle != 0
                for report in each.reports
                for closing in each.closings
            ), each.reference

    def test_what_is_complete_has_no_open_action(self, plan: DemoPlan, facts: list[RootCauseFacts]) -> None:
        open_actions = {action.root_cause for action in plan.sheets.actions if action.completed_date is None}
        for each in facts:
            if complete_on(each, TODAY) or closure_request(each, TODAY):
                assert each.reference not in open_actions


class TestTheDemoAccounts:
    NAMES = ("owner", "deputy", "chair", "executive", "ecib", "pmo", "board", "reader", "admin")

    def test_are_there(self, plan: DemoPlan) -> None:
        emails = {person.email for person in plan.sheets.people}
        assert {f"{name}@demo.example" for name in self.NAMES} <= emails
        assert all(email.endswith("@demo.example") for email in emails)
        assert 110 <= len(emails) <= 130

    def test_owner_has_root_causes_of_unscheduled_care_in_every_status(
        self, plan: DemoPlan, facts: list[RootCauseFacts]
    ) -> None:
        owned = {
            row.reference: row.isg
            for row in plan.sheets.root_causes
            if row.owner_email == "owner@demo.example"
        }
        found = {delivery_status(each, TODAY, CALENDAR) for each in facts if each.reference in owned}
        assert set(owned.values()) == {UNSCHEDULED}
        assert found == set(DeliveryStatus)

    def test_chair_and_executive_lead_unscheduled_care(self, plan: DemoPlan) -> None:
        isg = next(isg for isg in plan.sheets.isgs if isg.name == UNSCHEDULED)
        assert (isg.chair_email, isg.accountable_executive_email) == (
            "chair@demo.example",
            "executive@demo.example",
        )


class TestTheWriting:
    def test_no_title_comes_twice(self, plan: DemoPlan) -> None:
        titles = [row.title for row in plan.sheets.root_causes]
        assert len(titles) == len(set(titles)) == 407

    def test_no_finding_comes_twice(self, plan: DemoPlan) -> None:
        texts = [finding.finding for finding in plan.sheets.findings]
        assert len(texts) == len(set(texts))

    def test_no_place_holder_is_left(self, plan: DemoPlan) -> None:
        assert not any("{" in text or "}" in text for text in _texts(plan))

    def test_each_root_cause_has_a_kpi_and_each_isg_high_level_ones(self, plan: DemoPlan) -> None:
        measured = {kpi.root_cause for kpi in plan.sheets.kpis if kpi.level is KpiLevel.ROOT_CAUSE}
        assert measured == {row.reference for row in plan.sheets.root_causes}
        assert {kpi.isg for kpi in plan.sheets.kpis if kpi.level is KpiLevel.HIGH_LEVEL} == set(ISGS)

    def test_the_same_plan_is_made_every_time(self, plan: DemoPlan) -> None:
        assert build_demo_plan() == plan


def _texts(plan: DemoPlan) -> list[str]:
    sheets = plan.sheets
    texts = [finding.finding for finding in sheets.findings]
    texts += [action.description for action in sheets.actions]
    texts += [update.progress or "" for update in sheets.updates]
    for row in sheets.root_causes:
        texts += [
            row.title,
            row.situation or "",
            row.background or "",
            row.assessment or "",
            row.recommendation or "",
        ]
    for form in plan.form_reports:
        texts += [form.report.progress or "", form.report.reason or ""]
        texts += [form.report.recovery_plan.steps] if form.report.recovery_plan else []
    return texts
