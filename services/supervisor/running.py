"""Where a data folder's system runs, so that one folder has one system and the `qip` commands find it."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from services.domain.errors import Conflict


class AlreadyRunning(Conflict):
    """This data folder's system is running."""


@dataclass(frozen=True, slots=True)
class RunningSystem:
    """What a command needs to know of the running system. The address has a password: the file is the owner's alone."""

    pid: int
    database_url: str
    demo: bool
    web_address: str


@contextmanager
def the_only_one(data_folder: Path) -> Iterator[None]:
    """Holds the data folder for as long as the block lasts. Raises AlreadyRunning when somebody else does."""
    keys = _keys(data_folder)
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (keys / "running.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"The system of {data_folder} is running: stop it first, or set QIP_DATA_DIR to another folder."
            ) from None
        try:
            yield
        finally:
            (keys / "running.json").unlink(missing_ok=True)


def record(data_folder: Path, system: RunningSystem) -> None:
    """Writes down where the system runs; `the_only_one` removes it at the end."""
    file = _keys(data_folder) / "running.json"
    file.unlink(missing_ok=True)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as private:
        json.dump(asdict(system), private)


def running_system(data_folder: Path) -> RunningSystem | None:
    """The running system of a data folder; what a killed one left behind does not count."""
    keys = _keys(data_folder)
    try:
        with (keys / "running.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        file = keys / "running.json"
        return RunningSystem(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None
    except FileNotFoundError:
        return None
    return None


def _keys(data_folder: Path) -> Path:
    return data_folder / "keys"
