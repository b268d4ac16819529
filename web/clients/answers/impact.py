"""Did it work? What the KPIs of a closed root cause say, and what its ISG is asked about that."""

from datetime import date

from web.clients.base import Answer


class KpiImpact(Answer):
    """One KPI before and since closing, with its verdict in words."""

    ref: str
    name: str
    unit: str | None
    verdict: str
    verdict_label: str
    reading: str
    points_before: int
    points_since: int
    mean_before: float | None
    mean_since: float | None
    latest_period: date | None
    holds_for_embedding: bool
    embedding_reading: str


class RootCauseImpact(Answer):
    """All KPIs in force of a root cause; `verdict`: the weakest of them."""

    root_cause: str
    closed_on: date | None
    periods: int
    verdict: str | None
    verdict_label: str | None
    items: tuple[KpiImpact, ...]


class ImpactReview(Answer):
    """One time that the ISG was asked, and what became of it."""

    asked_on: date
    verdict: str
    verdict_label: str
    kpi: str
    decision: str | None
    decision_label: str | None
    reason: str | None
    wait_until: date | None
    meeting_date: date | None
    decided_by: str | None
    ended_on: date | None


class Decider(Answer):
    """Somebody whose decision it may be."""

    name: str
    email: str


class ImpactReviews(Answer):
    """What the ISG is asked now (None: nothing), and what it may decide."""

    root_cause: str
    asked: ImpactReview | None
    past: tuple[ImpactReview, ...]
    decisions: tuple[str, ...]
    deciders: tuple[Decider, ...]
    kpis: tuple[str, ...]
