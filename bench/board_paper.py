"""The Board paper of 30 April 2019, assembled and rendered: the first time in a process, and again."""

import time
from datetime import date

from bench.comparison import Line, shown
from bench.system import Systems
from services.reporting_api.packs import service

AS_AT = date(2019, 4, 30)
AIMS = {
    "assembled": "under 2 s",
    "HTML and PDF": "first under 5 s, then under 1 s, with DOCX and 75 SPC charts",
}


async def lines(systems: Systems) -> list[Line]:
    """A line for assembling, one for rendering; `here` is the first time, `peer` the second."""
    first, again = await _seconds(systems), await _seconds(systems)
    return [
        Line(f"Board paper, {part} (once more)", shown(first[part], "s"), shown(again[part], "s"), "", aim)
        for part, aim in AIMS.items()
    ]


async def _seconds(systems: Systems) -> dict[str, float]:
    async with systems.demo.database.transaction() as db:
        started = time.perf_counter()
        pack = await service.assemble_board_paper(db, AS_AT)
    assembled = time.perf_counter()
    await service.as_html(pack)
    await service.as_pdf(pack)
    return {"assembled": assembled - started, "HTML and PDF": time.perf_counter() - assembled}
