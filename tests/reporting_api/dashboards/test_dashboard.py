"""The dashboard, on the small plan (`tests/small_plan.py`)."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.domain.words import FindingStatus
from services.shared.findings import finding_status
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.opened import opened

BOARD, READER, PMO, OWNER = (
    "board@demo.example",
    "reader@demo.example",
    "pmo@demo.example",
    "owner@demo.example",
)
CLASSES = ("must_do", "should_do", "all")
STATUSES = ("complete", "awaiting_closure", "off_track", "at_risk", "on_track", "not_started")
DAYS = ("2019-03-01", "2019-04-24", "2019-05-10", "2019-05-22")


async def dashboard(client: httpx2.AsyncClient, as_at: str | None = None) -> dict[str, Any]:
    """The door's answer."""
    answer = await client.get("/v1/dashboard", params={"as_at": as_at} if as_at else {})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def counts_in(part: dict[str, Any]) -> dict[str, int]:
    """The counts of one class of a part."""
    return {name: value["count"] for name, value in part.items() if name != "trajectory"}


def links_in(answer: object) -> Iterator[tuple[int, str]]:
    """Every count in an answer with its link."""
    if isinstance(answer, dict):
        if isinstance(answer.get("counted"), str):
            yield answer["count"], answer["counted"]
        for value in answer.values():
            yield from links_in(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from links_in(value)


async def test_the_whole_plan_is_counted_by_class_status_and_flag(reporting: Callers) -> None:
    whole = (await dashboard(await reporting(BOARD)))["whole"]
    assert counts_in(whole["must_do"]) == {
        "in_plan": 4, "complete": 1, "awaiting_closure": 0, "off_track": 1, "at_risk": 0, "on_track": 1, "not_started": 1,
        "neither": 2, "overdue": 1, "update_missed": 1,
    }  # fmt: skip
    assert counts_in(whole["should_do"])["on_track"] == 1
    assert counts_in(whole["all"])["in_plan"] == 6, "those of no class count in all"


@pytest.mark.parametrize("as_at", DAYS)
async def test_every_count_opens_exactly_what_it_counts(
    reporting: Callers, plan: Callers, as_at: str
) -> None:
    body = await dashboard(await reporting(BOARD), as_at)
    links = list(links_in(body))
    of_findings = [link for _, link in links if link.startswith("/findings?")]
    assert len(of_findings) == 4 * 4 * 3, "4 parts, 4 types, 3 counts"
    assert len(links) - len(of_findings) == 4 * 3 * 12, (
        "4 parts, 3 classes, 10 counts and 2 of the trajectory"
    )
    for count, link in links:
        assert await opened(await plan(BOARD), link) == count, link


@pytest.mark.parametrize("as_at", DAYS)
async def test_statuses_add_up_to_the_plan_and_isgs_add_up_to_the_whole(
    reporting: Callers, as_at: str
) -> None:
    body = await dashboard(await reporting(BOARD), as_at)
    for root_cause_class in CLASSES:
        parts = [counts_in(isg[root_cause_class]) for isg in body["isgs"]]
        whole = counts_in(body["whole"][root_cause_class])
        assert whole == {name: sum(part[name] for part in parts) for name in whole}
        assert sum(whole[status] for status in STATUSES) == whole["in_plan"]
        assert whole["neither"] == whole["in_plan"] - whole["complete"] - whole["on_track"]


async def test_an_isg_with_nothing_due_has_null_for_its_percentage(reporting: Callers) -> None:
    body = await dashboard(await reporting(BOARD))
    well_led = next(isg for isg in body["isgs"] if isg["isg"] == "Well-led")
    assert well_led["slug"] == "well-led"
    for root_cause_class in CLASSES:
        assert set(counts_in(well_led[root_cause_class]).values()) == {0}
        on_trajectory = well_led[root_cause_class]["trajectory"]
        assert on_trajectory["planned"]["count"] == on_trajectory["complete"]["count"] == 0
        assert on_trajectory["percent_of_trajectory"] is None


async def test_a_finding_is_closed_when_it_has_root_causes_and_all_are(
    database: TestDatabase, reporting: Callers
) -> None:
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
            INSERT INTO finding (reference, finding_type, text, key_questions, isg_id, position, recorded_at)
            SELECT 'MD-9', 'must_do', 'Nobody has unpacked this yet.', '{}', id, 9, now() FROM isg WHERE slug = 'well-led'
        """)
        )
    board = await reporting(BOARD)
    findings = (await dashboard(board))["whole"]["findings"]
    counted = {
        finding_type: (each["all_closed"]["count"], each["in_plan"]["count"])
        for finding_type, each in findings.items()
    }
    assert counted == {"must_do": (1, 3), "should_do": (0, 1), "notice": (0, 1), "recommendation": (0, 1)}
    before = (await dashboard(board, "2019-04-24"))["whole"]["findings"]["must_do"]
    assert before["all_closed"]["count"] == 0


@pytest.mark.parametrize(
    ("stages", "status"),
    [
        ([], FindingStatus.OPEN),
        ([None], FindingStatus.OPEN),
        (["closed"], FindingStatus.OPEN),
        (["evidence_assured", "closed"], FindingStatus.OPEN),
        (["evidence_assured"], FindingStatus.MET),
        (["evidence_assured", "embedded"], FindingStatus.MET),
        (["embedded", "embedded"], FindingStatus.EMBEDDED),
    ],
)
def test_a_finding_is_as_far_as_the_least_assured_of_its_root_causes(
    stages: list[str | None], status: FindingStatus
) -> None:
    assert finding_status(stages) is status


async def test_readers_see_released_facts_and_no_links_to_what_they_may_not_open(
    reporting: Callers, plan: Callers
) -> None:
    said = {"status": "at_risk", "progress": "One nurse has left.", "reason": "Interviews in June."}
    answer = await (await plan(OWNER)).post("/v1/root-causes/RC-1/updates", json=said)
    assert answer.status_code == 201, answer.text
    inside, outside = await dashboard(await reporting(PMO)), await dashboard(await reporting(READER))
    assert (inside["released_only"], outside["released_only"]) == (False, True)
    assert inside["whole"]["must_do"]["at_risk"]["count"] == 1
    assert outside["whole"]["must_do"]["at_risk"]["count"] == 0
    assert outside["whole"]["must_do"]["on_track"]["count"] == 1
    assert list(links_in(outside)) == []


async def test_the_anonymous_and_those_without_a_role_in_the_plan_are_refused(reporting: Callers) -> None:
    assert (await (await reporting.anonymous()).get("/v1/dashboard")).status_code == 401
    assert (await (await reporting("admin@demo.example")).get("/v1/dashboard")).status_code == 403


async def test_a_day_after_today_is_refused(reporting: Callers) -> None:
    assert (await (await reporting(BOARD)).get("/v1/dashboard?as_at=2019-05-23")).status_code == 422
