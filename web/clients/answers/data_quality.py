"""What is inconsistent or missing in the plan."""

from datetime import datetime

from web.clients.base import Answer


class Rule(Answer):
    """One rule, and how many things it finds."""

    code: str
    about: str
    title: str
    why: str
    mend: str
    mended_at: str
    count: int


class DataQuality(Answer):
    """All rules, in the order of the page."""

    counted_at: datetime
    total: int
    rules: tuple[Rule, ...]


class DataProblem(Answer):
    """One thing that a rule finds: `ref` is a reference, an address or an email address, by what the rule is about."""

    ref: str
    title: str
    root_cause: str | None
    isg: str | None
    detail: str


class DataProblems(Answer):
    """What one rule finds, a page at a time."""

    rule: Rule
    items: tuple[DataProblem, ...]
    next: str | None


class ProblemsKnown(Answer):
    """How many things all rules found when they were last counted."""

    total: int
    counted_at: datetime
