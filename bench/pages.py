"""Pages through the web layer and the services, beside the empty signed-in page."""

from sqlalchemy import select

from bench.comparison import Comparison
from bench.load import Request, seconds
from bench.system import System
from services.cli.demo.people import PMO
from services.plan_api.sign_in.service import start_session
from services.shared.models import Person, RootCause

EMPTY = "/accessibility"
"""The layout and who is signed in; nothing is asked of the plan."""


async def comparisons(system: System) -> list[Comparison]:
    """What the PMO, who sees everything, opens most."""
    async with system.database.transaction() as db:
        pmo = (await db.scalars(select(Person).where(Person.email == PMO))).one()
        session = await start_session(db, pmo)
        root_cause = await db.scalar(select(RootCause.reference).order_by(RootCause.position))
    signed_in = {"Cookie": f"qip_session={session.secret}"}
    pages = ("/", "/root-causes", f"/root-causes/{root_cause}", "/escalations", "/trajectory")
    return [_comparison(system.ports["web"], page, signed_in) for page in pages]


def _comparison(port: int, page: str, signed_in: dict[str, str]) -> Comparison:
    opened, empty = Request("GET", page, signed_in), Request("GET", EMPTY, signed_in)
    return Comparison(
        what=f"page {page} (empty signed-in page)",
        ours=lambda: seconds(port, opened),
        peer=lambda: seconds(port, empty),
        unit="ms",
        aim="at most 10 times",
    )
