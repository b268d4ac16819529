"""The ISG's decision on a closure request, and opening again what was closed."""

from web.forms import Choice, Day, TextArea
from web.root_causes.changes import ChangeForm


class ClosingForm(ChangeForm):
    """Close it, or send it back; dated by the meeting."""

    decision = Choice("What did the ISG decide?", large=True, required="Choose what the ISG decided.")
    meeting_date = Day(
        "Date of the meeting", called="The date of the meeting", hint="For example, 14 3 2019.",
        required="Enter the date of the meeting.",
    )  # fmt: skip
    reason = TextArea(
        "Reason",
        hint="Needed when it is sent back: the owner reads it. Also when an earlier meeting is recorded.",
    )

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {
            "decision": self.decision.value,
            "meeting_date": self.meeting_date.value,
            "reason": self.reason.or_none,
        }


class ReopeningForm(ChangeForm):
    """Open again, with a reason."""

    reason = TextArea("Why is it reopened?", large=True)
