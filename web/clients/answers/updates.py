"""Reporting: what the update form offers, the draft, and what follows from an update."""

from datetime import date, datetime
from typing import Any

from web.clients.base import Answer


class OpenCycle(Answer):
    """The cycle that an update is for."""

    number: int
    deadline_on: date
    meets_on: date
    closes_on: date
    late_now: bool
    holidays_known: bool


class StatusOffered(Answer):
    """A status that may be reported now, what it needs, and the open actions that stand in its way."""

    status: str
    label: str
    needs: frozenset[str]
    blocked_by: tuple[str, ...]


class SaidBefore(Answer):
    """What was said last."""

    cycle: int
    reported_on: date
    status: str
    progress: str | None
    reason: str | None
    forecast_date: date | None


class PlanInForce(Answer):
    """The recovery plan that an update without a new one confirms."""

    steps: str
    owner: str
    recovery_date: date
    support: str | None


class OpenAction(Answer):
    """An action to tick off."""

    ref: str
    description: str
    due_date: date | None


class Draft(Answer):
    """What the person has typed and not sent: the form's inputs by name."""

    fields: dict[str, Any]
    saved_at: datetime


class Reporting(Answer):
    """All that reporting on a root cause depends on today. `already_reported`: the newest version in this cycle, else 0."""

    ref: str
    title: str
    isg: str
    owner_name: str
    due_date: date
    cycle: OpenCycle
    already_reported: int
    statuses: tuple[StatusOffered, ...]
    last_update: SaidBefore | None
    plan_in_force: PlanInForce | None
    open_actions: tuple[OpenAction, ...]
    sent_back_because: str | None
    draft: Draft | None

    def needs(self, status: str) -> frozenset[str]:
        """What a status cannot do without; nothing for one that is not offered."""
        return next((each.needs for each in self.statuses if each.status == status), frozenset())


class UpdateAccepted(Answer):
    """Taken, and what follows from it."""

    version: int
    cycle: int
    late: bool
    escalation: str | None
