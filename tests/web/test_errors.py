"""What people see when something can't be done."""

import httpx2
import pytest

from tests.apps import create_web_app
from tests.web.page_checks import Browser, browser_of
from web.settings import WebSettings


@pytest.mark.parametrize(
    ("status", "shown", "h1"),
    [
        (403, 403, "You can't open this"),
        (404, 404, "Page not found"),
        (429, 429, "Too many requests"),
        (400, 500, "Something went wrong"),
        (422, 422, "This address is not right"),
        (500, 500, "Something went wrong"),
    ],
)
async def test_what_a_page_did_not_foresee_is_our_fault(
    owner: Browser, status: int, shown: int, h1: str
) -> None:
    page = await owner.get(f"/refused/{status}")
    assert (page.status, page.h1) == (shown, h1)
    assert ("A sentence of the service." in page.text) is (shown != 500)


async def test_a_bug_is_a_page_with_the_request_number(owner: Browser) -> None:
    page = await owner.get("/broken")
    assert (page.status, page.h1) == (500, "Something went wrong")
    assert page.response.headers["X-Request-ID"] in page.text
    assert "a bug of ours" not in page.response.text


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/refused/words", 422)])
async def test_a_wrong_address_is_a_page(owner: Browser, path: str, status: int) -> None:
    page = await owner.get(path)
    assert page.status == status
    assert page.response.headers["Content-Security-Policy"]


async def test_a_service_that_does_not_answer_is_said_in_a_sentence() -> None:
    def silence(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    transport = httpx2.MockTransport(silence)
    app = create_web_app(
        WebSettings(_env_file=None, demo=True), dict.fromkeys(("plan", "kpi", "reporting"), transport)
    )
    browser = browser_of(app)
    assert (await browser.get("/readyz")).status == 503
    page = await browser.sign_in("owner@demo.example")
    assert (page.status, page.h1) == (503, "The service is not available just now")


async def test_an_error_takes_the_whole_pages_place_whatever_part_htmx_asked_for(owner: Browser) -> None:
    page = await owner.get("/refused/404", htmx=True)
    assert page.response.headers["HX-Retarget"] == "body"
