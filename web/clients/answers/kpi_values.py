"""Values of KPIs, what is expected, and decisions about charts."""

from datetime import date, datetime

from web.clients.base import Answer


class Measure(Answer):
    """A KPI, as far as giving values needs it."""

    ref: str
    name: str
    isg: str | None
    root_cause: str | None
    unit: str | None
    frequency: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    retired_on: date | None


class PeriodOffered(Answer):
    """A period that a value can be given for; `state`: missing, due, provisional, given, running or before."""

    period: date
    period_name: str
    state: str


class Version(Answer):
    """What was said of a period at one time."""

    version: int
    value: float | None
    numerator: float | None
    denominator: float | None
    state: str
    note: str | None
    given_through: str
    given_by: str | None
    recorded_at: datetime


class Observation(Version):
    """A period's value as it is, and what it was."""

    period: date
    period_name: str
    missing: bool
    revised: bool
    late: bool
    due_on: date | None
    earlier: tuple[Version, ...]


class ObservationList(Answer):
    """Values, the newest period first; `etag` names the state that they were read in."""

    kpi: Measure
    can: frozenset[str]
    periods: tuple[PeriodOffered, ...]
    items: tuple[Observation, ...]
    total: int
    next: str | None
    etag: str = ""


class Remark(Answer):
    """What is kept and should be looked at again."""

    field: str
    message: str


class ValuesKept(Answer):
    """How many were new, revised and the same."""

    accepted: int
    revised: int
    unchanged: int
    warnings: tuple[Remark, ...] = ()


class ValuesToGive(Answer):
    """A KPI of a root cause, for its update."""

    kpi: Measure
    can_give: bool
    periods: tuple[PeriodOffered, ...]
    latest_period_name: str | None
    latest_value: float | None


class ValuesToGiveList(Answer):
    """The KPIs of a root cause."""

    items: tuple[ValuesToGive, ...]


class CellProblem(Answer):
    """What is wrong with a cell of a file."""

    cell: str
    message: str


class FileOfValues(Answer):
    """What became, or would become, of a file."""

    kept: bool
    rows: int
    kpis: int
    accepted: int
    revised: int
    unchanged: int
    problems: tuple[CellProblem, ...]
    problem_count: int
    warnings: tuple[CellProblem, ...]
    ignored_columns: tuple[str, ...]
    digest: str


class PeriodOwed(Answer):
    """A period whose value is awaited; `state`: missing, due or provisional."""

    period: date
    period_name: str
    state: str
    due_on: date


class ExpectedKpi(Answer):
    """A KPI whose values are awaited."""

    ref: str
    name: str
    isg: str | None
    root_cause: str | None
    frequency: str
    owed_by: str | None
    owed_as: str
    periods: tuple[PeriodOwed, ...]
    missing: int
    mine: bool
    can_give: bool


class ExpectedData(Answer):
    """What is awaited, the longest missing first."""

    items: tuple[ExpectedKpi, ...]
    total: int
    next: str | None
    missing: int
    due: int
    provisional: int
    up_to_date: int
    without_frequency: int


class ChartDecision(Answer):
    """A decision about a chart, and its undoing."""

    id: int
    kind: str
    period: date
    period_name: str
    points: int | None
    reason: str
    decided_by: str
    decided_on: date
    undone_by: str | None
    undone_on: date | None
    undone_because: str | None


class ChartDecisionList(Answer):
    """Those in force first; `periods` are those with a value, the newest first."""

    ref: str
    name: str
    can: frozenset[str]
    items: tuple[ChartDecision, ...]
    periods: tuple[date, ...]
    period_names: tuple[str, ...]
    etag: str = ""
