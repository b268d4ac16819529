"""Findings at a date: each with the root causes that answer it, and how far they have come."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    any_,
    false,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.domain.words import AssuranceStage, DeliveryStatus, FindingStatus, FindingType
from services.shared.clock import business_today
from services.shared.db import among
from services.shared.kept_counts import OF_ALL, KeptCounts, Speaks, of_its
from services.shared.models import Finding, Isg, RootCause, RootCauseFinding, Source, StandingRow
from services.shared.register import Register, assurance_stage_of, kept_is_todays, load_register, written_out
from services.shared.standing_counts import FOLLOWS_FROM

Stages = frozenset[AssuranceStage | None]
"""None: one of the root causes is open."""


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

    @property
    def stages(self) -> Stages:
        """How far its root causes have come, each way once."""
        return frozenset(each.assurance_stage for each in self.root_causes)

    @property
    def all_closed(self) -> bool:
        """It has root causes, and the ISG has closed every one of them."""
        return all_closed(self.stages)

    @property
    def status(self) -> FindingStatus:
        """By the assurance of its root causes."""
        return finding_status(self.stages)

    @property
    def met(self) -> bool:
        """The PMO has assured the evidence of all its root causes; what is embedded was met before."""
        return is_met(self.stages)


@dataclass(frozen=True, slots=True)
class FindingsAlike:
    """Findings that are told apart by nothing but what they say, and how many there are of them."""

    isg: str
    finding_type: FindingType
    source: str | None
    core_service: str | None
    site: str | None
    key_questions: tuple[str, ...]
    regulation: str | None
    stages: Stages
    times: int

    @property
    def all_closed(self) -> bool:
        """As of one finding."""
        return all_closed(self.stages)

    @property
    def met(self) -> bool:
        """As of one finding."""
        return is_met(self.stages)


def all_closed(assurance_stages: Collection[str | None]) -> bool:
    """What is closed has come to a stage; what is open has none."""
    return bool(assurance_stages) and None not in assurance_stages


def is_met(assurance_stages: Collection[str | None]) -> bool:
    """Embedded, or assured."""
    return finding_status(assurance_stages) is not FindingStatus.OPEN


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
    query = _FINDINGS.order_by(*_IN_ORDER)
    if known_at is not None:
        query = query.where(Finding.recorded_at <= known_at)
    if known_at is None and await kept_is_todays(db, as_at):
        # Whether an update is released changes neither what is closed nor what is assured.
        answered_by = await _kept_answers(db)
    else:
        answered_by = _answers_in(
            await load_register(db, as_at, known_at=known_at, released_only=released_only)
        )
    return [_standing(row, answered_by[row.reference]) for row in await db.execute(query)]


async def findings_among(
    db: AsyncSession, ids: Collection[int], as_at: date, *, known_at: datetime | None = None
) -> dict[int, FindingStanding]:
    """These findings by their ids: what the rest of the plan holds is not read."""
    wanted = any_(literal(list(ids), ARRAY(BigInteger)))
    query = _FINDINGS.where(Finding.id == wanted)
    if known_at is not None:
        query = query.where(Finding.recorded_at <= known_at)
    links = select(RootCauseFinding.root_cause_id).where(RootCauseFinding.finding_id == wanted).distinct()
    register = await load_register(db, as_at, known_at=known_at, only=list(await db.scalars(links)))
    answered_by = _answers_in(register)
    return {row.id: _standing(row, answered_by[row.reference]) for row in await db.execute(query)}


async def count_findings(
    db: AsyncSession, as_at: date, *, known_at: datetime | None = None, released_only: bool = False
) -> list[FindingsAlike]:
    """The same, counted by all that figures tell apart."""
    if known_at is None and await kept_is_todays(db, as_at):
        return await count_kept_findings(db)
    every = await findings_at(db, as_at, known_at=known_at, released_only=released_only)
    return [
        FindingsAlike(
            each.isg, each.finding_type, each.source, each.core_service, each.site, each.key_questions, each.regulation,
            each.stages, 1,
        )
        for each in every
    ]  # fmt: skip


# Kept -------------------------------------------------------------------------------------------------------------------

_FINDINGS = (
    select(
        Finding.id, Finding.reference, Finding.finding_type, Finding.text, Finding.core_service, Finding.site,
        Finding.key_questions, Finding.regulation, Finding.recorded_at, Source.name.label("source"), Isg.name.label("isg"),
    )
    .join(Isg, Isg.id == Finding.isg_id)
    .outerjoin(Source, Source.id == Finding.source_id)
)  # fmt: skip
_IN_ORDER = (Finding.position, Finding.id)
_CLOSED = StandingRow.delivery_status == literal_column("'complete'")


def _stages_of(ids: Collection[int] | None) -> Subquery:
    """Which stages the root causes of each finding have come to, from two indexes: what follows is said by the rules above."""
    query = (
        select(
            RootCauseFinding.finding_id,
            func.bool_or(~_CLOSED).label("open"),
            func.bool_or(_CLOSED & ~StandingRow.evidence_assured & ~StandingRow.embedded).label("closed"),
            func.bool_or(_CLOSED & StandingRow.evidence_assured & ~StandingRow.embedded).label("assured"),
            func.bool_or(_CLOSED & StandingRow.embedded).label("embedded"),
        )
        .join(StandingRow, StandingRow.root_cause_id == RootCauseFinding.root_cause_id)
        .where(RootCauseFinding.ended_at.is_(None), StandingRow.in_plan)
        .group_by(RootCauseFinding.finding_id)
    )
    if ids is not None:
        query = query.where(among(RootCauseFinding.finding_id, ids))
    return query.subquery("stages")


def _columns_of(stages: Subquery) -> tuple[ColumnElement[bool], ...]:
    return stages.c.open, stages.c.closed, stages.c.assured, stages.c.embedded


_STAGES = _stages_of(None)
_EACH_STAGE = _columns_of(_STAGES)


def _stages(*there: bool | None) -> Stages:
    """In the order of `_EACH_STAGE`; a finding without root causes has none."""
    every = (None, AssuranceStage.CLOSED, AssuranceStage.EVIDENCE_ASSURED, AssuranceStage.EMBEDDED)
    return frozenset(stage for stage, is_there in zip(every, there, strict=True) if is_there)


def whose_stages(rule: Callable[[Stages], bool]) -> ColumnElement[bool]:
    """The kept findings of which a rule holds, asked of every combination of stages that there can be."""
    combinations = product((False, True), repeat=len(_EACH_STAGE))
    there = [func.coalesce(each, false()) for each in _EACH_STAGE]
    return tuple_(*there).in_([each for each in combinations if rule(_stages(*each))])


async def count_kept_findings(db: AsyncSession, *narrowed: ColumnElement[bool]) -> list[FindingsAlike]:
    """Today's findings that fit, counted."""
    kept = None if narrowed else await FINDINGS.alike(db, await business_today(db))
    if kept is not None:
        return [_alike(what, times) for what, times in kept.items()]
    rows = await db.execute(
        _FINDINGS.outerjoin(_STAGES, _STAGES.c.finding_id == Finding.id)
        .with_only_columns(*_TOLD_APART, func.count(), maintain_column_froms=True)
        .where(*narrowed)
        .group_by(*_TOLD_APART)
    )
    return [_alike(what, times) for *what, times in rows]


_TOLD_APART = (
    Isg.name, Finding.finding_type, Source.name, Finding.core_service, Finding.site, Finding.key_questions,
    Finding.regulation, *_EACH_STAGE,
)  # fmt: skip


def _alike(what: Sequence[Any], times: int) -> FindingsAlike:
    isg, finding_type, source, core_service, site, key_questions, regulation, *there = what
    return FindingsAlike(
        isg, FindingType(finding_type), source, core_service, site, tuple(key_questions), regulation,
        _stages(*there), times,
    )  # fmt: skip


async def _what_counts(
    db: AsyncSession, _today: date, ids: Collection[int] | None
) -> dict[int, tuple[Any, ...]]:
    stages = _stages_of(ids)
    query = (
        _FINDINGS.outerjoin(stages, stages.c.finding_id == Finding.id)
        .with_only_columns(Finding.id, *_TOLD_APART[: -len(_EACH_STAGE)], *_columns_of(stages), maintain_column_froms=True)
    )  # fmt: skip
    if ids is not None:
        query = query.where(among(Finding.id, ids))
    once: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    found = {}
    rows: Sequence[Any] = (await db.execute(query)).all()
    for row_id, *rest in rows:
        what = tuple(tuple(each) if isinstance(each, list) else each for each in rest)
        found[row_id] = once.setdefault(what, what)
    return found


def _of_root_causes(root_causes: str) -> Speaks:
    return Speaks(f"SELECT finding_id FROM root_cause_finding WHERE root_cause_id IN ({root_causes})")  # noqa: S608 - our own


FINDINGS: Final = KeptCounts(
    "findings",
    _what_counts,
    {
        **{
            table: OF_ALL if speaks.of is None else _of_root_causes(speaks.of)
            for table, speaks in FOLLOWS_FROM.items()
            if table != "finding"
        },
        "finding": of_its("id", "finding"),
        "root_cause_finding": of_its("finding_id", "root_cause_finding"),
    },
)
"""A link says itself which finding it is of: once it has ended, its root cause does not say so any more."""


async def kept_findings(
    db: AsyncSession, *narrowed: ColumnElement[bool], start: int = 0, limit: int
) -> list[FindingStanding]:
    """Today's findings that fit, in the order of the workbook: `limit` of them from `start` on."""
    query = _FINDINGS.outerjoin(_STAGES, _STAGES.c.finding_id == Finding.id).where(*narrowed)
    rows = (
        await db.execute(
            query.order_by(*_IN_ORDER).offset(written_out(start or None)).limit(written_out(limit))
        )
    ).all()
    answered_by = await _kept_answers(db, [row.id for row in rows])
    return [_standing(row, answered_by[row.reference]) for row in rows]


def _standing(row: Any, answered_by: Sequence[AnsweredBy]) -> FindingStanding:
    return FindingStanding(
        reference=row.reference, finding_type=FindingType(row.finding_type), isg=row.isg, text=row.text, source=row.source,
        core_service=row.core_service, site=row.site, key_questions=tuple(row.key_questions), regulation=row.regulation,
        root_causes=tuple(answered_by), recorded_at=row.recorded_at,
    )  # fmt: skip


async def _kept_answers(
    db: AsyncSession, of: Sequence[int] | None = None
) -> defaultdict[str, list[AnsweredBy]]:
    """The root causes in the plan that answer each finding: of all, or of these ids alone."""
    holder = aliased(Isg)
    query = (
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
    if of is not None:
        query = query.where(Finding.id == any_(literal(of, ARRAY(BigInteger))))
    answered_by: defaultdict[str, list[AnsweredBy]] = defaultdict(list)
    for finding, reference, title, isg, written, due_date, assured, embedded in await db.execute(query):
        status = DeliveryStatus(str(written))
        stage = assurance_stage_of(status, evidence_assured=assured, embedded=embedded)
        assert due_date is not None  # it has a place in the plan, and so a standing
        answered_by[finding].append(AnsweredBy(reference, title, isg, status, due_date, stage))
    return answered_by


# Worked out -------------------------------------------------------------------------------------------------------------


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
