"""Where a run of the tests keeps its data: in memory, if there is enough of it."""

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder is made by mkdtemp, for us alone
ENOUGH = 4 * 1024**3
"""Bytes: two clusters of some 200 MB, and what tests put into them."""
PREFIX = "qip-test-"


def quick_folder() -> Path:
    """A new folder that goes when this process ends.

    Each test's database is 200 files that are made and taken away again: on a disk that costs ten times as much.
    """
    in_memory = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and _free(IN_MEMORY) > ENOUGH
    place = IN_MEMORY if in_memory else Path(tempfile.gettempdir())
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _free(place: Path) -> int:
    return shutil.disk_usage(place).free


def _sweep(place: Path) -> None:
    """Takes away what runs have left that were killed."""
    for left in place.glob(f"{PREFIX}*-*"):
        process = left.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdecimal() and not _lives(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
