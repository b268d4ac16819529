"""What an ISG fills in about what is done but not working, and what says that it is embedded."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from web.clients.answers.impact import ImpactReviews
from web.clients.answers.root_causes import RootCause
from web.forms import Choice, Day, Entry, Hidden, Option, Select, Text, TextArea
from web.root_causes.changes import ChangeForm, Story, newest_of

ACTIONS: Final = 3
"""How many new actions the form has room for; more are added at a later review or by a change of the plan."""
CALLED: Final = {
    "add_actions": Option(
        "add_actions", "Add actions", hint="It stays closed, and its owner has further actions to do."
    ),
    "change_kpi": Option(
        "change_kpi",
        "Change the KPI",
        hint="What was measured says nothing of what was changed: something else is measured from now on.",
    ),
    "wait_until": Option(
        "wait_until",
        "Wait until a day",
        hint="It needs longer to show. You are asked again on that day, unless the KPI works by then.",
    ),
    "reopen": Option(
        "reopen",
        "Reopen it",
        hint="It is open again from today, due as before, and no longer counts as complete.",
    ),
}
DIRECTIONS: Final = (
    Option("increase", "More is better"),
    Option("decrease", "Less is better"),
    Option("neutral", "Neither"),
)


class ReviewForm(ChangeForm):
    """What the ISG decided; each answer with the questions that it calls for."""

    shown_if: ClassVar = {
        "wait_until": "decision=wait_until",
        "instead.kpi": "decision=change_kpi",
        "instead.name": "decision=change_kpi",
        "instead.unit": "decision=change_kpi",
        "instead.direction": "decision=change_kpi",
        "instead.target": "decision=change_kpi",
    }

    decision = Choice("What did the ISG decide?", large=True, required="Choose what the ISG decided.")
    meeting_date = Day(
        "Date of the meeting", called="The date of the meeting", hint="For example, 14 3 2019.",
        required="Enter the date of the meeting.",
    )  # fmt: skip
    decided_by = Select("Whose decision is it?", hint="Who decided it for the ISG")
    reason = TextArea("Why?", rows=4, required="Say why the ISG decided so.")
    wait_until = Day("Wait until", called="The day until which you wait", hint="For example, 30 9 2019.")
    instead_kpi = Select("Which KPI is replaced?", name="instead.kpi")
    instead_name = Text("What is measured instead?", name="instead.name")
    instead_unit = Text(
        "In what unit?", name="instead.unit", hint="For example, %, days or a number", width=10
    )
    instead_direction = Select("Which way is better?", DIRECTIONS, name="instead.direction")
    instead_target = Text("Its target, if it has one", name="instead.target", width=10)
    actions_0_description = TextArea("New action 1", name="actions.0.description", rows=2,
                                     hint="When actions are added, or it is reopened with new ones")  # fmt: skip
    actions_0_owner = Text("Who does action 1? (work email)", name="actions.0.owner", type="email")
    actions_0_due = Day("Action 1 is due on", name="actions.0.due_date", called="The day of action 1")
    actions_1_description = TextArea("New action 2", name="actions.1.description", rows=2)
    actions_1_owner = Text("Who does action 2? (work email)", name="actions.1.owner", type="email")
    actions_1_due = Day("Action 2 is due on", name="actions.1.due_date", called="The day of action 2")
    actions_2_description = TextArea("New action 3", name="actions.2.description", rows=2)
    actions_2_owner = Text("Who does action 3? (work email)", name="actions.2.owner", type="email")
    actions_2_due = Day("Action 3 is due on", name="actions.2.due_date", called="The day of action 3")

    def about(self, reviews: ImpactReviews, me: str) -> "ReviewForm":
        """Offers what may be decided: and whose decision, to who writes for others."""
        deciders = {each.email: each.name for each in reviews.deciders}
        others = [Option(email, name) for email, name in deciders.items()]
        return self.offer(
            decision=[CALLED[each] for each in reviews.decisions],
            decided_by=[] if me in deciders else [Option("", "Choose who decided"), *others],
            instead_kpi=[Option(each, each) for each in reviews.kpis] if len(reviews.kpis) > 1 else [],
        )

    @property
    def entries(self) -> Sequence[tuple[Entry, str | None]]:
        """Without the choices in which there is nothing to choose."""
        return [
            (entry, answer)
            for entry, answer in super().entries
            if not isinstance(entry.field, Select) or entry.options
        ]

    def texts_of(self, _now: RootCause, story: Story) -> Mapping[str, str]:
        """What the ISG has decided meanwhile."""
        said = newest_of(story, "impact", "reviewed")
        return {"reason": said.text or ""} if said else {}

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it: only what belongs to the answer, so that what was typed for another does no harm."""
        decision = self.decision.value
        return {
            "decision": decision,
            "meeting_date": self.meeting_date.value,
            "decided_by": self.decided_by.or_none,
            "reason": self.reason.or_none,
            "wait_until": self.wait_until.or_none if decision == "wait_until" else None,
            "actions": self._actions if decision in ("add_actions", "reopen") else [],
            "instead": self._instead if decision == "change_kpi" else None,
        }

    @property
    def _actions(self) -> list[dict[str, object]]:
        parts = ("description", "owner", "due")
        typed = [
            [getattr(self, f"actions_{number}_{part}").or_none for part in parts] for number in range(ACTIONS)
        ]
        while typed and not any(typed[-1]):
            typed.pop()
        return [
            {"description": what or "", "owner": who, "due_date": by_when} for what, who, by_when in typed
        ]

    @property
    def _instead(self) -> dict[str, object]:
        return {
            "kpi": self.instead_kpi.or_none,
            "name": self.instead_name.value,
            "unit": self.instead_unit.or_none,
            "direction": self.instead_direction.value or "increase",
            "target": self.instead_target.or_none,
        }


class EmbeddingForm(ChangeForm):
    """What convinces, or what was seen in practice."""

    note = TextArea("What convinces you?", rows=4)

    def texts_of(self, _now: RootCause, story: Story) -> Mapping[str, str]:
        """What somebody else has said of it."""
        said = newest_of(story, "assurance", "mbedded")
        return {"note": said.text or ""} if said else {}


class CheckForm(EmbeddingForm):
    """Where nothing can be charted."""

    note = TextArea(
        "What have you seen in practice?",
        hint="Where, when, and what you looked at or whom you asked",
        rows=4,
    )


class TakingBackForm(EmbeddingForm):
    """Why it is embedded no longer."""

    decision = Hidden()
    note = TextArea("Why is it embedded no longer?", rows=4, required="Say why it is embedded no longer.")
