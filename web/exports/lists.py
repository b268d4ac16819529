"""The lists that can be downloaded as shown: each with its page's filters, order and columns."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from fastapi import Request

from web.as_at import AsAtForm
from web.audit.pages import TrailForm
from web.change_requests import pages as change_requests
from web.clients.answers.data_quality import DataProblem, Rule
from web.clients.answers.escalations import Escalation
from web.clients.plan import PlanClient
from web.escalations import pages as escalations
from web.exports.tables import Column
from web.findings import routes as findings
from web.rendering import instant
from web.risks import pages as risks
from web.root_causes.filters import Filters
from web.session import Visitor
from web.wording import label

AT_A_TIME: Final = 1000


class Page(Protocol):
    """A page of any list."""

    @property
    def items(self) -> Sequence[Any]:
        """What stands on it."""

    @property
    def next(self) -> str | None:
        """The cursor of the page after it."""


@dataclass(frozen=True, slots=True)
class List:
    """One list: what it is called, who may see it, its columns, and what fetches the items that the address asks for."""

    name: str
    action: str
    columns: Sequence[Column]
    items: Callable[[Request, PlanClient, Visitor], Awaitable[Sequence[Any]]]


async def every(fetch: Callable[[str], Awaitable[Page]]) -> list[Any]:
    """The items of all pages, from the first to the last."""
    items: list[Any] = []
    cursor = ""
    while True:
        page = await fetch(cursor)
        items += page.items
        if page.next is None:
            return items
        cursor = page.next


async def _audit(request: Request, plan: PlanClient, _visitor: Visitor) -> Sequence[Any]:
    wanted = {**TrailForm.of(request, await plan.audit_proof()).wanted, "limit": str(AT_A_TIME)}
    return await every(lambda cursor: plan.audit(**{**wanted, "cursor": cursor}))


async def _risks(request: Request, plan: PlanClient, _visitor: Visitor) -> Sequence[Any]:
    wanted = {**asdict(risks.Wanted.of(request)), "limit": str(AT_A_TIME)}
    return await every(lambda cursor: plan.risks(**{**wanted, "cursor": cursor}))


async def _root_causes(request: Request, plan: PlanClient, visitor: Visitor) -> Sequence[Any]:
    wanted: dict[str, Any] = {**Filters.of(request, await plan.isgs(), visitor).wanted, "limit": AT_A_TIME}
    return await every(lambda cursor: plan.root_causes(**{**wanted, "cursor": cursor}))


async def _findings(request: Request, plan: PlanClient, _visitor: Visitor) -> Sequence[Any]:
    wanted: dict[str, Any] = {**asdict(findings.wanted(request)), "as_at": AsAtForm.of(request).as_at.value}
    return await every(lambda cursor: plan.findings(**wanted, limit=AT_A_TIME, cursor=cursor))


async def _escalations(request: Request, plan: PlanClient, _visitor: Visitor) -> Sequence[Escalation]:
    filters = escalations.Filters.of(request)
    return await every(
        lambda cursor: plan.escalations(
            isg=filters.isg, states=filters.states, limit=AT_A_TIME, cursor=cursor
        )
    )


async def _change_requests(request: Request, plan: PlanClient, _visitor: Visitor) -> Sequence[Any]:
    wanted: dict[str, Any] = {**asdict(change_requests.Wanted.of(request)), "limit": AT_A_TIME}
    return await every(lambda cursor: plan.change_requests(**wanted, cursor=cursor))


@dataclass(frozen=True, slots=True)
class RuleAndProblem:
    """A row of the data quality list: what was found, and by which rule."""

    rule: Rule
    problem: DataProblem


async def _data_quality(request: Request, plan: PlanClient, _visitor: Visitor) -> Sequence[RuleAndProblem]:
    """Of the rule in the address, or of every rule that finds something."""
    asked = request.query_params.get("rule", "")
    codes = [asked] if asked else [rule.code for rule in (await plan.data_quality()).rules if rule.count]
    rows: list[RuleAndProblem] = []
    for code in codes:
        cursor = ""
        while True:
            found = await plan.data_problems(code, limit=AT_A_TIME, cursor=cursor)
            rows += [RuleAndProblem(found.rule, item) for item in found.items]
            if found.next is None:
                break
            cursor = found.next
    return rows


def _reasons(item: Escalation) -> str:
    return "; ".join(label(reason) for reason in item.reasons)


LISTS: Final[Mapping[str, List]] = {
    "root-causes": List(
        "Root causes",
        "view_plan",
        (
            Column("Root cause", lambda each: each.ref),
            Column("Title", lambda each: each.title),
            Column("Class", lambda each: label(each.root_cause_class)),
            Column("ISG", lambda each: each.isg),
            Column("Owner", lambda each: each.owner_name),
            Column("Owner email", lambda each: each.owner_email),
            Column("Due date", lambda each: each.due_date),
            Column("Days overdue", lambda each: each.days_overdue),
            Column("Closed on", lambda each: each.closed_on),
            Column("Status", lambda each: label(each.delivery_status)),
            Column("Update missed", lambda each: "Yes" if each.update_missed else "No"),
            Column("Forecast date", lambda each: each.forecast_date),
            Column("Findings", lambda each: "; ".join(each.findings)),
            Column("Cross-cutting theme", lambda each: each.theme),
            Column("Last said", lambda each: each.latest_update and each.latest_update.progress),
        ),
        _root_causes,
    ),
    "findings": List(
        "Findings",
        "view_plan",
        (
            Column("Finding", lambda each: each.ref),
            Column("Text", lambda each: each.finding),
            Column("Type", lambda each: label(each.type)),
            Column("Status", lambda each: label(each.status)),
            Column("ISG", lambda each: each.isg),
            Column("Source", lambda each: each.source),
            Column("Core service", lambda each: each.core_service),
            Column("Site", lambda each: each.site),
            Column("Key questions", lambda each: "; ".join(label(one) for one in each.key_questions)),
            Column("Regulation", lambda each: each.regulation),
            Column("Root causes closed", lambda each: each.closed),
            Column("Root causes", lambda each: len(each.root_causes)),
        ),
        _findings,
    ),
    "escalations": List(
        "Escalations",
        "view_escalations",
        (
            Column("Escalation", lambda each: each.ref),
            Column("Root cause", lambda each: each.root_cause),
            Column("Title", lambda each: each.title),
            Column("ISG", lambda each: each.isg),
            Column("Owner", lambda each: each.owner_name),
            Column("Why it is here", _reasons),
            Column("Due date", lambda each: each.due_date),
            Column("Days overdue", lambda each: each.days_overdue),
            Column("State", lambda each: label(each.state)),
            Column("Raised on", lambda each: each.raised_on),
            Column("Agenda of", lambda each: each.agenda_for),
            Column("Recovery plan", lambda each: each.recovery_plan and each.recovery_plan.steps),
            Column("Recovery date", lambda each: each.recovery_plan and each.recovery_plan.recovery_date),
            Column("Support asked for", lambda each: each.recovery_plan and each.recovery_plan.support),
            Column("Last decision", lambda each: label(each.decisions[-1].decision) if each.decisions else None),
        ),
        _escalations,
    ),
    "change-requests": List(
        "Change requests",
        "view_plan",
        (
            Column("Change", lambda each: each.ref),
            Column("What", lambda each: label(each.kind)),
            Column("State", lambda each: label(each.state)),
            Column("Root cause", lambda each: each.root_cause),
            Column("Title", lambda each: each.title),
            Column("Due date before", lambda each: each.due_date_before),
            Column("Due date after", lambda each: each.due_date_after),
            Column("Submitted by", lambda each: each.submitted_by),
            Column("Submitted on", lambda each: each.submitted_on),
            Column("Decided by", lambda each: each.decided_by),
            Column("Decided on", lambda each: each.decided_on),
            Column("Why", lambda each: each.reason),
        ),
        _change_requests,
    ),
    "risks": List(
        "Risks",
        "view_plan",
        (
            Column("Risk", lambda each: each.ref),
            Column("Cause", lambda each: each.cause),
            Column("Effect", lambda each: each.effect),
            Column("ISG", lambda each: each.isg),
            Column("Score before", lambda each: each.score_before),
            Column("Mitigation", lambda each: each.mitigation),
            Column("Score after", lambda each: each.score_after),
            Column("Band after", lambda each: label(each.band_after)),
            Column("Owner", lambda each: each.owner_name),
            Column("Board Assurance Framework", lambda each: each.baf_reference),
            Column("Root causes", lambda each: "; ".join(one.ref for one in each.root_causes)),
            Column("Last reviewed at ECIB", lambda each: each.last_reviewed_on),
            Column("Review due", lambda each: "Yes" if each.review_due else "No"),
            Column("State", lambda each: label(each.state)),
        ),
        _risks,
    ),
    "data-quality": List(
        "Data quality",
        "view_data_quality",
        (
            Column("What is found", lambda each: each.rule.title),
            Column("Which", lambda each: each.problem.ref),
            Column("Title", lambda each: each.problem.title),
            Column("Root cause", lambda each: each.problem.root_cause),
            Column("ISG", lambda each: each.problem.isg),
            Column("Detail", lambda each: each.problem.detail),
            Column("Why it matters", lambda each: each.rule.why),
            Column("How it is mended", lambda each: each.rule.mend),
        ),
        _data_quality,
    ),
    "audit": List(
        "Audit trail",
        "import_plan",
        (
            Column("Entry", lambda each: each.id),
            Column("When", lambda each: instant(each.at)),
            Column("Who", lambda each: each.who),
            Column("Did", lambda each: each.did),
            Column("To what", lambda each: each.thing),
            Column("From", lambda each: "; ".join(f"{c.column}: {c.before}" for c in each.changes)),
            Column("To", lambda each: "; ".join(f"{c.column}: {'redacted' if c.redacted else c.after}" for c in each.changes)),
            Column("Request", lambda each: each.request_id),
        ),
        _audit,
    ),
}  # fmt: skip
