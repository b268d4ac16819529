"""What is filled in about partners' access."""

from typing import Final

from web.forms import Choice, Form, Option, Select, Several, Text, TextArea

SCOPES: Final = (
    ("plan:read", "Read the plan: findings, root causes, updates, trajectory, change requests"), ("kpi:read", "Read KPIs"),
    ("escalations:read", "Read escalations"), ("packs:read", "Read published packs"), ("kpi:write", "Send KPI observations"),
)  # fmt: skip
KINDS: Final = {
    "pack.published": "A pack is published", "escalation.raised": "An escalation is raised",
    "escalation.decided": "ECIB decides on an escalation", "test": "Test",
}  # fmt: skip
MONTHS: Final = ("3", "6", "12", "24")
OVERLAPS: Final = (
    ("0", "Not at all: it may be in wrong hands"),
    ("1", "1 day"),
    ("7", "7 days"),
    ("30", "30 days"),
)


class AskForm(Form):
    """A request for access, on a partner's behalf."""

    name = Text("Which partner’s system is it?", required="Name the partner's system.")
    contact = Text(
        "The partner’s work email address for it", type="email", hint="Who is told when something is wrong",
        required="Enter the partner's work email address, like data@partner.nhs.uk.",
    )  # fmt: skip
    purpose = TextArea(
        "What does the partner need it for?", rows=3, required="Say what the partner needs it for."
    )
    scopes = Several("What may it do?", [Option(*each) for each in SCOPES], required="Choose at least one.")
    months = Select(
        "For how long, from the approval on?", [Option(each, f"{each} months") for each in MONTHS],
        required="Choose for how long.",
    )  # fmt: skip

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        months = self.months.value
        return {
            "name": self.name.value, "contact": self.contact.value, "purpose": self.purpose.value,
            "scopes": list(self.scopes.all), "months": int(months) if months in MONTHS else 0,
        }  # fmt: skip


class DecisionForm(Form):
    """The PMO's decision on a request."""

    decision = Choice(
        "What does the PMO decide?",
        [Option("approve", "Approve", "Makes the client. Its secret is shown once, on the next page."),
         Option("refuse", "Refuse", "Give the reason below.")],
        required="Choose whether to approve or to refuse.",
    )  # fmt: skip
    reason = TextArea("Reason", rows=3, hint="Needed when you refuse: whoever asked reads it")


class SecretForm(Form):
    """How long the secret before goes on working."""

    overlap_days = Choice(
        "How long does the old secret go on working?",
        [Option(*each) for each in OVERLAPS],
        required="Choose how long the old secret goes on working.",
    )

    @property
    def days(self) -> int:
        """As the service takes it."""
        given = self.overlap_days.value
        return int(given) if given in dict(OVERLAPS) else -1


class WebhookForm(Form):
    """An address to tell of events."""

    url = Text(
        "Address", hint="Begins with https:// and is out in the internet",
        required="Enter the address, like https://partner.example/hooks.",
    )  # fmt: skip
    kinds = Several("What is it told of?", required="Choose at least one.")


class StepForm(Form):
    """A step without questions."""
