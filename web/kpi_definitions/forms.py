"""What people enter to define a KPI, to set its target, to retire it and to compare it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from web.clients.answers.kpi_definitions import KpiWhole, Target
from web.clients.base import FieldError, ServiceError
from web.forms import Choice, Day, Form, Hidden, Option, Select, Text, TextArea
from web.kpi_definitions.wording import figure, from_when
from web.rendering import short_day

CHOOSE: Final = Option("", "Choose")
KEY_QUESTIONS: Final = (
    CHOOSE, Option("safe", "Safe"), Option("effective", "Effective"), Option("caring", "Caring"),
    Option("responsive", "Responsive"), Option("well_led", "Well-led"),
)  # fmt: skip
DIRECTIONS: Final = (
    Option("increase", "Higher is better"),
    Option("decrease", "Lower is better"),
    Option("neutral", "Neither: a change of any kind is of interest"),
)
FREQUENCIES: Final = (
    Option("", "Not regularly"), Option("daily", "Daily"), Option("weekly", "Weekly"), Option("monthly", "Monthly"),
    Option("quarterly", "Quarterly"),
)  # fmt: skip
YES_OR_NO: Final = (Option("true", "Yes"), Option("false", "No"))
JUDGED: Final = (Option("", "Not judged yet"), *YES_OR_NO)
LEVELS: Final = (
    Option("high_level", "High-level", hint="An ISG’s, for one of the CQC’s key questions"),
    Option("root_cause", "Of a root cause", hint="Shows whether its actions had the intended impact"),
)
KINDS: Final = (Option("peer", "Peers"), Option("national", "The country"))
TEXTS: Final = (
    "name", "purpose", "key_question", "unit", "numerator", "denominator", "frequency", "source", "data_owner",
    "quality_note",
)  # fmt: skip
KITE_MARK: Final = ("timely", "complete", "audited", "granular")


class Figure(Text):
    """A number, as people write it: 95, 0.5, 1,250 or 95%."""

    def value(self, typed: Mapping[str, Sequence[str]]) -> str:
        """Its digits alone."""
        return super().value(typed).replace(",", "").replace(" ", "").removesuffix("%")

    def problem(self, typed: Mapping[str, Sequence[str]]) -> str | None:
        """What is wrong with it, in one sentence."""
        if missing := super().problem(typed):
            return missing
        if self.value(typed) and number(self.value(typed)) is None:
            return f"“{super().value(typed)}” is no number: write it in digits, for example 95 or 0.5."
        return None


def number(text: str) -> Decimal | None:
    """The number that a text is; None where it is none."""
    with suppress(InvalidOperation):
        found = Decimal(text)
        return found if found.is_finite() else None
    return None


class PlaceFields(Form):
    """Whose KPI it is."""

    level = Choice(
        "What kind of KPI is it?", LEVELS, required="Choose whether it is high-level or of a root cause."
    )
    isg = Select("ISG", hint="Of a high-level KPI")
    root_cause = Text(
        "Reference of the root cause", hint="Of a KPI of a root cause, for example RC-0142", width=10
    )


class DefinitionFields(Form):
    """What is measured and how, in the order in which one thinks of it."""

    name = Text("What is measured?", required="Give it a name that says what is measured.",
                hint="For example, patients seen within four hours")  # fmt: skip
    purpose = TextArea("What is it for?", rows=2, hint="What the ISG learns from it")
    key_question = Select(
        "Key question", KEY_QUESTIONS, hint="A high-level KPI answers one of the CQC’s five"
    )
    unit = Text("Unit", hint="For example, %, number, days, or per 1,000 bed days", width=20,
                required="Say in which unit it is measured, for example %, days or number.")  # fmt: skip
    numerator = TextArea("What is counted?", rows=2, hint="Of a percentage or rate: the numerator in words")
    denominator = TextArea("Out of what?", rows=2, hint="Of a percentage or rate: the denominator in words")
    part_of_whole = Choice(
        "Is it a part of a whole?", YES_OR_NO, inline=True,
        hint="A percentage that can never be over 100. Fill rates, for example, can be, and are not.",
    )  # fmt: skip
    direction = Choice("Which way is better?", DIRECTIONS, required="Choose which way is better.")
    frequency = Select("How often is a value due?", FREQUENCIES)
    source = Text("Where do its values come from?", hint="A system, an audit, a return")
    data_owner = Text("Email address of the data owner", type="email", hint="Who answers for its values")
    timely = Select("Kite mark: is it timely?", JUDGED, hint="There when it is needed")
    complete = Select("Kite mark: is it complete?", JUDGED, hint="Nothing that should be counted is left out")
    audited = Select("Kite mark: is it audited?", JUDGED, hint="Somebody else has checked how it is counted")
    granular = Select(
        "Kite mark: is it granular?", JUDGED, hint="It can be broken down, by ward, site or specialty"
    )
    quality_note = TextArea("Note on the quality of its data", rows=2)

    @property
    def definition(self) -> dict[str, object]:
        """As the service takes it."""
        judged = {"true": True, "false": False}
        return {
            **{name: self.typed_in(name).strip() or None for name in TEXTS},
            **{name: judged.get(self.typed_in(name)) for name in KITE_MARK},
            "part_of_whole": self.typed_in("part_of_whole") == "true",
            "direction": self.typed_in("direction"),
        }


class NewKpiForm(DefinitionFields, PlaceFields):
    """A new KPI."""

    target = Figure("Target", hint="If there is one. Later ones are set from a day on.", width=10)

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        place = {name: self.typed_in(name).strip() or None for name in ("level", "isg", "root_cause")}
        if place["level"] == "root_cause":
            place["isg"] = None  # it goes with its root cause
        return {**self.definition, **place, "target": self.target.or_none}


class DefinitionForm(DefinitionFields):
    """Another definition of a KPI that there is."""

    etag = Hidden()
    holds_from = Day(
        "From which day is it measured so?", called="the day", required="Give the day from which it holds.",
        hint="Of the first value that is measured so, for example 1 4 2019",
    )  # fmt: skip
    reason = TextArea("Why does the definition change?", rows=2, required="Say why the definition changes.")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {**self.definition, "holds_from": self.holds_from.value, "reason": self.reason.value}


def texts_of(kpi: KpiWhole) -> dict[str, str]:
    """Each field of the definition as the KPI has it; why and from which day it was last changed, where it was."""
    definition, newest = kpi.definition, kpi.versions[0]
    frequency = definition.frequency or ""
    known = {option.value for option in FREQUENCIES}
    said = {
        "reason": newest.reason or "",
        "holds_from": newest.holds_from.isoformat() if newest.holds_from else "",
    }
    return {
        **{name: getattr(definition, name) or "" for name in TEXTS},
        **{name: _judged(getattr(definition, name)) for name in (*KITE_MARK, "part_of_whole")},
        "direction": definition.direction,
        "frequency": frequency.lower() if frequency.lower() in known else frequency,
        **(said if newest.number > 1 else {}),
    }


def _judged(value: bool | None) -> str:
    return "" if value is None else "true" if value else "false"


class TargetForm(Form):
    """What it should reach from a day on."""

    etag = Hidden()
    value = Figure("Target", hint="Leave it empty where there is to be no target from the day on", width=10)
    holds_from = Day(
        "From which day?",
        called="the day",
        hint="Left empty, it holds from the beginning. For example, 1 4 2019",
    )
    reason = TextArea("Why?", rows=2, hint="Needed when there was a target before")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {
            "value": self.value.or_none,
            "holds_from": self.holds_from.or_none,
            "reason": self.reason.or_none,
        }


def target_texts_of(kpi: KpiWhole) -> dict[str, str]:
    """Each field of the form as the target set last has it."""
    latest = _latest(kpi)
    if latest is None:
        return {}
    return {
        "value": figure(latest.value) if latest.value is not None else "",
        "holds_from": latest.holds_from.isoformat() if latest.holds_from else "",
        "reason": latest.reason or "",
    }


def _latest(kpi: KpiWhole) -> Target | None:
    return kpi.targets[0] if kpi.targets else None


class RetirementForm(Form):
    """Why it is measured no longer."""

    etag = Hidden()
    retired_on = Day(
        "From which day is it measured no longer?", called="the day", required="Give the day on which it ended.",
        hint="For example, 22 5 2019",
    )  # fmt: skip
    reason = TextArea("Why is it no longer measured?", rows=3, required="Say why it is no longer measured.")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {"retired_on": self.retired_on.value, "reason": self.reason.value}


class ConfirmForm(Form):
    """Nothing to enter: what follows is said above."""

    etag = Hidden()


class BenchmarkForm(Form):
    """Whom it is compared with."""

    etag = Hidden()
    name = Text(
        "Whom is it compared with?", hint="For example, England, or the median of our peers",
        required="Name whom it is compared with, for example “England” or “Peer median”.",
    )  # fmt: skip
    kind = Choice("Who are they?", KINDS, required="Choose whether they are peers or the country.")
    source = Text("Where do the values come from?")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {"name": self.name.value, "kind": self.kind.value, "source": self.source.or_none}


PERIODS: Final = (re.compile(r"(\d{4})-(\d\d?)(?:-(\d\d?))?"), re.compile(r"(\d\d?)/(\d\d?)/(\d{4})"))
LINE: Final = re.compile(r"(\S+?)[\s,;]+(\S+)")


class BenchmarkValuesForm(Form):
    """A line a value: the first day of its period, then the value."""

    etag = Hidden()
    values_given = TextArea(
        "Values", rows=8, required="Write a line for each value: the first day of its period, then the value.",
        hint="A line for each: the first day of its period, then the value. For example, 2019-04-01 85.1 or 01/04/2019 85.1",
    )  # fmt: skip

    @property
    def lines(self) -> list[dict[str, str]]:
        """As the service takes them; sets the field's error where a line can't be read."""
        read: list[dict[str, str]] = []
        for place, line in enumerate(self.values_given.value.splitlines(), 1):
            if not line.strip():
                continue
            found = LINE.fullmatch(line.strip())
            period = _period(found[1]) if found else None
            value = number(found[2].removesuffix("%")) if found else None
            if period is None or value is None:
                self.add_error(
                    "values_given",
                    f"Line {place}: “{line.strip()[:60]}” is no day and value, such as 2019-04-01 85.1.",
                )
                continue
            read.append({"period": period.isoformat(), "value": str(value)})
        return read


def _period(text: str) -> date | None:
    year_first, day_first = (pattern.fullmatch(text) for pattern in PERIODS)
    with suppress(ValueError):
        if year_first:
            return date(int(year_first[1]), int(year_first[2]), int(year_first[3] or 1))
        if day_first:
            return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
    return None


def by_line(error: ServiceError) -> ServiceError:
    """A refusal of values, with what is wrong told by the number of its line."""
    told = [_told(each) for each in error.fields]
    return ServiceError(error.status, error.kind, error.message, told)


def _told(each: FieldError) -> FieldError:
    parts = each.field.split(".")
    if parts[0] == "values" and len(parts) > 1 and parts[1].isdecimal():
        return FieldError("values_given", f"Line {int(parts[1]) + 1}: {each.message}")
    return each


def facts_of(kpi: KpiWhole) -> Sequence[str]:
    """How the KPI stands."""
    retired = f" Retired on {short_day(kpi.retired_on)}: {kpi.retired_because}" if kpi.retired_on else ""
    target = next((each for each in kpi.targets if each.in_force), None)
    told = f"target {figure(target.value, kpi.unit)} {from_when(target)}" if target else "no target"
    return [f"{kpi.ref} now: version {kpi.definition_number} of its definition; {told}.{retired}"]
