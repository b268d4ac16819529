"""What people enter about a risk."""

from collections.abc import Mapping, Sequence
from typing import Final

from web.clients.answers.risks import Risk
from web.forms import Day, Form, Hidden, Option, Select, Text, TextArea
from web.rendering import short_day

LIKELIHOOD: Final = (
    Option("", "Choose"), Option("1", "1 – rare"), Option("2", "2 – unlikely"), Option("3", "3 – possible"),
    Option("4", "4 – likely"), Option("5", "5 – almost certain"),
)  # fmt: skip
IMPACT: Final = (
    Option("", "Choose"), Option("1", "1 – negligible"), Option("2", "2 – minor"), Option("3", "3 – moderate"),
    Option("4", "4 – major"), Option("5", "5 – catastrophic"),
)  # fmt: skip


class RiskForm(Form):
    """A risk, in the order in which one thinks of it."""

    etag = Hidden()
    isg = Select("ISG", required="Choose the ISG whose part of the plan it threatens.")
    cause = TextArea("What could happen, and why?", rows=3, required="Say what could happen, and why.")
    effect = TextArea("What would it do to the plan?", rows=3, required="Say what it would do to the plan.")
    likelihood_before = Select(
        "Likelihood before mitigation", LIKELIHOOD, required="Score the likelihood before mitigation."
    )
    impact_before = Select("Impact before mitigation", IMPACT, required="Score the impact before mitigation.")
    mitigation = TextArea("What is done about it?", rows=3, required="Say what is done about it.")
    likelihood_after = Select(
        "Likelihood after mitigation", LIKELIHOOD, required="Score the likelihood after mitigation."
    )
    impact_after = Select("Impact after mitigation", IMPACT, required="Score the impact after mitigation.")
    owner = Text("Email address of its owner", type="email", required="Enter the email address of its owner.")
    baf_reference = Text("Board Assurance Framework reference", hint="If it has one")
    root_causes = Text(
        "Root causes that it threatens", hint="References, separated by commas: RC-0142, RC-0150"
    )

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {
            **{name: self.typed_in(name) for name in ("isg", "cause", "effect", "mitigation", "owner")},
            **{name: int(self.typed_in(name)) for name in SCORES},
            "baf_reference": self.baf_reference.or_none,
            "root_causes": [
                each.strip() for each in self.root_causes.value.replace(";", ",").split(",") if each.strip()
            ],
        }


SCORES: Final = ("likelihood_before", "impact_before", "likelihood_after", "impact_after")


def texts_of(risk: Risk) -> Mapping[str, str]:
    """Each field of the form as the risk has it."""
    return {
        "isg": risk.isg, "cause": risk.cause, "effect": risk.effect, "mitigation": risk.mitigation, "owner": risk.owner_email,
        "baf_reference": risk.baf_reference or "", "root_causes": ", ".join(each.ref for each in risk.root_causes),
        **{name: str(getattr(risk, name)) for name in SCORES},
    }  # fmt: skip


def review_texts_of(risk: Risk) -> Mapping[str, str]:
    """Each field of a review as ECIB's newest one has it; the scores as they are."""
    newest = max(risk.reviews, key=lambda each: each.reviewed_on, default=None)
    scores = {name: str(getattr(risk, name)) for name in ("likelihood_after", "impact_after")}
    said = {"reviewed_on": newest.reviewed_on.isoformat(), "note": newest.note} if newest else {}
    return scores | said


def closing_texts_of(risk: Risk) -> Mapping[str, str]:
    """Why it was closed, where it has been."""
    return {"reason": risk.closed_reason or ""} if risk.closed_on else {}


def facts_of(risk: Risk) -> Sequence[str]:
    """How the risk stands."""
    closed = f" Closed on {short_day(risk.closed_on)}: {risk.closed_reason}" if risk.closed_on else ""
    return [f"{risk.ref} now: scores {risk.score_after} after mitigation; {risk.owner_name} owns it.{closed}"]


class ReviewForm(Form):
    """What ECIB said."""

    etag = Hidden()
    reviewed_on = Day(
        "When did ECIB look at it?", required="Give the day of the meeting.", hint="For example, 22 5 2019"
    )
    note = TextArea("What did ECIB say?", rows=3, required="Say what ECIB said about this risk.")
    likelihood_after = Select(
        "Likelihood after mitigation", LIKELIHOOD, required="Score the likelihood after mitigation."
    )
    impact_after = Select("Impact after mitigation", IMPACT, required="Score the impact after mitigation.")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        scores = {name: int(self.typed_in(name)) for name in ("likelihood_after", "impact_after")}
        return {"reviewed_on": self.reviewed_on.value, "note": self.note.value, **scores}


class ClosingForm(Form):
    """Why it is a risk no longer."""

    etag = Hidden()
    reason = TextArea("Why is it a risk no longer?", rows=3, required="Say why this is a risk no longer.")
