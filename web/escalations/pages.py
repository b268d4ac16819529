"""What the ECIB queue and an escalation's pages show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from web.clients.answers.escalations import Escalation, EscalationQueue
from web.clients.answers.isgs import Isg
from web.comparison import Comparison
from web.escalations.forms import AgendaForm, ConfirmForm, DecisionForm
from web.rendering import counted

STATES: Final = {
    "": "Waiting for a decision",
    "monitored": "Decided and monitored",
    "all": "All that have not ended",
    "ended": "Ended",
}


WAITING = ("raised", "plan_asked", "plan_submitted", "on_agenda")
MONITORED = ("decided", "monitored")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to, as it stands in the address."""

    isg: str = ""
    state: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, request: Request) -> "Filters":
        """As asked for; a state that there is not narrows nothing."""
        asked = request.query_params
        state = asked.get("state", "")
        return cls(asked.get("isg", ""), state if state in STATES else "", asked.get("cursor", ""))

    @property
    def states(self) -> Sequence[str]:
        """The states to ask the service for; none for all that have not ended."""
        return {"": WAITING, "monitored": MONITORED, "ended": ("ended",)}.get(self.state, ())

    @property
    def query(self) -> str:
        """?isg=Workforce, or nothing."""
        asked = (("isg", self.isg), ("state", self.state), ("cursor", self.cursor))
        narrowing = {name: value for name, value in asked if value}
        return f"?{urlencode(narrowing)}" if narrowing else ""

    @property
    def queue(self) -> str:
        """The address of the queue that was come from."""
        return f"/escalations{self.query}"

    @property
    def monitored(self) -> str:
        """The address of what has been decided, of the same ISG."""
        return replace(self, state="monitored", cursor="").queue


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue in the service's order: what waits, what has been decided, or both."""

    filters: Filters
    queue: EscalationQueue
    isgs: Sequence[Isg]

    @property
    def title(self) -> str:
        """9 escalations wait for a decision; to an owner: 2 of your root causes wait for ECIB."""
        count = self.queue.waiting
        verb = "waits" if count == 1 else "wait"
        if self.queue.only_own:
            whose = f"{count or 'None'} of your root causes"
            return f"{whose} {verb if count else 'waits'} for ECIB"
        if not count:
            return "No escalation waits for a decision"
        return f"{counted(count, 'escalation')} {verb} for a decision"

    @property
    def waiting(self) -> Sequence[Escalation]:
        """What ECIB has still to decide."""
        return [item for item in self.queue.items if item.waiting]

    @property
    def decided(self) -> Sequence[Escalation]:
        """What it has decided, or what has ended."""
        return [item for item in self.queue.items if not item.waiting]

    @property
    def waiting_shown(self) -> Sequence[Escalation]:
        """What waits, unless the queue is narrowed to what does not."""
        return self.waiting if self.filters.state in {"", "all"} else ()

    @property
    def decided_shown(self) -> Sequence[Escalation]:
        """What has been decided, where that is asked for."""
        return self.decided if self.filters.state else ()

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return replace(self.filters, cursor=self.queue.next).queue if self.queue.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return replace(self.filters, cursor="").queue if self.filters.cursor else None

    @property
    def decided_in_all(self) -> int:
        """How many stand under the heading of what is decided, on all pages."""
        return self.queue.total if self.filters.state == "ended" else self.queue.decided

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """What the ISG can be narrowed to."""
        return [("", "All ISGs"), *((isg.name, isg.name) for isg in self.isgs)]

    @property
    def state_options(self) -> Sequence[tuple[str, str]]:
        """What the state can be narrowed to."""
        return list(STATES.items())


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One escalation in its row."""

    filters: Filters
    item: Escalation
    just_decided: bool = False


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One escalation, with the form for ECIB's decision where there is one to take; `in_place`: in its row of the queue."""

    filters: Filters
    item: Escalation
    form: DecisionForm
    names_the_decider: bool
    in_place: bool
    comparison: Comparison | None = None

    @property
    def title(self) -> str:
        """Escalation of RC-2."""
        return f"Escalation of {self.item.root_cause}"


@dataclass(frozen=True, slots=True)
class AgendaPage:
    """Onto the agenda of a meeting."""

    filters: Filters
    item: Escalation
    form: AgendaForm
    comparison: Comparison | None = None

    @property
    def title(self) -> str:
        """Put RC-2 on an ECIB agenda."""
        return f"Put {self.item.root_cause} on an ECIB agenda"


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """A step without a form, and what it brings about."""

    filters: Filters
    item: Escalation
    form: ConfirmForm
    title: str
    what_follows: str
    button: str
    address: str
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class NotNowPage:
    """This can't be done about the escalation now, or not by this person."""

    filters: Filters
    item: Escalation
    title: str
