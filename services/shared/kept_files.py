"""Files that somebody has checked, kept for them for an hour, so that they need not be sent again to be imported.

One a person and kind, in the data folder, readable by the service alone; never in a backup.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from services.domain.errors import Conflict
from services.shared.settings import settings

KEPT_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Those of one kind: `ending` tells them from others in the folder, `gone` is said when one isn't there any more."""

    ending: str
    gone: str

    def keep(self, person_id: int, data: bytes) -> None:
        """Keeps it in the place of the one before."""
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        forget_old()
        unfinished = folder / f"{person_id}{self.ending}.{os.getpid()}.new"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
        unfinished.rename(self._path(person_id))

    def kept(self, person_id: int) -> bytes:
        """What was kept. Raises Conflict when it is gone."""
        forget_old()
        try:
            return self._path(person_id).read_bytes()
        except FileNotFoundError:
            raise Conflict(self.gone) from None

    def kept_at(self, person_id: int) -> datetime | None:
        """When it was kept; None when nothing is."""
        forget_old()
        try:
            return datetime.fromtimestamp(self._path(person_id).stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def forget(self, person_id: int, data: bytes) -> None:
        """It has been imported. One that was checked meanwhile stays."""
        path = self._path(person_id)
        if path.is_file() and path.read_bytes() == data:
            path.unlink(missing_ok=True)

    def _path(self, person_id: int) -> Path:
        return _folder() / f"{person_id}{self.ending}"


def forget_old() -> None:
    """What is older than an hour goes, whoever's it is."""
    folder = _folder()
    for file in folder.iterdir() if folder.is_dir() else ():
        if time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)


def forget_all() -> None:
    """What has been redacted must not be in a file that waits."""
    folder = _folder()
    for file in folder.iterdir() if folder.is_dir() else ():
        file.unlink(missing_ok=True)


def _folder() -> Path:
    return settings().data_dir / "checked-workbooks"
