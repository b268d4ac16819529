"""The audit trail in words: what each table is called, what names its rows, and how a change of a column is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.domain.wording import written
from services.shared.clock import LONDON


@dataclass(frozen=True, slots=True)
class Thing:
    """What the rows of a table are called: `noun` after "the"; `name` is SQL for what tells one from another.

    `root_cause`: SQL for the id of the root cause that a row belongs to, where it belongs to one.
    """

    noun: str
    name: str = "''"
    joined: str = ""
    root_cause: str | None = None


_OF_ROOT_CAUSE = "JOIN root_cause ON root_cause.id = it.root_cause_id"
_OF_ESCALATION = "JOIN escalation ON escalation.id = it.escalation_id"


def _of_root_cause(noun: str, more: str = "''") -> Thing:
    return Thing(noun, f"'of ' || root_cause.reference || {more}", _OF_ROOT_CAUSE, "it.root_cause_id")


def _of_escalation(noun: str) -> Thing:
    return Thing(noun, "escalation.reference", _OF_ESCALATION, "escalation.root_cause_id")


def _of_kpi(noun: str, more: str = "''") -> Thing:
    return Thing(noun, f"kpi.reference || {more}", "JOIN kpi ON kpi.id = it.kpi_id", "kpi.root_cause_id")


THINGS: Final[Mapping[str, Thing]] = {
    "action": Thing("action", "it.reference", root_cause="it.root_cause_id"),
    "api_client": Thing("API client", "it.name"),
    "api_client_secret": Thing(
        "secret", "'of ' || api_client.name", "JOIN api_client ON api_client.id = it.api_client_id"
    ),
    "assurance": _of_root_cause("assurance"),
    "baseline": _of_root_cause("due date", "', version ' || it.version"),
    "calendar_address": Thing("calendar address", "'of ' || person.name", "JOIN person ON person.id = it.person_id"),
    "change_request": Thing("change request", "it.reference", root_cause="it.root_cause_id"),
    "client_request": Thing("request for access", "'for ' || it.name"),
    "closing": _of_root_cause("closing"),
    "closing_request": _of_root_cause("request for closing"),
    "cycle": Thing("cycle", "it.number || ' of ' || isg.name", "JOIN isg ON isg.id = it.isg_id"),
    "cycle_report": Thing("report", "'on cycle ' || it.cycle_number || ' of ' || isg.name", "JOIN isg ON isg.id = it.isg_id"),
    "deputy": Thing(
        "naming of a deputy", "deputy.name || ' for ' || owner.name",
        "JOIN person AS deputy ON deputy.id = it.deputy_id JOIN person AS owner ON owner.id = it.owner_id",
    ),
    "digest": Thing("mail", "'to ' || person.name", "JOIN person ON person.id = it.person_id"),
    "disclosure": Thing("note of what was given out", "it.detail"),
    "escalation": Thing("escalation", "it.reference", root_cause="it.root_cause_id"),
    "escalation_decision": _of_escalation("decision on escalation"),
    "escalation_reason": _of_escalation("reason of escalation"),
    "escalation_step": _of_escalation("step of escalation"),
    "evidence": _of_root_cause("evidence"),
    "evidence_file": _of_root_cause("evidence file"),
    "finding": Thing("finding", "it.reference"),
    "heading_map": Thing("choice of heading", "it.theirs || ' as ' || it.ours"),
    "isg": Thing("ISG", "it.name"),
    "kpi": Thing("KPI", "it.reference", root_cause="it.root_cause_id"),
    "impact_review": _of_root_cause("review of impact"),
    "kpi_benchmark": _of_kpi("benchmark of KPI", "', ' || it.name"),
    "kpi_benchmark_value": Thing(
        "value of benchmark", "kpi_benchmark.name || ' of ' || kpi.reference || ' for ' || it.period",
        "JOIN kpi_benchmark ON kpi_benchmark.id = it.benchmark_id JOIN kpi ON kpi.id = kpi_benchmark.kpi_id",
    ),
    "kpi_decision": _of_kpi("decision on the chart of KPI"),
    "kpi_definition": _of_kpi("definition of KPI", "', version ' || it.number"),
    "kpi_set": Thing("set of KPIs", "'of ' || isg.name", "JOIN isg ON isg.id = it.isg_id"),
    "kpi_set_member": _of_kpi("place in a set of KPIs of"),
    "kpi_target": _of_kpi("target of KPI"),
    "kpi_observation": _of_kpi("observation of KPI", "' for ' || it.period"),
    "owner_change": _of_root_cause("change of owner"),
    "password_link": Thing("link to choose a password", "'for ' || person.name", "JOIN person ON person.id = it.person_id"),
    "person": Thing("person", "it.name"),
    "plan": Thing("plan", "it.title"),
    "plan_approval": Thing("approval of the plan", "isg.name", "JOIN isg ON isg.id = it.isg_id"),
    "progress_update": _of_root_cause("update", "' for cycle ' || it.cycle_number"),
    "recovery_plan": _of_root_cause("recovery plan", "', version ' || it.version"),
    "redacted_place": Thing("note of a redacted place"),
    "redaction": Thing("redaction", "it.thing"),
    "reminder": Thing(
        "reminder", "'of ' || it.subject || ' for ' || person.name", "JOIN person ON person.id = it.person_id",
    ),
    "reminder_preference": Thing("rhythm of mail", "'to ' || person.name", "JOIN person ON person.id = it.person_id"),
    "risk": Thing("risk", "it.reference"),
    "risk_review": Thing("review of risk", "risk.reference", "JOIN risk ON risk.id = it.risk_id"),
    "risk_root_cause": Thing(
        "link of risk", "risk.reference || ' to ' || root_cause.reference",
        "JOIN risk ON risk.id = it.risk_id JOIN root_cause ON root_cause.id = it.root_cause_id", "it.root_cause_id",
    ),
    "role_grant": Thing(
        "role", "it.role || ' of ' || person.name", "JOIN person ON person.id = it.person_id",
    ),
    "root_cause": Thing("root cause", "it.reference", root_cause="it.id"),
    "root_cause_finding": _of_root_cause("link to a finding"),
    "root_cause_placement": _of_root_cause("place in the plan"),
    "sign_in_session": Thing("session", "'of ' || person.name", "JOIN person ON person.id = it.person_id"),
    "source": Thing("source of findings", "it.name"),
    "webhook_endpoint": Thing(
        "webhook", "'of ' || api_client.name", "JOIN api_client ON api_client.id = it.api_client_id"
    ),
}  # fmt: skip
"""Every watched table; a test holds this."""

LINKS: Final[Mapping[str, str]] = {
    "person": "name",
    "isg": "name",
    "root_cause": "reference",
    "finding": "reference",
    "escalation": "reference",
    "change_request": "reference",
    "kpi": "reference",
    "source": "name",
    "risk": "reference",
}
"""What a link to another table is shown as."""

SILENT: Final = frozenset(
    {"id", "version", "position", "recorded_at", "slug", "secret_digest", "message_id", "body"}
)
"""Columns that say nothing to a person."""

_COLUMNS: Final[Mapping[str, str]] = {
    "holds_from": "in force from",
    "in_plan": "in the plan",
    "isg_id": "ISG",
    "password_hash": "password",
    "public_id": "session",
    "root_cause_class": "class",
    "job_title": "job title",
    "kloe": "KLOE",
}


def column_called(column: str) -> str:
    """What a column is called: due_date -> due date, owner_id -> owner."""
    return _COLUMNS.get(column, column.removesuffix("_id").replace("_", " "))


def value_told(value: Any) -> str:
    """A value as people write it."""
    match value:
        case None | "" | []:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(value_told, value))
        case dict():
            return "; ".join(f"{column_called(name)} {value_told(each)}" for name, each in value.items())
        case str():
            return _text_told(value)
    return str(value)


def _text_told(value: str) -> str:
    """A day or an instant as people write it; any other text, also one that only looks like a day, as it is."""
    try:
        if len(value) == 10:
            return written(date.fromisoformat(value))
        if len(value) >= 19 and value[10] == "T":
            moment = datetime.fromisoformat(value).astimezone(LONDON)
            return f"{written(moment.date())} at {moment:%H:%M}"
    except (ValueError, OverflowError):
        pass
    return f"“{value}”"


VERBS: Final[Mapping[str, str]] = {"insert": "added", "update": "changed", "delete": "removed"}
