"""Keeps things running: what dies is started again, at once the first time and later each time after that."""

import asyncio
import signal
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Iterator
from pathlib import Path

from services.supervisor.child import ended_with_parent
from services.supervisor.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from services.supervisor.parts import SECONDS_TO_FINISH, Part

Say = Callable[[str], None]

LONGEST_WAIT = 10.0
LIVED_LONG = 5.0
"""Seconds after which a part has done its work: what then kills it is no fault that waiting would mend."""
LOOK_EVERY = 0.5


def waits() -> Iterator[float]:
    """Seconds before each start again: 0.1, 0.2, 0.4, ... 10, 10, ..."""
    wait = 0.1
    while True:
        yield wait
        wait = min(wait * 2, LONGEST_WAIT)


async def keep_running(part: Part, log_file: Path, say: Say) -> None:
    """Runs a part until cancelled, then stops it."""
    wait = waits()
    while True:
        started = time.monotonic()
        process = await _start(part, log_file)
        try:
            code = await process.wait()
        finally:
            await _stop(process)
        if time.monotonic() - started > LIVED_LONG:
            wait = waits()
        say(f"The {part.name} part stopped ({_in_words(code)}) and is started again; its log is {log_file}.")
        await asyncio.sleep(next(wait))


async def keep_database_running(postgres: EmbeddedPostgres, say: Say) -> None:
    """Starts the embedded database again when it, or the command that had started it, has gone."""
    wait = waits()
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if postgres.is_running:
            wait = waits()
            continue
        try:
            postgres.start()
            say("The database had stopped and was started again.")
        except EmbeddedPostgresError as error:
            say(str(error))
            await asyncio.sleep(next(wait))


async def _start(part: Part, log_file: Path) -> Process:
    with log_file.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *part.command,
            env=part.environment,
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop everything in order
            preexec_fn=ended_with_parent(by=signal.SIGTERM),
        )


async def _stop(process: Process) -> None:
    """Asks it to finish what it has in hand; insists after that."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(SECONDS_TO_FINISH + 2):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _in_words(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
