"""A small plan, with somebody in every role, that each test begins with: 22 May 2019, cycle 5 of the fortnightly ISGs is open.

RC-1  Unscheduled Care  Must Do (Section 31)  owner@  due 30 June   said on track in cycle 4, one open action A-1
RC-2  Unscheduled Care  Must Do               owner@  due 10 May    overdue; said on track in cycle 4
RC-3  Unscheduled Care  Should Do             owner@  due 31 July   said on track in cycles 4 and 5
RC-4  Scheduled Care    Must Do               other@  due 30 April  closed on 25 April
RC-5  Scheduled Care    none (recommendation) other@  due 30 Sept   nothing said yet
RC-6  Unscheduled Care  Must Do               chair@  due 30 June   the chair owns it
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import Role
from services.shared.clock import set_business_today
from services.shared.models import (
    Action,
    Baseline,
    Closing,
    Deputy,
    Finding,
    Isg,
    Person,
    Placement,
    Plan,
    PlanApproval,
    ProgressUpdate,
    RoleGrant,
    RootCause,
    RootCauseFinding,
    Source,
)

TODAY = date(2019, 5, 22)
RECORDED = datetime(2019, 3, 1, 9, tzinfo=UTC)
FIRST_CYCLE = date(2019, 3, 4)
UNSCHEDULED, SCHEDULED, WELL_LED = "Unscheduled Care", "Scheduled Care", "Well-led"

PEOPLE: dict[str, tuple[tuple[Role, str | None], ...]] = {
    "owner@demo.example": ((Role.ROOT_CAUSE_OWNER, None),),
    "deputy@demo.example": ((Role.ROOT_CAUSE_OWNER, None),),
    "other@demo.example": ((Role.ROOT_CAUSE_OWNER, None),),
    "member@demo.example": ((Role.ISG_MEMBER, UNSCHEDULED),),
    "chair@demo.example": ((Role.ISG_CHAIR, UNSCHEDULED), (Role.ROOT_CAUSE_OWNER, None)),
    "chair2@demo.example": ((Role.ISG_CHAIR, SCHEDULED),),
    "executive@demo.example": ((Role.ACCOUNTABLE_EXECUTIVE, UNSCHEDULED),),
    "ecib@demo.example": ((Role.ECIB_MEMBER, None),),
    "ecib2@demo.example": ((Role.ECIB_MEMBER, None),),
    "pmo@demo.example": ((Role.PMO, None),),
    "board@demo.example": ((Role.BOARD_MEMBER, None),),
    "reader@demo.example": ((Role.READER, None),),
    "admin@demo.example": ((Role.ADMINISTRATOR, None),),
}


@dataclass(frozen=True)
class Planted:
    """What a root cause of the small plan begins with."""

    reference: str
    isg: str
    root_cause_class: str
    finding: str
    owner: str
    due_date: date


ROOT_CAUSES = (
    Planted("RC-1", UNSCHEDULED, "must_do", "N-1", "owner@demo.example", date(2019, 6, 30)),
    Planted("RC-2", UNSCHEDULED, "must_do", "MD-1", "owner@demo.example", date(2019, 5, 10)),
    Planted("RC-3", UNSCHEDULED, "should_do", "SD-1", "owner@demo.example", date(2019, 7, 31)),
    Planted("RC-4", SCHEDULED, "must_do", "MD-2", "other@demo.example", date(2019, 4, 30)),
    Planted("RC-5", SCHEDULED, "none", "R-1", "other@demo.example", date(2019, 9, 30)),
    Planted("RC-6", UNSCHEDULED, "must_do", "MD-1", "chair@demo.example", date(2019, 6, 30)),
)
FINDINGS = {
    "MD-1": ("must_do", "Inspection report", UNSCHEDULED),
    "MD-2": ("must_do", "Inspection report", SCHEDULED),
    "SD-1": ("should_do", "Inspection report", UNSCHEDULED),
    "N-1": ("notice", "Section 31 notice, emergency department", UNSCHEDULED),
    "R-1": ("recommendation", "External review", SCHEDULED),
}


async def plant_small_plan(db: AsyncSession) -> None:
    """Writes the plan of the module's docstring."""
    people = {
        email: Person(
            email=email,
            name=email.partition("@")[0].capitalize() + " Person",
            job_title="Matron",
            recorded_at=RECORDED,
        )
        for email in PEOPLE
    }
    db.add_all(people.values())
    await db.flush()
    isgs = {
        name: Isg(
            name=name, slug=name.lower().replace(" ", "-"), cadence="monthly" if name == WELL_LED else "fortnightly",
            first_cycle_opens=FIRST_CYCLE, meeting_day=25 if name == WELL_LED else 11, deadline_working_days=3, position=position,
            chair_id=people["chair@demo.example"].id if name == UNSCHEDULED else None,
            executive_id=people["executive@demo.example"].id if name == UNSCHEDULED else None, recorded_at=RECORDED,
        )
        for position, name in enumerate((UNSCHEDULED, SCHEDULED, WELL_LED))
    }  # fmt: skip
    db.add_all(isgs.values())
    await db.flush()
    for email, grants in PEOPLE.items():
        for role, led in grants:
            db.add(
                RoleGrant(
                    person_id=people[email].id,
                    role=role,
                    isg_id=isgs[led].id if led else None,
                    recorded_at=RECORDED,
                )
            )
    db.add(
        Deputy(
            owner_id=people["owner@demo.example"].id,
            deputy_id=people["deputy@demo.example"].id,
            recorded_at=RECORDED,
        )
    )
    plan = Plan(title="Quality Improvement Plan", state="approved", recorded_at=RECORDED)
    db.add(plan)
    await db.flush()
    for isg in isgs.values():
        db.add(
            PlanApproval(
                plan_id=plan.id,
                isg_id=isg.id,
                approved_on=date(2019, 3, 1),
                forum="Trust Board",
                recorded_at=RECORDED,
            )
        )
    await _plant_root_causes(db, people, isgs)
    await set_business_today(db, TODAY)


async def _plant_root_causes(db: AsyncSession, people: dict[str, Person], isgs: dict[str, Isg]) -> None:
    sources = {name: Source(name=name, recorded_at=RECORDED) for _, name, _ in FINDINGS.values()}
    db.add_all(sources.values())
    await db.flush()
    findings = {
        reference: Finding(
            reference=reference, finding_type=kind, text=f"The trust must put right what {reference} says.",
            source_id=sources[source].id, core_service="Urgent and emergency care", site="RSH", key_questions=["safe"],
            regulation="Regulation 12", isg_id=isgs[isg].id, position=position, recorded_at=RECORDED,
        )
        for position, (reference, (kind, source, isg)) in enumerate(FINDINGS.items())
    }  # fmt: skip
    db.add_all(findings.values())
    await db.flush()
    rows = {}
    for position, each in enumerate(ROOT_CAUSES):
        row = RootCause(
            reference=each.reference, title=f"Children wait too long to be seen ({each.reference})", situation="What is",
            owner_id=people[each.owner].id, position=position, recorded_at=RECORDED,
        )  # fmt: skip
        db.add(row)
        await db.flush()
        rows[each.reference] = row
        db.add(
            RootCauseFinding(
                root_cause_id=row.id, finding_id=findings[each.finding].id, position=0, recorded_at=RECORDED
            )
        )
        db.add(
            Placement(
                root_cause_id=row.id, isg_id=isgs[each.isg].id, root_cause_class=each.root_cause_class, in_plan=True,
                recorded_at=RECORDED,
            )
        )  # fmt: skip
        db.add(Baseline(root_cause_id=row.id, version=1, due_date=each.due_date, recorded_at=RECORDED))
    db.add(
        Action(
            reference="A-1", root_cause_id=rows["RC-1"].id, description="Recruit two children's nurses", position=0,
            due_date=date(2019, 6, 1), recorded_at=RECORDED,
        )
    )  # fmt: skip
    db.add(
        Closing(
            root_cause_id=rows["RC-4"].id, closed_on=date(2019, 4, 25), imported=True, recorded_at=RECORDED
        )
    )
    said_so_far = (
        ("RC-1", 4, date(2019, 5, 7)),
        ("RC-2", 4, date(2019, 5, 7)),
        ("RC-3", 4, date(2019, 5, 7)),
        ("RC-3", 5, date(2019, 5, 20)),
    )
    for reference, cycle, day in said_so_far:
        said = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
        db.add(
            ProgressUpdate(
                root_cause_id=rows[reference].id, cycle_number=cycle, version=1, reported_on=day, status="on_track",
                progress="Going well", late=False, imported=True, recorded_at=said, released_at=said if cycle == 4 else None,
            )
        )  # fmt: skip
