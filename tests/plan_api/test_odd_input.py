"""What no honest form sends: each is answered in a sentence, never with a server error."""

import pytest

from tests.people import Callers

OWNER = "owner@demo.example"
UPDATES = "/v1/root-causes/RC-1/updates"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/root-causes/%00", None, 404),
        ("GET", "/v1/root-causes?q=%00", None, 422),
        ("GET", "/v1/root-causes?cursor=%F0%9F%98%80", None, 422),
        ("GET", "/v1/root-causes?as_at=0001-01-01", None, 422),
        ("GET", "/v1/root-causes?as_at=9999-12-31", None, 422),
        ("GET", "/v1/root-causes?month=banana&counted=planned", None, 422),
        ("POST", UPDATES, r'{"status": "on_track", "progress": "a\u0000b"}', 422),
        *(
            ("POST", UPDATES, f'{{"status": "on_track", "progress": "a{each}b"}}', 422)
            for each in (r"\u0007", r"\u000B", r"\u001f", r"\uFFFE", r"\b", r"\f", r"\\\u000c", "\uffff")
        ),
        ("POST", UPDATES, r'{"status": "on_track", "progress": "\ud800"}', 422),
        ("POST", UPDATES, '{"status": "on_track", "progress": "x", "forecast_date": "0001-01-01"}', 422),
        ("POST", UPDATES, '{"status": "on_track",', 422),
        ("POST", UPDATES, "[" * 5000, 422),
        (
            "POST",
            UPDATES,
            '{"status": "complete", "evidence": [{"description": "x", "url": "javascript:alert(1)"}]}',
            422,
        ),
        (
            "POST",
            UPDATES,
            r'{"status": "complete", "evidence": [{"description": "x", "url": "https://x.y/\r\nA: b"}]}',
            422,
        ),
        ("POST", "/v1/root-causes/RC-1/draft", '{"fields": {"forecast_date": 5, "actions": null}}', 422),
        ("POST", "/v1/actions/A-1/completion", '{"completed_date": "0001-01-01"}', 422),
        ("POST", "/v1/sign-in", r'{"email": "a\u0000b", "password": "x"}', 422),
        ("PUT", UPDATES, "{}", 405),
        ("GET", "/v1/nothing-here", None, 404),
    ],
)
async def test_it_is_refused_in_a_sentence(
    plan: Callers, method: str, path: str, body: str | None, status: int
) -> None:
    """As problem details with the request's id."""
    owner = await plan(OWNER)
    headers = {"Content-Type": "application/json", "X-Request-ID": "odd-1"}
    answer = await owner.request(method, path, content=body, headers=headers)
    assert answer.status_code in ({400, 422} if status == 422 else {status}), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Request-ID"] == "odd-1"
    assert answer.json()["detail"].endswith(".")


async def test_a_body_over_the_limit_is_refused_in_a_sentence_too(plan: Callers) -> None:
    """Before it is read."""
    owner = await plan(OWNER)
    answer = await owner.post(
        UPDATES, content=b" " * (2 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.json()["detail"] == "What was sent is too large. Send less."
    assert answer.headers["X-Request-ID"]


async def test_a_backslash_that_is_typed_is_no_escape(plan: Callers) -> None:
    """Somebody may write about U+0000."""
    owner = await plan(OWNER)
    taken = await owner.post(UPDATES, json={"status": "on_track", "progress": "A file\n\tholds \\u0000 \\b."})
    assert taken.status_code == 201, taken.text


@pytest.mark.parametrize(
    "plan_of_nulls", [{"steps": None, "owner": None, "recovery_date": None, "support": None}, None]
)
async def test_nulls_are_what_is_not_given(plan: Callers, plan_of_nulls: dict[str, None] | None) -> None:
    """The contract's body with null where a field is not needed."""
    owner = await plan(OWNER)
    wish = {
        "status": "on_track", "progress": "Well", "forecast_date": None, "reason": None, "recovery_plan": plan_of_nulls,
        "evidence": None,
    }  # fmt: skip
    assert (await owner.post(UPDATES, json=wish)).status_code == 201
    refused = await owner.post(UPDATES, json=wish | {"status": "off_track"})
    assert [error["field"] for error in refused.json()["errors"]] == ["recovery_plan"]
