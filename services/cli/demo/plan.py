"""The demo plan: the May 2019 Board paper's figures, made flesh. Pure and deterministic; no database, no clock.

    build_demo_plan() -> DemoPlan      the same plan every time, from one seed

Read `schedule.py` first: it is where the trajectory comes from. `replay.py` lives the plan day by day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count
from random import Random

from services.cli.demo.actions import plan_actions, ready_by_the_end_of_march
from services.cli.demo.library import wording
from services.cli.demo.measures import measures
from services.cli.demo.people import DEMO_ISG, OWNER, appoint
from services.cli.demo.reports import (
    Reporter,
    actions_done_by,
    asks_for_closing_on,
)
from services.cli.demo.schedule import (
    EARLY_APRIL,
    END_OF_MAY,
    ISG_9_MAY,
    ISG_25_APRIL,
    OPENED_AGAIN,
    REBASELINED_ON,
    Course,
    Fate,
    fates,
)
from services.cli.demo.story import (
    DemoPlan,
    FormReport,
    IsgDecision,
    Rebaselining,
    Reopening,
    RootCauseStory,
)
from services.cli.demo.unpacking import ROOT_CAUSES, Unpacked, UnpackedRootCause, unpack
from services.domain.words import ClosingDecision, RootCauseClass
from services.plan_api.workbook.rows import ActionRow, PlanRows, RootCauseRow, UpdateRow

ACTIONS_DUE_IN_MARCH_AN_ISG = 2
NOT_YET_REPORTED_THIS_CYCLE = 0.12
NEW_DUE_DATES = {"Scheduled Care": date(2019, 6, 28), "Unscheduled Care": date(2019, 7, 31)}
CROSS_CUTTING_THEMES = {
    "Sepsis in emergency care": "Sepsis and the deteriorating patient",
    "Deteriorating patients in the emergency department": "Sepsis and the deteriorating patient",
    "Critical care outreach and sepsis": "Sepsis and the deteriorating patient",
    "Medicines in emergency and medical care": "Medicines safety",
    "Medicines on surgical wards": "Medicines safety",
    "Mental health in the emergency department": "Mental health and capacity",
    "Safeguarding and mental capacity training": "Mental health and capacity",
    "Safeguarding women and children": "Mental health and capacity",
    "Records on surgical wards": "Record-keeping",
    "Consent": "Record-keeping",
    "Emergency equipment and environment": "Equipment and estates",
    "Theatre environment and equipment": "Equipment and estates",
}
OWNERS_OWN = (
    (RootCauseClass.MUST_DO, Course.STEADY, ISG_25_APRIL),
    (RootCauseClass.MUST_DO, Course.ASKING, None),
    (RootCauseClass.MUST_DO, Course.SENT_BACK, None),
    (RootCauseClass.MUST_DO, Course.STUCK, None),
    (RootCauseClass.MUST_DO, Course.SLIPPING, None),
    (RootCauseClass.MUST_DO, Course.UNSTARTED, None),
    (RootCauseClass.SHOULD_DO, Course.UNSTARTED, None),
    (RootCauseClass.MUST_DO, Course.SLIPS_IN_MAY, None),
)
"""What owner@ owns, one of each, beside STEADY_ONES still open: together every delivery status on 22 May 2019."""

STEADY_ONES = 5
STEADY_ONES_TO_REPORT = 3
"""How many of owner@'s steady ones still wait for their update in the cycle of 13 May."""


def build_demo_plan(seed: int = 20190522) -> DemoPlan:
    """The demo plan at 22 May 2019, the day the Board paper was written."""
    random = Random(seed)  # noqa: S311 - texts and dates, not secrets
    staff = appoint(random)
    unpacked = unpack(random)
    fate_of = _fates(unpacked.root_causes, random)
    owner_of = _owners(unpacked.root_causes, staff.owners) | dict.fromkeys(
        _owners_own(unpacked.root_causes, fate_of), OWNER
    )
    stories = list(_stories(unpacked.root_causes, fate_of, owner_of, random))
    kpis, kpi_data = measures(unpacked.root_causes, fate_of)
    sheets = PlanRows(
        people=staff.people,
        isgs=staff.isgs,
        findings=unpacked.findings,
        root_causes=_root_cause_rows(unpacked, stories, random),
        actions=tuple(action for story in stories for action in story.actions),
        updates=tuple(report for story in stories for report in story.sheet_reports),
        kpis=kpis,
        kpi_data=kpi_data,
    )
    return DemoPlan(
        sheets=sheets,
        form_reports=tuple(report for story in stories for report in story.form_reports),
        isg_decisions=tuple(decision for story in stories for decision in story.isg_decisions),
        reopenings=tuple(story.reopening for story in stories if story.reopening),
        rebaselinings=tuple(story.rebaselining for story in stories if story.rebaselining),
        raised_by_hand=_references_of(stories, Course.SLIPPING, isg=DEMO_ISG)[-1:],
        stepped_down=_references_of(stories, Course.STUCK, isg="Workforce"),
    )


def _fates(root_causes: Sequence[UnpackedRootCause], random: Random) -> dict[str, Fate]:
    """Deals the schedule out among the root causes of each ISG and class."""
    fate_of: dict[str, Fate] = {}
    for isg, classes in ROOT_CAUSES.items():
        for root_cause_class in classes:
            dealt = fates(isg, root_cause_class)
            random.shuffle(dealt)
            its_own = [
                r for r in root_causes if r.topic.isg == isg and r.root_cause_class is root_cause_class
            ]
            fate_of |= {r.reference: fate for r, fate in zip(its_own, dealt, strict=True)}
    return fate_of


def _owners(root_causes: Sequence[UnpackedRootCause], owners: dict[str, list[str]]) -> dict[str, str]:
    """Each in turn within the ISG: four or five root causes an owner."""
    turn: Counter[str] = Counter()
    owner_of: dict[str, str] = {}
    for root_cause in root_causes:
        isg = root_cause.topic.isg
        owner_of[root_cause.reference] = owners[isg][turn[isg] % len(owners[isg])]
        turn[isg] += 1
    return owner_of


def _owners_own(root_causes: Sequence[UnpackedRootCause], fate_of: dict[str, Fate]) -> Iterator[str]:
    """The root causes of owner@: one for each line of OWNERS_OWN, the most overdue one, and some that go well."""
    unscheduled = [
        (r.reference, r.root_cause_class, fate_of[r.reference])
        for r in root_causes
        if r.topic.isg == DEMO_ISG
    ]
    for root_cause_class, course, closed in OWNERS_OWN:
        yield next(
            reference
            for reference, of_class, fate in unscheduled
            if (of_class, fate.course, fate.closed) == (root_cause_class, course, closed)
        )
    yield next(
        reference
        for reference, _, fate in unscheduled
        if (fate.due, fate.course) == (EARLY_APRIL, Course.LATE)
    )
    yield from _steady_ones(root_causes, fate_of)


def _steady_ones(root_causes: Sequence[UnpackedRootCause], fate_of: dict[str, Fate]) -> list[str]:
    """Those of owner@ that go well and are due after May: in STEADY_ONES_TO_REPORT the current update is owed."""
    open_and_steady = [
        r.reference
        for r in root_causes
        if r.topic.isg == DEMO_ISG
        and fate_of[r.reference].course is Course.STEADY
        and fate_of[r.reference].closed is None
        and fate_of[r.reference].due > END_OF_MAY
    ]
    return open_and_steady[:STEADY_ONES]


def _stories(
    root_causes: Sequence[UnpackedRootCause],
    fate_of: dict[str, Fate],
    owner_of: dict[str, str],
    random: Random,
) -> Iterator[RootCauseStory]:
    numbers = count(1)
    positions: Counter[str] = Counter()
    due_in_march: Counter[str] = Counter()
    owed_now = set(_steady_ones(root_causes, fate_of)[:STEADY_ONES_TO_REPORT])
    for root_cause in root_causes:
        fate = fate_of[root_cause.reference]
        isg = root_cause.topic.isg
        asks_on = asks_for_closing_on(fate, random)
        carries_one = (
            root_cause.root_cause_class is RootCauseClass.MUST_DO
            and ready_by_the_end_of_march(fate)
            and due_in_march[isg] < ACTIONS_DUE_IN_MARCH_AN_ISG
        )
        due_in_march[isg] += carries_one
        owner = owner_of[root_cause.reference]
        actions = plan_actions(
            root_cause.topic,
            positions[root_cause.topic.name],
            root_cause.reference,
            root_cause.root_cause_class,
            fate,
            owner,
            numbers,
            wording()["assurance_actions"],
            random,
            done_by=actions_done_by(asks_on),
            due_in_march=carries_one,
        )
        positions[root_cause.topic.name] += 1
        reports_now = root_cause.reference not in owed_now and (
            owner == OWNER
            or fate.course is not Course.STEADY
            or random.random() > NOT_YET_REPORTED_THIS_CYCLE
        )
        yield _story(root_cause, fate, owner, actions, asks_on, random, reports_now=reports_now)


def _story(
    root_cause: UnpackedRootCause,
    fate: Fate,
    owner: str,
    actions: tuple[ActionRow, ...],
    asks_on: date | None,
    random: Random,
    *,
    reports_now: bool,
) -> RootCauseStory:
    reporter = Reporter(root_cause, fate, owner, actions, asks_on, random, reports_now)
    reports = list(reporter.write())
    return RootCauseStory(
        root_cause=root_cause,
        fate=fate,
        owner=owner,
        actions=actions,
        sheet_reports=tuple(report for report in reports if isinstance(report, UpdateRow)),
        form_reports=tuple(report for report in reports if isinstance(report, FormReport)),
        isg_decisions=_isg_decisions(root_cause, fate, in_the_system=reporter.closed_in_the_system),
        reopening=_reopening(root_cause, fate),
        rebaselining=_rebaselining(root_cause, fate),
    )


def _isg_decisions(
    root_cause: UnpackedRootCause, fate: Fate, *, in_the_system: bool
) -> tuple[IsgDecision, ...]:
    reference, isg = root_cause.reference, root_cause.topic.isg
    if fate.course is Course.SENT_BACK:
        reason = wording()["sent_back"][0 if isg == DEMO_ISG else 1]
        return (IsgDecision(reference, isg, ISG_9_MAY, ClosingDecision.SEND_BACK, reason),)
    if in_the_system:
        return (IsgDecision(reference, isg, ISG_9_MAY, ClosingDecision.CLOSE),)
    return ()


def _reopening(root_cause: UnpackedRootCause, fate: Fate) -> Reopening | None:
    if fate.course is not Course.REOPENED:
        return None
    return Reopening(root_cause.reference, OPENED_AGAIN, wording()["reopened"][0])


def _rebaselining(root_cause: UnpackedRootCause, fate: Fate) -> Rebaselining | None:
    if fate.course is not Course.REBASELINED:
        return None
    isg = root_cause.topic.isg
    reason = wording()["rebaseline"][0 if isg == DEMO_ISG else 1]
    return Rebaselining(root_cause.reference, REBASELINED_ON, NEW_DUE_DATES[isg], reason)


def _root_cause_rows(
    unpacked: Unpacked, stories: Sequence[RootCauseStory], random: Random
) -> tuple[RootCauseRow, ...]:
    """The sheet; SBAR is the topic's, with the root cause itself as the assessment's first sentence."""
    seen: defaultdict[str, Iterator[int]] = defaultdict(count)
    rows = []
    for root_cause, story in zip(unpacked.root_causes, stories, strict=True):
        topic = root_cause.topic
        number = next(seen[topic.name])
        rows.append(
            RootCauseRow(
                reference=root_cause.reference,
                isg=topic.isg,
                title=root_cause.title,
                owner_email=story.owner,
                due_date=story.fate.due,
                findings=tuple(sorted(root_cause.findings)),
                situation=topic.situation[number % 2],
                background=topic.background,
                assessment=f"{root_cause.title}. {random.choice(topic.assessment)}",
                recommendation=topic.recommendation[number // 2 % 2],
                cross_cutting_theme=CROSS_CUTTING_THEMES.get(topic.name),
            )
        )
    return tuple(rows)


def _references_of(stories: Sequence[RootCauseStory], course: Course, *, isg: str) -> tuple[str, ...]:
    return tuple(
        story.root_cause.reference
        for story in stories
        if story.fate.course is course and story.root_cause.topic.isg == isg
    )
