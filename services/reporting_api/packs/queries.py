"""What the Board paper needs beside the plan's facts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.words import FindingType, Outlook
from services.reporting_api.packs.board_figures import ActionFacts, ApprovalFacts, FindingFacts
from services.reporting_api.packs.board_isgs import QuotedReport
from services.shared.clock import LONDON
from services.shared.models import (
    Action,
    CycleReport,
    Finding,
    Isg,
    Person,
    PlanApproval,
    ProgressUpdate,
    RootCause,
    RootCauseFinding,
    Source,
)


async def findings(db: AsyncSession) -> Sequence[FindingFacts]:
    """Every finding with its source, its ISG and the root causes that answer it, in the order of the workbook."""
    answered_by = (
        select(RootCauseFinding.finding_id, func.array_agg(RootCause.reference).label("references"))
        .join(RootCause, RootCause.id == RootCauseFinding.root_cause_id)
        .where(RootCauseFinding.ended_at.is_(None))
        .group_by(RootCauseFinding.finding_id)
        .subquery()
    )
    rows = await db.execute(
        select(
            Finding.reference, Finding.finding_type, Source.name.label("source"), Isg.name.label("isg"), Finding.core_service,
            answered_by.c.references,
        )
        .join(Isg, Isg.id == Finding.isg_id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .outerjoin(answered_by, answered_by.c.finding_id == Finding.id)
        .order_by(Finding.position, Finding.id)
    )  # fmt: skip
    return [
        FindingFacts(
            row.reference, FindingType(row.finding_type), row.source, row.isg, row.core_service, tuple(row.references or ())
        )
        for row in rows
    ]  # fmt: skip


async def approvals(db: AsyncSession) -> Sequence[ApprovalFacts]:
    """Every approval of an ISG's plan, in the order of the ISGs."""
    rows = await db.execute(
        select(Isg.name, PlanApproval.forum, PlanApproval.approved_on)
        .join(Isg, Isg.id == PlanApproval.isg_id)
        .order_by(Isg.position, Isg.id)
    )
    return [ApprovalFacts(row.name, row.forum, row.approved_on) for row in rows]


async def actions_due(db: AsyncSession, first: date, last: date) -> Sequence[ActionFacts]:
    """The actions due between two days, both included, that were not withdrawn."""
    rows = await db.execute(
        select(RootCause.reference, Action.due_date, Action.completed_on)
        .join(RootCause, RootCause.id == Action.root_cause_id)
        .where(Action.due_date.between(first, last), Action.withdrawn_on.is_(None))
        .order_by(Action.position, Action.id)
    )
    return [ActionFacts(row.reference, row.due_date, row.completed_on) for row in rows]


async def confirmed_reports(db: AsyncSession, day: date) -> Mapping[str, QuotedReport]:
    """By ISG: what its chair said of the newest cycle whose report the executive had confirmed by the end of `day`."""
    writer, confirmer = aliased(Person), aliased(Person)
    end_of_day = datetime.combine(day, time.max, LONDON)
    rows = await db.execute(
        select(
            Isg.name, CycleReport.cycle_number, CycleReport.progress, CycleReport.outlook, CycleReport.asks,
            CycleReport.confirmed_at, writer.name.label("written_by"), confirmer.name.label("confirmed_by"),
        )
        .ext(distinct_on(Isg.id))
        .join(Isg, Isg.id == CycleReport.isg_id)
        .join(writer, writer.id == CycleReport.written_by)
        .join(confirmer, confirmer.id == CycleReport.confirmed_by)
        .where(CycleReport.confirmed_at <= end_of_day)
        .order_by(Isg.id, CycleReport.cycle_number.desc(), CycleReport.version.desc())
    )  # fmt: skip
    return {
        row.name: QuotedReport(
            row.cycle_number, row.progress, Outlook(row.outlook) if row.outlook else None, row.asks, row.written_by,
            row.confirmed_by, row.confirmed_at.astimezone(LONDON).date(),
        )
        for row in rows
    }  # fmt: skip


async def unreleased_updates(db: AsyncSession, day: date) -> Sequence[str]:
    """The root cause of each update reported by `day` that is not released; an update's versions count once."""
    rows = await db.scalars(
        select(RootCause.reference)
        .join(ProgressUpdate, ProgressUpdate.root_cause_id == RootCause.id)
        .where(ProgressUpdate.reported_on <= day, ProgressUpdate.released_at.is_(None))
        .group_by(RootCause.reference, ProgressUpdate.cycle_number)
    )
    return rows.all()


async def isg_names(db: AsyncSession) -> Mapping[str, str]:
    """Each ISG's name by what it is called in addresses."""
    return {row.slug: row.name for row in await db.execute(select(Isg.slug, Isg.name))}
