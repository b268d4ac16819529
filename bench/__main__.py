"""`python -m bench`: measure everything, and print one table."""

import logging
import sys
import time

import structlog
import uvloop

from bench import board_paper, feeds, pages, updates, workbook
from bench.comparison import ROUNDS, measured, table
from bench.load import CONNECTIONS, BenchError
from bench.system import running_system


async def bench() -> None:
    """Three interleaved rounds of everything; the table goes to stdout, progress to stderr."""
    started = time.perf_counter()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    say("Starting the system and loading the demo plan.")
    async with running_system() as system:
        comparisons = [
            await updates.comparison(system),
            *await feeds.comparisons(system),
            *await pages.comparisons(system),
            workbook.comparison(system),
        ]
        lines = [
            *await measured(comparisons, say),
            *await workbook.hundredfold(system),
            *await board_paper.lines(system),
        ]
    print(table(lines))
    print(
        f"\nMedians of {ROUNDS} rounds, each thing and its peer in turn: rates at {CONNECTIONS} connections, times of one "
        "request alone.\nRatios travel, absolute figures are this machine's today. docs/performance.md says what is "
        f"compared and why. The whole run took {time.perf_counter() - started:.0f} s."
    )


def say(sentence: str) -> None:
    """Progress."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        uvloop.run(bench())
    except BenchError as error:
        sys.exit(str(error))
