"""Findings at a date: each with the root causes that answer it, and how far they have come."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.words import AssuranceStage, DeliveryStatus, FindingStatus, FindingType
from services.shared.models import Finding, Isg, RootCause, RootCauseFinding, Source, StandingRow
from services.shared.register import Register, assurance_stage_of, kept_is_todays, load_register


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """A root cause that answers a finding: how far it has come."""

    reference: str
    title: str
    isg: str
    delivery_status: DeliveryStatus
    due_date: date
    assurance_stage: AssuranceStage | None


@dataclass(frozen=True, slots=True)
class FindingStanding:
    """One finding at the end of a day; its root causes are those in the plan on that day."""

    reference: str
    finding_type: FindingType
    isg: str
    text: str
    source: str | None
    core_service: str | None
    site: str | None
    key_questions: tuple[str, ...]
    regulation: str | None
    root_causes: tuple[AnsweredBy, ...]
    recorded_at: datetime
    times: int = 1

    @property
    def all_closed(self) -> bool:
        """It has root causes, and the ISG has closed every one of them."""
        statuses = {each.delivery_status for each in self.root_causes}
        return statuses == {DeliveryStatus.COMPLETE}

    @property
    def status(self) -> FindingStatus:
        """By the assurance of its root causes."""
        return finding_status({each.assurance_stage for each in self.root_causes})

    @property
    def met(self) -> bool:
        """The PMO has assured the evidence of all its root causes; what is embedded was met before."""
        return self.status is not FindingStatus.OPEN


def finding_status(assurance_stages: Collection[str | None]) -> FindingStatus:
    """Embedded when every root cause is, met when the PMO has assured the evidence of all, else open (domain.md, Nouns)."""
    stages = set(assurance_stages)
    if stages == {"embedded"}:
        return FindingStatus.EMBEDDED
    if stages and stages <= {"evidence_assured", "embedded"}:
        return FindingStatus.MET
    return FindingStatus.OPEN


async def findings_at(
    db: AsyncSession, as_at: date, *, known_at: datetime | None = None, released_only: bool = False
) -> list[FindingStanding]:
    """Every finding recorded by `known_at` (None: by now), in the order of the workbook, as it stands at the end of `as_at`."""
    query = (
        select(
            Finding.id, Finding.reference, Finding.finding_type, Finding.text, Finding.core_service, Finding.site,
            Finding.key_questions, Finding.regulation, Finding.recorded_at, Source.name.label("source"),
            Isg.name.label("isg"),
        )
        .join(Isg, Isg.id == Finding.isg_id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .order_by(Finding.position, Finding.id)
    )  # fmt: skip
    if known_at is not None:
        query = query.where(Finding.recorded_at <= known_at)
    if known_at is None and await kept_is_todays(db, as_at):
        # Whether an update is released changes neither what is closed nor what is assured.
        answered_by = await _kept_answers(db)
    else:
        answered_by = _answers_in(
            await load_register(db, as_at, known_at=known_at, released_only=released_only)
        )
    return [
        FindingStanding(
            reference=row.reference, finding_type=FindingType(row.finding_type), isg=row.isg, text=row.text, source=row.source,
            core_service=row.core_service, site=row.site, key_questions=tuple(row.key_questions), regulation=row.regulation,
            root_causes=tuple(answered_by[row.reference]), recorded_at=row.recorded_at,
        )
        for row in await db.execute(query)
    ]  # fmt: skip


async def _kept_answers(db: AsyncSession) -> defaultdict[str, list[AnsweredBy]]:
    holder = aliased(Isg)
    rows = await db.execute(
        select(
            Finding.reference, RootCause.reference, RootCause.title, holder.name, StandingRow.delivery_status,
            StandingRow.due_date, StandingRow.evidence_assured, StandingRow.embedded,
        )
        .join(RootCauseFinding, RootCauseFinding.finding_id == Finding.id)
        .join(RootCause, RootCause.id == RootCauseFinding.root_cause_id)
        .join(StandingRow, StandingRow.root_cause_id == RootCause.id)
        .join(holder, holder.id == StandingRow.isg_id)
        .where(RootCauseFinding.ended_at.is_(None), StandingRow.in_plan)
        .order_by(RootCause.position, RootCause.id)
    )  # fmt: skip
    answered_by: defaultdict[str, list[AnsweredBy]] = defaultdict(list)
    for finding, reference, title, isg, written, due_date, assured, embedded in rows:
        status = DeliveryStatus(str(written))
        stage = assurance_stage_of(status, evidence_assured=assured, embedded=embedded)
        assert due_date is not None  # it has a place in the plan, and so a standing
        answered_by[finding].append(AnsweredBy(reference, title, isg, status, due_date, stage))
    return answered_by


def _answers_in(register: Register) -> defaultdict[str, list[AnsweredBy]]:
    answered_by: defaultdict[str, list[AnsweredBy]] = defaultdict(list)
    for each in register.standings:
        if each.in_plan:
            for finding in each.findings:
                answered_by[finding].append(
                    AnsweredBy(
                        each.reference,
                        each.title,
                        each.isg,
                        each.delivery_status,
                        each.due_date,
                        each.assurance_stage,
                    )
                )
    return answered_by
