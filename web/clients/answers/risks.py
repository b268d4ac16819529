"""Risks to delivery."""

from datetime import date

from web.clients.base import Answer


class Review(Answer):
    """One review at ECIB."""

    reviewed_on: date
    note: str
    score: int
    recorded_by: str


class Threatened(Answer):
    """A root cause that the risk threatens."""

    ref: str
    title: str


class Risk(Answer):
    """A risk; `can` holds what the person may do, `etag` names the state that they were shown."""

    ref: str
    isg: str
    cause: str
    effect: str
    likelihood_before: int
    impact_before: int
    score_before: int
    band_before: str
    mitigation: str
    likelihood_after: int
    impact_after: int
    score_after: int
    band_after: str
    owner_name: str
    owner_email: str
    baf_reference: str | None
    state: str
    raised_on: date
    closed_on: date | None
    closed_reason: str | None
    root_causes: tuple[Threatened, ...]
    reviews: tuple[Review, ...]
    last_reviewed_on: date | None
    review_due: bool
    can: frozenset[str]
    etag: str = ""


class RiskList(Answer):
    """Risks, the highest first; `matrix[impact-1][likelihood-1]` counts those that are open."""

    items: tuple[Risk, ...]
    total: int
    next: str | None
    matrix: tuple[tuple[int, ...], ...]
