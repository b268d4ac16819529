"""The register: every root cause as it stands at a date. What lists, dashboards, feeds and packs count is counted here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Integer,
    any_,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.visitors import iterate

from services.domain.cycles import ReportingCalendar
from services.domain.errors import RuleBroken
from services.domain.facts import Report
from services.domain.permissions import Subject
from services.domain.standing import WorkedOut, days_overdue, work_out
from services.domain.wording import written
from services.domain.words import AssuranceStage, DeliveryStatus, NoticeKind, RootCauseClass
from services.shared.clock import business_today
from services.shared.facts import IsgFacts, calendar_in, facts_of_rows, listed, load_isgs, root_cause_rows
from services.shared.fields import EARLIEST
from services.shared.models import (
    Finding,
    Isg,
    Kpi,
    Person,
    ProgressUpdate,
    RootCause,
    RootCauseFinding,
    StandingRow,
)
from services.shared.standing_counts import count_standings
from services.shared.standings import bring_standings_up_to, standings_are_current


@dataclass(frozen=True, slots=True)
class LatestUpdate:
    """The last thing that was said, as it is shown."""

    cycle: int
    version: int
    reported_on: date
    status: str
    progress: str | None
    reason: str | None
    late: bool
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One root cause at the end of a day."""

    id: int
    reference: str
    title: str
    isg: str
    root_cause_class: RootCauseClass
    in_plan: bool
    owner_id: int
    owner_name: str
    owner_email: str
    owner_role: str
    theme: str | None
    kloe: str | None
    findings: tuple[str, ...]
    kpis: tuple[str, ...]
    strongest_notice: NoticeKind | None
    due_date: date
    original_due_date: date
    forecast_date: date | None
    delivery_status: DeliveryStatus
    days_overdue: int
    update_missed: bool
    closed_on: date | None
    latest_update: LatestUpdate | None
    recorded_at: datetime
    version: int
    evidence_assured: bool = False
    """The PMO has signed for the evidence of this closing, and has not taken it back."""
    embedded: bool = False
    """Somebody other than its owner has confirmed that it is embedded."""

    @property
    def overdue(self) -> bool:
        """Due date before the day, and not complete."""
        return self.days_overdue > 0

    @property
    def assurance_stage(self) -> AssuranceStage | None:
        """The second axis, never mixed with delivery: a closed root cause begins at `closed`."""
        return assurance_stage_of(
            self.delivery_status, evidence_assured=self.evidence_assured, embedded=self.embedded
        )

    @property
    def subject(self) -> Subject:
        """For the permission table."""
        return Subject(self.isg, self.owner_email)


def assurance_stage_of(
    status: DeliveryStatus, *, evidence_assured: bool, embedded: bool
) -> AssuranceStage | None:
    """None while it is open."""
    if status is not DeliveryStatus.COMPLETE:
        return None
    if embedded:
        return AssuranceStage.EMBEDDED
    return AssuranceStage.EVIDENCE_ASSURED if evidence_assured else AssuranceStage.CLOSED


@dataclass(frozen=True, slots=True)
class Register:
    """Root causes as they stand at the end of `as_at`, in the order of the workbook, and the ISGs that hold them."""

    as_at: date
    isgs: tuple[IsgFacts, ...]
    standings: tuple[Standing, ...]

    def calendar_of(self, isg: str) -> ReportingCalendar:
        """The calendar of an ISG."""
        return calendar_in(self.isgs, isg)


async def check_as_at(db: AsyncSession, as_at: date | None) -> date:
    """The date that figures are asked for: today when none is given. Raises RuleBroken for one after today."""
    today = await business_today(db)
    if as_at is not None and as_at > today:
        raise RuleBroken.at(
            "as_at",
            f"{written(as_at)} is after today, {written(today)}: figures are known up to today. Ask for an earlier date.",
        )
    if as_at is not None and as_at < EARLIEST:
        raise RuleBroken.at("as_at", f"{as_at.isoformat()} is earlier than any plan: ask for a later date.")
    return as_at or today


async def load_register(
    db: AsyncSession,
    as_at: date,
    *,
    known_at: datetime | None = None,
    released_only: bool = False,
    only: Collection[int] | None = None,
) -> Register:
    """The register at the end of `as_at`, of all root causes or `only` those with these ids.

    Today's is read as it is kept, whatever the plan's history; that of any other day, or as known at another instant, is
    worked out from the facts.
    """
    if known_at is None and not released_only and await kept_is_todays(db, as_at):
        narrowed = (
            ()
            if only is None
            else (StandingRow.root_cause_id == any_(literal(list(only), ARRAY(BigInteger))),)
        )
        return Register(as_at, await load_isgs(db), await kept_standings(db, as_at, *narrowed))
    return await work_out_register(db, as_at, known_at, released_only=released_only, only=only)


async def kept_is_todays(db: AsyncSession, as_at: date) -> bool:
    """Whether the day is today and what is kept is what the rules say of it; where this transaction may, it is made so."""
    if as_at != await business_today(db):
        return False
    if db.info.get("brings_standings_up"):
        await bring_standings_up_to(db, as_at)
        return True
    return await standings_are_current(db, as_at)


# Kept -------------------------------------------------------------------------------------------------------------------

OWNER = aliased(Person, name="owner")
_FINDINGS = (
    select(func.json_agg(aggregate_order_by(Finding.reference, RootCauseFinding.position)))
    .select_from(RootCauseFinding)
    .join(Finding, Finding.id == RootCauseFinding.finding_id)
    .where(RootCauseFinding.root_cause_id == RootCause.id, RootCauseFinding.ended_at.is_(None))
    .correlate(RootCause)
    .scalar_subquery()
)
_KPIS = (
    select(func.json_agg(aggregate_order_by(Kpi.reference, Kpi.position)))
    .where(Kpi.root_cause_id == RootCause.id)
    .correlate(RootCause)
    .scalar_subquery()
)
_KEPT = (
    select(
        RootCause.id, RootCause.reference, RootCause.title, Isg.name.label("isg"), StandingRow.root_cause_class,
        StandingRow.in_plan, RootCause.owner_id, OWNER.name.label("owner_name"), OWNER.email.label("owner_email"),
        OWNER.job_title, RootCause.theme, RootCause.kloe, _FINDINGS.label("findings"), _KPIS.label("kpis"),
        StandingRow.strongest_notice, StandingRow.due_date, StandingRow.original_due_date, StandingRow.forecast_date,
        StandingRow.delivery_status, StandingRow.update_missed, StandingRow.closed_on, RootCause.recorded_at,
        RootCause.version, StandingRow.evidence_assured, StandingRow.embedded, ProgressUpdate.cycle_number,
        ProgressUpdate.version.label("said_version"), ProgressUpdate.reported_on, ProgressUpdate.status,
        ProgressUpdate.progress, ProgressUpdate.reason, ProgressUpdate.late, ProgressUpdate.released_at,
    )
    .select_from(StandingRow)
    .join(RootCause, RootCause.id == StandingRow.root_cause_id)
    .join(Isg, Isg.id == StandingRow.isg_id)
    .join(OWNER, OWNER.id == RootCause.owner_id)
    .outerjoin(ProgressUpdate, ProgressUpdate.id == StandingRow.latest_update_id)
)  # fmt: skip
"""Everything that a standing shows, of root causes that have a place in the plan."""
_IN_ORDER = (RootCause.position, RootCause.id)


async def kept_standings(
    db: AsyncSession,
    today: date,
    *narrowed: ColumnElement[bool],
    order: Sequence[Any] = _IN_ORDER,
    limit: int | None = None,
    offset: int | None = None,
) -> tuple[Standing, ...]:
    """Today's standings as they are kept: those that fit, in the order of the workbook or another, or some of them."""
    query = (
        _KEPT.where(*narrowed).order_by(*order).limit(written_out(limit)).offset(written_out(offset or None))
    )
    rows = await db.execute(query)
    return tuple(_kept(row, today) for row in rows)


async def count_kept(db: AsyncSession, *narrowed: ColumnElement[bool]) -> int:
    """How many of today's standings fit."""
    asked = {
        getattr(column.table, "name", None)
        for clause in narrowed
        for column in iterate(clause)
        if isinstance(column, ColumnClause)
    }
    query = select(func.count()).select_from(StandingRow).where(StandingRow.isg_id.is_not(None), *narrowed)
    # Each root cause has exactly one of these: they are joined where what narrows speaks of them.
    if asked & {RootCause.__tablename__, "owner"}:
        query = query.join(RootCause, RootCause.id == StandingRow.root_cause_id)
    if "owner" in asked:
        query = query.join(OWNER, OWNER.id == RootCause.owner_id)
    if Isg.__tablename__ in asked:
        query = query.join(Isg, Isg.id == StandingRow.isg_id)
    return (await db.execute(query)).scalar_one()


def written_out(number: int | None) -> ColumnElement[int] | None:
    """In the statement itself: a plan for any number is one for a tenth of all rows."""
    return None if number is None else literal_column(str(int(number)), Integer)


@dataclass(frozen=True, slots=True)
class Alike:
    """Root causes in the plan that count alike in every figure, and how many there are of them."""

    isg: str
    root_cause_class: RootCauseClass
    delivery_status: DeliveryStatus
    overdue: bool
    update_missed: bool
    times: int


async def count_alike(
    db: AsyncSession, as_at: date, *, known_at: datetime | None = None, released_only: bool = False
) -> list[Alike]:
    """The root causes in the plan at the end of `as_at`, counted by all that figures tell apart."""
    if known_at is None and not released_only and await kept_is_todays(db, as_at):
        names = {isg.id: isg.name for isg in await load_isgs(db)}
        return [
            Alike(
                names[each.isg_id], RootCauseClass(each.root_cause_class), DeliveryStatus(each.delivery_status), each.overdue,
                each.update_missed, times,
            )
            for each, times in (await count_standings(db, as_at)).items()
        ]  # fmt: skip
    register = await work_out_register(db, as_at, known_at, released_only=released_only)
    return [
        Alike(each.isg, each.root_cause_class, each.delivery_status, each.overdue, each.update_missed, 1)
        for each in register.standings
        if each.in_plan
    ]


def _kept(row: Any, today: date) -> Standing:
    said = None
    if row.cycle_number is not None:
        said = LatestUpdate(
            row.cycle_number, row.said_version, row.reported_on, row.status, row.progress, row.reason, row.late,
            row.released_at,
        )  # fmt: skip
    stands = WorkedOut(
        isg=row.isg,
        root_cause_class=RootCauseClass(row.root_cause_class),
        in_plan=row.in_plan,
        strongest_notice=NoticeKind(row.strongest_notice) if row.strongest_notice else None,
        due_date=row.due_date,
        original_due_date=row.original_due_date,
        forecast_date=row.forecast_date,
        delivery_status=DeliveryStatus(row.delivery_status),
        update_missed=row.update_missed,
        closed_on=row.closed_on,
        latest_report=None,
    )
    return _standing(row, stands, said, today)


# Worked out -------------------------------------------------------------------------------------------------------------

OWNER_WITHOUT_TITLE: Final = "Root cause owner"

_DETAILS = """,
    r.title, r.theme, r.kloe, r.owner_id, r.recorded_at, r.version, owner.name AS owner_name,
    owner.email AS owner_email, owner.job_title,
    (SELECT json_agg(f.reference ORDER BY l.position)
       FROM root_cause_finding l JOIN finding f ON f.id = l.finding_id
      WHERE l.root_cause_id = r.id AND l.recorded_at <= :known_at
        AND (l.ended_at IS NULL OR l.ended_at > :known_at)) AS findings,
    (SELECT json_agg(k.reference ORDER BY k.position) FROM kpi k WHERE k.root_cause_id = r.id) AS kpis,
    EXISTS (SELECT FROM assurance a
             WHERE a.root_cause_id = r.id AND a.signed_on <= :as_at AND a.recorded_at <= :known_at
               AND NOT coalesce(a.ended_on <= :as_at AND a.ended_recorded_at <= :known_at, false)) AS evidence_assured,
    EXISTS (SELECT FROM assurance a
             WHERE a.root_cause_id = r.id AND a.stage = 'embedded' AND a.signed_on <= :as_at AND a.recorded_at <= :known_at
               AND NOT coalesce(a.ended_on <= :as_at AND a.ended_recorded_at <= :known_at, false)) AS embedded
"""
"""What a register shows beside the facts. Evidence counts as assured when it was signed for and not taken back by the day."""


async def work_out_register(
    db: AsyncSession,
    as_at: date,
    known_at: datetime | None = None,
    *,
    released_only: bool = False,
    only: Collection[int] | None = None,
) -> Register:
    """The register by the rules from recorded facts, whatever is kept."""
    isgs = await load_isgs(db)
    rows = {
        row.reference: row
        for row in await root_cause_rows(
            db, known_at=known_at, released_only=released_only, only=only, more=_DETAILS, as_at=as_at
        )
    }
    calendars = {isg.name: isg.calendar for isg in isgs}
    stands = {
        root_cause.reference: worked_out
        for root_cause in facts_of_rows(isgs, rows.values())
        if (worked_out := work_out(root_cause, as_at, calendars)) is not None
    }
    said = await _updates(db, {rows[reference].id: each.latest_report for reference, each in stands.items()})
    return Register(
        as_at,
        isgs,
        tuple(
            _standing(rows[reference], each, said.get(rows[reference].id), as_at)
            for reference, each in stands.items()
        ),
    )


def _standing(row: Any, stands: WorkedOut, said: LatestUpdate | None, as_at: date) -> Standing:
    """What was worked out of a root cause, with its row's details and the words of its latest update."""
    return Standing(
        id=row.id,
        reference=row.reference,
        title=row.title,
        isg=stands.isg,
        root_cause_class=stands.root_cause_class,
        in_plan=stands.in_plan,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        owner_email=row.owner_email,
        owner_role=row.job_title or OWNER_WITHOUT_TITLE,
        theme=row.theme,
        kloe=row.kloe,
        findings=tuple(listed(row.findings)),
        kpis=tuple(listed(row.kpis)),
        strongest_notice=stands.strongest_notice,
        due_date=stands.due_date,
        original_due_date=stands.original_due_date,
        forecast_date=stands.forecast_date,
        delivery_status=stands.delivery_status,
        days_overdue=days_overdue(stands.due_date, stands.delivery_status, as_at),
        update_missed=stands.update_missed,
        closed_on=stands.closed_on,
        latest_update=said,
        recorded_at=row.recorded_at,
        version=row.version,
        evidence_assured=row.evidence_assured,
        embedded=row.embedded,
    )


_UPDATES = text("""
    SELECT u.root_cause_id, u.cycle_number, u.version, u.reported_on, u.status, u.progress, u.reason, u.late, u.released_at
      FROM unnest(CAST(:ids AS bigint[]), CAST(:cycles AS bigint[]), CAST(:versions AS bigint[]))
        AS wanted(root_cause_id, cycle_number, version)
      JOIN progress_update u USING (root_cause_id, cycle_number, version)
""")


async def _updates(db: AsyncSession, latest: Mapping[int, Report | None]) -> dict[int, LatestUpdate]:
    """The words of each root cause's latest report, by its id."""
    wanted = [(row_id, report.cycle, report.version) for row_id, report in latest.items() if report]
    if not wanted:
        return {}
    ids, cycles, versions = (list(column) for column in zip(*wanted, strict=True))
    rows = await db.execute(_UPDATES, {"ids": ids, "cycles": cycles, "versions": versions})
    return {root_cause_id: LatestUpdate(*said) for root_cause_id, *said in rows}
