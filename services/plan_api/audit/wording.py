"""The audit trail in words: what each table is called, what names its rows, and how a change of a column is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.domain import words
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


def _label_of(column: str, kind: type[words.Word]) -> str:
    """SQL for the label of a code word."""
    cases = " ".join(f"WHEN '{word.value}' THEN '{word.label}'" for word in kind)
    return f"CASE {column} {cases} ELSE {column} END"


_OF_ROOT_CAUSE = "JOIN root_cause ON root_cause.id = it.root_cause_id"
_OF_ESCALATION = "JOIN escalation ON escalation.id = it.escalation_id"


def _of_root_cause(noun: str, more: str = "''") -> Thing:
    return Thing(noun, f"'of ' || root_cause.reference || {more}", _OF_ROOT_CAUSE, "it.root_cause_id")


def _of_escalation(noun: str) -> Thing:
    return Thing(noun, "escalation.reference", _OF_ESCALATION, "escalation.root_cause_id")


def _of_kpi(noun: str, more: str = "''") -> Thing:
    return Thing(noun, f"kpi.reference || {more}", "JOIN kpi ON kpi.id = it.kpi_id", "kpi.root_cause_id")


def _of_pack(noun: str) -> Thing:
    return Thing(noun, "'of ' || pack.reference", "JOIN pack ON pack.id = it.pack_id")


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
    "kpi_set_member": Thing(
        "KPI of a set", "kpi.reference || ' of ' || isg.name",
        "JOIN kpi ON kpi.id = it.kpi_id JOIN kpi_set ON kpi_set.id = it.set_id JOIN isg ON isg.id = kpi_set.isg_id",
        "kpi.root_cause_id",
    ),
    "kpi_target": _of_kpi("target of KPI"),
    "kpi_observation": _of_kpi("observation of KPI", "' for ' || it.period"),
    "owner_change": _of_root_cause("change of owner"),
    "pack": Thing("pack", "it.reference"),
    "pack_comment": _of_pack("comment on a section"),
    "pack_edit": _of_pack("edited paragraph"),
    "pack_exemption": _of_pack("exemption from publication"),
    "pack_explanation": _of_pack("explanation of a discrepancy"),
    "pack_writing": _of_pack("field that was written"),
    "pack_file": Thing("published file", "it.name"),
    "pack_outline": Thing("outline of packs", "it.kind || ', version ' || it.version"),
    "pack_step": _of_pack("step"),
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
        "role", _label_of("it.role", words.Role) + " || ' of ' || person.name", "JOIN person ON person.id = it.person_id",
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

NAMED_ALONE: Final = frozenset(
    {"change_request", "escalation", "finding", "isg", "kpi", "person", "risk", "root_cause", "source"}
)
"""The tables whose rows a link names without saying what they are."""

SILENT: Final = frozenset(
    {"id", "version", "position", "recorded_at", "slug", "secret_digest", "message_id", "body"}
)
"""Columns that say nothing to a person."""

_COLUMNS: Final[Mapping[str, str]] = {
    "after": "as it is to be",
    "applied_at": "applied",
    "approved_on": "approved on",
    "as_at": "figures as at",
    "baf_reference": "BAF reference",
    "before": "as it was",
    "chain_digest": "head of the audit chain",
    "chain_position": "length of the audit chain",
    "changed_because": "reason for the change",
    "client_id": "name for signing in",
    "closed_reason": "reason for closing",
    "copied_from": "copied from",
    "deed": "what was done",
    "disabled_because": "why it was stopped",
    "disabled_at": "stopped",
    "drafted": "as drafted",
    "ended_because": "why it ended",
    "ended_recorded_at": "end recorded",
    "finding_type": "type",
    "given_through": "how it was given",
    "held_recorded_by": "meeting recorded by",
    "holds_from": "in force from",
    "in_plan": "in the plan",
    "isg_id": "ISG",
    "job_title": "job title",
    "kinds": "told of",
    "kloe": "KLOE",
    "kpi_id": "KPI",
    "made_at": "made",
    "media_type": "type of file",
    "ours": "our heading",
    "part_of_whole": "part of a whole",
    "password_hash": "password",
    "previous_salt": "previous signing secret",
    "public_id": "session",
    "reopened_reason": "reason for reopening",
    "reopened_recorded_at": "reopening recorded",
    "refused_reason": "reason for refusing",
    "retired_because": "reason for retiring",
    "root_cause_class": "class",
    "salt": "signing secret",
    "scopes": "may do",
    "stopped_because": "why it stopped",
    "theirs": "their heading",
    "undone_because": "why it was undone",
    "undone_recorded_at": "undoing recorded",
    "url": "address",
    "withdrawn_reason": "reason for withdrawing",
}
"""Where the name in the table, without its underscores, is not what people say."""

WORDS: Final[Mapping[tuple[str, str], type[words.Word]]] = {
    ("assurance", "stage"): words.AssuranceStage,
    ("change_request", "kind"): words.ChangeKind,
    ("change_request", "state"): words.ChangeState,
    ("closing_request", "decision"): words.ClosingDecision,
    ("cycle_report", "outlook"): words.Outlook,
    ("digest", "occasion"): words.DigestOccasion,
    ("disclosure", "kind"): words.DisclosureKind,
    ("escalation", "state"): words.EscalationState,
    ("escalation_decision", "decision"): words.Decision,
    ("escalation_reason", "reason"): words.EscalationReason,
    ("escalation_step", "state"): words.EscalationState,
    ("finding", "finding_type"): words.FindingType,
    ("finding", "key_questions"): words.KeyQuestion,
    ("impact_review", "decision"): words.ImpactDecision,
    ("impact_review", "ended_because"): words.ReviewEnd,
    ("impact_review", "verdict"): words.ImpactVerdict,
    ("isg", "cadence"): words.Cadence,
    ("kpi", "direction"): words.Direction,
    ("kpi", "frequency"): words.Frequency,
    ("kpi", "key_question"): words.KeyQuestion,
    ("kpi", "level"): words.KpiLevel,
    ("kpi_benchmark", "kind"): words.BenchmarkKind,
    ("kpi_decision", "kind"): words.ChartDecision,
    ("kpi_definition", "direction"): words.Direction,
    ("kpi_definition", "frequency"): words.Frequency,
    ("kpi_definition", "key_question"): words.KeyQuestion,
    ("kpi_observation", "given_through"): words.GivenThrough,
    ("kpi_observation", "state"): words.ObservationState,
    ("pack", "state"): words.PackState,
    ("pack_file", "audience"): words.Audience,
    ("pack_step", "deed"): words.PackDeed,
    ("plan", "state"): words.PlanState,
    ("progress_update", "status"): words.UpdateStatus,
    ("reminder", "kind"): words.ReminderKind,
    ("reminder", "stopped_because"): words.StopReason,
    ("reminder_preference", "rhythm"): words.Rhythm,
    ("risk", "state"): words.RiskState,
    ("role_grant", "role"): words.Role,
    ("root_cause_placement", "root_cause_class"): words.RootCauseClass,
}
"""The columns that hold code words, and of which kind."""


def column_called(column: str) -> str:
    """What a column is called: due_date -> due date, owner_id -> owner."""
    return _COLUMNS.get(column) or column.removesuffix("_id").replace("_", " ")


def word_told(table: str, column: str, value: Any) -> str:
    """A value of this column as people write it: a code word, or a list of them, by its label."""
    kind = WORDS.get((table, column))
    if (table, column) in NAMES_OF_TABLES and value in THINGS:
        return THINGS[value].noun
    if (table, column) in NAMES_OF_COLUMNS and isinstance(value, str):
        return column_called(value)
    if isinstance(value, list) and value:
        return ", ".join(word_told(table, column, each) for each in value)
    if kind is not None and isinstance(value, str) and value in set(kind):
        return kind(value).label
    return value_told(value)


NAMES_OF_TABLES: Final = frozenset({("redaction", "table_name"), ("redacted_place", "table_name")})
NAMES_OF_COLUMNS: Final = frozenset({("redaction", "column_name"), ("redacted_place", "column_name")})
"""What is redacted is named by its table and column."""


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
