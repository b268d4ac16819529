"""Lives the demo plan day by day, as the trust would have: through the use cases that people call, with the clock set.

The plan comes in by the workbook on 28 February 2019 and is approved the next day, ISG by ISG. From 4 March owners report, in
trackers that the PMO imports or in the system; ISGs close, send back and reopen; ECIB meets on Wednesdays; each night
on which a date falls does what dates cause. It ends on 22 May 2019. All of it is one transaction: the demo plan is
there whole or not at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.demo.ecib import WEDNESDAY, Board, meet
from services.cli.demo.library import wording
from services.cli.demo.measures import period_has_ended_on
from services.cli.demo.measures_agreed import Agreement
from services.cli.demo.people import CHAIR, DEMO_ACCOUNTS, DEPUTY, OWNER, PMO
from services.cli.demo.people_at_work import act_as, act_as_operator
from services.cli.demo.plan import build_demo_plan
from services.cli.demo.reports import CALENDAR
from services.cli.demo.schedule import (
    APPROVED_ON,
    BEFORE_THE_FIRST_CYCLE,
    FIRST_CYCLE_OPENS,
    TODAY,
    WELL_LED_APPROVED_ON,
    WELL_LED_FIRST_CYCLE_OPENS,
)
from services.cli.demo.steering import Steering
from services.cli.demo.story import DemoPlan, FormReport, IsgDecision, Reopening
from services.domain.words import Frequency
from services.plan_api.closing.service import decide_closing, reopen
from services.plan_api.cycles.service import run_day
from services.plan_api.escalations.service import escalate_by_hand
from services.plan_api.imports.service import import_workbook
from services.plan_api.people.service import name_deputies
from services.plan_api.plan.service import approve
from services.plan_api.sign_in.service import SHORTEST_DEMO_PASSWORD, hash_password
from services.plan_api.updates.schemas import EvidenceWish, RecoveryPlanWish, UpdateWish
from services.plan_api.updates.service import submit_update
from services.plan_api.workbook.rows import ActionRow, KpiDataRow, PlanRows, UpdateRow
from services.plan_api.workbook.write import write_workbook
from services.shared.clock import set_business_today
from services.shared.models import Isg, Person
from services.shared.settings import settings

ONE_DAY, FROM_FRIDAY = timedelta(days=1), timedelta(days=3)
MONDAY, THURSDAY = 0, 3
RAISED_BY_HAND_ON = date(2019, 5, 21)
FORUM, WELL_LED_FORUM = "Executive Continuous Improvement Board", "Well-led ISG"


async def load(db: AsyncSession, *, progress: Callable[[date], None] | None = None) -> None:
    """Fills an empty, migrated database with the demo plan, as its owner (who may set the clock), in one transaction.

    `progress` is told each day that has been lived.
    """
    life = _Life(db, build_demo_plan())
    await life.begin()
    for day in _days(APPROVED_ON, TODAY):
        await life.live(day)
        if progress is not None:
            progress(day)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * ONE_DAY


@dataclass(slots=True)
class _Life:
    """The trust's life with its plan. `waiting`: what the trackers hold and the PMO has not imported yet."""

    db: AsyncSession
    plan: DemoPlan
    waiting: PlanRows = field(init=False)
    board: Board = field(init=False)
    steering: Steering = field(init=False)
    agreement: Agreement = field(init=False)
    chairs: dict[str, str] = field(init=False)
    due_dates: set[date] = field(init=False)
    frequencies: dict[str, Frequency] = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = self.plan.sheets
        self.board = Board.of(self.plan)
        self.steering = Steering.of(self.plan)
        self.agreement = Agreement.of(self.plan)
        self.chairs = {isg.name: isg.chair_email or PMO for isg in self.plan.sheets.isgs}
        self.frequencies = {
            kpi.reference: Frequency(str(kpi.frequency).lower()) for kpi in self.plan.sheets.kpis
        }
        self.due_dates = {row.due_date for row in self.plan.sheets.root_causes}

    def _is_known_on(self, row: KpiDataRow) -> date:
        return period_has_ended_on(row.period, self.frequencies[row.kpi])

    async def begin(self) -> None:
        """The day before: the plan, without what is still to come, by the operator's import."""
        day = BEFORE_THE_FIRST_CYCLE
        await self._set_clock(day)
        sheets = self.plan.sheets
        self.waiting = PlanRows(
            updates=sheets.updates,
            actions=tuple(row for row in sheets.actions if row.completed_date and row.completed_date > day),
            kpi_data=tuple(row for row in sheets.kpi_data if self._is_known_on(row) > day),
        )
        still_open = tuple(
            replace(row, completed_date=None) if row.completed_date and row.completed_date > day else row
            for row in sheets.actions
        )
        known = tuple(row for row in sheets.kpi_data if self._is_known_on(row) <= day)
        await self._import(replace(sheets, updates=(), actions=still_open, kpi_data=known), day)
        await self._give_the_accounts_their_password()
        await self.agreement.define_at_first(self.db)

    async def live(self, day: date) -> None:
        """One day, from the morning's reports to the night's work."""
        await self._set_clock(day)
        if day == APPROVED_ON:
            await self._approve([isg for isg in self.chairs if isg != "Well-led"], FORUM, day)
            await self._name_the_deputy()
            await self.steering.name_deputies(self.db)
        if day == WELL_LED_APPROVED_ON:
            await self._approve(["Well-led"], WELL_LED_FORUM, day)
        if day < FIRST_CYCLE_OPENS:
            return
        if self._is_import_day(day):
            await self._import_what_is_known(day)
        await self._report(day)
        await self._hold_meetings(day)
        await self.steering.live(self.db, day)
        await self.agreement.live(self.db, day)
        if self._something_falls_on(day):
            await act_as_operator(self.db)
            await run_day(self.db, day)

    async def _set_clock(self, day: date) -> None:
        await act_as_operator(self.db)
        await set_business_today(self.db, day)

    async def _approve(self, isgs: list[str], forum: str, day: date) -> None:
        pmo = await act_as(self.db, PMO)
        for isg in list(await self.db.scalars(select(Isg).where(Isg.name.in_(isgs)).order_by(Isg.position))):
            await approve(self.db, isg, day, forum, pmo.id)

    async def _give_the_accounts_their_password(self) -> None:
        await act_as_operator(self.db)
        emails = [account.email for account in DEMO_ACCOUNTS]
        password_hash = hash_password(settings().demo_password, shortest=SHORTEST_DEMO_PASSWORD)
        await self.db.execute(
            update(Person).where(Person.email.in_(emails)).values(password_hash=password_hash)
        )

    async def _name_the_deputy(self) -> None:
        owner = await act_as(self.db, OWNER)
        await name_deputies(self.db, owner, OWNER, [DEPUTY])

    def _is_import_day(self, day: date) -> bool:
        """The first day, each deadline, the Friday after each meeting, and today."""
        cycle = CALENDAR.cycle_on(day)
        assert cycle is not None
        return day in {FIRST_CYCLE_OPENS, cycle.deadline_on, cycle.closes_on - FROM_FRIDAY, TODAY}

    def _something_falls_on(self, day: date) -> bool:
        """Cycles open on Mondays, ISGs meet on Thursdays, the day after ECIB; and a due date passes the day after."""
        return (
            day.weekday() in {MONDAY, THURSDAY}
            or day in {WELL_LED_FIRST_CYCLE_OPENS, TODAY}
            or day - ONE_DAY in self.due_dates
        )

    async def _import_what_is_known(self, day: date) -> None:
        """What the trackers hold by now: updates, completed actions, values of KPIs."""
        known, self.waiting = _split(self.waiting, day, self._is_known_on)
        if known != PlanRows():
            await self._import(known, day)

    async def _import(self, rows: PlanRows, day: date) -> None:
        await act_as_operator(self.db)
        result = await import_workbook(
            self.db, None, write_workbook(rows), check_only=False, approve_as_at=None, today=day
        )
        for problem in result.problems:
            raise AssertionError(
                f"The demo plan is wrong: {problem.sheet}!{problem.cell}: {problem.sentence}"
            )

    async def _report(self, day: date) -> None:
        for form in self.plan.form_reports:
            if form.on == day:
                owner = await act_as(self.db, form.owner)
                await submit_update(self.db, owner, form.root_cause, _as_sent(form))

    async def _hold_meetings(self, day: date) -> None:
        for decision in self.plan.isg_decisions:
            if decision.meeting_date == day:
                await self._decide_in_the_isg(decision)
        for reopening in self.plan.reopenings:
            if reopening.on == day:
                await self._reopen(reopening)
        if day == RAISED_BY_HAND_ON:
            await self._raise_by_hand()
        if day.weekday() == WEDNESDAY:
            await meet(self.db, self.board, day)

    async def _decide_in_the_isg(self, decision: IsgDecision) -> None:
        chair = await act_as(self.db, self.chairs[decision.isg])
        await decide_closing(
            self.db, chair, decision.root_cause, decision.decision, decision.meeting_date, decision.reason
        )

    async def _reopen(self, reopening: Reopening) -> None:
        pmo = await act_as(self.db, PMO)
        await reopen(self.db, pmo, reopening.root_cause, reopening.reason)

    async def _raise_by_hand(self) -> None:
        chair = await act_as(self.db, CHAIR)
        for root_cause in self.plan.raised_by_hand:
            await escalate_by_hand(self.db, chair, root_cause, wording()["by_hand"][0])


def _split(
    rows: PlanRows, day: date, value_known_on: Callable[[KpiDataRow], date]
) -> tuple[PlanRows, PlanRows]:
    """What can be known at `day`, and the rest: an update that says Complete once the ISG has closed it."""

    def known_on(row: UpdateRow | ActionRow | KpiDataRow) -> date:
        if isinstance(row, UpdateRow):
            return max(row.reporting_date, row.completed_date or row.reporting_date)
        if isinstance(row, ActionRow):
            return row.completed_date or date.max
        return value_known_on(row)

    known = PlanRows(
        updates=tuple(row for row in rows.updates if known_on(row) <= day),
        actions=tuple(row for row in rows.actions if known_on(row) <= day),
        kpi_data=tuple(row for row in rows.kpi_data if known_on(row) <= day),
    )
    later = PlanRows(
        updates=tuple(row for row in rows.updates if known_on(row) > day),
        actions=tuple(row for row in rows.actions if known_on(row) > day),
        kpi_data=tuple(row for row in rows.kpi_data if known_on(row) > day),
    )
    return known, later


def _as_sent(form: FormReport) -> UpdateWish:
    report = form.report
    plan = report.recovery_plan
    return UpdateWish(
        status=report.status,
        progress=report.progress,
        forecast_date=report.forecast_date,
        reason=report.reason,
        recovery_plan=RecoveryPlanWish(
            steps=plan.steps, owner=plan.owner, recovery_date=plan.recovery_date, support=plan.support
        )
        if plan
        else None,
        evidence=[EvidenceWish(description=link.description, url=link.url) for link in report.evidence],
    )
