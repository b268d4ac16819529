"""KPIs as they are defined, and the sets that ISGs agree on."""

from datetime import date, datetime
from decimal import Decimal

from web.clients.base import Answer


class Definition(Answer):
    """What is measured and how. Of the kite mark each is yes, no or (None) not judged yet."""

    name: str
    purpose: str | None
    key_question: str | None
    unit: str | None
    numerator: str | None
    denominator: str | None
    part_of_whole: bool
    direction: str
    frequency: str | None
    source: str | None
    data_owner: str | None
    data_owner_name: str | None
    quality_note: str | None
    timely: bool | None
    complete: bool | None
    audited: bool | None
    granular: bool | None


class DefinitionVersion(Answer):
    """One version; `changed` names the parts that the one before had otherwise."""

    number: int
    holds_from: date | None
    reason: str | None
    changed_by: str | None
    recorded_at: datetime
    changed: tuple[str, ...]
    definition: Definition


class Target(Answer):
    """What a KPI should reach from a day on (None: from the beginning); no value: no target from then on."""

    value: Decimal | None
    holds_from: date | None
    reason: str | None
    set_by: str | None
    in_force: bool


class BenchmarkValue(Answer):
    """One value of a benchmark."""

    period: date
    value: Decimal


class Benchmark(Answer):
    """What a KPI is compared with."""

    id: int
    name: str
    kind: str
    source: str | None
    values: tuple[BenchmarkValue, ...]


class KpiWhole(Answer):
    """A KPI; `can` holds what the person may do, `etag` names the state that they were shown."""

    ref: str
    name: str
    level: str
    isg: str | None
    isg_slug: str | None
    root_cause: str | None
    root_cause_title: str | None
    unit: str | None
    target: Decimal | None
    retired_on: date | None
    retired_because: str | None
    definition: Definition
    definition_number: int
    wanting: tuple[str, ...]
    targets: tuple[Target, ...]
    benchmarks: tuple[Benchmark, ...]
    versions: tuple[DefinitionVersion, ...]
    can: frozenset[str]
    etag: str = ""


class ValuesKept(Answer):
    """What became of values that were sent."""

    accepted: int
    revised: int
    unchanged: int


class SetMember(Answer):
    """A high-level KPI of a set; `wanting`: what its definition lacks."""

    ref: str
    name: str
    key_question: str | None
    unit: str | None
    direction: str
    target: Decimal | None
    frequency: str | None
    data_owner_name: str | None
    wanting: tuple[str, ...]


class KeyQuestionCovered(Answer):
    """How many of a set answer a key question."""

    key_question: str
    kpis: int


class SignOff(Answer):
    """A version of a set that was signed off."""

    version: int
    signed_on: date
    signed_by: str
    note: str | None
    kpis: tuple[str, ...]


class KpiSet(Answer):
    """What an ISG measures, what that lacks, who signed it off and what has changed since."""

    isg: str
    slug: str
    fewest: int
    most: int
    items: tuple[SetMember, ...]
    key_questions: tuple[KeyQuestionCovered, ...]
    shortfalls: tuple[str, ...]
    signed: SignOff | None
    changed_since_signed: tuple[str, ...]
    versions: tuple[SignOff, ...]
    can: frozenset[str]
    etag: str = ""
