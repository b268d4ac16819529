"""What the pages of root causes show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from web.clients.answers.impact import RootCauseImpact
from web.clients.answers.root_causes import Action, Baseline, Happening, RootCause, RootCauseList
from web.impact.pages import figure
from web.root_causes.filters import Filters

NONE = RootCauseList(items=(), total=0, next=None)


@dataclass(frozen=True, slots=True)
class RootCausesPage:
    """The list: its title says how many there are, and of what."""

    filters: Filters
    found: RootCauseList
    today: date

    @property
    def title(self) -> str:
        """407 root causes."""
        if self.filters.errors:
            return "Root causes"
        return self.filters.sentence(self.found.total, self.today)

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return self._address(cursor=self.found.next) if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return self._address(cursor="") if self.filters.typed_in("cursor") else None

    def _address(self, **changed: str) -> str:
        query = {name: value for name, value in {**self.filters.wanted, **changed}.items() if value}
        return f"/root-causes?{urlencode(query)}" if query else "/root-causes"


VIEWS = {"story": "Story", "actions": "Actions", "sbar": "SBAR", "findings": "Findings"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the page, by a plain link."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that the person may do."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class RootCausePage:
    """One root cause, one of its parts, and what the person may do."""

    root_cause: RootCause
    view: str
    story: Sequence[Happening]
    impact: RootCauseImpact | None = None
    """What its KPIs say of its closing, where it is closed and they can be asked."""

    @property
    def title(self) -> str:
        """Its own."""
        return self.root_cause.title

    def average(self, mean: float | None, unit: str | None) -> str:
        """The average of a KPI's values, with its unit."""
        return figure(mean, unit)

    @property
    def tabs(self) -> Sequence[Tab]:
        """Its parts."""
        counts = {"actions": len(self.root_cause.actions), "findings": len(self.root_cause.findings_shown)}
        return [
            Tab(
                f"{text} ({counts[view]})" if view in counts else text,
                f"/root-causes/{self.root_cause.ref}?view={view}",
                view == self.view,
            )
            for view, text in VIEWS.items()
        ] + [Tab("Evidence", f"/root-causes/{self.root_cause.ref}/evidence", current=False)]

    @property
    def first_deed(self) -> Deed | None:
        """What the person is most likely here to do, where they may."""
        return next(iter(self._deeds), None)

    @property
    def other_deeds(self) -> Sequence[Deed]:
        """What else they may do."""
        return self._deeds[1:]

    @property
    def _deeds(self) -> Sequence[Deed]:
        here = f"/root-causes/{self.root_cause.ref}"
        doors = (
            ("close", "Close or send back", f"{here}/closing"),
            ("review_impact", "Record the ISG’s review", f"{here}/impact"),
            ("confirm_embedded", "Confirm that it is embedded", f"{here}/embedding"),
            ("take_back_embedded", "Say that it is embedded no longer", f"{here}/embedding"),
            ("submit_update", "Report on it", f"{here}/update"),
            ("reopen", "Reopen", f"{here}/reopening"),
            ("assure", "Assure its evidence", f"{here}/assurance"),
            ("withdraw_assurance", "Take back its assurance", f"{here}/assurance"),
            ("escalate", "Escalate to ECIB", f"{here}/escalation"),
            ("release_update", "Release what was said early", f"{here}/release"),
            ("assign_owner", "Change its owner", f"{here}/owner"),
        )
        return [Deed(text, href) for action, text, href in doors if action in self.root_cause.can]

    @property
    def audit_trail(self) -> str | None:
        """Where its audit trail is read, by those who may."""
        may_read = "view_audit" in self.root_cause.can
        return f"/audit?{urlencode({'root_cause': self.root_cause.ref})}" if may_read else None

    @property
    def can_change_actions(self) -> bool:
        """Whether the person may complete or withdraw an action."""
        return bool({"complete_action", "withdraw_action"} & self.root_cause.can)

    @property
    def original(self) -> Baseline | None:
        """The first due date, where it has been moved since."""
        first = self.root_cause.baselines[0]
        return first if len(self.root_cause.baselines) > 1 else None

    @property
    def open_actions(self) -> Sequence[Action]:
        """Those neither done nor withdrawn."""
        return [action for action in self.root_cause.actions if action.is_open]
