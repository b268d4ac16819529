"""`python -m bench`: measure everything; `python -m bench pages evening`: these parts alone."""

import logging
import sys
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Collection

import structlog
import uvloop

from bench import board_paper, deadline_evening, feeds, measures, measures_pages, pages, updates, workbook
from bench.comparison import ROUNDS, measured, table_of
from bench.load import CONNECTIONS, BenchError
from bench.system import Systems, running_systems

PARTS = {
    "spc": "1,000 series judged, beside a bare pass over them; 100 charts drawn",
    "pages": "every page, beside the empty one and beside itself with 100 times the plan",
    "evening": "200 owners on the evening of the deadline",
    "updates": "submitted updates a second, beside one inserted row",
    "feeds": "partner feeds a second, beside ready-made bytes; after a change; with 100 times the plan",
    "import": "the demo workbook and one a hundred times as large imported, beside a COPY of their rows",
    "paper": "the Board paper assembled and rendered",
    "measures": "pages of 500 KPIs of 60 points, beside the empty one and beside themselves with 100 times the observations",
}
"""In this order: what changes most of the plan comes late."""
COMPARED = {"updates": updates.comparisons, "feeds": feeds.comparisons, "import": workbook.comparisons}
SIZES = {"pages": pages.TIMES, "feeds": pages.TIMES, "evening": deadline_evening.TIMES}


async def bench(wanted: Collection[str], lapse: float) -> None:
    """Tables go to stdout, progress to stderr."""
    started = time.perf_counter()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if "spc" in wanted:
        print(measures.section(), end="\n\n", flush=True)
    if set(wanted) <= {"spc"}:
        return
    async with running_systems({SIZES[part] for part in wanted if part in SIZES}, say) as systems:
        say(f"Everything runs after {time.perf_counter() - started:.0f} s.")
        if "pages" in wanted:
            print(await pages.section(systems, say), end="\n\n", flush=True)
        if "evening" in wanted:
            print(await deadline_evening.section(systems, say, lapse), end="\n\n", flush=True)
        await _compare(systems, wanted)
        if "measures" in wanted:
            print(await measures_pages.section(systems, say), end="\n\n", flush=True)
    print(
        "Ratios travel, absolute figures are this machine's today. docs/performance.md says what is compared and why. "
        f"The whole run took {time.perf_counter() - started:.0f} s."
    )


async def _compare(systems: Systems, wanted: Collection[str]) -> None:
    """Things and their peers in one table, interleaved."""
    comparisons = [each for part, of in COMPARED.items() if part in wanted for each in await of(systems)]
    lines = await measured(comparisons, say) if comparisons else []
    if "import" in wanted:
        lines += await workbook.hundredfold(systems, say)
    if "paper" in wanted:
        lines += await board_paper.lines(systems)
    if lines:
        print(table_of(lines))
        print(
            f"\nMedians of {ROUNDS} rounds, each thing and its peer in turn: rates at {CONNECTIONS} connections, "
            "times of one alone.\n"
        )


def say(sentence: str) -> None:
    """Progress."""
    print(sentence, file=sys.stderr, flush=True)


def _asked() -> tuple[Collection[str], float]:
    """The parts, and how fast the evening goes."""
    listed = "\n".join(f"  {name:9}{what}" for name, what in PARTS.items())
    parser = ArgumentParser(
        prog="python -m bench",
        description="Measures what the project exists for against its stated limits; without names, all of it.",
        epilog=f"parts:\n{listed}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("part", nargs="*", help="what to measure")
    parser.add_argument(
        "--lapse",
        type=float,
        default=deadline_evening.LAPSE,
        help="how many times as fast as a real one the evening goes (4)",
    )
    asked = parser.parse_args()
    if unknown := [part for part in asked.part if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]}: choose from {', '.join(PARTS)}")
    return asked.part or list(PARTS), asked.lapse


if __name__ == "__main__":
    try:
        uvloop.run(bench(*_asked()))
    except BenchError as error:
        sys.exit(str(error))
