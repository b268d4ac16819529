"""The whole site on real ports, and people in Chromium: with JavaScript and without."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from openpyxl import load_workbook
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.plan_api.cycles.service import run_day
from services.plan_api.sign_in.service import hash_password, start_session
from services.shared.clock import business_today, real_now
from services.shared.models import ImportRun, Person, SignInSession
from tests.apps import create_kpi_app, create_plan_app, create_reporting_app, create_web_app
from tests.closed_and_measured import deliver, measure
from tests.conftest import Template, TestDatabase, clone, drop
from tests.kpi_api.measures import plant_kpi
from tests.kpi_api.series import STEADY, WORSE, plant_series
from tests.people import Callers
from web.session import SESSION_COOKIE
from web.settings import WebSettings

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PASSWORD = "improving-together"
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Site:
    """A running site: its address, its database, and a browser to visit it with."""

    def __init__(self, address: str, database: TestDatabase, chromium: Browser) -> None:
        self.address = address
        self.database = database
        self._chromium = chromium
        self._contexts = AsyncExitStack()
        self._open: dict[str | None, Page] = {}

    async def visitor(self, email: str | None = None, *, javascript: bool = True, width: int = 1280) -> Page:
        """A browser window of somebody who is signed in already, or of nobody."""
        context: BrowserContext = await self._chromium.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 900}, base_url=self.address
        )
        self._contexts.push_async_callback(context.close)
        context.set_default_timeout(10_000)
        if email:
            async with self.database.owner.transaction() as db:
                person = (await db.scalars(select(Person).where(Person.email == email))).one()
                session = await start_session(db, person)
            await context.add_cookies(
                [{"name": SESSION_COOKIE, "value": session.secret, "url": self.address}]
            )
        return await context.new_page()

    async def same_window(self, email: str | None, *, width: int) -> Page:
        """The window that this person has looked with before, at this width: without the cost of a new one."""
        if email not in self._open:
            self._open[email] = await self.visitor(email)
        page = self._open[email]
        await page.set_viewport_size({"width": width, "height": 900})
        return page

    async def give_password(self, email: str) -> None:
        """A local account for somebody."""
        async with self.database.owner.transaction() as db:
            person = (await db.scalars(select(Person).where(Person.email == email))).one()
            person.password_hash = hash_password(PASSWORD)

    async def end_sessions(self) -> None:
        """Every session ends, as if all had signed out everywhere."""
        async with self.database.owner.transaction() as db:
            for session in await db.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))):
                session.ended_at = real_now()

    async def close(self) -> None:
        """Closes every window."""
        await self._contexts.aclose()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Chromium from PATH."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "There is no chromium on PATH: `make test` installs it, or says how."
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def site(database: TestDatabase, chromium: Browser) -> AsyncIterator[Site]:
    """The web layer and the three services over the small plan, each on a port of its own."""
    async with running(database, chromium) as site:
        yield site


@pytest.fixture(scope="module")
async def site_to_look_at(
    server: AsyncEngine, small_plan_template: Template, chromium: Browser
) -> AsyncIterator[Site]:
    """One site for tests that change nothing, after the night's work has escalated what is overdue."""
    database = await clone(server, small_plan_template)
    async with database.plan.transaction() as db:
        await run_day(db, await business_today(db))
    await something_of_everything(database)
    await some_measures(database)
    await something_that_does_not_work(database)
    await some_partners(database)
    await some_packs(database)
    async with running(database, chromium) as site:
        yield site
    await drop(server, database)


async def some_partners(database: TestDatabase) -> None:
    """A request that waits, one that was refused, and the client qip-1 with a webhook that works and one that was stopped."""
    async with Callers(database.owner, create_plan_app(database.plan)) as callers:
        wish = {
            "name": "NHS England", "contact": "data@england.example", "purpose": "The monthly report.",
            "scopes": ["plan:read", "packs:read"], "months": 12,
        }  # fmt: skip
        admin, pmo = await callers("admin@demo.example"), await callers("pmo@demo.example")
        for _ in range(2):
            assert (await admin.post("/v1/partners/requests", json=wish)).status_code == 201
        refused = {"decision": "refuse", "reason": "There is no agreement with this body yet."}
        assert (await pmo.post("/v1/partners/requests/2/decision", json=refused)).status_code == 200
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
            INSERT INTO api_client (client_id, name, scopes, recorded_at, expires_on)
            VALUES ('qip-1', 'Integrated care board', '{packs:read,escalations:read}', now(), current_date + 365)
        """)
        )
        await db.execute(
            text("""
            INSERT INTO api_client_secret (api_client_id, secret_digest, recorded_at) SELECT id, '', now() FROM api_client
        """)
        )
        await db.execute(
            text("""
            INSERT INTO webhook_endpoint
                (api_client_id, url, kinds, salt, registered_by, recorded_at, disabled_at, disabled_because)
            SELECT client.id, v.url, '{pack.published,escalation.decided}', 'salt', (SELECT min(id) FROM person), now(),
                   v.at, v.why
              FROM api_client client,
                   (VALUES (1, 'https://data.icb.example/' || repeat('a-long-address/', 8), NULL, NULL),
                           (2, 'https://old.icb.example/', now(), 'Ten attempts in three days failed.')) AS v(n, url, at, why)
             ORDER BY v.n
        """)
        )
        await db.execute(
            text("""
            INSERT INTO webhook_event (message_id, kind, payload, recorded_at) VALUES ('msg_1', 'test', '{}', now())
        """)
        )
        await db.execute(
            text("""
            INSERT INTO webhook_delivery (webhook_endpoint_id, webhook_event_id, created_at, next_attempt_at, attempts)
            SELECT id, 1, now(), now() + interval '1 hour', 2 FROM webhook_endpoint ORDER BY id
        """)
        )
        await db.execute(text("""
            INSERT INTO webhook_attempt (webhook_delivery_id, at, status_code, error, milliseconds)
            VALUES (1, now(), 503, NULL, 120), (1, now(), NULL, 'timed_out', 10000)
        """))  # fmt: skip


async def some_packs(database: TestDatabase) -> None:
    """PACK-0001, published; PACK-0002, a draft with edited words, a comment and an exempt section; a kind that was changed."""
    papers, hidden = "/v1/packs/papers", {"deed": "hide", "key": "how-made"}
    draft = f"{papers}/PACK-0002"
    steps = (
        ("pmo@demo.example", papers, {"kind": "board"}),
        ("pmo@demo.example", f"{papers}/PACK-0001/assembly", {"as_at": "2019-04-30"}),
        ("executive@demo.example", f"{papers}/PACK-0001/approval", None),
        ("pmo@demo.example", f"{papers}/PACK-0001/publication", None),
        ("pmo@demo.example", papers, {"kind": "board"}),
        ("pmo@demo.example", f"{draft}/comments", {"block": "purpose", "words": "Say it in fewer words."}),
        ("pmo@demo.example", f"{draft}/exemptions/situation", {"reason": "Section 36"}),
        ("pmo@demo.example", "/v1/packs/outlines/board", hidden),
    )
    async with Callers(database.owner, create_reporting_app(database.reporting)) as callers:
        for email, door, body in steps:
            answer = await (await callers(email)).post(door, json=body)
            assert answer.is_success, answer.text
        pmo = await callers("pmo@demo.example")
        drafted = (await pmo.get(f"{draft}/blocks/purpose")).json()["drafted"]
        answer = await pmo.post(f"{draft}/blocks/purpose", json={"words": f"In short: {drafted}"})
        assert answer.is_success, answer.text


async def some_measures(database: TestDatabase) -> None:
    """KPI-0001 with everything that its definition can have, and KPI-0002, which is retired."""
    kpi = {
        "level": "high_level", "isg": "unscheduled-care", "name": "Patients seen within four hours of coming", "unit": "%",
        "purpose": "To know whether people wait safely.", "key_question": "responsive", "numerator": "Four hours and less",
        "denominator": "All attendances", "part_of_whole": True, "direction": "increase", "frequency": "monthly",
        "source": "Emergency department system", "data_owner": "owner@demo.example", "timely": True, "target": 95,
    }  # fmt: skip
    one, two = "/v1/kpis/KPI-0001", "/v1/kpis/KPI-0002"
    steps = (
        ("/v1/kpis", kpi),
        ("/v1/kpis", {**kpi, "name": "Patients who leave without being seen"}),
        (
            f"{one}/targets",
            {"value": 90, "holds_from": "2019-04-01", "reason": "Agreed with the commissioners."},
        ),
        (f"{one}/benchmarks", {"name": "England", "kind": "national", "source": "NHS England"}),
        (f"{one}/benchmarks/1/values", {"values": [{"period": "2019-04-01", "value": 85.1}]}),
        ("/v1/isgs/unscheduled-care/kpi-set", {"note": "The rest follows in June."}),
        (f"{two}/retirement", {"reason": "It is no longer collected."}),
    )
    async with Callers(database.owner, create_kpi_app(database.kpi)) as callers:
        for door, body in steps:
            answer = await (await callers("chair@demo.example")).post(door, json=body)
            assert answer.is_success, answer.text


async def something_of_everything(database: TestDatabase) -> None:
    """What some forms need before they can be opened: KPIs with values and decisions about a chart, a risk, a report,
    a request for closing, a redaction that waits, a workbook that was checked and one that is being imported."""
    await plant_series(database, "M-1", WORSE, isg="Unscheduled Care", target=95, key_question="responsive")
    await plant_series(database, "M-2", STEADY, root_cause="RC-1", target=80)
    await plant_series(database, "M-3", STEADY[:5], isg="Unscheduled Care")
    asks = {
        "status": "complete", "progress": "Done.", "evidence": [{"description": "The rota", "url": "https://intranet/rota"}],
    }  # fmt: skip
    risk = {
        "isg": "Unscheduled Care", "cause": "Too few nurses apply.", "effect": "Rotas can't be filled.", "likelihood_before": 5,
        "impact_before": 4, "mitigation": "Agency.", "likelihood_after": 3, "impact_after": 4, "owner": "owner@demo.example",
        "root_causes": ["RC-1"],
    }  # fmt: skip
    report = {"progress": "Two root causes are ready to be closed.", "outlook": "may_not"}
    steps = (
        ("owner@demo.example", "/v1/root-causes/RC-3/updates", asks),
        ("chair@demo.example", "/v1/risks", risk),
        ("chair@demo.example", "/v1/isgs/unscheduled-care/reports/5", report),
    )
    months = [{"period": f"2018-{month:02}-01", "value": 70 + month % 3} for month in range(1, 13)]
    await plant_kpi(database, "K-1", {date(2018, 1, 1): 70}, numerator="Seen in time", denominator="Attended")
    async with Callers(database.owner, create_kpi_app(database.kpi)) as callers:
        chair = await callers("chair@demo.example")
        for door, kept in (
            ("observations", {"observations": months}),
            ("decisions", {"kind": "annotation", "period": "2018-06-01", "reason": "A new pathway"}),
            ("decisions", {"kind": "rebase", "period": "2018-06-01", "reason": "A new pathway"}),
        ):
            answer = await chair.post(f"/v1/kpis/K-1/{door}", json=kept)
            assert answer.is_success, answer.text
    async with Callers(database.owner, create_plan_app(database.plan)) as callers:
        for email, door, body in steps:
            answer = await (await callers(email)).post(door, json=body)
            assert answer.is_success, answer.text
        pmo = await callers("pmo@demo.example")
        trail = await pmo.get("/v1/audit", params={"kind": "progress_update", "limit": 1})
        (entry,) = trail.json()["items"]
        wish = {"entry": entry["id"], "column": "progress", "reason": "Names a patient."}
        assert (await pmo.post("/v1/redactions", json=wish)).status_code == 201
        book = load_workbook(BytesIO((await pmo.get("/v1/export")).content))
        book["Findings"]["A1"], book["People"]["Z1"] = "Our number", "Telephone"
        checked = BytesIO()
        book.save(checked)
        answer = await pmo.post("/v1/import-runs", params={"check": True}, content=checked.getvalue())
        assert answer.json()["id"] == 1, answer.text
    async with database.owner.transaction() as db:
        pmo_id = (await db.scalars(select(Person.id).where(Person.email == "pmo@demo.example"))).one()
        later = real_now() + timedelta(days=1)
        db.add(
            ImportRun(
                started_by=pmo_id, started_at=real_now(), check_only=False, state="running",
                said="Writing updates: 203,500 rows", said_at=later,
            )
        )  # fmt: skip


async def something_that_does_not_work(database: TestDatabase) -> None:
    """RC-4 is closed and its KPI deteriorates: its ISG is asked, and ECIB hears of it."""
    await measure(database, [40])
    plan, kpi = create_plan_app(database.plan), create_kpi_app(database.kpi)
    async with Callers(database.owner, kpi) as callers:
        worker = await callers.machine("worker")
        assert (await worker.post("/v1/impacts/due", json={"root_causes": ["RC-4"]})).is_success
    await deliver(database, plan=plan, kpi=kpi)


@asynccontextmanager
async def running(database: TestDatabase, chromium: Browser) -> AsyncIterator[Site]:
    """A site over any database."""
    async with AsyncExitStack() as servers:

        async def started(app: FastAPI, port: int | None = None) -> int:
            return await servers.enter_async_context(served(app, port))

        web_port = free_port()
        settings = WebSettings(
            _env_file=None,
            demo=True,
            web_port=web_port,
            public_url=f"http://127.0.0.1:{web_port}",
            plan_port=await started(create_plan_app(database.plan)),
            kpi_port=await started(create_kpi_app(database.kpi)),
            reporting_port=await started(create_reporting_app(database.reporting)),
        )
        await started(create_web_app(settings), web_port)
        site = Site(f"http://127.0.0.1:{web_port}", database, chromium)
        yield site
        await site.close()


@asynccontextmanager
async def served(app: FastAPI, port: int | None = None) -> AsyncIterator[int]:
    """The app behind uvicorn in this event loop; answers its port."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    server.config.install_signal_handlers = False  # type: ignore[attr-defined]
    running = asyncio.create_task(server.serve())
    async with httpx2.AsyncClient() as client:
        for _ in range(200):
            try:
                await client.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
    yield port
    server.should_exit = True
    await running


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def accessibility_faults(page: Page) -> list[dict[str, Any]]:
    """What axe finds against WCAG 2.2 AA on the page as it stands."""
    await page.evaluate(AXE.read_text())
    found = await page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        WCAG_2_2_AA,
    )
    return [
        {"id": fault["id"], "where": [node["html"][:200] for node in fault["nodes"][:3]]}
        for fault in found["violations"]
    ]


async def sideways_scroll(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    width: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
