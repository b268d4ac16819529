"""The Board paper quotes each ISG's confirmed report in its chair's own words."""

from services.plan_api.cycles.service import run_day
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import TODAY

CHAIR, EXECUTIVE, BOARD = "chair@demo.example", "executive@demo.example", "board@demo.example"
REPORT = "/v1/isgs/unscheduled-care/reports/5"
SAID = {"progress": "Rotas {are} written & <b>checked</b>.", "outlook": "may_not", "asks": "Two matrons."}


async def test_it_is_quoted_once_confirmed_and_not_before(
    plan: Callers, reporting: Callers, database: TestDatabase
) -> None:
    """Letter for letter, with who wrote and who confirmed it; a later version waits for its own confirmation."""
    async with database.plan.transaction() as db:
        await run_day(db, TODAY)
    chair, executive, board = await plan(CHAIR), await plan(EXECUTIVE), await reporting(BOARD)

    async def paper() -> str:
        answer = await board.get("/v1/packs/board.html")
        assert answer.status_code == 200, answer.text
        return answer.text

    assert (await chair.post(REPORT, json=SAID)).status_code == 200
    assert "Rotas" not in await paper()
    assert (await executive.post(f"{REPORT}/confirmation")).status_code == 200
    await chair.post(REPORT, json=SAID | {"progress": "Not yet confirmed."})
    quoted = await paper()
    assert (
        "Of cycle 5 the chair, Chair Person, reports: “Rotas {are} written &amp; &lt;b&gt;checked&lt;/b&gt;.”"
        in quoted
    )
    assert "The ISG says that what is off track may not recover." in quoted
    assert "It asks for: “Two matrons.”" in quoted
    assert "Confirmed by Executive Person on 22 May 2019." in quoted
    assert "Not yet confirmed." not in quoted
    assert (await board.get("/v1/packs/board.pdf")).status_code == 200
    before = await board.get("/v1/packs/board.html", params={"as_at": "2019-05-21"})
    assert "Rotas" not in before.text
