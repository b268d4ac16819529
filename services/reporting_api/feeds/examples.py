"""An example of each feed's item, for OpenAPI and for whoever reads a schema."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI

_UPDATE = {"cycle": 4, "reporting_date": "2019-05-07", "status": "at_risk", "progress": "Two of four posts are filled.",
           "late": False}  # fmt: skip
EXAMPLES: Final[Mapping[str, dict[str, Any]]] = {
    "trajectory": {
        "isg": "all", "class": "must_do", "month": "2019-04", "planned": 114, "original_planned": 114, "complete": 93,
        "percent_of_trajectory": 81.6,
    },
    "root-causes": {
        "ref": "RC-001", "title": "Triage is not always done within 15 minutes", "isg": "Unscheduled Care", "class": "must_do",
        "owner_role": "Matron, emergency department", "theme": None, "kloe": None, "findings": ["MD-01"],
        "due_date": "2019-04-30", "original_due_date": "2019-04-30", "forecast_date": "2019-06-14",
        "delivery_status": "off_track", "overdue": True, "update_missed": False, "assurance_stage": None, "closed_on": None,
        "latest_update": _UPDATE, "kpis": ["KPI-076"], "released_at": "2019-05-09T15:00:00Z",
    },
    "findings": {
        "ref": "MD-01", "type": "must_do", "class": "must_do", "isg": "Unscheduled Care",
        "finding": "The trust must ensure that patients are triaged within 15 minutes.", "source": "CQC inspection report",
        "core_service": "Urgent and emergency services", "site": "Royal Shrewsbury Hospital", "key_questions": ["safe"],
        "regulation": "Regulation 12", "status": "open", "root_causes": ["RC-001"], "released_at": "2019-03-01T09:00:00Z",
    },
    "updates": {
        "root_cause": "RC-001", "cycle": 4, "version": 1, "reporting_date": "2019-05-07", "status": "at_risk",
        "progress": "Two of four posts are filled.", "forecast_date": "2019-06-14", "late": False,
        "released_at": "2019-05-09T15:00:00Z",
    },
    "escalations": {
        "ref": "ESC-0001", "root_cause": "RC-001", "reasons": ["due_date_passed"], "state": "decided",
        "raised_on": "2019-05-01", "ended_on": None,
        "decision": {"decision": "accept_plan", "meeting_date": "2019-05-15", "reason": "The plan is credible.",
                     "new_due_date": None},
        "released_at": "2019-05-15T11:00:00Z",
    },
    "change-requests": {
        "ref": "CR-0001", "kind": "due_date", "root_cause": "RC-001", "reason": "Recruitment takes until July.",
        "state": "applied", "submitted_on": "2019-05-15", "decided_on": "2019-05-15", "due_date_before": "2019-04-30",
        "due_date_after": "2019-07-31", "released_at": "2019-05-15T11:00:00Z",
    },
    "packs": {
        "ref": "PACK-0001", "kind": "board", "title": "Quality Improvement Plan (QIP) update", "edition": 1,
        "pack_as_at": "2019-04-30", "state": "published", "supersedes": None, "superseded_by": None,
        "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "chain_position": 48211,
        "chain_digest": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
        "formats": [{
            "format": "pdf", "href": "/feeds/v1/packs/PACK-0001/files/pdf", "media_type": "application/pdf",
            "sha256": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
            "sha256_as_issued": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13", "size": 246102,
        }],
        "published_at": "2019-05-24T10:00:00Z", "redacted_at": None, "released_at": "2019-05-24T10:00:00Z",
    },
    "kpis": {
        "ref": "KPI-076", "name": "Triage within 15 minutes", "purpose": None, "level": "root_cause",
        "isg": "Unscheduled Care", "root_cause": "RC-001", "key_question": "safe", "unit": "%", "numerator": None,
        "denominator": None, "part_of_whole": True, "improvement_direction": "increase", "frequency": "Monthly",
        "source": None, "timely": None, "complete": None, "audited": None, "granular": None, "definition_version": 1,
        "target": 95.0, "points": 13, "latest_period": "2019-04-01", "latest_value": 83.1,
        "verdict": {"rule_set": "mdc", "variation": "common_cause", "direction": None, "assurance": "fail", "since": None,
                    "reading": "Common cause variation: no significant change.", "mean": 82.4, "lower_limit": 74.0,
                    "upper_limit": 90.8},
        "released_at": "2019-05-08T10:00:00Z",
    },
    "observations": {
        "kpi": "KPI-076", "period": "2019-04-01", "value": 83.1, "numerator": None, "denominator": None, "version": 1,
        "released_at": "2019-05-08T10:00:00Z",
    },
    "changes": {
        "feed": "root-causes", "ref": "RC-007", "change": "gone", "changed_at": "2019-05-15T11:00:00Z", "item": None,
    },
}  # fmt: skip
"""By the name of the feed."""


def show_examples(app: FastAPI) -> None:
    """Puts them into the application's OpenAPI document, nulls and all: FastAPI would leave those out."""
    described = app.openapi

    def with_examples() -> dict[str, Any]:
        document = described()
        for feed, item in EXAMPLES.items():
            address = "kpis/{ref}/observations" if feed == "observations" else feed
            answer = document["paths"][f"/feeds/v1/{address}"]["get"]["responses"]["200"]
            answer["content"]["application/json"]["example"] = {
                "trust": {"ods_code": "RXW", "name": "The Shrewsbury and Telford Hospital NHS Trust"},
                "as_at": "2019-05-22", "generated_at": "2019-05-22T09:30:00Z", "items": [item], "next": None,
            }  # fmt: skip
        return document

    app.openapi = with_examples  # type: ignore[method-assign]
