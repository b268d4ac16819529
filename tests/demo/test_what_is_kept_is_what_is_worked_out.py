"""On a whole plan: what the database keeps, chooses and sorts is what the rules say, one root cause after the other."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.escalation import QueueItem, queue_key
from services.domain.permissions import Person
from services.domain.trajectory import trajectory
from services.domain.words import EscalationState, Role
from services.plan_api.escalations.queue import ecib_queue
from services.shared.clock import business_today
from services.shared.facts import load_isgs, load_plan_facts
from services.shared.findings import findings_at
from services.shared.register import count_alike, load_register, work_out_register
from services.shared.standings import bring_standings_up_to, plan_histories, standings_are_current

PMO = Person("pmo@demo.example", frozenset({(Role.PMO, None), (Role.ECIB_MEMBER, None)}))


@pytest.fixture
async def kept(demo: AsyncSession) -> AsyncSession:
    """With all that is kept worked out."""
    await bring_standings_up_to(demo, await business_today(demo))
    assert await standings_are_current(demo, await business_today(demo))
    return demo


async def test_the_register(kept: AsyncSession) -> None:
    today = await business_today(kept)
    assert (await load_register(kept, today)).standings == (await work_out_register(kept, today)).standings


async def test_the_queue_is_in_the_order_of_the_rule(kept: AsyncSession) -> None:
    standings = {
        each.reference: each for each in (await load_register(kept, await business_today(kept))).standings
    }
    queue = await ecib_queue(kept, PMO, states=list(EscalationState))
    ruled = sorted(
        queue.items,
        key=lambda item: queue_key(
            QueueItem(
                item.root_cause, standings[item.root_cause].strongest_notice, standings[item.root_cause].root_cause_class,
                item.days_overdue, item.due_date, item.recovery_plan is not None,
            )
        ),
    )  # fmt: skip
    places = [(item.root_cause, item.ref) for item in queue.items]
    assert [place[0] for place in places] == [item.root_cause for item in ruled]
    assert len(places) == queue.total > 40
    parts = [
        (await ecib_queue(kept, PMO, states=list(EscalationState), start=start, limit=20)).items
        for start in range(0, queue.total, 20)
    ]
    assert [item.root_cause for part in parts for item in part] == [place[0] for place in places]


async def test_the_counts_of_the_dashboard(kept: AsyncSession) -> None:
    today = await business_today(kept)
    standings = [each for each in (await work_out_register(kept, today)).standings if each.in_plan]
    alike = await count_alike(kept, today)
    assert sum(each.times for each in alike) == len(standings) == 407
    for isg in {each.isg for each in standings}:
        assert sum(each.times for each in alike if each.isg == isg and each.overdue) == sum(
            each.overdue for each in standings if each.isg == isg
        )


@pytest.mark.parametrize("as_at", [date(2019, 3, 31), date(2019, 4, 30), date(2019, 5, 9), date(2019, 5, 22)])
async def test_the_trajectory_of_any_day_from_histories(kept: AsyncSession, as_at: date) -> None:
    histories = await plan_histories(kept)
    assert histories.alike is not None
    assert sum(histories.alike.values()) == 407 > len(histories.alike)
    names = [isg.name for isg in await load_isgs(kept)]
    from_facts = trajectory((await load_plan_facts(kept)).root_causes, names, as_at)
    assert trajectory(histories.root_causes, names, as_at, histories.alike) == from_facts


async def test_the_findings(kept: AsyncSession) -> None:
    today = await business_today(kept)
    found = await findings_at(kept, today)
    by_register = {
        each.reference: each for each in (await work_out_register(kept, today)).standings if each.in_plan
    }
    assert len(found) >= 170
    for each in found:
        assert {answer.reference for answer in each.root_causes} == {
            reference for reference, standing in by_register.items() if each.reference in standing.findings
        }
        assert all(
            (answer.delivery_status, answer.assurance_stage)
            == (by_register[answer.reference].delivery_status, by_register[answer.reference].assurance_stage)
            for answer in each.root_causes
        )
