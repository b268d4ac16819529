"""Raising: what brings root causes before ECIB is written for all of them at once, a few or forty thousand."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.escalation import ReasonDue, moves_when_plan_is_given, moves_when_raised
from services.domain.lifecycle import ESCALATION_MOVES, check_move
from services.domain.words import EscalationState
from services.shared.statements import Statement


@dataclass(frozen=True, slots=True)
class OpenEscalation:
    """The one escalation of a root cause that has not ended."""

    id: int
    reference: str
    state: EscalationState
    recovery_plan_id: int | None


@dataclass(slots=True)
class Raising:
    """What is to change about the escalation of one root cause; `escalation` is None where there is none yet."""

    root_cause_id: int
    escalation: OpenEscalation | None
    steps: list[tuple[EscalationState, int | None]] = field(default_factory=list)
    """The states gone through, each with the person who moved it (None: the system)."""
    reasons: list[tuple[ReasonDue, int | None, str | None]] = field(default_factory=list)
    """Each with the person who gave it by hand, and what they said."""
    recovery_plan_id: int | None = None

    @property
    def state(self) -> EscalationState | None:
        """Where it stands, with the steps taken; None while there is none."""
        if self.steps:
            return self.steps[-1][0]
        return None if self.escalation is None else self.escalation.state

    @property
    def changes_anything(self) -> bool:
        return bool(self.steps or self.reasons or self.recovery_plan_id)

    def add(
        self, reasons: Iterable[ReasonDue], *, given_by: int | None = None, detail: str | None = None
    ) -> None:
        """Adds reasons to what is open, or raises it."""
        added = [(reason, given_by, detail) for reason in reasons]
        if added:
            has_plan = self.escalation is not None and self.escalation.recovery_plan_id is not None
            self._move(moves_when_raised(self.state, has_recovery_plan=has_plan), given_by)
            self.reasons += added

    def give_plan(self, recovery_plan_id: int, by: int) -> None:
        """The owner's recovery plan goes before ECIB with it, where there is anything before ECIB."""
        if self.state is not None:
            self.recovery_plan_id = recovery_plan_id
            self._move(moves_when_plan_is_given(self.state), by)

    def _move(self, to: Iterable[EscalationState], by: int | None) -> None:
        for state in to:
            if self.state is not None:
                check_move(ESCALATION_MOVES, self.state, state)
            self.steps.append((state, by))


_OPEN = text("""
    SELECT root_cause_id, id, reference, state, recovery_plan_id FROM escalation
     WHERE root_cause_id = ANY(:root_causes) AND state <> 'ended'
""")

_CHANGES = """
    change AS (
        SELECT * FROM json_to_recordset(:changes)
            AS c(root_cause_id bigint, escalation_id bigint, state text, recovery_plan_id bigint)),"""
_RAISED = """
    raised AS (
        INSERT INTO escalation (reference, root_cause_id, state, raised_on, recovery_plan_id, recorded_at)
        SELECT 'ESC-' || lpad(number::text, greatest(4, length(number::text)), '0'),
               root_cause_id, state, :day, recovery_plan_id, :now
          FROM (SELECT nextval('escalation_number') AS number, change.* FROM change WHERE escalation_id IS NULL) AS numbered
        RETURNING id, root_cause_id, reference),"""
_CHANGED_OPEN = """
    changed AS (
        UPDATE escalation
           SET state = change.state, version = version + 1,
               recovery_plan_id = coalesce(change.recovery_plan_id, escalation.recovery_plan_id)
          FROM change WHERE escalation.id = change.escalation_id
        RETURNING escalation.id, escalation.root_cause_id, escalation.reference),"""
_OF_RAISED, _OF_CHANGED = "SELECT * FROM raised", "SELECT * FROM changed"
_MOVED = """
    moved AS (
        INSERT INTO escalation_step (escalation_id, state, on_day, moved_by, recorded_at)
        SELECT touched.id, s.state, :day, s.moved_by, :now
          FROM json_to_recordset(:steps) AS s(position bigint, root_cause_id bigint, state text, moved_by bigint)
          JOIN touched USING (root_cause_id)
         ORDER BY s.position),"""
_GIVEN = """
    given AS (
        INSERT INTO escalation_reason (escalation_id, reason, due_date, detail, given_on, given_by, recorded_at)
        SELECT touched.id, r.reason, r.due_date, r.detail, :day, r.given_by, :now
          FROM json_to_recordset(:reasons)
            AS r(position bigint, root_cause_id bigint, reason text, due_date date, detail text, given_by bigint)
          JOIN touched USING (root_cause_id)
         ORDER BY r.position),"""


@lru_cache
def _write(*, raised: bool, changed: bool, moved: bool, given: bool) -> Statement:
    """One statement for all of them, without what none of them needs: even of no row a change runs its triggers."""
    touched = [_OF_RAISED if raised else "", _OF_CHANGED if changed else ""]
    parts = [
        _CHANGES,
        _RAISED if raised else "",
        _CHANGED_OPEN if changed else "",
        f" touched AS ({' UNION ALL '.join(filter(None, touched))}),",
        _MOVED if moved else "",
        _GIVEN if given else "",
    ]
    return Statement(f"WITH {''.join(parts).rstrip(',')} SELECT root_cause_id, reference FROM touched")  # noqa: S608 - our own SQL


_CHANGED = text("UPDATE root_cause SET version = version + 1 WHERE id = ANY(:root_causes)")


async def open_escalations(db: AsyncSession, root_causes: Collection[int]) -> dict[int, OpenEscalation]:
    """What has not ended of these root causes, by their ids."""
    rows = await db.execute(_OPEN, {"root_causes": list(root_causes)})
    return {
        root_cause_id: OpenEscalation(row_id, reference, EscalationState(state), plan)
        for root_cause_id, row_id, reference, state, plan in rows
    }


async def write_raisings(
    db: AsyncSession, raisings: Sequence[Raising], day: date, now: datetime
) -> dict[int, str]:
    """Writes them all in one statement. Answers the escalations touched: their references by root cause."""
    changes = [each for each in raisings if each.changes_anything]
    if not changes:
        return {}
    statement = _write(
        raised=any(each.escalation is None for each in changes),
        changed=any(each.escalation is not None for each in changes),
        moved=any(each.steps for each in changes),
        given=any(each.reasons for each in changes),
    )
    rows = await statement.rows(
        db,
        changes=json.dumps([_change(each) for each in changes]),
        steps=json.dumps([step for each in changes for step in _steps(each)]),
        reasons=json.dumps([reason for each in changes for reason in _reasons(each)]),
        day=day,
        now=now,
    )
    return {row.root_cause_id: row.reference for row in rows}


async def root_causes_changed(db: AsyncSession, root_causes: Collection[int]) -> None:
    """What is before ECIB is part of what a root cause's reader has seen: its version counts it."""
    if root_causes:
        await db.execute(_CHANGED, {"root_causes": list(root_causes)})


def _change(raising: Raising) -> dict[str, Any]:
    return {
        "root_cause_id": raising.root_cause_id,
        "escalation_id": raising.escalation and raising.escalation.id,
        "state": raising.state,
        "recovery_plan_id": raising.recovery_plan_id,
    }


def _steps(raising: Raising) -> list[dict[str, Any]]:
    return [
        {"position": position, "root_cause_id": raising.root_cause_id, "state": state, "moved_by": by}
        for position, (state, by) in enumerate(raising.steps)
    ]


def _reasons(raising: Raising) -> list[dict[str, Any]]:
    return [
        {
            "position": position, "root_cause_id": raising.root_cause_id, "reason": due.reason,
            "due_date": due.due_date and due.due_date.isoformat(), "detail": detail, "given_by": given_by,
        }
        for position, (due, given_by, detail) in enumerate(raising.reasons)
    ]  # fmt: skip
