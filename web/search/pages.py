"""What the search page shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import quote, urlencode

from web.clients.answers.search import Found, Hit
from web.rendering import counted

KINDS: Final = {
    "root_cause": "Root causes",
    "finding": "Findings",
    "action": "Actions",
    "update": "Updates",
    "recovery_plan": "Recovery plans",
    "evidence": "Evidence",
    "decision": "ECIB’s decisions",
    "change_request": "Changes of the plan",
    "risk": "Risks to delivery",
    "kpi": "KPIs",
    "person": "People",
}
OPENS: Final = {
    "finding": "/findings/{ref}",
    "action": "/root-causes/{root_cause}?view=actions",
    "decision": "/escalations/{ref}",
    "change_request": "/change-requests#{ref}",
    "risk": "/risks/{ref}",
    "kpi": "/kpis/{ref}",
    "person": "/root-causes?owner={ref}",
}
"""Where each kind opens; else the root cause that it belongs to."""
MARKED: Final = re.compile("\ue000(.*?)\ue001", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `found` where it is what was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class HitShown:
    """One thing, where it opens, and the words around what was looked for."""

    title: str
    href: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one kind; `more`: the address of more of them, where there are more than shown.

    `has_older`: so many have the words that the best of the newest are shown.
    """

    kind: str
    heading: str
    hits: Sequence[HitShown]
    more: str | None
    has_older: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was looked for and what was found; `manages_people`: a person opens where the administrator keeps them."""

    q: str
    kind: str
    found: Found
    manages_people: bool

    @property
    def title(self) -> str:
        """12 results for “staffing”."""
        if not self.q:
            return "Search"
        count = len(self.found.items)
        at_least = "More than " if self.found.more else ""
        return f"{at_least}{counted(count, 'result') if count else 'Nothing found'} for “{self.q}”"

    @property
    def groups(self) -> Sequence[Group]:
        """Kind by kind."""
        return [
            Group(
                kind,
                KINDS[kind],
                [self._shown(hit) for hit in hits],
                self._more(kind),
                kind in self.found.has_older,
            )
            for kind, hits in groupby(self.found.items, lambda hit: hit.kind)
        ]

    def _more(self, kind: str) -> str | None:
        narrowed = f"/search?{urlencode({'q': self.q, 'kind': kind})}"
        return narrowed if kind in self.found.more and kind != self.kind else None

    def _shown(self, hit: Hit) -> HitShown:
        own = hit.ref if hit.kind in {"root_cause", "finding", "risk", "change_request", "kpi"} else ""
        title = " ".join(part for part in (own, hit.title) if part)
        return HitShown(title, self._opens(hit), _pieces(hit.text))

    def _opens(self, hit: Hit) -> str:
        address = OPENS.get(hit.kind, "/root-causes/{root_cause}")
        if hit.kind == "person" and self.manages_people:
            address = "/admin/people/{ref}"
        return address.format(
            ref=quote(hit.ref, safe=""), root_cause=quote(hit.root_cause or hit.ref, safe="")
        )


def _pieces(text: str) -> Sequence[Piece]:
    """What stands between the marks was found; the marks themselves are not shown."""
    return [
        Piece(part, found=place % 2 == 1)
        for place, part in enumerate(MARKED.split(text))
        if part
    ]  # fmt: skip
