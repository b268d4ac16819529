"""What is entered when an ISG signs its KPIs off."""

from web.forms import Day, Form, Hidden, TextArea


class SignOffForm(Form):
    """When it was agreed, and what the ISG says of it."""

    etag = Hidden()
    signed_on = Day(
        "When did the ISG agree on it?", called="the day", required="Give the day on which it was agreed.",
        hint="For example, 22 5 2019",
    )  # fmt: skip
    note = TextArea(
        "What does the ISG say of it?",
        rows=3,
        hint="Needed when something is wanting: why it is signed all the same",
    )

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {"signed_on": self.signed_on.value, "note": self.note.or_none}
