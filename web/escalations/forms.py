"""What ECIB and the PMO fill in at an escalation."""

from collections.abc import Iterator, Mapping, Sequence

from web.clients.answers.escalations import Escalation
from web.forms import Choice, Day, Form, Hidden, Option, Select, TextArea
from web.rendering import short_day
from web.wording import label


class DecisionForm(Form):
    """ECIB's decision. `etag` is of the root cause as it was shown."""

    etag = Hidden()
    decision = Choice("What did ECIB decide?", required="Choose what ECIB decided.")
    new_due_date = Day("New due date", hint="For a re-baseline only. For example, 30 6 2019")
    meeting_date = Day("Date of the meeting", required="Give the date of the meeting.")
    decided_by = Select("Whose decision is it?", hint="The ECIB member who decided for the meeting")
    reason = TextArea("Why?", rows=3, required="Say why ECIB decided so.")

    def about(self, escalation: Escalation) -> "DecisionForm":
        """Offers what can be decided on this escalation; its ids are its own, for several may be open on a page."""
        self.ids = f"{escalation.ref}-"
        return self.offer(decision=list(decisions(escalation)))

    @property
    def wish(self) -> dict[str, object]:
        """The decision as the service takes it."""
        return {
            "decision": self.decision.value,
            "decided_by": self.decided_by.or_none,
            "meeting_date": self.meeting_date.value,
            "reason": self.reason.value,
            "new_due_date": self.new_due_date.or_none,
        }


def texts_of(escalation: Escalation) -> Mapping[str, str]:
    """Each field of the decision as ECIB's last one on it has it; nothing where none has been taken."""
    if not escalation.decisions:
        return {}
    last = escalation.decisions[-1]
    return {
        "decision": last.decision, "new_due_date": last.new_due_date.isoformat() if last.new_due_date else "",
        "meeting_date": last.meeting_date.isoformat(), "decided_by": last.decided_by, "reason": last.reason,
    }  # fmt: skip


def facts_of(escalation: Escalation) -> Sequence[str]:
    """How it stands before ECIB."""
    agenda = f" for {short_day(escalation.agenda_for)}" if escalation.agenda_for else ""
    ended = f", ended on {short_day(escalation.ended_on)}" if escalation.ended_on else ""
    plan = escalation.recovery_plan
    recovery = (
        f"Recovery plan of {plan.owner_name}, back on track by {short_day(plan.recovery_date)}: {plan.steps}"
        if plan
        else "No recovery plan yet."
    )
    due = f"{escalation.root_cause} is due on {short_day(escalation.due_date)}; {escalation.owner_name} owns it."
    return [f"{escalation.ref} now: {label(escalation.state)}{agenda}{ended}. {due}", recovery]


def decisions(escalation: Escalation) -> Iterator[Option]:
    """Each decision, with what happens when it is recorded."""
    due, owner = short_day(escalation.due_date), escalation.owner_name
    if escalation.delivery_status == "complete":
        yield from _decisions_on_closed(escalation)
        return
    if escalation.recovery_plan:
        by = short_day(escalation.recovery_plan.recovery_date)
        yield Option(
            "accept_plan",
            "Accept the recovery plan",
            hint=f"{owner} gets it back on track by {by}. The due date stays {due}, and ECIB monitors it.",
        )
    wanted = "another recovery plan" if escalation.recovery_plan else "a recovery plan"
    yield Option(
        "send_back", "Send back", hint=f"{owner} is asked for {wanted}. It stays in front of ECIB, due {due}."
    )
    yield Option(
        "rebaseline",
        "Re-baseline",
        hint=f"The due date moves from {due} to the new one below, from the meeting on. Months before keep their "
        "count, and the change is recorded as approved.",
    )
    yield Option(
        "extra_support",
        "Extra support",
        hint=f"ECIB gives the support that you name below. The due date stays {due}, and ECIB monitors it.",
    )
    yield Option(
        "step_down",
        "Step down",
        hint=f"This escalation ends. The root cause stays with {escalation.isg}, due {due}.",
    )


def _decisions_on_closed(escalation: Escalation) -> Iterator[Option]:
    """It has no due date to move, and its ISG reviews what to do, not its owner."""
    yield Option(
        "extra_support",
        "Extra support",
        hint="ECIB gives the support that you name below, and monitors it until its KPI works or it is reopened.",
    )
    yield Option(
        "step_down", "Step down", hint=f"This escalation ends. {escalation.isg} reviews what to do about it."
    )


class AgendaForm(Form):
    """Onto an agenda."""

    etag = Hidden()
    meeting_date = Day(
        "Date of the meeting",
        hint="Today or later. For example, 30 5 2019",
        required="Give the date of the meeting.",
    )


class ConfirmForm(Form):
    """Nothing to fill in: the button is the answer."""

    etag = Hidden()
