"""What stands around every page."""

import logging

import httpx2
import pytest
from fastapi import FastAPI

from tests.apps import create_web_app
from tests.web.page_checks import Browser, browser_of
from tests.web.pretend_plan import PretendPlan
from web.settings import WebSettings

UPDATE = "/long"


async def test_the_policy_allows_nothing_inline_and_every_page_has_a_nonce_of_its_own(
    anonymous: Browser,
) -> None:
    first, second = [
        (await anonymous.get("/sign-in")).response.headers["Content-Security-Policy"] for _ in range(2)
    ]
    assert first != second
    assert "unsafe" not in first
    assert first.startswith("default-src 'none'; script-src 'self' 'nonce-")


async def test_static_files_are_kept_for_a_year_under_their_digest_and_asked_about_otherwise(
    anonymous: Browser,
) -> None:
    page = await anonymous.get("/sign-in")
    address = page._page.find(".//link[@rel='stylesheet']").get("href")  # type: ignore[union-attr]
    assert "immutable" in (await anonymous.get(str(address))).response.headers["Cache-Control"]
    assert (await anonymous.get("/static/qip.css")).response.headers["Cache-Control"] == "no-cache"


async def test_cookies_are_secure_unless_it_is_a_demo_on_this_machine(pretend_plan: PretendPlan) -> None:
    for settings, secure in (
        (WebSettings(_env_file=None, demo=True), False),
        (WebSettings(_env_file=None, demo=False), True),
        (WebSettings(_env_file=None, demo=None, database_url="postgresql://db/qip"), True),
    ):
        transport = httpx2.ASGITransport(pretend_plan.app())
        browser = browser_of(create_web_app(settings, dict.fromkeys(("plan", "kpi", "reporting"), transport)))
        response = (await browser.get("/sign-in")).response
        cookie = response.headers["Set-Cookie"]
        assert ("Secure" in cookie) is secure
        assert ("Strict-Transport-Security" in response.headers) is secure
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


async def test_a_request_keeps_its_id_through_every_hop(owner: Browser, pretend_plan: PretendPlan) -> None:
    owner.http.cookies.set("qip_session", "unknown")
    answer = await owner.get(UPDATE, headers={"X-Request-ID": "from-the-proxy-1"})
    assert answer.response.headers["X-Request-ID"] == "from-the-proxy-1"
    assert pretend_plan.request_ids[-1] == "from-the-proxy-1"
    odd = await owner.get(UPDATE, headers={"X-Request-ID": "a b\tc"})
    assert len(odd.response.headers["X-Request-ID"]) == 32


async def test_logs_have_neither_names_nor_queries(
    owner: Browser, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await owner.get(f"{UPDATE}?patient=Smith")
    said = capsys.readouterr()
    assert "Smith" not in said.out + said.err
    assert "demo.example" not in said.out + said.err


async def test_it_is_up_and_ready_when_the_services_are(
    anonymous: Browser, pretend_plan: PretendPlan
) -> None:
    assert (await anonymous.get("/healthz")).status == 200
    assert (await anonymous.get("/readyz")).status == 200
    pretend_plan.ready = False
    unready = await anonymous.get("/readyz")
    assert unready.status == 503
    assert "plan, kpi, reporting" in unready.response.json()["detail"]
    assert "qip_web_requests_total" in (await anonymous.get("/metrics")).response.text


async def test_forwarded_headers_count_only_from_a_trusted_proxy(pretend_plan: PretendPlan) -> None:
    transport = httpx2.ASGITransport(pretend_plan.app())
    for trusted, scheme in (("", "http"), ("127.0.0.1", "https"), ("10.0.0.0/8", "http")):
        app = create_web_app(
            WebSettings(_env_file=None, demo=True, trusted_proxies=trusted),
            dict.fromkeys(("plan", "kpi", "reporting"), transport),
        )
        seen = await _scheme_seen(app, {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"})
        assert seen == scheme


async def _scheme_seen(app: FastAPI, headers: dict[str, str]) -> str:
    from fastapi import Request

    @app.get("/scheme")
    async def scheme(request: Request) -> str:
        return request.url.scheme

    answer: str = (await browser_of(app).get("/scheme", headers=headers)).response.json()
    return answer
