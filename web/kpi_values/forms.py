"""What people enter about a KPI's values and its chart."""

from collections.abc import Mapping, Sequence
from typing import Final

from web.clients.answers.kpi_values import Observation, ObservationList, PeriodOffered
from web.forms import Choice, Day, Field, Form, Hidden, Option, Select, Text, TextArea, Upload
from web.rendering import LONDON, short_day
from web.wording import label

STATES: Final = (
    Option("final", "Final"),
    Option("provisional", "Provisional", hint="It may still change, and is shown as such."),
)
PERIOD_STATES: Final = {
    "missing": "missing",
    "due": "to be given",
    "provisional": "provisional",
    "given": "given",
    "running": "not over yet",
    "before": "before the first value",
}


def figure(value: float | None) -> str:
    """81.2; 1,234; nothing where there is no value."""
    return "" if value is None else f"{value:,.6f}".rstrip("0").rstrip(".")


def typed_figure(value: float | None) -> str:
    """The same as somebody types it."""
    return figure(value).replace(",", "")


class ValueForm(Form):
    """One value of one period."""

    etag = Hidden()
    period = Select("Period", required="Choose the period.")
    value = Text("Value", width=10)
    numerator = Text("Numerator", width=10)
    denominator = Text("Denominator", width=10)
    state = Choice("Is it final?", STATES, inline=True)
    note = TextArea("Note", rows=3, hint="Where there is no value for the period, say why.")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        figures = {
            name: self.typed_in(name).strip() or None for name in ("value", "numerator", "denominator")
        }
        return {
            "period": self.period.value,
            **figures,
            "state": self.typed_in("state") or "final",
            "note": self.typed_in("note").strip() or None,
        }


def form_for(values: ObservationList) -> type[ValueForm]:
    """The form in this KPI's own words; without a known frequency its period is any day."""
    measure = values.kpi
    unit = f"Value ({measure.unit})" if measure.unit else "Value"
    worked_out = "Leave it empty to have it worked out from numerator and denominator."
    own: dict[str, Field] = {
        "value": Text(unit, width=10, hint=worked_out),
        "numerator": Text("Numerator", width=10, hint=measure.numerator),
        "denominator": Text("Denominator", width=10, hint=measure.denominator),
    }
    if not values.periods:
        own["period"] = Day(
            "Period", required="Give the day that the value is of.", hint="For example, 1 3 2019"
        )
    return type("ValueFormOfKpi", (ValueForm,), own)


def fitted(form: ValueForm, values: ObservationList) -> ValueForm:
    """With the periods that this KPI has, and its own words for numerator and denominator."""
    known = {each.period for each in values.periods}
    older = [each for each in values.items if each.period not in known]
    options = [Option(each.period.isoformat(), named(each)) for each in values.periods]
    options += [Option(each.period.isoformat(), f"{each.period_name} (given)") for each in older]
    return form.offer(period=[Option("", "Choose"), *options]) if values.periods else form


def named(period: PeriodOffered) -> str:
    """March 2019 (missing)."""
    name = period.period_name[:1].upper() + period.period_name[1:]
    return f"{name} ({PERIOD_STATES[period.state]})"


def texts_of(found: Observation | None) -> Mapping[str, str]:
    """Each field of the form as the period has it."""
    if found is None:
        return {}
    return {
        **{name: typed_figure(getattr(found, name)) for name in ("value", "numerator", "denominator")},
        "state": found.state,
        "note": found.note or "",
    }


class FileForm(Form):
    """A file of values."""

    file = Upload("File", hint="CSV or Excel (.xlsx), up to 5 MB")


KINDS: Final = {
    "rebase": "Begin new limits",
    "baseline": "Freeze a baseline",
    "ghost": "Leave a point out",
    "annotation": "Write on the chart",
}
MEANINGS: Final = {
    "rebase": "From this period on, mean and limits are worked out anew, because the way of working itself has changed.",
    "baseline": "Mean and limits come from the first points alone, and are drawn on over all that follow.",
    "ghost": "The point stays on the chart and takes part in nothing, because its value is known to be out of the ordinary.",
    "annotation": "Something that happened, at its period. It changes no limits.",
}


class DecisionForm(Form):
    """A decision about how a chart is read."""

    etag = Hidden()
    kind = Choice(
        "What do you decide?",
        [Option(kind, text, hint=MEANINGS[kind]) for kind, text in KINDS.items()],
        required="Choose what you decide.",
    )
    period = Select("At which period?", required="Choose the period.")
    points = Text("How many points has the baseline?", width=4, hint="Of a baseline only: 12 or more")
    reason = TextArea(
        "Why, or what happened?", rows=3, hint="It is shown on the chart, with your name.",
        required="Say why, or what happened.",
    )  # fmt: skip

    def check(self) -> bool:
        """Also that the number of points is one, and goes with a baseline."""
        super().check()
        points = self.points.value
        if self.kind.value == "baseline" and not (
            points.isascii() and points.isdecimal() and len(points) < 6
        ):
            self.add_error("points", "Say how many points the baseline has, as a number: 12 or more.")
        return not self.errors

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it; the number of points goes with a baseline."""
        is_baseline = self.kind.value == "baseline"
        return {
            "kind": self.kind.value,
            "period": self.typed_in("period"),
            "points": int(self.points.value) if is_baseline else None,
            "reason": self.reason.value,
        }


class UndoingForm(Form):
    """Why a decision is taken back."""

    etag = Hidden()
    reason = TextArea("Why is it taken back?", rows=3, required="Say why it is taken back.")


def facts_of(period: str, found: Observation | None) -> Sequence[str]:
    """How the period stands now."""
    if found is None:
        return [f"There is no value for {period} now."]
    said = "is said to be missing" if found.missing else f"has the value {figure(found.value)}"
    given_on = short_day(found.recorded_at.astimezone(LONDON).date())
    return [f"{period} now {said}, {label(found.state).lower()}, as given on {given_on}."]
