"""The tables of allowed moves."""

import pytest

from services.domain.errors import Conflict
from services.domain.escalation import STATES_AFTER, STATES_BEFORE_DECIDED
from services.domain.lifecycle import CHANGE_MOVES, ESCALATION_MOVES, PLAN_MOVES, check_move, may_move
from services.domain.words import ChangeState, EscalationState, PlanState


def test_a_plan_goes_from_draft_to_approved_to_closed_and_never_back() -> None:
    allowed = {(now, to) for now in PlanState for to in PlanState if may_move(PLAN_MOVES, now, to)}
    assert allowed == {
        (PlanState.DRAFT, PlanState.APPROVED),
        (PlanState.APPROVED, PlanState.CLOSED),
    }


def test_a_change_request_is_supported_before_it_is_decided_and_applied_only_when_approved() -> None:
    allowed = {(now, to) for now in ChangeState for to in ChangeState if may_move(CHANGE_MOVES, now, to)}
    assert allowed == {
        (ChangeState.DRAFT, ChangeState.SUBMITTED),
        (ChangeState.SUBMITTED, ChangeState.SUPPORTED),
        (ChangeState.SUPPORTED, ChangeState.APPROVED),
        (ChangeState.SUPPORTED, ChangeState.REJECTED),
        (ChangeState.APPROVED, ChangeState.APPLIED),
    }


@pytest.mark.parametrize("state", sorted(STATES_BEFORE_DECIDED))
def test_an_escalation_is_decided_in_any_state_before_and_ends_when_the_isg_closes(
    state: EscalationState,
) -> None:
    assert may_move(ESCALATION_MOVES, state, EscalationState.DECIDED)
    assert may_move(ESCALATION_MOVES, state, EscalationState.ENDED)


def test_a_decision_leaves_an_escalation_decided_or_in_a_state_that_follows_it() -> None:
    for state in STATES_AFTER.values():
        assert state is EscalationState.DECIDED or may_move(ESCALATION_MOVES, EscalationState.DECIDED, state)


@pytest.mark.parametrize("state", [EscalationState.DECIDED, EscalationState.MONITORED])
def test_a_further_reason_brings_what_was_decided_before_ecib_again(state: EscalationState) -> None:
    assert may_move(ESCALATION_MOVES, state, EscalationState.RAISED)
    assert may_move(ESCALATION_MOVES, state, EscalationState.PLAN_SUBMITTED)


def test_what_has_ended_stays_ended() -> None:
    assert not ESCALATION_MOVES[EscalationState.ENDED]


def test_a_refused_move_says_where_it_stands() -> None:
    with pytest.raises(Conflict, match="This is “Approved” and cannot become “Draft”"):
        check_move(PLAN_MOVES, PlanState.APPROVED, PlanState.DRAFT)
