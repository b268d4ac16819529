"""What was before the Executive Continuous Improvement Board at the end of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import EscalationState

_BEFORE_ECIB: Final = text("""
    SELECT e.root_cause_id, e.reference, given.reasons, p.steps, p.recovery_date, coalesce(s.state, :raised) AS state
      FROM escalation e
      CROSS JOIN LATERAL (
           SELECT array_agg(DISTINCT g.reason ORDER BY g.reason) AS reasons FROM escalation_reason g
            WHERE g.escalation_id = e.id AND g.given_on <= :as_at
              AND (NOT :released_only OR reason_is_out(e.root_cause_id, g.reason, g.recorded_at, 'infinity'))) given
      LEFT JOIN LATERAL (
           SELECT p.steps, p.recovery_date FROM recovery_plan p
            WHERE NOT :released_only AND p.root_cause_id = e.root_cause_id AND (p.recorded_at AT TIME ZONE 'Europe/London')::date
                  BETWEEN e.raised_on AND :as_at
            ORDER BY p.version DESC LIMIT 1) p ON true
      LEFT JOIN LATERAL (
           SELECT s.state FROM escalation_step s WHERE s.escalation_id = e.id AND s.on_day <= :as_at
            ORDER BY s.id DESC LIMIT 1) s ON true
     WHERE e.raised_on <= :as_at AND (e.ended_on IS NULL OR e.ended_on > :as_at) AND given.reasons IS NOT NULL
""")


async def before_ecib(db: AsyncSession, as_at: date, *, released_only: bool = False) -> Sequence[Any]:
    """Each escalation that had not ended: its reasons, its state, and the newest recovery plan (`steps` None: none was given).

    `released_only`: as partners have it, who get no recovery plans.
    """
    asked = {"as_at": as_at, "raised": EscalationState.RAISED, "released_only": released_only}
    return (await db.execute(_BEFORE_ECIB, asked)).all()
