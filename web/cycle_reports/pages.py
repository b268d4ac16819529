"""What the pages of cycle reports and meetings show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from web.clients.answers.cycle_reports import CycleReport
from web.clients.answers.isgs import Isg
from web.forms import Choice, Day, Form, Hidden, Option, TextArea
from web.rendering import short_day

OUTLOOKS: Final = (
    Option("will_recover", "It will recover"),
    Option("may_not", "It may not recover"),
    Option("unlikely", "It is unlikely to recover"),
)


class ReportForm(Form):
    """The chair's words."""

    etag = Hidden()
    progress = TextArea(
        "What has the ISG achieved in this cycle?",
        rows=6,
        required="Say what the ISG has achieved in this cycle.",
    )
    outlook = Choice("Will what is off track recover?", OUTLOOKS, hint="Needed when something is off track")
    asks = TextArea(
        "What does the ISG ask for?", rows=3, hint="Of ECIB or the Board; leave empty for nothing"
    )

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {"progress": self.progress.value, "outlook": self.outlook.or_none, "asks": self.asks.or_none}


def texts_of(report: CycleReport) -> Mapping[str, str]:
    """Each field as the report has it."""
    return {"progress": report.progress or "", "outlook": report.outlook or "", "asks": report.asks or ""}


class ConfirmationForm(Form):
    """Nothing but the version that was read."""

    etag = Hidden()


class HeldForm(Form):
    """When the ISG met."""

    held_on = Day(
        "When did the ISG meet?", required="Give the day on which the ISG met.", hint="For example, 22 5 2019"
    )


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The report on a cycle, and what the person may do about it."""

    report: CycleReport

    @property
    def title(self) -> str:
        """Workforce, cycle 5: the chair's report."""
        return f"{self.report.isg}, cycle {self.report.cycle}: the chair’s report"

    @property
    def here(self) -> str:
        """Its address."""
        return address_of(self.report)

    @property
    def before(self) -> str | None:
        """The report on the cycle before."""
        return f"/isgs/{self.report.slug}/reports/{self.report.cycle - 1}" if self.report.cycle else None


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    """Each ISG's next meeting."""

    isgs: Sequence[Isg]

    @property
    def title(self) -> str:
        """The next is Unscheduled Care's on 24 May 2019."""
        dated = [each for each in self.isgs if each.meets_on]
        if not dated:
            return "No meeting has a date yet"
        first = min(dated, key=lambda each: str(each.meets_on))
        assert first.meets_on is not None
        return f"{first.name} meets on {short_day(first.meets_on)}"


def address_of(report: CycleReport) -> str:
    """/isgs/workforce/reports/5."""
    return f"/isgs/{report.slug}/reports/{report.cycle}"
