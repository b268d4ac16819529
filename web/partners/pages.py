"""What the pages of partners show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from web.clients.answers.partners import (
    AccessRequest,
    Attempt,
    Delivery,
    PartnerClient,
    PartnerClientWhole,
    Partners,
    PartnerStatus,
    WebhookWhole,
)
from web.partners.forms import KINDS, SCOPES
from web.rendering import counted

FAILURES: Final = {
    "address_refused": "the address may not be called", "address_inside_a_network": "the name points inside a network",
    "timed_out": "no answer in time", "name_not_found": "the name was not found", "connection_refused": "no connection",
    "certificate_refused": "the certificate is not right", "broken_answer": "the answer was no HTTP",
    "connection_lost": "the connection was lost",
}  # fmt: skip
NIGHTLY: Final = {
    "verify_the_trail": "The audit trail is verified", "bring_up_measures": "Measures are brought up to date",
    "forget_old_idempotency_keys": "What may be forgotten is cleared",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartnersPage:
    """Who asks for access and who has it."""

    found: Partners

    @property
    def title(self) -> str:
        """2 partners read the feeds."""
        live = sum(state_of(each) == "active" for each in self.found.clients)
        if not live:
            return "No partner reads the feeds"
        return f"{counted(live, 'partner system')} {'reads' if live == 1 else 'read'} the feeds"

    @property
    def waiting(self) -> Sequence[AccessRequest]:
        """Requests that nobody has decided on."""
        return [each for each in self.found.requests if each.decision is None]

    @property
    def refused(self) -> Sequence[AccessRequest]:
        """Those that were refused, newest first."""
        return [each for each in self.found.requests if each.decision == "refuse"]

    @property
    def stopped(self) -> Sequence[PartnerClient]:
        """Clients with a webhook that was stopped because it failed."""
        return [each for each in self.found.clients if each.stopped_endpoints and state_of(each) == "active"]

    def state(self, client: PartnerClient) -> str:
        """active, expired or revoked."""
        return state_of(client)

    def scopes(self, codes: Sequence[str]) -> str:
        """In words."""
        return told(codes)


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One client."""

    client: PartnerClientWhole

    @property
    def title(self) -> str:
        """Its name."""
        return self.client.name

    @property
    def here(self) -> str:
        """Its address."""
        return f"/partners/clients/{self.client.client_id}"

    @property
    def state(self) -> str:
        """active, expired or revoked."""
        return state_of(self.client)

    @property
    def scopes(self) -> str:
        """In words."""
        return told(self.client.scopes)

    def kinds(self, codes: Sequence[str]) -> str:
        """In words."""
        return "; ".join(KINDS.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True)
class WebhookPage:
    """One webhook with its deliveries."""

    hook: WebhookWhole
    may_keep: bool

    @property
    def title(self) -> str:
        """Whose it is."""
        return f"Webhook of {self.hook.client_name}"

    @property
    def here(self) -> str:
        """Its address."""
        return f"/partners/webhooks/{self.hook.id}"

    @property
    def state(self) -> str:
        """active, stopped or ended."""
        return "ended" if self.hook.ended_at else "stopped" if self.hook.disabled_at else "active"

    @property
    def kinds(self) -> str:
        """In words."""
        return "; ".join(KINDS.get(code, code) for code in self.hook.kinds)

    def kind(self, delivery: Delivery) -> str:
        """What the event tells."""
        return KINDS.get(delivery.kind, delivery.kind)

    def outcome(self, attempt: Attempt) -> str:
        """The status that was answered, or why there was none."""
        if attempt.status_code is not None:
            return f"answered {attempt.status_code}"
        return FAILURES.get(attempt.error or "", attempt.error or "")


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A secret, shown this once."""

    title: str
    facts: Sequence[tuple[str, str]]
    sentences: Sequence[str]
    back: tuple[str, str]


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What partners rely on, as found by looking."""

    found: PartnerStatus

    @property
    def title(self) -> str:
        """All 5 feeds answer."""
        down = [each.feed for each in self.found.feeds if not each.up]
        if not down:
            return f"All {len(self.found.feeds)} feeds answer"
        return f"{len(down)} of {counted(len(self.found.feeds), 'feed')} {'does' if len(down) == 1 else 'do'} not answer"

    def nightly(self, work: str) -> str:
        """What is done each night."""
        return NIGHTLY.get(work, work)


def state_of(client: PartnerClient) -> str:
    """active, expired or revoked."""
    return "revoked" if client.revoked_at else "expired" if client.expired else "active"


def told(codes: Sequence[str]) -> str:
    """Scopes in words."""
    words = dict(SCOPES)
    return "; ".join(words.get(code, code).partition(":")[0] for code in codes)
