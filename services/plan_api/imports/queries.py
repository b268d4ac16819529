"""The stored plan as the rows of the workbook, and what of it no sheet can hold."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.domain.facts import Closing as ClosingFact
from services.domain.words import (
    Cadence,
    ClosingDecision,
    Direction,
    FindingType,
    KeyQuestion,
    KpiLevel,
    ObservationState,
    Role,
    UpdateStatus,
)
from services.plan_api.imports.left_out import left_out_of_every_sheet
from services.plan_api.workbook.changes import ExistingPlan
from services.plan_api.workbook.rows import (
    ActionRow,
    FindingRow,
    IsgRow,
    KpiDataRow,
    KpiRow,
    PersonRow,
    PlanRows,
    RootCauseRow,
    UpdateRow,
)
from services.plan_api.workbook.write import LeftOut
from services.shared.clock import business_today
from services.shared.kpi_targets import target_on
from services.shared.models import (
    Action,
    Baseline,
    Closing,
    ClosingRequest,
    Finding,
    Isg,
    Kpi,
    KpiObservation,
    OutboxRow,
    Person,
    Placement,
    PlanApproval,
    ProgressUpdate,
    RoleGrant,
    RootCause,
    RootCauseFinding,
    Source,
)

KPI_DOOR = "/v1/imports/kpis"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """`existing` is all of it; `exported` what the eight sheets hold so that it comes back; `left_out` the rest, with reasons."""

    existing: ExistingPlan
    exported: PlanRows
    left_out: tuple[LeftOut, ...]


async def stored_plan(db: AsyncSession) -> StoredPlan:
    """Everything that is stored, in the order of the sheets it came from."""
    left_out: list[LeftOut] = []
    closings = await _closings(db, left_out)
    updates, exported_updates = await _updates(db, closings, left_out)
    actions, exported_actions = await _actions(db, left_out)
    provisional = await _provisional(db, left_out)
    more_left_out = await left_out_of_every_sheet(db)
    kpis, kpi_data = await _with_undelivered(db, await _kpis(db), await _kpi_data(db))
    sheets: dict[str, Any] = {
        "people": await _people(db, left_out),
        "isgs": await _isgs(db),
        "findings": await _findings(db),
        "root_causes": await _root_causes(db, left_out),
        "kpis": kpis,
        "kpi_data": kpi_data,
    }
    facts = {
        reference: tuple(ClosingFact(row.closed_on, row.reopened_on) for row in rows)
        for reference, rows in closings.items()
    }
    approved = frozenset(await db.scalars(select(Isg.name).join(PlanApproval, PlanApproval.isg_id == Isg.id)))
    return StoredPlan(
        ExistingPlan(PlanRows(**sheets, actions=actions, updates=updates), approved, facts),
        PlanRows(
            **{**sheets, "kpi_data": tuple(row for row in kpi_data if (row.kpi, row.period) not in provisional)},
            actions=exported_actions, updates=exported_updates,
        ),
        (*left_out, *more_left_out),
    )  # fmt: skip


async def ids_by(db: AsyncSession, key: InstrumentedAttribute[str]) -> dict[str, int]:
    """The ids of a table's rows by what they are called by."""
    return dict(iter(await db.execute(select(key, key.class_.id))))


async def _people(db: AsyncSession, left_out: list[LeftOut]) -> tuple[PersonRow, ...]:
    roles: defaultdict[int, set[str]] = defaultdict(set)
    for person_id, role in await db.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.ended_at.is_(None))
    ):
        roles[person_id].add(role)
    people = await db.execute(
        select(Person.id, Person.name, Person.email, Person.job_title, Person.deactivated_at, Isg.name)
        .outerjoin(Isg, Isg.id == Person.isg_id)
        .order_by(Person.id)
    )
    rows = []
    for person_id, name, email, job_title, deactivated_at, isg in people:
        rows.append(
            PersonRow(name, email, tuple(role for role in Role if role in roles[person_id]), isg, job_title)
        )
        if deactivated_at is not None:
            left_out.append(
                LeftOut(
                    "People",
                    email,
                    "has left",
                    "The sheet does not say so: an import would make the account active again.",
                )
            )
    return tuple(rows)


async def _isgs(db: AsyncSession) -> tuple[IsgRow, ...]:
    chair, executive = aliased(Person), aliased(Person)
    rows = await db.execute(
        select(Isg.name, Isg.cadence, chair.email, executive.email, Isg.first_cycle_opens)
        .outerjoin(chair, chair.id == Isg.chair_id)
        .outerjoin(executive, executive.id == Isg.executive_id)
        .order_by(Isg.position, Isg.id)
    )
    return tuple(
        IsgRow(name, Cadence(cadence), chair_email, executive_email, opens)
        for name, cadence, chair_email, executive_email, opens in rows
    )


async def _findings(db: AsyncSession) -> tuple[FindingRow, ...]:
    rows = await db.execute(
        select(
            Finding.reference, Finding.finding_type, Finding.text, Isg.name.label("isg"), Source.name.label("source"),
            Finding.core_service, Finding.site, Finding.key_questions, Finding.regulation,
        )
        .join(Isg, Isg.id == Finding.isg_id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .order_by(Finding.position, Finding.id)
    )  # fmt: skip
    return tuple(
        FindingRow(
            row.reference, FindingType(row.finding_type), row.text, row.isg, row.source, row.core_service, row.site,
            tuple(KeyQuestion(question) for question in row.key_questions), row.regulation,
        )
        for row in rows
    )  # fmt: skip


async def _root_causes(db: AsyncSession, left_out: list[LeftOut]) -> tuple[RootCauseRow, ...]:
    isgs = await _latest(db, select(Placement.root_cause_id, Isg.name).join(Isg, Isg.id == Placement.isg_id)
                         .where(Placement.superseded_at.is_(None)).order_by(Placement.holds_from.nulls_first()))  # fmt: skip
    baselines: defaultdict[int, list[date]] = defaultdict(list)
    for root_cause_id, due_date in await db.execute(
        select(Baseline.root_cause_id, Baseline.due_date)
        .where(Baseline.superseded_at.is_(None))
        .order_by(Baseline.version)
    ):
        baselines[root_cause_id].append(due_date)
    findings: defaultdict[int, list[str]] = defaultdict(list)
    for root_cause_id, reference in await db.execute(
        select(RootCauseFinding.root_cause_id, Finding.reference)
        .join(Finding, Finding.id == RootCauseFinding.finding_id)
        .where(RootCauseFinding.ended_at.is_(None))
        .order_by(RootCauseFinding.position, RootCauseFinding.id)
    ):
        findings[root_cause_id].append(reference)
    rows = []
    for row in await db.execute(
        select(
            RootCause.id, RootCause.reference, RootCause.title, RootCause.situation, RootCause.background,
            RootCause.assessment, RootCause.recommendation, RootCause.theme, RootCause.kloe, Person.email.label("owner"),
        )
        .join(Person, Person.id == RootCause.owner_id)
        .order_by(RootCause.position, RootCause.id)
    ):  # fmt: skip
        original, due = baselines[row.id][0], baselines[row.id][-1]
        if original != due:
            reason = "The sheet holds the due date in force only: an import would make it the original."
            left_out.append(
                LeftOut("Root causes", row.reference, f"originally due {original:%d/%m/%Y}", reason)
            )
        rows.append(
            RootCauseRow(
                row.reference, isgs[row.id], row.title, row.owner, due, tuple(findings[row.id]), row.situation,
                row.background, row.assessment, row.recommendation, row.theme, row.kloe,
            )
        )  # fmt: skip
    return tuple(rows)


async def _latest(db: AsyncSession, query: Any) -> dict[int, Any]:
    """The last value for each key of a query of pairs."""
    return dict(iter(await db.execute(query)))


async def _actions(
    db: AsyncSession, left_out: list[LeftOut]
) -> tuple[tuple[ActionRow, ...], tuple[ActionRow, ...]]:
    """All actions, and those that the sheet can hold."""
    everything, exported = [], []
    for action in await db.execute(
        select(
            Action.reference, RootCause.reference.label("root_cause"), Action.description, Person.email.label("owner"),
            Action.due_date, Action.completed_on, Action.withdrawn_on, Action.withdrawn_reason,
        )
        .join(RootCause, RootCause.id == Action.root_cause_id)
        .outerjoin(Person, Person.id == Action.owner_id)
        .order_by(Action.position, Action.id)
    ):  # fmt: skip
        row = ActionRow(
            action.reference, action.root_cause, action.description, action.owner, action.due_date, action.completed_on
        )  # fmt: skip
        everything.append(row)
        if action.withdrawn_on is None:
            exported.append(row)
        else:
            fact = f"withdrawn on {action.withdrawn_on:%d/%m/%Y}: {action.withdrawn_reason}"
            left_out.append(
                LeftOut("Actions", action.reference, fact, "The sheet has no column for withdrawing.")
            )
    return tuple(everything), tuple(exported)


async def _closings(db: AsyncSession, left_out: list[LeftOut]) -> dict[str, list[Closing]]:
    """By root cause, without those that an import corrected away."""
    closings: defaultdict[str, list[Closing]] = defaultdict(list)
    for reference, closing in await db.execute(
        select(RootCause.reference, Closing)
        .join(RootCause, RootCause.id == Closing.root_cause_id)
        .order_by(RootCause.position, Closing.id)
    ):
        if closing.imported and closing.reopened_on == closing.closed_on:
            continue
        closings[reference].append(closing)
        if closing.reopened_on is not None:
            fact = f"closed on {closing.closed_on:%d/%m/%Y}, reopened on {closing.reopened_on:%d/%m/%Y}"
            left_out.append(LeftOut("Updates", reference, fact, "The sheet has no column for reopening."))
    return dict(closings)


async def _updates(
    db: AsyncSession, closings: dict[str, list[Closing]], left_out: list[LeftOut]
) -> tuple[tuple[UpdateRow, ...], tuple[UpdateRow, ...]]:
    """The newest update of each root cause and day, and those of them that the sheet can hold."""
    newest: dict[tuple[str, date], tuple[UpdateRow, Closing | None]] = {}
    for said in await db.execute(
        select(
            RootCause.reference, ProgressUpdate.reported_on, ProgressUpdate.status, ProgressUpdate.progress,
            ProgressUpdate.forecast_date, ClosingRequest.decision, ClosingRequest.meeting_date,
        )
        .join(RootCause, RootCause.id == ProgressUpdate.root_cause_id)
        .outerjoin(ClosingRequest, ClosingRequest.progress_update_id == ProgressUpdate.id)
        .order_by(RootCause.position, RootCause.id, ProgressUpdate.cycle_number, ProgressUpdate.version)
    ):  # fmt: skip
        closing = _closing_it_led_to(said, closings.get(said.reference, []))
        completed = closing.closed_on if closing else None
        status = UpdateStatus(said.status)
        row = UpdateRow(
            said.reference, said.reported_on, status, said.progress, said.forecast_date, completed
        )
        if replaced := newest.get((said.reference, said.reported_on)):
            reason = "It was replaced by a newer update on the same day."
            left_out.append(LeftOut("Updates", said.reference, _in_words(replaced[0]), reason))
        newest[said.reference, said.reported_on] = row, closing
    exported = tuple(row for row, closing in newest.values() if _can_come_back(row, closing))
    for row, closing in newest.values():
        if not _can_come_back(row, closing):
            reason = "No closing stands on it: an import would close the root cause."
            left_out.append(LeftOut("Updates", row.root_cause, _in_words(row), reason))
    said_complete = {row.root_cause for row in exported if row.completed_date}
    for reference, rows in closings.items():
        for closing in rows:
            if closing.reopened_on is None and reference not in said_complete:
                fact = f"closed on {closing.closed_on:%d/%m/%Y}"
                left_out.append(LeftOut("Updates", reference, fact, "No update says that it is complete."))
    return tuple(row for row, _ in newest.values()), exported


def _closing_it_led_to(said: Any, closings: list[Closing]) -> Closing | None:
    """The closing that an update's "complete" led to: by its own request, or imported with it."""
    if said.status != UpdateStatus.COMPLETE:
        return None
    for closing in closings:
        asked_for_it = said.decision == ClosingDecision.CLOSE and said.meeting_date == closing.closed_on
        came_with_it = said.decision is None and closing.imported
        still_closed = closing.reopened_on is None or said.reported_on < closing.reopened_on
        if asked_for_it or (came_with_it and still_closed):
            return closing
    return None


def _can_come_back(row: UpdateRow, closing: Closing | None) -> bool:
    return row.status is not UpdateStatus.COMPLETE or (closing is not None and closing.reopened_on is None)


def _in_words(row: UpdateRow) -> str:
    return f"{row.status.label} on {row.reporting_date:%d/%m/%Y}: {row.progress or 'nothing more said'}"


async def _kpis(db: AsyncSession) -> tuple[KpiRow, ...]:
    rows = await db.execute(
        select(Kpi, Isg.name, RootCause.reference, target_on(Kpi.id, await business_today(db)))
        .outerjoin(Isg, Isg.id == Kpi.isg_id)
        .outerjoin(RootCause, RootCause.id == Kpi.root_cause_id)
        .order_by(Kpi.position, Kpi.id)
    )
    return tuple(
        KpiRow(
            kpi.reference, kpi.name, KpiLevel(kpi.level), Direction(kpi.direction), isg, root_cause,
            KeyQuestion(kpi.key_question) if kpi.key_question else None, kpi.unit, target, kpi.frequency, kpi.source,
        )
        for kpi, isg, root_cause, target in rows
    )  # fmt: skip


async def _kpi_data(db: AsyncSession) -> tuple[KpiDataRow, ...]:
    rows = await db.execute(
        select(
            Kpi.reference, KpiObservation.period, KpiObservation.value, KpiObservation.numerator, KpiObservation.denominator
        )
        .join(Kpi, Kpi.id == KpiObservation.kpi_id)
        .where(KpiObservation.superseded_at.is_(None))
        .order_by(Kpi.position, Kpi.id, KpiObservation.period)
    )  # fmt: skip
    return tuple(KpiDataRow(*row) for row in rows)


async def _provisional(db: AsyncSession, left_out: list[LeftOut]) -> set[tuple[str, date]]:
    """Which values are provisional still: an import would take them for final."""
    rows = await db.execute(
        select(Kpi.reference, KpiObservation.period)
        .join(Kpi, Kpi.id == KpiObservation.kpi_id)
        .where(KpiObservation.superseded_at.is_(None), KpiObservation.state == ObservationState.PROVISIONAL)
        .order_by(Kpi.position, Kpi.id, KpiObservation.period)
    )
    provisional = {(reference, period) for reference, period in rows}
    reason = "The sheet has no column for the state: an import would make it final."
    left_out += [
        LeftOut("KPI data", reference, f"provisional value of {period:%d/%m/%Y}", reason)
        for reference, period in sorted(provisional)
    ]
    return provisional


async def _with_undelivered(
    db: AsyncSession, kpis: Iterable[KpiRow], kpi_data: Iterable[KpiDataRow]
) -> tuple[tuple[KpiRow, ...], tuple[KpiDataRow, ...]]:
    """The KPI rows as they will be once the KPI service has what was imported a moment ago."""
    rows = {row.reference: row for row in kpis}
    data = {(row.kpi, row.period): row for row in kpi_data}
    waiting = await db.scalars(
        select(OutboxRow.payload)
        .where(OutboxRow.to_service == "kpi", OutboxRow.path == KPI_DOOR, OutboxRow.delivered_at.is_(None))
        .order_by(OutboxRow.id)
    )
    for payload in waiting:
        for sent in payload["kpis"]:
            rows[sent["reference"]] = kpi_row(sent)
        for sent in payload["observations"]:
            row = kpi_data_row(sent)
            data[row.kpi, row.period] = row
    place = {reference: position for position, reference in enumerate(rows)}
    return tuple(rows.values()), tuple(sorted(data.values(), key=lambda row: (place[row.kpi], row.period)))


def payload_of(row: KpiRow | KpiDataRow) -> dict[str, str | None]:
    """A KPI row as it is sent to the KPI service: figures as text, so that they stay exact."""
    values = {field.name: getattr(row, field.name) for field in fields(row)}
    return {name: None if value is None else str(value) for name, value in values.items()}


def kpi_row(sent: dict[str, Any]) -> KpiRow:
    """The definition that was sent."""
    return KpiRow(
        **sent | {
            "level": KpiLevel(sent["level"]),
            "direction": Direction(sent["direction"]),
            "cqc_domain": KeyQuestion(sent["cqc_domain"]) if sent["cqc_domain"] else None,
            "target": _number(sent["target"]),
        }
    )  # fmt: skip


def kpi_data_row(sent: dict[str, Any]) -> KpiDataRow:
    """The value that was sent."""
    figures = (_number(sent[name]) for name in ("value", "numerator", "denominator"))
    return KpiDataRow(sent["kpi"], date.fromisoformat(sent["period"]), *figures)


def _number(sent: str | None) -> Decimal | None:
    return None if sent is None else Decimal(sent)
