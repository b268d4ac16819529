"""Findings, and what they were unpacked into."""

from datetime import date

from web.clients.base import Answer


class RootCauseOfFinding(Answer):
    """A root cause that a finding was unpacked into."""

    ref: str
    title: str
    isg: str
    delivery_status: str
    due_date: date
    closed: bool


class Finding(Answer):
    """One finding: `closed` of its root causes are closed."""

    ref: str
    type: str
    finding: str
    isg: str
    source: str | None
    core_service: str | None
    site: str | None
    key_questions: tuple[str, ...]
    regulation: str | None
    status: str
    root_causes: tuple[RootCauseOfFinding, ...]
    closed: int


class FindingList(Answer):
    """A page of findings; of `total` on all pages, `all_closed` have every root cause closed; `next`: the next page's cursor."""

    items: tuple[Finding, ...]
    total: int
    all_closed: int
    met: int
    next: str | None


class Part(Answer):
    """The findings that share something, such as a site."""

    by: str
    value: str
    total: int
    all_closed: int
    met: int


class Parts(Answer):
    """Part by part."""

    items: tuple[Part, ...]
