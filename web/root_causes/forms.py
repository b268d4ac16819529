"""Raising a root cause by hand, handing it to another owner, and what becomes of an action."""

from typing import ClassVar

from web.forms import Choice, Day, Text, TextArea
from web.root_causes.changes import ChangeForm


class EscalationForm(ChangeForm):
    """Before ECIB, with a reason."""

    reason = TextArea("Why should ECIB look at it?", large=True)


class OwnerForm(ChangeForm):
    """Another owner, by work email."""

    owner = Text(
        "Email address of the new owner", type="email", required="Enter the email address of the new owner."
    )


class ActionForm(ChangeForm):
    """Done on a day, or no longer needed for a reason."""

    shown_if: ClassVar = {"completed_date": "outcome=done", "reason": "outcome=withdrawn"}

    outcome = Choice("What became of it?", large=True, required="Choose what became of the action.")
    completed_date = Day(
        "When was it done?", called="The day on which it was done", hint="For example, 14 3 2019."
    )
    reason = TextArea("Why is it no longer needed?")

    def check(self) -> bool:
        """Also that what is done has its day."""
        super().check()
        if self.outcome.value == "done" and not self.completed_date.value:
            self.add_error("completed_date", "Enter the day on which it was done.")
        return not self.errors
