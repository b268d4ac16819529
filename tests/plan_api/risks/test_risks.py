"""The register of risks to delivery."""

import pytest

from tests.people import Callers

CHAIR, CHAIR2, ECIB, PMO = (
    "chair@demo.example",
    "chair2@demo.example",
    "ecib@demo.example",
    "pmo@demo.example",
)
RISK = {
    "isg": "Unscheduled Care", "cause": "Too few nurses apply", "effect": "Rotas can't be filled", "likelihood_before": 5,
    "impact_before": 4, "mitigation": "Agency and overseas recruitment", "likelihood_after": 3, "impact_after": 4,
    "owner": "owner@demo.example", "baf_reference": "BAF 12", "root_causes": ["RC-1", "RC-3"],
}  # fmt: skip


async def test_a_risk_is_entered_scored_and_linked(plan: Callers) -> None:
    answer = await (await plan(CHAIR)).post("/v1/risks", json=RISK)
    assert answer.status_code == 201, answer.text
    risk = answer.json()
    assert (risk["ref"], risk["score_before"], risk["band_before"]) == ("RISK-001", 20, "extreme")
    assert (risk["score_after"], risk["band_after"]) == (12, "high")
    assert [each["ref"] for each in risk["root_causes"]] == ["RC-1", "RC-3"]
    assert risk["can"] == ["change", "close"]
    listed = (await (await plan(PMO)).get("/v1/risks", params={"root_cause": "RC-3"})).json()
    assert [each["ref"] for each in listed["items"]] == ["RISK-001"]
    assert listed["matrix"][3][2] == 1


async def test_the_highest_score_comes_first_and_filters_narrow(plan: Callers) -> None:
    chair, pmo = await plan(CHAIR), await plan(PMO)
    await chair.post("/v1/risks", json=RISK | {"likelihood_after": 1, "impact_after": 2})
    await chair.post("/v1/risks", json=RISK | {"impact_after": 4, "likelihood_after": 5})
    await pmo.post("/v1/risks", json=RISK | {"isg": "Scheduled Care"})
    every = (await pmo.get("/v1/risks")).json()["items"]
    assert [each["score_after"] for each in every] == [20, 12, 2]
    assert (await pmo.get("/v1/risks", params={"band": "extreme"})).json()["total"] == 1
    assert (await pmo.get("/v1/risks", params={"isg": "Scheduled Care"})).json()["total"] == 1
    assert (await pmo.get("/v1/risks", params={"likelihood": 1, "impact": 2})).json()["total"] == 1
    assert (await pmo.get("/v1/risks", params={"state": "closed"})).json()["total"] == 0


async def test_a_change_keeps_who_changed_what_in_the_trail_and_stale_is_412(plan: Callers) -> None:
    chair, pmo = await plan(CHAIR), await plan(PMO)
    await chair.post("/v1/risks", json=RISK)
    etag = (await chair.get("/v1/risks/RISK-001")).headers["ETag"]
    changed = await chair.post(
        "/v1/risks/RISK-001",
        json=RISK | {"mitigation": "Bank staff", "root_causes": ["RC-3"]},
        headers={"If-Match": etag},
    )
    assert changed.status_code == 200, changed.text
    assert [each["ref"] for each in changed.json()["root_causes"]] == ["RC-3"]
    late = await pmo.post("/v1/risks/RISK-001", json=RISK, headers={"If-Match": etag})
    assert late.status_code == 412
    trail = (await pmo.get("/v1/audit", params={"kind": "risk", "limit": 1})).json()["items"][0]
    assert (trail["who"], trail["thing"]) == ("Chair Person", "the risk RISK-001")
    assert {"column": "mitigation", "before": "“Agency and overseas recruitment”", "after": "“Bank staff”", "redacted": False,
            "redactable": True} in trail["changes"]  # fmt: skip


async def test_ecib_reviews_it_and_what_it_said_is_kept(plan: Callers) -> None:
    await (await plan(CHAIR)).post("/v1/risks", json=RISK)
    wish = {
        "reviewed_on": "2019-05-22",
        "note": "Recruitment is late.",
        "likelihood_after": 4,
        "impact_after": 4,
    }
    answer = await (await plan(ECIB)).post("/v1/risks/RISK-001/review", json=wish)
    assert answer.status_code == 200, answer.text
    assert answer.json()["score_after"] == 16
    assert answer.json()["reviews"] == [
        {
            "reviewed_on": "2019-05-22",
            "note": "Recruitment is late.",
            "score": 16,
            "recorded_by": "Ecib Person",
        }
    ]
    higher = await (await plan(ECIB)).post("/v1/risks/RISK-001/review", json=wish | {"impact_after": 5})
    assert higher.status_code == 422


async def test_a_closed_risk_stays_in_the_register_and_takes_no_changes(plan: Callers) -> None:
    chair = await plan(CHAIR)
    await chair.post("/v1/risks", json=RISK)
    assert (await chair.post("/v1/risks/RISK-001/closing", json={"reason": " "})).status_code == 422
    assert (
        await chair.post("/v1/risks/RISK-001/closing", json={"reason": "Posts are filled."})
    ).status_code == 200
    assert (await chair.post("/v1/risks/RISK-001", json=RISK)).status_code == 409
    assert (await chair.get("/v1/risks", params={"state": "closed"})).json()["total"] == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"owner": "nobody@x.y"}, "owner"),
        ({"isg": "Nowhere"}, "isg"),
        ({"root_causes": ["RC-99"]}, "root_causes"),
        ({"cause": ""}, "cause"),
        ({"likelihood_after": 9}, "likelihood_after"),
    ],
)
async def test_what_is_wrong_is_told_by_its_field(
    plan: Callers, changed: dict[str, object], field: str
) -> None:
    answer = await (await plan(CHAIR)).post("/v1/risks", json=RISK | changed)
    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json()["errors"]]


async def test_a_chair_keeps_the_risks_of_the_own_isg_alone(plan: Callers) -> None:
    """And can't move one into another's."""
    assert (await (await plan(CHAIR2)).post("/v1/risks", json=RISK)).status_code == 403
    await (await plan(CHAIR)).post("/v1/risks", json=RISK)
    moved = await (await plan(CHAIR)).post("/v1/risks/RISK-001", json=RISK | {"isg": "Scheduled Care"})
    assert moved.status_code == 403
