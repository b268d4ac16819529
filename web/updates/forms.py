"""The update form, in the order in which one thinks: is it done, is it on track, what changed, when, what is in the way."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.clients.answers.kpi_values import ValuesToGive
from web.clients.answers.root_causes import RootCause
from web.clients.answers.updates import OpenAction, Reporting
from web.clients.base import ServiceError
from web.csrf import FIELD as CSRF_FIELD
from web.forms import Choice, Day, Entry, Field, Option, Select, Several, Text, TextArea, Upload
from web.kpi_values.forms import figure, named
from web.root_causes.changes import ChangeForm

COMPLETE, OFF_TRACK = "complete", "off_track"
ACTIONS = "actions."
KPIS = "kpis."
MOST_LINKS = 20
NOT_OF_THE_DRAFT = frozenset({CSRF_FIELD, "once", "etag", "press", "file"})
STATUSES = {
    "on_track": "It will be done by the due date.",
    "at_risk": "It may not be done by the due date. Say below what is in the way.",
    "off_track": "It is not, or will not be, done by the due date. It goes to ECIB with a recovery plan.",
    "not_started": "Nothing has been done yet.",
}
_LINK = re.compile(r"evidence\.(\d+)\.(?:description|url)$")


class Group(Field):
    """A question of several fields: a problem of the whole stands above them, and leads to the first."""

    def __init__(self, label: str, first: str, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.first = first

    @property
    def first_id(self) -> str:
        """Of the first of its fields."""
        return self.first


@dataclass(frozen=True, slots=True)
class Tick:
    """An open action to tick off, with the day on which it was done."""

    action: OpenAction
    box: Entry
    done_on: Entry


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of evidence: what it shows, and where it is."""

    description: Entry
    url: Entry

    @property
    def is_given(self) -> bool:
        """Whether anything has been typed into it."""
        return bool(self.description.value or self.url.value)


@dataclass(frozen=True, slots=True)
class Value:
    """A KPI of the root cause: the period, its value, and why there is none."""

    about: ValuesToGive
    period: Entry
    figure: Entry
    note: Entry

    @property
    def question(self) -> str:
        """Seen within 15 minutes (%)."""
        kpi = self.about.kpi
        return f"{kpi.name} ({kpi.unit})" if kpi.unit else kpi.name

    @property
    def before(self) -> str:
        """The last value: 81.2 for March 2019."""
        if self.about.latest_period_name is None:
            return "No value has been given yet."
        return f"The last value is {figure(self.about.latest_value)} for {self.about.latest_period_name}."

    @property
    def is_given(self) -> bool:
        """Whether anything has been typed into it."""
        return bool(self.figure.value or self.note.value)

    @property
    def observation(self) -> dict[str, object]:
        """As the KPI service takes it."""
        return {"period": self.period.value, "value": self.figure.or_none, "note": self.note.or_none}


def done_on(ref: str) -> Day:
    """The day of an action that is ticked off."""
    return Day(
        f"{ref} was done on", name=f"{ACTIONS}{ref}.done_on", called=f"The day on which {ref} was done"
    )


class UpdateForm(ChangeForm):
    """An owner's report. The recovery plan and the evidence are asked for when the answers before them call for it."""

    done = Choice(
        "Is it done?",
        [Option("no", "No"), Option("yes", "Yes", hint="The ISG decides on closing it. It needs evidence.")],
        large=True,
        required="Choose whether it is done.",
    )
    status = Choice("Is it on track?", large=True)
    progress = TextArea(
        "What changed?",
        large=True,
        hint="What has been done since the last update, and what difference it made.",
    )
    forecast_date = Day(
        "When will it be done?",
        large=True,
        called="The date by which it will be done",
        hint="For example, 31 5 2019.",
    )
    reason = TextArea("What is in the way?", large=True, rows=3, hint="Needed when it is at risk.")
    recovery_plan = Choice(
        "Does the recovery plan still hold?",
        [Option("confirm", "Yes, it still holds"), Option("replace", "No, I give a new one")],
    )
    steps = TextArea("Which steps get it back on track?", name="recovery_plan.steps")
    plan_owner = Text(
        "Who leads them?", name="recovery_plan.owner", type="email", hint="A colleague’s work email address."
    )
    recovery_date = Day(
        "When will it be back on track?", name="recovery_plan.recovery_date", called="The recovery date",
        hint="For example, 14 6 2019.",
    )  # fmt: skip
    support = TextArea(
        "Which support do you ask ECIB for?",
        name="recovery_plan.support",
        rows=3,
        hint="Leave it empty if none.",
    )
    evidence = Group("Evidence", first="evidence-1-description")
    file = Upload("A file", hint="PDF, Word, Excel, PowerPoint, PNG, JPEG, CSV or plain text")
    file_description = Text("What the file shows")

    def fit(self, reporting: Reporting, kpis: Sequence[ValuesToGive] = ()) -> None:
        """Offers what may be reported today, and the KPIs, actions and links that this page has."""
        offered = {each.status: each.label for each in reporting.statuses}
        self.offer(
            status=[
                Option(status, offered[status], hint=hint)
                for status, hint in STATUSES.items()
                if status in offered
            ]
        )
        self.added.clear()  # the actions may be fewer than when the form was read
        self.kpi_values = [self._value(kpi) for kpi in kpis]
        self.ticks = [self._tick(action) for action in reporting.open_actions]
        self.links = [self._link(number) for number in range(1, self._how_many_links() + 1)]

    def _tick(self, action: OpenAction) -> Tick:
        box = Several("", [Option("done", f"{action.ref} is done")], name=f"{ACTIONS}{action.ref}")
        return Tick(action, self.add(box), self.add(done_on(action.ref)))

    def _value(self, about: ValuesToGive) -> Value:
        """Its period is the one awaited longest, until another is chosen."""
        name = f"{KPIS}{about.kpi.ref}."
        period = Select("Period", name=f"{name}period")
        self.offered[period.name] = [Option(each.period.isoformat(), named(each)) for each in about.periods]
        awaited = next((each for each in reversed(about.periods) if each.state in {"missing", "due"}), None)
        if not self.typed_in(period.name):
            self.values[period.name] = ((awaited or about.periods[0]).period.isoformat(),)
        return Value(
            about,
            self.add(period),
            self.add(Text("Value", name=f"{name}value", width=10)),
            self.add(Text("If there is no value, why?", name=f"{name}note")),
        )

    def _how_many_links(self) -> int:
        typed = [
            int(found[1]) for name in self.values if (found := _LINK.match(name)) and self.typed_in(name)
        ]
        return min(max(typed, default=1) + (self.pressed == "more_links"), MOST_LINKS)

    def _link(self, number: int) -> Link:
        return Link(
            self.add(Text("What it shows", name=f"evidence.{number}.description")),
            self.add(
                Text("Link to it", name=f"evidence.{number}.url", type="url", hint="Begins with https://")
            ),
        )

    @property
    def pressed(self) -> str:
        """The button: "" sends, "save" keeps the draft, "discard" forgets it, "more_links" asks for another link."""
        return self.typed_in("press")

    @property
    def said(self) -> str:
        """The status reported: complete when it is done, else as chosen."""
        return COMPLETE if self.done.value == "yes" else self.status.value

    @property
    def draft(self) -> dict[str, Sequence[str]]:
        """Every input as typed, to be kept until it is sent."""
        return {name: values for name, values in self.values.items() if name not in NOT_OF_THE_DRAFT}

    def texts_said(self, reporting: Reporting) -> Mapping[str, str]:
        """Each field as it was said last; the recovery plan where one was typed."""
        said, plan = reporting.last_update, reporting.plan_in_force
        if said is None:
            return dict.fromkeys(("status", "progress", "forecast_date", "reason"), "")
        is_done = said.status == COMPLETE
        texts = {
            "done": "yes" if is_done else "no", "status": "" if is_done else said.status, "progress": said.progress or "",
            "forecast_date": said.forecast_date.isoformat() if said.forecast_date else "", "reason": said.reason or "",
        }  # fmt: skip
        if plan is None or not self.steps.value:
            return texts
        return texts | {
            "recovery_plan.steps": plan.steps, "recovery_plan.owner": plan.owner,
            "recovery_plan.recovery_date": plan.recovery_date.isoformat(), "recovery_plan.support": plan.support or "",
        }  # fmt: skip

    def texts_standing(self, now: RootCause) -> Mapping[str, str]:
        """The same of a root cause that nothing can be reported on now: what was said of it last, beside all that was typed."""
        said = now.latest_update
        texts = {
            "status": said.status if said else "", "progress": (said.progress or "") if said else "",
            "reason": (said.reason or "") if said else "",
        }  # fmt: skip
        plan = (
            "recovery_plan.steps",
            "recovery_plan.owner",
            "recovery_plan.recovery_date",
            "recovery_plan.support",
        )
        forecast = now.forecast_date.isoformat() if now.forecast_date else ""
        return texts | {"forecast_date": forecast} | (dict.fromkeys(plan, "") if self.steps.value else {})

    @classmethod
    def of_draft(cls, fields: Mapping[str, Any]) -> "UpdateForm":
        """As it was when the draft was saved."""
        return cls((name, str(value)) for name, values in fields.items() for value in values)

    def check(self) -> bool:
        """Also that a status is chosen, and that each ticked action has its day."""
        super().check()
        if self.done.value == "no" and not self.status.value:
            self.add_error("status", "Choose whether it is on track.")
        for ref, day in self.ticked.items():
            if not day:
                self.add_error(done_on(ref).name, f"Enter the day on which {ref} was done.")
        return not self.errors

    @property
    def ticked(self) -> dict[str, str]:
        """The actions that are done, each with its day; also one that an earlier click has recorded already."""
        refs = [name.removeprefix(ACTIONS) for name, values in self.values.items() if values == ("done",)]
        return {ref: done_on(ref).value(self.values) for ref in refs}

    @property
    def update(self) -> dict[str, object]:
        """The update as the service takes it: the same for the same form. A recovery plan goes with what is off track."""
        gives_plan = self.said == OFF_TRACK and self.recovery_plan.value != "confirm"
        return {
            "status": self.said,
            "progress": self.progress.or_none,
            "forecast_date": self.forecast_date.or_none,
            "reason": self.reason.or_none,
            "recovery_plan": self._plan() if gives_plan else None,
            "evidence": [
                {"description": link.description.value, "url": link.url.value}
                for link in self.links
                if link.is_given
            ],
        }

    def _plan(self) -> dict[str, object]:
        return {
            "steps": self.steps.value,
            "owner": self.plan_owner.value,
            "recovery_date": self.recovery_date.or_none,
            "support": self.support.or_none,
        }

    def refuse(self, error: ServiceError) -> None:
        """As every change; what the service says of the status belongs to the question that gave it."""
        super().refuse(error)
        if self.said == COMPLETE and "status" in self.errors:
            self.add_error("done", self.errors.pop("status"))


def first_shown(reporting: Reporting, today: date) -> UpdateForm:
    """As the draft was left, else as was said last; each action's day is today until somebody changes it."""
    said, plan = reporting.last_update, reporting.plan_in_force
    form = UpdateForm.filled(
        done="no",
        status=_still_offered(reporting, said.status if said else ""),
        progress=said.progress if said else None,
        forecast_date=said.forecast_date if said else None,
        reason=said.reason if said else None,
        recovery_plan="confirm" if plan else None,
    )
    for action in reporting.open_actions:
        form.values |= {name: (value,) for name, value in done_on(action.ref).spread(today)}
    if reporting.draft:
        form.values |= UpdateForm.of_draft(reporting.draft.fields).values
    return form


def _still_offered(reporting: Reporting, status: str) -> str | None:
    """The status, when it may be reported today; the only one that may be, when there is but one."""
    offered = [each.status for each in reporting.statuses if each.status != COMPLETE]
    if len(offered) == 1:
        return offered[0]
    return status if status in offered else None
