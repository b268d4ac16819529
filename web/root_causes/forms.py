"""Raising a root cause by hand, handing it to another owner, and what becomes of an action."""

from collections.abc import Mapping
from typing import ClassVar, Final, Self

from web.clients.answers.root_causes import RootCause
from web.forms import Choice, Day, Option, Text, TextArea
from web.root_causes.changes import ChangeForm, Story, newest_of

OUTCOMES: Final = {
    "complete_action": Option("done", "It is done"),
    "withdraw_action": Option("withdrawn", "It is withdrawn"),
}


class EscalationForm(ChangeForm):
    """Before ECIB, with a reason."""

    reason = TextArea("Why should ECIB look at it?", large=True)

    def texts_of(self, now: RootCause, story: Story) -> Mapping[str, str]:
        """Why it was put before ECIB, where it has been by hand."""
        given = newest_of(story, "escalation", "raised by hand") if now.escalation else None
        return {"reason": (given.text or "") if given else ""}


class OwnerForm(ChangeForm):
    """Another owner, by work email."""

    owner = Text(
        "Email address of the new owner", type="email", required="Enter the email address of the new owner."
    )

    def texts_of(self, now: RootCause, _story: Story) -> Mapping[str, str]:
        """Who owns it."""
        return {"owner": now.owner_email}


class ReleaseForm(ChangeForm):
    """Nothing to fill in: the button is the answer."""


class ActionForm(ChangeForm):
    """Done on a day, or no longer needed for a reason."""

    action = ""
    shown_if: ClassVar = {"completed_date": "outcome=done", "reason": "outcome=withdrawn"}

    outcome = Choice(
        "What became of it?",
        list(OUTCOMES.values()),
        large=True,
        required="Choose what became of the action.",
    )
    completed_date = Day(
        "When was it done?", called="The day on which it was done", hint="For example, 14 3 2019."
    )
    reason = TextArea("Why is it no longer needed?")

    def about(self, action: str) -> Self:
        """Of this action, by its reference."""
        self.action = action
        return self

    def texts_of(self, now: RootCause, _story: Story) -> Mapping[str, str]:
        """What became of it."""
        action = now.action(self.action)
        if action is None or action.is_open:
            return {}
        done = action.completed_date
        return {
            "outcome": "done" if done else "withdrawn", "completed_date": done.isoformat() if done else "",
            "reason": action.withdrawn_reason or "",
        }  # fmt: skip

    def check(self) -> bool:
        """Also that what is done has its day."""
        super().check()
        if self.outcome.value == "done" and not self.completed_date.value:
            self.add_error("completed_date", "Enter the day on which it was done.")
        return not self.errors
