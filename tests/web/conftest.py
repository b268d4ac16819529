"""A web app over a small plan_api, with a form of its own; and a browser of it, with and without htmx."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Request
from jinja2 import FileSystemLoader
from sqlalchemy import select
from starlette.responses import Response

from services.plan_api.sign_in.service import start_session
from services.shared.models import Person
from tests.apps import create_web_app
from tests.conftest import TestDatabase
from tests.web.page_checks import Browser, browser_of
from tests.web.pretend_plan import PretendPlan
from web.forms import Choice, Day, Form, Hidden, Option, Select, Several, Text, TextArea, Upload
from web.logging import log_as_json
from web.rendering import Notice, environment, page, see_other
from web.session import SESSION_COOKIE, Plan, feature_router
from web.settings import WebSettings

STATUSES = [Option("on_track", "On track"), Option("off_track", "Off track", hint="Needs a recovery plan")]


class LongForm(Form):
    """A field of every kind."""

    reference = Hidden()
    status = Choice("Is it on track?", STATUSES, required="Choose whether it is on track.")
    progress = TextArea("What has changed?", hint="Two or three sentences", required="Say what has changed.")
    forecast_date = Day("When will it be done?", hint="For example, 14 3 2019")
    owner = Select("Owner", STATUSES)
    themes = Several("Themes", STATUSES)
    steps = Text("Steps", name="recovery_plan.steps")
    file = Upload("Evidence")


@dataclass(frozen=True, slots=True)
class LongPage:
    """The long form."""

    form: LongForm
    title: str = "Update RC-1"


def _long_pages() -> object:
    router = feature_router("long")

    @router.get("/long")
    async def show(request: Request) -> Response:
        form = LongForm.shown(request, progress="As last time", reference="RC-1")
        return page(request, "tests/long.html.jinja", LongPage(form), part="tests/_long.html.jinja")

    @router.post("/long")
    async def send(request: Request, plan: Plan) -> Response:
        form = await LongForm.posted(request)
        if form.typed_in("session_ends") == "meanwhile":
            await plan._send("GET", "/v1/refuse/200")
        if not form.check():
            return page(
                request, "tests/long.html.jinja", LongPage(form), part="tests/_long.html.jinja", status=422
            )
        return see_other(request, "/long", Notice("Update sent", form.progress.value))

    @router.get("/refused/{status}")
    async def refused(request: Request, plan: Plan, status: int) -> Response:
        await plan._send("GET", f"/v1/refuse/{status}")
        return page(request, "tests/long.html.jinja", LongPage(LongForm()))

    @router.get("/broken")
    async def broken() -> Response:
        raise RuntimeError("a bug of ours")

    return router


@pytest.fixture(scope="session", autouse=True)
def _logs_as_when_running() -> None:
    log_as_json()


@pytest.fixture(scope="session", autouse=True)
def _templates_of_the_tests() -> Iterator[None]:
    loaders = environment().loader.loaders  # type: ignore[union-attr]
    loaders.append(FileSystemLoader(Path(__file__).parent / "templates"))
    yield
    loaders.pop()


@pytest.fixture
def pretend_plan() -> PretendPlan:
    return PretendPlan()


@pytest.fixture
def settings() -> WebSettings:
    return WebSettings(_env_file=None, demo=True)


@pytest.fixture
def pretend_app(pretend_plan: PretendPlan, settings: WebSettings) -> FastAPI:
    transport = httpx2.ASGITransport(pretend_plan.app())
    app = create_web_app(settings, dict.fromkeys(("plan", "kpi", "reporting"), transport))
    app.include_router(_long_pages())  # type: ignore[arg-type]
    return app


@pytest.fixture
async def anonymous(pretend_app: FastAPI) -> AsyncIterator[Browser]:
    """A browser that nobody has signed in with, and without htmx."""
    browser = browser_of(pretend_app)
    yield browser
    await browser.http.aclose()


@pytest.fixture(params=[False, True], ids=["without htmx", "with htmx"])
async def either(pretend_app: FastAPI, request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """An anonymous browser; the test runs without htmx and with it."""
    browser = browser_of(pretend_app, htmx=request.param)
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def owner(either: Browser) -> Browser:
    """Signed in; the test runs without htmx and with it."""
    await either.sign_in("owner@demo.example")
    return either


# -- the web layer over the real services ---------------------------------------------------------------------------


class Visits:
    """`await visit("chair@demo.example")`: a browser of the web app, signed in as that person of the small plan."""

    def __init__(self, app: FastAPI, database: TestDatabase, *, htmx: bool) -> None:
        self._app = app
        self._database = database
        self._htmx = htmx
        self._browsers: list[Browser] = []

    async def __call__(self, email: str) -> Browser:
        """A browser of its own for each call."""
        async with self._database.owner.transaction() as db:
            person = (await db.scalars(select(Person).where(Person.email == email))).one()
            session = await start_session(db, person)
        browser = self.anonymous()
        browser.http.cookies.set(SESSION_COOKIE, session.secret)
        return browser

    def anonymous(self) -> Browser:
        """A browser that nobody has signed in with."""
        self._browsers.append(browser_of(self._app, htmx=self._htmx))
        return self._browsers[-1]

    async def close(self) -> None:
        """Closes every browser."""
        for browser in self._browsers:
            await browser.http.aclose()


@pytest.fixture
def web_app(settings: WebSettings, plan_app: FastAPI, kpi_app: FastAPI, reporting_app: FastAPI) -> FastAPI:
    """The web app over the three services in this process."""
    services = {"plan": plan_app, "kpi": kpi_app, "reporting": reporting_app}
    return create_web_app(settings, {name: httpx2.ASGITransport(app) for name, app in services.items()})


@pytest.fixture
async def visit(web_app: FastAPI, database: TestDatabase) -> AsyncIterator[Visits]:
    """Signed-in browsers without htmx."""
    visits = Visits(web_app, database, htmx=False)
    yield visits
    await visits.close()


@pytest.fixture(params=[False, True], ids=["without htmx", "with htmx"])
async def visit_either_way(
    web_app: FastAPI, database: TestDatabase, request: pytest.FixtureRequest
) -> AsyncIterator[Visits]:
    """Signed-in browsers; the test runs without htmx and with it."""
    visits = Visits(web_app, database, htmx=request.param)
    yield visits
    await visits.close()
