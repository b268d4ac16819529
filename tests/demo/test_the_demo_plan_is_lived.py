"""What is in the database once the demo plan has been lived up to 22 May 2019, through the use cases that people call."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from services.cli.demo.people import DEMO_ACCOUNTS, DEPUTY, OWNER
from services.domain.trajectory import trajectory
from services.domain.words import (
    ChangeState,
    ClosingDecision,
    Decision,
    DeliveryStatus,
    EscalationState,
    Outlook,
    PlanState,
    RiskState,
    RootCauseClass,
    UpdateStatus,
)
from services.shared.clock import business_today
from services.shared.facts import load_plan_facts
from services.shared.models import (
    Assurance,
    AuditEntry,
    ChangeRequest,
    Closing,
    ClosingRequest,
    CycleReport,
    Deputy,
    Escalation,
    EscalationDecision,
    Isg,
    Person,
    Plan,
    ProgressUpdate,
    Risk,
    RiskReview,
)
from services.shared.register import load_register

MARCH, APRIL, TODAY = date(2019, 3, 31), date(2019, 4, 30), date(2019, 5, 22)
ISGS = ("Women's and Children's", "Scheduled Care", "Unscheduled Care", "Workforce", "Well-led")


async def test_the_clock_stands_on_the_day_the_paper_was_written(demo: AsyncSession) -> None:
    assert await business_today(demo) == TODAY


async def test_the_plan_is_approved(demo: AsyncSession) -> None:
    assert await demo.scalar(select(Plan.state)) == PlanState.APPROVED


@pytest.mark.parametrize("as_at", [APRIL, TODAY])
async def test_the_trajectory_is_the_papers_then_and_now(demo: AsyncSession, as_at: date) -> None:
    facts = await load_plan_facts(demo)
    rows = {
        (row.isg, row.root_cause_class, row.month): (row.planned, row.complete, row.percent_of_trajectory)
        for row in trajectory(facts.root_causes, ISGS, as_at)
    }
    assert rows["all", "all", "2019-03"][1] == 52
    assert rows["all", "must_do", "2019-03"] == (59, 48, Decimal("81.4"))
    assert rows["all", "must_do", "2019-04"] == (114, 93, Decimal("81.6"))
    assert rows["all", "all", "2019-04"] == (134, 101, Decimal("75.4"))
    assert {isg: rows[isg, "must_do", "2019-04"] for isg in ISGS} == {
        "Women's and Children's": (26, 22, Decimal("84.6")),
        "Scheduled Care": (25, 21, Decimal("84.0")),
        "Unscheduled Care": (24, 16, Decimal("66.7")),
        "Workforce": (39, 34, Decimal("87.2")),
        "Well-led": (0, 0, None),
    }


async def test_137_must_dos_are_on_track_at_30_april_and_35_neither(demo: AsyncSession) -> None:
    register = await load_register(demo, APRIL)
    status = Counter(
        each.delivery_status for each in register.standings if each.root_cause_class is RootCauseClass.MUST_DO
    )
    assert (status[DeliveryStatus.COMPLETE], status[DeliveryStatus.ON_TRACK]) == (93, 137)
    assert sum(status.values()) == 265


async def test_owner_has_root_causes_in_every_status_and_a_deputy(demo: AsyncSession) -> None:
    register = await load_register(demo, TODAY)
    owner = (await demo.scalars(select(Person).where(Person.email == OWNER))).one()
    mine = [each for each in register.standings if each.owner_id == owner.id]
    assert {each.delivery_status for each in mine} == set(DeliveryStatus)
    assert {each.isg for each in mine} == {"Unscheduled Care"}
    deputies = await demo.scalars(
        select(Person.email)
        .join(Deputy, Deputy.deputy_id == Person.id)
        .where(Deputy.owner_id == owner.id, Deputy.ended_at.is_(None))
    )
    assert list(deputies) == [DEPUTY]


async def test_escalations_are_in_every_state(demo: AsyncSession) -> None:
    assert set(await demo.scalars(select(Escalation.state))) == set(EscalationState)


async def test_ecib_has_decided_in_every_way(demo: AsyncSession) -> None:
    assert set(await demo.scalars(select(EscalationDecision.decision))) == set(Decision)


async def test_re_baselinings_are_applied_change_requests(demo: AsyncSession) -> None:
    states = list(await demo.scalars(select(ChangeRequest.state)))
    assert states
    assert set(states) == {ChangeState.APPLIED}


async def test_closure_requests_were_closed_sent_back_and_wait(demo: AsyncSession) -> None:
    decisions = set(await demo.scalars(select(ClosingRequest.decision)))
    assert decisions == {ClosingDecision.CLOSE, ClosingDecision.SEND_BACK, None}


async def test_a_root_cause_was_reopened(demo: AsyncSession) -> None:
    assert await demo.scalar(select(func.count()).where(Closing.reopened_on.is_not(None))) == 1


async def test_updates_are_released_and_not_yet_released(demo: AsyncSession) -> None:
    released = Counter(at is not None for at in await demo.scalars(select(ProgressUpdate.released_at)))
    assert released[True] > 1000
    assert released[False] > 10
    waiting = await demo.scalars(
        select(ProgressUpdate.reported_on).where(ProgressUpdate.released_at.is_(None))
    )
    assert min(waiting) > date(2019, 5, 9), "the ISGs released the rest at their meetings"


async def test_the_demo_accounts_can_sign_in(demo: AsyncSession) -> None:
    emails = [account.email for account in DEMO_ACCOUNTS]
    people = await demo.scalars(
        select(Person).where(Person.email.in_(emails)).options(undefer(Person.password_hash))
    )
    assert [bool(person.password_hash) for person in people] == [True] * 9


async def test_nobody_else_has_a_password(demo: AsyncSession) -> None:
    assert await demo.scalar(select(func.count(Person.password_hash))) == 9


async def test_the_audit_trail_names_who_reported(demo: AsyncSession) -> None:
    owner = (await demo.scalars(select(Person).where(Person.email == OWNER))).one()
    said = await demo.scalar(
        select(func.count()).where(
            AuditEntry.table_name == "progress_update", AuditEntry.actor == f"person:{owner.id}"
        )
    )
    assert said


async def test_no_update_says_complete_without_evidence_in_the_system(demo: AsyncSession) -> None:
    waiting = await demo.scalar(
        select(func.count()).where(
            ProgressUpdate.status == UpdateStatus.COMPLETE,
            ProgressUpdate.imported.is_(False),
            ~select(ClosingRequest.id).where(ClosingRequest.progress_update_id == ProgressUpdate.id).exists(),
        )
    )
    assert waiting == 0


async def test_each_isg_says_the_papers_outlook_and_its_executive_has_confirmed_it(
    demo: AsyncSession,
) -> None:
    rows = await demo.execute(
        select(Isg.name, CycleReport.outlook, CycleReport.confirmed_by).join(
            Isg, Isg.id == CycleReport.isg_id
        )
    )
    said = {name: (outlook, confirmed_by is not None) for name, outlook, confirmed_by in rows}
    assert said == {
        "Women's and Children's": (Outlook.WILL_RECOVER, True),
        "Scheduled Care": (Outlook.MAY_NOT, True),
        "Unscheduled Care": (Outlook.UNLIKELY, True),
        "Workforce": (Outlook.WILL_RECOVER, True),
    }


async def test_risks_are_open_reviewed_and_closed_and_some_evidence_is_assured(demo: AsyncSession) -> None:
    states = Counter(await demo.scalars(select(Risk.state)))
    assert states == {RiskState.OPEN: 4, RiskState.CLOSED: 1}
    assert await demo.scalar(select(func.count()).select_from(RiskReview)) == 2
    assert await demo.scalar(select(func.count()).where(Assurance.ended_on.is_(None))) == 12


async def test_nobody_deputises_for_themselves_and_no_two_for_each_other(demo: AsyncSession) -> None:
    rows = await demo.execute(select(Deputy.owner_id, Deputy.deputy_id).where(Deputy.ended_at.is_(None)))
    pairs = {(owner, deputy) for owner, deputy in rows}
    assert len(pairs) > 4
    assert not {(deputy, owner) for owner, deputy in pairs} & pairs
