"""The ISG's decision on a closure request, and opening again what was closed."""

from collections.abc import Mapping

from web.clients.answers.root_causes import RootCause
from web.forms import Choice, Day, TextArea
from web.root_causes.changes import ChangeForm, Story, newest_of


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

    def texts_of(self, now: RootCause, story: Story) -> Mapping[str, str]:
        """What the ISG has decided on the request; nothing while it waits for a decision."""
        decided = newest_of(story, "closing") if now.closure_request is None else None
        if decided is None:
            return {}
        return {
            "decision": "close" if now.closed_on else "send_back" if "Sent back" in decided.title else "",
            "meeting_date": now.closed_on.isoformat() if now.closed_on else "",
            "reason": decided.text or "",
        }

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

    def texts_of(self, now: RootCause, story: Story) -> Mapping[str, str]:
        """Why somebody else reopened it."""
        reopened = newest_of(story, "closing", "Reopened") if now.closed_on is None else None
        return {"reason": reopened.text or ""} if reopened else {}
