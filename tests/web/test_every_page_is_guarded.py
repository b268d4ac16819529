"""Every page there is, now and later: who is not signed in gets none of it, and every form can come back filled."""

import httpx2
import pytest

from tests.web.page_checks import browser_of
from tests.web.pretend_plan import PretendPlan
from web.main import create_app
from web.settings import WebSettings

BY_PRIVATE_ADDRESS = {"/calendar/{secret}.ics"}
"""The address is the credential: at one that is nobody's there is nothing (404)."""
FOR_ANYONE = {
    "/healthz", "/readyz", "/metrics", "/sign-in", "/sign-in/link/{secret}", "/accessibility", *BY_PRIVATE_ADDRESS,
}  # fmt: skip
APP = create_app(
    WebSettings(_env_file=None, demo=True),
    dict.fromkeys(("plan", "kpi", "reporting"), httpx2.ASGITransport(PretendPlan().app())),
)
DOORS = [(method, path) for path, methods in APP.openapi()["paths"].items() for method in methods]
GUARDED = [(method, path) for method, path in DOORS if path not in FOR_ANYONE]


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_the_anonymous_are_sent_to_sign_in(method: str, path: str) -> None:
    address = path.replace("{", "").replace("}", "")
    answer = await browser_of(APP).http.request(method.upper(), address)
    if method == "get":
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("path", [path for method, path in DOORS if method == "post"])
def test_a_form_is_sent_to_the_address_that_shows_it(path: str) -> None:
    assert ("get", path) in DOORS, f"after a lost session nothing shows what was typed for {path}"


def test_the_pages_for_anyone_are_those_of_the_contract() -> None:
    assert {path for _, path in DOORS} >= FOR_ANYONE
