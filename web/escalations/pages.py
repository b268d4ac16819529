"""What the ECIB queue and an escalation's pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from web.clients.answers.escalations import Escalation
from web.clients.answers.isgs import Isg
from web.escalations.forms import AgendaForm, ConfirmForm, DecisionForm
from web.rendering import counted

WAITING: Final = frozenset({"raised", "plan_asked", "plan_submitted", "on_agenda"})
STATES: Final = {
    "": ("All that have not ended", ()),
    "waiting": ("Waiting for a decision", tuple(sorted(WAITING))),
    "monitored": ("Decided and monitored", ("decided", "monitored")),
    "ended": ("Ended", ("ended",)),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to, as it stands in the address."""

    isg: str = ""
    state: str = ""

    @classmethod
    def of(cls, request: Request) -> "Filters":
        """As asked for; a state that there is not narrows nothing."""
        state = request.query_params.get("state", "")
        return cls(request.query_params.get("isg", ""), state if state in STATES else "")

    @property
    def states(self) -> Sequence[str]:
        """The states wanted; none for all that have not ended."""
        return STATES[self.state][1]

    @property
    def query(self) -> str:
        """?isg=Workforce, or nothing."""
        narrowing = {name: value for name, value in (("isg", self.isg), ("state", self.state)) if value}
        return f"?{urlencode(narrowing)}" if narrowing else ""

    @property
    def queue(self) -> str:
        """The address of the queue that was come from."""
        return f"/escalations{self.query}"


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue: what waits, in the service's order; then what has been decided."""

    filters: Filters
    items: Sequence[Escalation]
    isgs: Sequence[Isg]

    @property
    def title(self) -> str:
        """9 escalations wait for a decision."""
        waiting = len(self.waiting)
        if not waiting:
            return "No escalation waits for a decision"
        return f"{counted(waiting, 'escalation')} {'waits' if waiting == 1 else 'wait'} for a decision"

    @property
    def waiting(self) -> Sequence[Escalation]:
        """What ECIB has still to decide."""
        return [item for item in self.items if item.state in WAITING]

    @property
    def decided(self) -> Sequence[Escalation]:
        """What it has decided, or what has ended."""
        return [item for item in self.items if item.state not in WAITING]

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """What the ISG can be narrowed to."""
        return [("", "All ISGs"), *((isg.name, isg.name) for isg in self.isgs)]

    @property
    def state_options(self) -> Sequence[tuple[str, str]]:
        """What the state can be narrowed to."""
        return [(code, name) for code, (name, _) in STATES.items()]


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
