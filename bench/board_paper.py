"""The Board paper of 30 April 2019 with its matrix and a control chart of each of 75 KPIs: from cold caches, and from warm."""

import os
import time
from dataclasses import dataclass, replace
from datetime import date

from bench.comparison import Line, shown
from bench.load import BenchError
from bench.system import Systems
from services.domain.words import KpiLevel
from services.reporting_api.packs import service
from services.reporting_api.packs.content import Block, Pack, Section
from services.reporting_api.packs.formats import FORMATS, FormatName
from services.reporting_api.packs.measures import control_charts, kpis_of_packs, matrix
from services.reporting_api.packs.service import Draft

AS_AT = date(2019, 4, 30)
CHARTS = 75
ADDRESS = "https://qip.example"
TOGETHER = (FormatName.HTML, FormatName.PDF, FormatName.DOCX)


async def lines(systems: Systems) -> list[Line]:
    """A line for assembling and for each format: the first time in the process, and once more, each with its processor time."""
    load = os.getloadavg()[0]
    first, again = await _seconds(systems), await _seconds(systems)
    aims = {
        "assembled": "under 2 s",
        "HTML, PDF and Word": f"first under 5 s, then under 1 s (load {load:.1f} before it)",
    }
    return [
        Line(
            f"Board paper with {CHARTS} control charts, {part} (once more)",
            first[part].shown,
            again[part].shown,
            "",
            aims.get(part, ""),
        )
        for part in first
    ]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds, and those of them that a core worked for this process: what idle cores would come to."""

    whole: float
    working: float

    @classmethod
    def since(cls, whole: float, working: float) -> "Took":
        """From both clocks as they were."""
        return cls(time.perf_counter() - whole, time.process_time() - working)

    @property
    def shown(self) -> str:
        """1.20 s (0.95 s)."""
        return f"{shown(self.whole, 's')} ({shown(self.working, 's')} working)"


async def _seconds(systems: Systems) -> dict[str, Took]:
    clocks = time.perf_counter(), time.process_time()
    pack = await _assembled(systems)
    assembled = Took.since(*clocks)
    took: dict[str, Took] = {}
    for form in FORMATS.values():
        clocks = time.perf_counter(), time.process_time()
        form.write(pack, ADDRESS)
        took[form.label] = Took.since(*clocks)
    together = [took[FORMATS[name].label] for name in TOGETHER]
    all_three = Took(sum(each.whole for each in together), sum(each.working for each in together))
    return {"assembled": assembled, "HTML, PDF and Word": all_three, **took}


async def _assembled(systems: Systems) -> Pack:
    async with systems.demo.database.transaction() as db:
        paper = await service.assemble_draft(db, Draft("board", AS_AT))
        kpis = await kpis_of_packs(db, AS_AT, KpiLevel.HIGH_LEVEL)
    if len(kpis) != CHARTS:
        raise BenchError(f"The demo plan has {len(kpis)} high-level KPIs at {AS_AT}, not {CHARTS}.")
    blocks: tuple[Block, ...] = (
        matrix(kpis, "High-level measures"),
        *control_charts(kpis, len(paper.charts) + 1),
    )
    return replace(paper, sections=(*paper.sections, Section("measures", "Measures", blocks)))
