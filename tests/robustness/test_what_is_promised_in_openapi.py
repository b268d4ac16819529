"""Schemathesis against each service's OpenAPI: no server error, no answer that is not documented, whoever asks.

`QIP_EXAMPLES=200` asks each operation that often as each person; the suite asks a few times.
"""

import os
import random
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.shared.tokens import service_token
from tests.conftest import TestDatabase
from tests.people import token_for
from tests.small_plan import PEOPLE

EXAMPLES = int(os.environ.get("QIP_EXAMPLES", "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ASKING = [*PEOPLE, "the worker", "nobody"]
KNOWN: dict[str, list[object]] = {
    "ref": ["RC-1", "RC-2", "RC-4", "MD-1", "A-1", "ESC-0001", "CR-0001", "RISK-001", "K-1", "KPI-0001"],
    "slug": ["unscheduled-care", "well-led"],
    "email": ["owner@demo.example", "other@demo.example"],
    "cycle": [0, 5],
    "kind": ["board", "isg", "snapshot"],
    "name": ["trajectory", "root-causes"],
}
"""What really is there, put into addresses now and then: made-up references find nothing."""


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def as_it_is(_context: object, value: object) -> bytes:
    """No workbook at all: whatever bytes come to mind."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.mark.parametrize("who", ASKING)
@pytest.mark.parametrize("service", ["plan", "kpi", "reporting"])
async def test_every_answer_is_one_that_is_promised(served: tuple[TestDatabase, str], who: str) -> None:
    """Every operation, with made-up and with real references, as every role."""
    database, address = served
    problems = []
    for found in _promised(address).get_all_operations():
        assert isinstance(found, Ok)
        problems += _ask(found.ok(), address, await _headers(database, who))
    assert not problems, "\n\n".join(problems[:20])


def _promised(address: str) -> Any:
    return schemathesis.openapi.from_dict(requests.get(f"{address}/openapi.json", timeout=10).json())


async def _headers(database: TestDatabase, who: str) -> dict[str, str]:
    """Of a session of its own for each operation: one of them signs out everywhere."""
    if who == "nobody":
        return {}
    token = service_token("worker") if who == "the worker" else await token_for(database.owner, who)
    return {"Authorization": f"Bearer {token}"}


def _ask(operation: Any, address: str, headers: dict[str, str]) -> list[str]:
    """What was wrong with the answers to an operation."""
    problems = []
    chance = random.Random(operation.label)

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def ask(case: Any) -> None:
        for name, known in KNOWN.items():
            if name in (case.path_parameters or {}) and chance.random() < 0.7:
                case.path_parameters[name] = chance.choice(known)
        case.headers = {
            name: value for name, value in (case.headers or {}).items() if name != "Authorization"
        }
        answer = case.call(base_url=address, headers=headers, timeout=30)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseException as failure:  # schemathesis raises a group of its own
            problems.append(f"{operation.label}: {answer.status_code} {_told(failure)}\n{answer.text[:300]}")

    ask()
    return problems


def _told(failure: BaseException) -> str:
    """Each check's own words."""
    failures = failure.exceptions if isinstance(failure, BaseExceptionGroup) else [failure]
    return "; ".join(f"{each.title}: {each.message}" for each in failures if isinstance(each, Failure))
