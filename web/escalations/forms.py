"""What ECIB and the PMO fill in at an escalation."""

from collections.abc import Iterator

from web.clients.answers.escalations import Escalation
from web.forms import Choice, Day, Form, Hidden, Option, Select, TextArea
from web.rendering import short_day


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


def decisions(escalation: Escalation) -> Iterator[Option]:
    """Each decision, with what happens when it is recorded."""
    due, owner = short_day(escalation.due_date), escalation.owner_name
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


class AgendaForm(Form):
    """Onto an agenda."""

    meeting_date = Day(
        "Date of the meeting",
        hint="Today or later. For example, 30 5 2019",
        required="Give the date of the meeting.",
    )


class ConfirmForm(Form):
    """Nothing to fill in: the button is the answer."""
