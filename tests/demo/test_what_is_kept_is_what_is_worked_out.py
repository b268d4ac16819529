"""On a whole plan: what the database keeps, chooses and sorts is what the rules say, one root cause after the other."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.demo.people import DEMO_ISG
from services.domain.escalation import QueueItem, queue_key
from services.domain.permissions import Person
from services.domain.trajectory import trajectory
from services.domain.words import DeliveryStatus, EscalationState, FindingType, KeyQuestion, Role
from services.plan_api.escalations.queue import ecib_queue
from services.plan_api.plan.meeting import MOST_SHOWN, meetings
from services.plan_api.plan.service import WantedFindings, _fits, list_findings
from services.shared.clock import business_today
from services.shared.facts import load_isgs, load_plan_facts
from services.shared.findings import count_findings, findings_at
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


EVERY_WISH = (
    *(WantedFindings(closed=wish) for wish in (True, False)),
    *(WantedFindings(met=wish) for wish in (True, False)),
    *(WantedFindings(finding_type=each) for each in FindingType),
    *(WantedFindings(key_question=each) for each in KeyQuestion),
    WantedFindings(isg=DEMO_ISG),
    WantedFindings(isg=DEMO_ISG, closed=True, finding_type=FindingType.MUST_DO),
    WantedFindings(q="must STAFF"),
    WantedFindings(q="100%_nothing"),
    WantedFindings(),
)


@pytest.mark.parametrize("wanted", EVERY_WISH, ids=repr)
async def test_the_findings_that_fit_are_chosen_and_counted_alike(
    kept: AsyncSession, wanted: WantedFindings
) -> None:
    every = await findings_at(kept, await business_today(kept))
    fitting = [each for each in every if _fits(each, wanted)]
    chosen = await list_findings(kept, wanted, 0, 1000)
    assert list(chosen.items) == fitting
    assert (chosen.total, chosen.all_closed, chosen.met) == (
        len(fitting), sum(each.all_closed for each in fitting), sum(each.met for each in fitting),
    )  # fmt: skip
    middle = await list_findings(kept, wanted, 5, 7)
    assert (list(middle.items), middle.total) == (fitting[5:12], len(fitting))


async def test_the_counts_of_findings(kept: AsyncSession) -> None:
    today = await business_today(kept)
    one_by_one = Counter(
        (each.isg, each.finding_type, each.source, each.site, each.key_questions, each.stages)
        for each in await findings_at(kept, today)
    )
    counted: Counter[Any] = Counter()
    for each in await count_findings(kept, today):
        alike = (each.isg, each.finding_type, each.source, each.site, each.key_questions, each.stages)
        counted[alike] += each.times
    assert counted == one_by_one


async def test_what_meetings_have_before_them(kept: AsyncSession) -> None:
    """Each kind counted by the database is each kind counted one by one, and its list begins with the most pressing."""
    today = await business_today(kept)
    standings = [each for each in (await work_out_register(kept, today)).standings if each.in_plan]
    names = {isg.name for isg in await load_isgs(kept)}
    seen = 0
    for meeting in await meetings(kept, names):
        is_open = [
            each for each in standings
            if each.isg == meeting.isg.name and each.delivery_status is not DeliveryStatus.COMPLETE
        ]  # fmt: skip
        said = {each.reference: each.latest_update and each.latest_update.cycle for each in is_open}
        kinds = {
            "not_reported": {ref for ref, cycle in said.items() if cycle != meeting.isg.cycle_number},
            "off_track": {each.reference for each in is_open if each.delivery_status is DeliveryStatus.OFF_TRACK},
            "at_risk": {each.reference for each in is_open if each.delivery_status is DeliveryStatus.AT_RISK},
        }  # fmt: skip
        assert meeting.open_root_causes == len(is_open)
        seen += len(is_open)
        for kind, expected in kinds.items():
            shown = getattr(meeting, kind)
            assert getattr(meeting.totals, kind) == len(expected), (meeting.isg.name, kind)
            assert {item.ref for item in shown} <= expected
            assert [item.due_date for item in shown] == sorted(item.due_date for item in shown)
            assert len(shown) == min(len(expected), MOST_SHOWN)
        assert meeting.totals.closure_requests == len(meeting.closure_requests)
    assert seen > 100
