"""What the demo's people do, as facts: what the trackers held is rows of the workbook, the rest happens in the system."""

from dataclasses import dataclass
from datetime import date

from services.cli.demo.schedule import Fate
from services.cli.demo.unpacking import UnpackedRootCause
from services.domain.updates import UpdateReport
from services.domain.words import ClosingDecision
from services.plan_api.workbook.rows import ActionRow, PlanRows, UpdateRow


@dataclass(frozen=True, slots=True)
class FormReport:
    """An update that the owner submits in the system, on a day."""

    root_cause: str
    owner: str
    on: date
    report: UpdateReport


@dataclass(frozen=True, slots=True)
class IsgDecision:
    """What the ISG decides on a closure request at its meeting."""

    root_cause: str
    isg: str
    meeting_date: date
    decision: ClosingDecision
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reopening:
    """The PMO reopens what did not hold."""

    root_cause: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Rebaselining:
    """ECIB sets a new due date, on the day of its meeting."""

    root_cause: str
    on: date
    new_due_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class RootCauseStory:
    """One root cause from the plan's first day to 22 May 2019. A sheet row that says Complete was closed by the ISG."""

    root_cause: UnpackedRootCause
    fate: Fate
    owner: str
    actions: tuple[ActionRow, ...]
    sheet_reports: tuple[UpdateRow, ...]
    form_reports: tuple[FormReport, ...]
    isg_decisions: tuple[IsgDecision, ...] = ()
    reopening: Reopening | None = None
    rebaselining: Rebaselining | None = None


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The whole demo plan: the eight sheets as the PMO's trackers held them, and what happened in the system beside."""

    sheets: PlanRows
    form_reports: tuple[FormReport, ...]
    isg_decisions: tuple[IsgDecision, ...]
    reopenings: tuple[Reopening, ...]
    rebaselinings: tuple[Rebaselining, ...]
    raised_by_hand: tuple[str, ...]
    stepped_down: tuple[str, ...]
