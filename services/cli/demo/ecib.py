"""The weekly meetings of the Executive Continuous Improvement Board, each Wednesday from 6 March 2019.

The PMO writes down what the board decides, item by item in the order of the queue: a recovery plan is accepted (with
support where it asks for that), one that is missing is asked for, and what there is no time for waits on the agenda.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.demo.library import wording
from services.cli.demo.people import ECIB, PMO
from services.cli.demo.people_at_work import act_as
from services.cli.demo.story import DemoPlan, Rebaselining
from services.domain.words import Decision, EscalationState
from services.plan_api.escalations.queue import ecib_queue
from services.plan_api.escalations.schemas import DecisionWish, EscalationShown
from services.plan_api.escalations.service import decide, put_on_agenda

WEDNESDAY = 2
A_WEEK = timedelta(days=7)
DECISIONS_A_MEETING = 5
AGENDA_ITEMS = 2
BEFORE_THE_BOARD = (EscalationState.RAISED, EscalationState.PLAN_SUBMITTED, EscalationState.ON_AGENDA)


@dataclass(slots=True)
class Board:
    """What the board will decide when it comes to certain root causes, and the words it uses for the rest."""

    rebaselinings: dict[str, Rebaselining]
    to_step_down: set[str]
    reasons: dict[Decision, Iterator[str]] = field(
        default_factory=lambda: {
            Decision.ACCEPT_PLAN: cycle(wording()["accept_plan"]),
            Decision.EXTRA_SUPPORT: cycle(wording()["extra_support"]),
            Decision.STEP_DOWN: cycle(wording()["step_down"]),
            Decision.SEND_BACK: cycle(wording()["ask_for_plan"]),
        }
    )

    @classmethod
    def of(cls, plan: DemoPlan) -> Self:
        return cls({each.root_cause: each for each in plan.rebaselinings}, set(plan.stepped_down))

    def decision_on(self, item: EscalationShown, today: date) -> DecisionWish | None:
        """What the board decides on this item today; None when it leaves it for another day."""
        rebaselining = self.rebaselinings.get(item.root_cause)
        if rebaselining is not None:
            if rebaselining.on != today:
                return None
            return self._wish(
                Decision.REBASELINE, today, rebaselining.reason, new_due_date=rebaselining.new_due_date
            )
        if item.recovery_plan is None:
            waited = item.raised_on <= today - A_WEEK
            return self._wish(Decision.SEND_BACK, today) if waited else None
        if item.root_cause in self.to_step_down:
            return self._wish(Decision.STEP_DOWN, today)
        return self._wish(
            Decision.EXTRA_SUPPORT if item.recovery_plan.support else Decision.ACCEPT_PLAN, today
        )

    def _wish(
        self, decision: Decision, today: date, reason: str | None = None, *, new_due_date: date | None = None
    ) -> DecisionWish:
        return DecisionWish(
            decision=decision,
            decided_by=ECIB,
            meeting_date=today,
            reason=reason or next(self.reasons[decision]),
            new_due_date=new_due_date,
        )


async def meet(db: AsyncSession, board: Board, today: date) -> None:
    """One meeting: re-baselinings first, then the queue in its order, as far as time allows.

    Asking for a plan that is missing takes no time of the board's.
    """
    pmo = await act_as(db, PMO)
    queue = (await ecib_queue(db, pmo.who, states=BEFORE_THE_BOARD)).items
    decided = 0
    left: list[EscalationShown] = []
    for item in sorted(queue, key=lambda each: each.root_cause not in board.rebaselinings):
        wish = board.decision_on(item, today)
        takes_time = wish is not None and wish.decision is not Decision.SEND_BACK
        if wish is None or (takes_time and decided == DECISIONS_A_MEETING):
            left.append(item)
            continue
        await decide(db, pmo, item.ref, wish)
        board.to_step_down.discard(item.root_cause)
        decided += takes_time
    for item in [each for each in left if each.recovery_plan is not None][:AGENDA_ITEMS]:
        await put_on_agenda(db, pmo, item.ref, today + A_WEEK)
