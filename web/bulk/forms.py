"""What is to change about the chosen root causes."""

from collections.abc import Sequence
from typing import Final

from web.clients.answers.root_causes import ChosenRootCause
from web.comparison import Difference
from web.forms import Choice, Form, Option, Text

OWNER, THEME = "owner", "theme"
WHAT: Final = {
    "assign_owner": Option(OWNER, "Their owner"),
    "set_theme": Option(THEME, "Their cross-cutting theme"),
}


class ManyForm(Form):
    """One owner, or one theme, for all that are ticked."""

    what = Choice("What do you want to change?", required="Choose what you want to change.")
    owner = Text("Email address of the new owner", type="email")
    theme = Text("New theme", hint="Leave it empty to take the theme away")

    @property
    def chosen(self) -> dict[str, int]:
        """The version that was shown of each ticked root cause, by reference ("RC-1@3")."""
        pairs = (each.rpartition("@") for each in self.values.get("chosen", ()))
        return {ref: int(version) for ref, _, version in pairs if ref and version.isdecimal()}

    def based_on(self, row: ChosenRootCause) -> int:
        """The version that sending it is based on: what was shown, until the two have been compared."""
        return row.version if self.has_changed(row) else self.chosen.get(row.ref, row.version)

    def has_changed(self, row: ChosenRootCause) -> bool:
        """Whether the row was refused because somebody else has changed it since it was chosen."""
        return f"root_causes.{row.ref}" in self.errors and self.chosen.get(row.ref) not in (None, row.version)

    def differences(self, row: ChosenRootCause) -> Sequence[Difference]:
        """What it was to become beside what it is now."""
        if self.what.value == OWNER:
            pairs = [("Owner", self.owner.value, row.owner_email)]
        else:
            pairs = [("Theme", self.theme.value, row.theme or "")]
        return [
            Difference(name, yours or "Nothing", now or "Nothing")
            for name, yours, now in pairs
            if yours != now
        ]

    def check(self) -> bool:
        """Also that there are root causes, and an owner where one is to be given."""
        super().check()
        if not self.chosen:
            self.add_error("", "Tick at least one root cause.")
        if self.what.value == OWNER and not self.owner.value:
            self.add_error("owner", "Enter the email address of the new owner.")
        return not self.errors
