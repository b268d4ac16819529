"""What makes an update acceptable, and what the form says of it beforehand. Source: domain.md, Updates."""

from dataclasses import replace
from datetime import date

import pytest

from services.domain.errors import Conflict, RuleBroken
from services.domain.updates import (
    EvidenceLink,
    Need,
    RecoveryPlanText,
    Situation,
    StatusGuidance,
    UpdateReport,
    check_update,
    guidance,
)
from services.domain.words import UpdateStatus

TODAY = date(2019, 5, 22)
DUE = date(2019, 6, 30)
BEFORE_DUE = Situation(today=TODAY, due_date=DUE)
OVERDUE = Situation(today=TODAY, due_date=date(2019, 5, 21))
PLAN = RecoveryPlanText("Recruit two nurses", "owner@demo.example", date(2019, 6, 7))
EVIDENCE = (EvidenceLink("Audit of streaming times", "https://intranet.example/audit"),)

GOOD = {
    UpdateStatus.NOT_STARTED: UpdateReport(status=UpdateStatus.NOT_STARTED, progress="Waits for the rota."),
    UpdateStatus.ON_TRACK: UpdateReport(status=UpdateStatus.ON_TRACK, progress="Two nurses started."),
    UpdateStatus.AT_RISK: UpdateReport(
        status=UpdateStatus.AT_RISK, progress="One nurse started.", reason="A post is vacant."
    ),
    UpdateStatus.OFF_TRACK: UpdateReport(
        status=UpdateStatus.OFF_TRACK, progress="No nurse started.", recovery_plan=PLAN
    ),
    UpdateStatus.COMPLETE: UpdateReport(
        status=UpdateStatus.COMPLETE, progress="All in place.", evidence=EVIDENCE
    ),
}


def problems(report: UpdateReport, situation: Situation = BEFORE_DUE) -> dict[str, str]:
    """Field -> sentence of what is wrong; empty when the report is accepted."""
    try:
        check_update(report, situation)
    except RuleBroken as broken:
        return {problem.field: problem.sentence for problem in broken.problems}
    return {}


@pytest.mark.parametrize("status", UpdateStatus)
def test_every_status_may_be_reported_up_to_and_on_the_due_date(status: UpdateStatus) -> None:
    assert problems(GOOD[status]) == {}
    assert problems(GOOD[status], replace(BEFORE_DUE, due_date=TODAY)) == {}


@pytest.mark.parametrize("status", UpdateStatus)
def test_after_the_due_date_only_off_track_and_complete_are_taken(status: UpdateStatus) -> None:
    report = replace(GOOD[status], recovery_plan=PLAN)
    refused = {} if status in {UpdateStatus.OFF_TRACK, UpdateStatus.COMPLETE} else {
        "status": "The due date, 21 May 2019, has passed: report off track or complete."
    }  # fmt: skip
    assert problems(report, OVERDUE) == refused


def test_off_track_needs_a_recovery_plan() -> None:
    assert list(problems(replace(GOOD[UpdateStatus.OFF_TRACK], recovery_plan=None))) == ["recovery_plan"]


def test_what_the_due_date_makes_off_track_needs_a_recovery_plan_too() -> None:
    assert list(problems(GOOD[UpdateStatus.ON_TRACK], OVERDUE)) == ["status", "recovery_plan"]


def test_complete_after_the_due_date_needs_no_recovery_plan() -> None:
    assert problems(GOOD[UpdateStatus.COMPLETE], OVERDUE) == {}


def test_sending_no_recovery_plan_confirms_the_one_in_force() -> None:
    in_force = replace(OVERDUE, recovery_plan_in_force=True)
    without = replace(GOOD[UpdateStatus.OFF_TRACK], recovery_plan=None)
    assert problems(without, in_force) == {}
    assert list(problems(replace(without, confirm_recovery_plan=False), in_force)) == ["recovery_plan"]


@pytest.mark.parametrize(
    ("plan", "fields"),
    [
        (replace(PLAN, steps=" "), ["recovery_plan.steps"]),
        (replace(PLAN, owner=""), ["recovery_plan.owner"]),
        (replace(PLAN, recovery_date=None), ["recovery_plan.recovery_date"]),
        (replace(PLAN, recovery_date=date(2019, 5, 21)), ["recovery_plan.recovery_date"]),
        (replace(PLAN, recovery_date=TODAY), []),
        (
            RecoveryPlanText("", "", None),
            ["recovery_plan.steps", "recovery_plan.owner", "recovery_plan.recovery_date"],
        ),
    ],
)
def test_a_recovery_plan_has_steps_an_owner_and_a_date_to_come(
    plan: RecoveryPlanText, fields: list[str]
) -> None:
    assert list(problems(replace(GOOD[UpdateStatus.OFF_TRACK], recovery_plan=plan))) == fields


def test_at_risk_needs_a_reason() -> None:
    assert list(problems(replace(GOOD[UpdateStatus.AT_RISK], reason="  "))) == ["reason"]


def test_complete_needs_evidence_new_or_there_already() -> None:
    without = replace(GOOD[UpdateStatus.COMPLETE], evidence=())
    assert list(problems(without)) == ["evidence"]
    assert problems(without, replace(BEFORE_DUE, has_evidence=True)) == {}


def test_complete_with_open_actions_is_refused_and_names_them() -> None:
    two_open = replace(BEFORE_DUE, open_actions=("A-0012", "A-0013"))
    sentence = problems(GOOD[UpdateStatus.COMPLETE], two_open)["status"]
    assert sentence.endswith("A-0012 and A-0013 are still open.")
    one_open = replace(BEFORE_DUE, open_actions=("A-0012",))
    assert problems(GOOD[UpdateStatus.COMPLETE], one_open)["status"].endswith("A-0012 is still open.")


def test_evidence_is_a_link_with_a_description() -> None:
    link = EvidenceLink(" ", "file:///audit.pdf")
    with pytest.raises(RuleBroken) as broken:
        check_update(replace(GOOD[UpdateStatus.COMPLETE], evidence=(*EVIDENCE, link)), BEFORE_DUE)
    assert [problem.sentence for problem in broken.value.problems] == [
        "Say what evidence 2 shows.",
        "Give evidence 2 as a link that begins with https:// or http://, without spaces in it.",
    ]


def test_on_track_with_a_forecast_after_the_due_date_is_refused() -> None:
    late = replace(GOOD[UpdateStatus.ON_TRACK], forecast_date=date(2019, 7, 1))
    assert problems(late) == {
        "forecast_date": "On track means done by the due date, 30 June 2019: "
        "with a forecast of 1 July 2019 report at risk or off track."
    }
    assert problems(replace(late, forecast_date=DUE)) == {}
    assert problems(replace(GOOD[UpdateStatus.AT_RISK], forecast_date=date(2019, 7, 1))) == {}


@pytest.mark.parametrize(("due_date", "fields"), [(date(2019, 7, 17), ["progress"]), (date(2019, 7, 18), [])])
def test_not_started_and_due_in_more_than_8_weeks_a_confirmation_is_enough(
    due_date: date, fields: list[str]
) -> None:
    confirmation = UpdateReport(status=UpdateStatus.NOT_STARTED)
    assert list(problems(confirmation, replace(BEFORE_DUE, due_date=due_date))) == fields


@pytest.mark.parametrize(
    "status", [status for status in UpdateStatus if status is not UpdateStatus.NOT_STARTED]
)
def test_every_other_status_says_what_has_been_done(status: UpdateStatus) -> None:
    far_off = replace(BEFORE_DUE, due_date=date(2020, 1, 31))
    assert list(problems(replace(GOOD[status], progress=None), far_off)) == ["progress"]


@pytest.mark.parametrize("length", [10_000, 10_001])
def test_texts_have_up_to_10_000_characters(length: int) -> None:
    text = "x" * length
    report = replace(
        GOOD[UpdateStatus.AT_RISK],
        progress=text,
        reason=text,
        recovery_plan=replace(PLAN, steps=text, support=text),
    )
    too_long = ["progress", "reason", "recovery_plan.steps", "recovery_plan.support"]
    assert list(problems(report)) == (too_long if length > 10_000 else [])


def test_everything_that_is_wrong_is_said_at_once() -> None:
    report = UpdateReport(
        status=UpdateStatus.COMPLETE,
        recovery_plan=replace(PLAN, steps=""),
        evidence=(EvidenceLink("", "https://intranet.example"),),
    )
    situation = replace(BEFORE_DUE, open_actions=("A-0012",))
    assert list(problems(report, situation)) == ["status", "progress", "recovery_plan.steps", "evidence"]


def test_on_a_closed_root_cause_there_is_nothing_to_report() -> None:
    with pytest.raises(Conflict, match="until it is reopened"):
        check_update(GOOD[UpdateStatus.ON_TRACK], replace(BEFORE_DUE, is_complete=True))


def test_the_form_is_told_which_statuses_it_may_offer_and_what_each_needs() -> None:
    assert guidance(replace(BEFORE_DUE, open_actions=("A-0012",))) == (
        StatusGuidance(UpdateStatus.NOT_STARTED, (Need.PROGRESS,)),
        StatusGuidance(UpdateStatus.ON_TRACK, (Need.PROGRESS,)),
        StatusGuidance(UpdateStatus.AT_RISK, (Need.PROGRESS, Need.REASON)),
        StatusGuidance(UpdateStatus.OFF_TRACK, (Need.PROGRESS, Need.RECOVERY_PLAN)),
        StatusGuidance(UpdateStatus.COMPLETE, (Need.PROGRESS, Need.EVIDENCE), blocked_by=("A-0012",)),
    )
    assert [each.status for each in guidance(OVERDUE)] == [UpdateStatus.OFF_TRACK, UpdateStatus.COMPLETE]
