"""Findings at a date: each with the root causes that answer it, and how far they have come."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import DeliveryStatus, FindingStatus, FindingType
from services.shared.models import Finding, Isg, Source
from services.shared.register import Register, Standing


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
    root_causes: tuple[Standing, ...]
    recorded_at: datetime

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
    db: AsyncSession, register: Register, known_at: datetime | None = None
) -> list[FindingStanding]:
    """Every finding recorded by `known_at` (None: by now), in the order of the workbook, as the register stands."""
    query = (
        select(
            Finding.reference, Finding.finding_type, Finding.text, Finding.core_service, Finding.site, Finding.key_questions,
            Finding.regulation, Finding.recorded_at, Source.name.label("source"), Isg.name.label("isg"),
        )
        .join(Isg, Isg.id == Finding.isg_id)
        .outerjoin(Source, Source.id == Finding.source_id)
        .order_by(Finding.position, Finding.id)
    )  # fmt: skip
    if known_at is not None:
        query = query.where(Finding.recorded_at <= known_at)
    answered_by = _answered_by(register)
    return [
        FindingStanding(
            reference=row.reference, finding_type=FindingType(row.finding_type), isg=row.isg, text=row.text, source=row.source,
            core_service=row.core_service, site=row.site, key_questions=tuple(row.key_questions), regulation=row.regulation,
            root_causes=tuple(answered_by[row.reference]), recorded_at=row.recorded_at,
        )
        for row in await db.execute(query)
    ]  # fmt: skip


def _answered_by(register: Register) -> defaultdict[str, list[Standing]]:
    answered_by: defaultdict[str, list[Standing]] = defaultdict(list)
    for root_cause in register.standings:
        if root_cause.in_plan:
            for finding in root_cause.findings:
                answered_by[finding].append(root_cause)
    return answered_by
