"""What the page of the audit trail shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request

from web.as_at import IsoDay
from web.clients.answers.audit import Entries, Proof
from web.forms import Form, Option, Select, Text

NONE = Entries(items=(), next=None)
ANY = Option("", "Any")


class TrailForm(Form):
    """What of the trail to show, as it stands in the address."""

    root_cause = Text("Root cause", hint="Such as RC-0142")
    person = Text("Who did it", hint="Their email address")
    kind = Select("What was changed")
    since = IsoDay("From", "Leave empty for all before")
    until = IsoDay("To", "Leave empty for all since")

    @classmethod
    def of(cls, request: Request, proof: Proof) -> "TrailForm":
        """As asked for, with the kinds of things that there are."""
        form = cls((name, value) for name, value in request.query_params.multi_items() if value)
        return form.offer(
            kind=[
                ANY,
                *(Option(each.kind, each.called[:1].upper() + each.called[1:]) for each in proof.kinds),
            ]
        )

    @property
    def wanted(self) -> dict[str, str]:
        """As the service takes them."""
        names = ("root_cause", "person", "kind", "since", "until", "cursor", "request_id")
        return {name: value for name in names if (value := self.typed_in(name))}


@dataclass(frozen=True, slots=True)
class TrailPage:
    """The proof first, then the entries that fit."""

    form: TrailForm
    proof: Proof
    found: Entries
    may_redact: bool

    @property
    def title(self) -> str:
        """The audit trail of RC-1."""
        of = self.form.root_cause.value
        return f"The audit trail of {of}" if of else "The audit trail"

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.form.wanted.keys() - {"cursor"})

    @property
    def breaks(self) -> Sequence[str]:
        """What the last verification found."""
        return self.proof.first_breaks

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return self._address(self.found.next) if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return self._address(None) if self.form.typed_in("cursor") else None

    def _address(self, cursor: str | None) -> str:
        query = {**self.form.wanted, "cursor": cursor or ""}
        return f"/audit?{urlencode({name: value for name, value in query.items() if value})}"
