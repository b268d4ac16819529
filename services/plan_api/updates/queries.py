"""Updates, recovery plans, evidence and drafts in the database."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound
from services.domain.escalation import PastReason
from services.domain.facts import RootCauseFacts
from services.domain.words import EscalationReason, EscalationState, ReminderKind, UpdateStatus
from services.plan_api.escalations.raising import OpenEscalation
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.facts import ISGS, IsgFacts, day, facts_of_row, isgs_of, listed, root_cause_rows
from services.shared.models import Action, ClosingRequest, ProgressUpdate, RootCause, UpdateDraft
from services.shared.statements import Statement

_LOCK = Statement("""
    SELECT r.id FROM root_cause r JOIN standing s ON s.root_cause_id = r.id
     WHERE r.reference = :reference ORDER BY r.id FOR UPDATE OF r, s
""")

_REPORTING = """,
    r.title, owner.email AS owner_email, owner.name AS owner_name,
    (SELECT json_agg(a.reference ORDER BY a.position, a.id) FROM action a
      WHERE a.root_cause_id = r.id AND a.completed_on IS NULL AND a.withdrawn_on IS NULL) AS open_actions,
    coalesce((SELECT true FROM evidence e WHERE e.root_cause_id = r.id LIMIT 1),
             (SELECT true FROM evidence_file e WHERE e.root_cause_id = r.id AND e.removed_at IS NULL LIMIT 1),
             false) AS has_evidence,
    (SELECT json_build_array(e.id, e.reference, e.state, e.recovery_plan_id) FROM escalation e
      WHERE e.root_cause_id = r.id AND e.state <> 'ended') AS escalation,
    (SELECT json_agg(json_build_array(g.reason, g.given_on, g.due_date, e.ended_on) ORDER BY g.id)
       FROM escalation e JOIN escalation_reason g ON g.escalation_id = e.id WHERE e.root_cause_id = r.id) AS past_reasons,
    (SELECT coalesce(max(p.version), 0) FROM recovery_plan p WHERE p.root_cause_id = r.id) AS plan_version,
    (SELECT p.id FROM person p WHERE p.email = :plan_owner AND p.deactivated_at IS NULL) AS plan_owner_id
"""
"""All that reporting on a root cause depends on beside its facts."""


@dataclass(frozen=True, slots=True)
class ReportedOn:
    """A root cause with all that reporting on it depends on."""

    id: int
    reference: str
    title: str
    owner_email: str
    owner_name: str
    facts: RootCauseFacts
    isgs: tuple[IsgFacts, ...]
    open_actions: tuple[str, ...]
    has_evidence: bool
    escalation: OpenEscalation | None
    past_reasons: tuple[PastReason, ...]
    plan_version: int
    """How many versions of its recovery plan there are."""
    plan_owner_id: int | None
    """The active person with the email address that a new recovery plan names."""


async def lock_for_reporting(db: AsyncSession, reference: str) -> int:
    """The root cause's id; it and what is kept of it are locked until this transaction ends. Raises NotFound."""
    found: int | None = await _LOCK.value(db, reference=reference)
    # It may have come without a standing yet: then the next to read it works that out.
    return found if found is not None else (await locked_root_cause(db, reference)).id


async def reported_on(db: AsyncSession, root_cause_id: int, plan_owner: str | None = None) -> ReportedOn:
    """The root cause as it is reported on; `plan_owner` is the email address of whom a new recovery plan names."""
    (row,) = await root_cause_rows(
        db, known_at=None, released_only=False, only=[root_cause_id], more=f"{_REPORTING}, {ISGS} AS isgs",
        plan_owner=(plan_owner or "").strip().lower(),
    )  # fmt: skip
    isgs = isgs_of(row.isgs)
    escalation = listed(row.escalation)
    return ReportedOn(
        id=row.id,
        reference=row.reference,
        title=row.title,
        owner_email=row.owner_email,
        owner_name=row.owner_name,
        facts=facts_of_row({isg.id: isg.name for isg in isgs}, row),
        isgs=isgs,
        open_actions=tuple(listed(row.open_actions)),
        has_evidence=row.has_evidence,
        escalation=OpenEscalation(escalation[0], escalation[1], EscalationState(escalation[2]), escalation[3])
        if escalation
        else None,
        past_reasons=tuple(
            PastReason(EscalationReason(reason), date.fromisoformat(given_on), day(due_date), day(ended_on))
            for reason, given_on, due_date, ended_on in listed(row.past_reasons)
        ),
        plan_version=row.plan_version,
        plan_owner_id=row.plan_owner_id,
    )


_PLAN = """
    plan AS (
        INSERT INTO recovery_plan (root_cause_id, version, steps, owner_id, recovery_date, support, submitted_by, recorded_at)
        VALUES (:root_cause_id, :plan_version, :steps, :plan_owner, :recovery_date, :support, :by, :now)
        RETURNING id),"""
_SAID = """
    said AS (
        INSERT INTO progress_update (root_cause_id, cycle_number, version, reported_on, status, progress, reason,
                                     forecast_date, recovery_plan_id, late, imported, unchanged, submitted_by, recorded_at)
        VALUES (:root_cause_id, :cycle, :version, :today, :status, :progress, :reason, :forecast_date,
                {plan}, :late, false, :unchanged, :by, :now)
        RETURNING id),"""
_EVIDENCE = """
    shown AS (
        INSERT INTO evidence (root_cause_id, progress_update_id, description, url, added_by, recorded_at)
        SELECT :root_cause_id, said.id, e.description, e.url, :by, :now
          FROM said, json_to_recordset(:evidence) AS e(description text, url text)),"""
_FILES = """
    carried AS (
        UPDATE evidence_file SET progress_update_id = said.id FROM said
         WHERE evidence_file.root_cause_id = :root_cause_id AND evidence_file.progress_update_id IS NULL),"""
_CLOSING = """
    superseded AS (
        UPDATE closing_request SET superseded_at = :now
         WHERE root_cause_id = :root_cause_id AND decided_on IS NULL AND superseded_at IS NULL
        RETURNING id),
    asked AS (
        INSERT INTO closing_request (root_cause_id, progress_update_id, requested_by, requested_on, recorded_at)
        SELECT :root_cause_id, said.id, :by, :today, :now
          FROM said, (SELECT count(*) FROM superseded) AS first_superseded
         WHERE :asks_for_closing),"""
_WHAT_FOLLOWS = """
    sent AS (
        DELETE FROM update_draft WHERE person_id = :by AND root_cause_id = :root_cause_id),
    answered AS (
        UPDATE reminder SET stopped_on = :today, stopped_because = 'done', stopped_at = :now
         WHERE root_cause_id = :root_cause_id AND stopped_on IS NULL AND kind = ANY(:answers)),
    changed AS (
        UPDATE root_cause SET version = version + 1 WHERE id = :root_cause_id)"""


@lru_cache
def _keep_update(*, plan: bool, evidence: bool, files: bool, closing: bool) -> Statement:
    """One statement for all that comes with an update, without what does not: even of no row a change runs its triggers."""
    parts = [
        _PLAN if plan else "",
        _SAID.format(plan="(SELECT id FROM plan)" if plan else ":plan_in_force"),
        _EVIDENCE if evidence else "",
        _FILES if files else "",
        _CLOSING if closing else "",
        _WHAT_FOLLOWS,
    ]
    plan_id = "(SELECT id FROM plan)" if plan else "NULL::bigint"
    return Statement(f"WITH {''.join(parts)} SELECT said.id, {plan_id} AS plan_id FROM said")  # noqa: S608 - our own SQL


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """The next version of a recovery plan."""

    version: int
    steps: str
    owner_id: int
    recovery_date: date
    support: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """An update as it is kept: its words, the plan that it gives or confirms, the evidence with it."""

    root_cause_id: int
    by: int
    cycle: int
    version: int
    today: date
    now: datetime
    status: UpdateStatus
    progress: str | None
    reason: str | None
    forecast_date: date | None
    late: bool
    unchanged: bool
    plan: NewPlan | None
    plan_in_force: int | None
    evidence: Sequence[tuple[str, str]]
    has_evidence: bool
    """There was evidence before it: files among it that came without an update are of this one."""
    asked_before: bool
    """An update before it asked for closing, and nothing has been decided: it takes the place of that request."""
    answers: Collection[ReminderKind]
    """What nobody is reminded of any more."""


async def keep_update(db: AsyncSession, new: NewUpdate) -> tuple[int, int | None]:
    """Writes an update with all that comes with it; a newer one takes the place of an undecided closure request.

    Answers the ids of the update and of its new recovery plan.
    """
    plan = new.plan
    statement = _keep_update(
        plan=plan is not None,
        evidence=bool(new.evidence),
        files=new.has_evidence,
        closing=new.status is UpdateStatus.COMPLETE or new.asked_before,
    )
    row = await statement.row(
        db, root_cause_id=new.root_cause_id, by=new.by, cycle=new.cycle, version=new.version, today=new.today, now=new.now,
        status=new.status, progress=new.progress, reason=new.reason, forecast_date=new.forecast_date, late=new.late,
        unchanged=new.unchanged, plan_in_force=new.plan_in_force, asks_for_closing=new.status is UpdateStatus.COMPLETE,
        answers=list(new.answers), evidence=json.dumps([{"description": text, "url": url} for text, url in new.evidence]),
        plan_version=plan and plan.version, steps=plan and plan.steps, plan_owner=plan and plan.owner_id,
        recovery_date=plan and plan.recovery_date, support=plan and plan.support,
    )  # fmt: skip
    return row.id, row.plan_id


async def latest_update(db: AsyncSession, root_cause_id: int) -> ProgressUpdate | None:
    """What was said last."""
    found: ProgressUpdate | None = await db.scalar(
        select(ProgressUpdate)
        .where(ProgressUpdate.root_cause_id == root_cause_id)
        .order_by(
            ProgressUpdate.reported_on.desc(),
            ProgressUpdate.cycle_number.desc(),
            ProgressUpdate.version.desc(),
        )
        .limit(1)
    )
    return found


async def open_actions(db: AsyncSession, root_cause_id: int) -> list[Action]:
    """Actions neither done nor withdrawn, in the order of the workbook."""
    rows = await db.scalars(
        select(Action)
        .where(
            Action.root_cause_id == root_cause_id,
            Action.completed_on.is_(None),
            Action.withdrawn_on.is_(None),
        )
        .order_by(Action.position, Action.id)
    )
    return list(rows)


async def last_sent_back_reason(db: AsyncSession, root_cause_id: int) -> str | None:
    """Why the latest closure request was sent back, unless it has been asked again since."""
    latest = await db.scalar(
        select(ClosingRequest)
        .where(ClosingRequest.root_cause_id == root_cause_id)
        .order_by(ClosingRequest.id.desc())
        .limit(1)
    )
    return latest.reason if latest is not None and latest.decision == "send_back" else None


async def draft_of(db: AsyncSession, person_id: int, root_cause_id: int) -> UpdateDraft | None:
    """What the person has typed and not sent."""
    found: UpdateDraft | None = await db.scalar(
        select(UpdateDraft).where(
            UpdateDraft.person_id == person_id, UpdateDraft.root_cause_id == root_cause_id
        )
    )
    return found


async def locked_action(db: AsyncSession, reference: str) -> tuple[Action, str]:
    """An action, locked, with its root cause's reference. Raises NotFound."""
    row = (
        await db.execute(
            select(Action, RootCause.reference)
            .join(RootCause, RootCause.id == Action.root_cause_id)
            .where(Action.reference == reference)
            .with_for_update(of=Action)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no action {reference}. Open the root cause to find it.")
    return row[0], row[1]
