"""Tables of allowed moves. What is not in a table is refused; nothing else in the system decides it."""

from collections.abc import Mapping
from typing import Final, TypeVar

from services.domain.errors import Conflict
from services.domain.words import ChangeState, EscalationState, PackState, PlanState, Word

State = TypeVar("State", bound=Word)
Moves = Mapping[State, frozenset[State]]

PLAN_MOVES: Final[Moves[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.APPROVED}),
    PlanState.APPROVED: frozenset({PlanState.CLOSED}),
    PlanState.CLOSED: frozenset(),
}

CHANGE_MOVES: Final[Moves[ChangeState]] = {
    ChangeState.DRAFT: frozenset({ChangeState.SUBMITTED}),
    ChangeState.SUBMITTED: frozenset({ChangeState.SUPPORTED}),
    ChangeState.SUPPORTED: frozenset({ChangeState.APPROVED, ChangeState.REJECTED}),
    ChangeState.APPROVED: frozenset({ChangeState.APPLIED}),
    ChangeState.REJECTED: frozenset(),
    ChangeState.APPLIED: frozenset(),
}

PACK_MOVES: Final[Moves[PackState]] = {
    PackState.DRAFT: frozenset({PackState.ASSEMBLED}),
    PackState.ASSEMBLED: frozenset({PackState.DRAFT, PackState.APPROVED}),
    PackState.APPROVED: frozenset({PackState.DRAFT, PackState.PUBLISHED}),
    PackState.PUBLISHED: frozenset({PackState.SUPERSEDED}),
    PackState.SUPERSEDED: frozenset(),
}

_TAKEN_FROM_ANY_UNDECIDED_STATE: Final = frozenset({EscalationState.DECIDED, EscalationState.ENDED})
_BACK_BEFORE_ECIB: Final = frozenset({EscalationState.RAISED, EscalationState.PLAN_SUBMITTED})
"""A further reason on what had been decided brings it before ECIB again, with its recovery plan where it has one."""

ESCALATION_MOVES: Final[Moves[EscalationState]] = {
    EscalationState.RAISED: _TAKEN_FROM_ANY_UNDECIDED_STATE
    | {EscalationState.PLAN_ASKED, EscalationState.PLAN_SUBMITTED, EscalationState.ON_AGENDA},
    EscalationState.PLAN_ASKED: _TAKEN_FROM_ANY_UNDECIDED_STATE
    | {EscalationState.PLAN_SUBMITTED, EscalationState.ON_AGENDA},
    EscalationState.PLAN_SUBMITTED: _TAKEN_FROM_ANY_UNDECIDED_STATE | {EscalationState.ON_AGENDA},
    EscalationState.ON_AGENDA: _TAKEN_FROM_ANY_UNDECIDED_STATE,
    EscalationState.DECIDED: frozenset(
        {EscalationState.PLAN_ASKED, EscalationState.MONITORED, EscalationState.ENDED} | _BACK_BEFORE_ECIB
    ),
    EscalationState.MONITORED: frozenset({EscalationState.ENDED}) | _BACK_BEFORE_ECIB,
    EscalationState.ENDED: frozenset(),
}


def may_move(moves: Moves[State], now: State, to: State) -> bool:
    """Whether the table has the move."""
    return to in moves[now]


def check_move(moves: Moves[State], now: State, to: State) -> None:
    """Refuse a move that the table does not have (Conflict)."""
    if not may_move(moves, now, to):
        raise Conflict(f"This is “{now.label}” and cannot become “{to.label}”. Reload it and look again.")
