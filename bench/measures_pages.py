"""Pages of measures: the overview of 500 KPIs of 60 points beside the empty page, and all beside 100 times as many values.

The demo plan's KPIs are filled up to 500, and each is given 60 monthly values in place of its own; what follows from them is
worked out by the KPI service's own rules. Then every value gets 99 superseded versions, so that the observations are 100 times
as many: what pages show is kept when data arrive, so that none may take longer for it. Each page is asked for as it is, and
once just after a value was changed, when no answer is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import func, select, text

from bench.browser import Browser, signed_in
from bench.comparison import ROUNDS, table
from bench.pages import EMPTY
from bench.system import System, Systems
from services.cli.demo.people import DEMO_ISG, PMO
from services.kpi_api.definitions.writing import redefine
from services.kpi_api.standings.service import keep_standings
from services.shared.clock import business_now
from services.shared.models import Isg, Kpi, Person

KPIS, POINTS, VERSIONS = 500, 60, 100
MOST_TIMES_EMPTY, MOST_TIMES_OWN = 25, 1.5
AS_IT_IS = 3
"""How often a page is asked for in a round without a change before it."""
KEPT, CHANGED = "as it is", "after a change"

_VALUES = text("""
    INSERT INTO kpi_observation (kpi_id, period, version, value, state, given_through, recorded_at)
    SELECT k.id, (date '2014-05-01' + n * interval '1 month')::date, 1,
           round((80 + 3 * sin(k.id * 7 + n * 13) + 2 * cos(k.id + n * 29))::numeric, 1), 'final', 'import', :now
      FROM kpi k CROSS JOIN generate_series(0, :points - 1) AS n
""")
_VERSIONS = text("""
    INSERT INTO kpi_observation (kpi_id, period, version, value, state, given_through, recorded_at, superseded_at)
    SELECT kpi_id, period, n, value, state, given_through, recorded_at, recorded_at
      FROM kpi_observation CROSS JOIN generate_series(2, :versions) AS n WHERE superseded_at IS NULL
""")
_CHANGE = text("""
    UPDATE kpi_observation SET note = coalesce(note, '') || '.'
     WHERE id = (SELECT max(id) FROM kpi_observation WHERE superseded_at IS NULL)
""")


@dataclass(slots=True)
class Page:
    """One page, and the seconds it took by how it was asked for and how many values there were."""

    path: str
    taken: dict[tuple[str, int], list[float]] = field(default_factory=dict)

    def typical(self, how: str, times: int) -> float:
        """What it took in the middle."""
        return median(self.taken[how, times])


async def section(systems: Systems, say: Callable[[str], None]) -> str:
    """The table of pages of measures."""
    system = systems.demo
    say(f"Filling measures up to {KPIS} of {POINTS} points.")
    ref = await _fill(system)
    async with system.database.transaction() as db:
        pmo = (await db.scalars(select(Person).where(Person.email == PMO))).one()
        slug = (await db.scalars(select(Isg.slug).where(Isg.name == DEMO_ISG))).one()
        browser = await signed_in(db, system.ports["web"], pmo)
    one_isg = DEMO_ISG.replace(" ", "+")
    addresses = ("/kpis", f"/kpis?isg={one_isg}", "/kpis?variation=common_cause", f"/kpis/{ref}",
                 f"/kpis/{ref}/chart.svg", f"/isgs/{slug}")  # fmt: skip
    empty, pages = Page(EMPTY), [Page(each) for each in addresses]
    await _measure(system, browser, (empty, *pages), 1, say)
    say(f"Making the observations {VERSIONS} times as many.")
    count = await _multiply(system)
    await _measure(system, browser, (empty, *pages), VERSIONS, say)
    return _written(pages, empty, count)


async def _measure(
    system: System, browser: Browser, pages: Sequence[Page], times: int, say: Callable[[str], None]
) -> None:
    """Each once after a change, then as it is, and the empty page between."""
    for number in range(1, ROUNDS + 1):
        say(f"Pages of measures, round {number} of {ROUNDS}.")
        for page in pages:
            async with system.database.transaction() as db:
                await db.execute(_CHANGE)
            for how in (CHANGED, *[KEPT] * AS_IT_IS):
                await browser.get(page.path)
                page.taken.setdefault((how, times), []).append(browser.seconds)


def _written(pages: Sequence[Page], empty: Page, count: int) -> str:
    rows = []
    for page in pages:
        beside = {
            (how, times): page.typical(how, times) / empty.typical(KEPT, times)
            for how in (KEPT, CHANGED)
            for times in (1, VERSIONS)
        }
        own = [beside[how, VERSIONS] / beside[how, 1] for how in (KEPT, CHANGED)]
        rows.append(
            (
                page.path, f"{page.typical(KEPT, 1) * 1000:,.1f}", f"{beside[KEPT, 1]:.1f}", f"{beside[CHANGED, 1]:.1f}",
                *(f"{each:.2f}" for each in own),
            )
        )  # fmt: skip
    headings = (
        "page of measures",
        "ms",
        "x empty",
        "after a change",
        f"own at x{VERSIONS}",
        "after a change",
    )
    return "\n".join(
        (
            table(headings, rows, figures=range(1, 6)),
            "",
            f"{KPIS} KPIs of {POINTS} points; the empty signed-in page takes {empty.typical(KEPT, 1) * 1000:,.1f} ms. Aims: the "
            f"overview at most {MOST_TIMES_EMPTY} times that; with {VERSIONS} times the\nobservations ({count:,}) no page more "
            f"than {MOST_TIMES_OWN} times its own figure, each beside the empty page of its time.",
        )
    )


async def _fill(system: System) -> str:
    """As many KPIs as are asked for, each with as many values and its standing; the reference of one of a root cause."""
    async with system.database.transaction() as db:
        now, there = await business_now(db), await db.scalar(select(func.count()).select_from(Kpi)) or 0
        isg = await db.scalar(select(Isg.id).where(Isg.name == DEMO_ISG))
        for number in range(there, KPIS):
            kpi = Kpi(
                reference=f"BENCH-{number:03}",
                level="high_level",
                isg_id=isg,
                position=number,
                recorded_at=now,
            )
            said = {"name": f"Measure {number}", "direction": "increase", "unit": "%", "frequency": "Monthly"}
            db.add(kpi)
            await redefine(db, kpi, said, now)
        await db.execute(text("DELETE FROM kpi_observation"))
        await db.execute(_VALUES, {"now": now, "points": POINTS})
        await keep_standings(db, list(await db.scalars(select(Kpi.id))))
        of_root_cause = (
            select(Kpi.reference).where(Kpi.root_cause_id.is_not(None)).order_by(Kpi.position).limit(1)
        )
        return (await db.scalars(of_root_cause)).one()


async def _multiply(system: System) -> int:
    """Every value with as many versions, all but one superseded; how many rows there are then."""
    async with system.database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(_VERSIONS, {"versions": VERSIONS})
    async with system.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("VACUUM ANALYZE kpi_observation"))
        return int((await connection.execute(text("SELECT count(*) FROM kpi_observation"))).scalar_one())
