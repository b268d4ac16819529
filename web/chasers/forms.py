"""Whom to chase."""

from web.forms import Form


class ChaserForm(Form):
    """The ticks of the page, each an ISG and a person."""

    @property
    def ticked(self) -> tuple[str, ...]:
        """As they were sent: "unscheduled-care|sam@trust.example"."""
        return self.values.get("people", ())

    @property
    def wish(self) -> list[dict[str, str]]:
        """As the service takes it."""
        pairs = (each.partition("|") for each in self.ticked)
        return [{"isg": isg, "email": email} for isg, _, email in pairs if isg and email]

    def check(self) -> bool:
        """Whether anybody is ticked."""
        super().check()
        if not self.wish:
            self.add_error("", "Tick at least one person.")
        return not self.errors
