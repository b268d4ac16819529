"""Files of evidence on disk: one for each content, called by its SHA-256, readable by the service alone and never executable.

The folder is `evidence` in the data folder; where the plan service runs in several processes or containers they share it.
"""

import asyncio
import hashlib
import os
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.domain.errors import RuleBroken
from services.domain.evidence_files import EMPTY, HOLDS_MACROS, NOT_WHAT_IT_SAYS
from services.shared.settings import settings

_BEGINS: Final = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
_MAIN_PART: Final = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_KINDS_OF_PARTS: Final = "[Content_Types].xml"
_RUN_BY_PROGRAMS: Final = (b"macroenabled", b"vbaproject", b"vbadata", b"activex", b"oleobject")
"""What the list of kinds calls documents with macros and parts that a program runs, under whatever name these lie."""
_AT_ONCE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored."""

    digest: str
    size: int


async def store(parts: AsyncIterator[bytes], kind: str) -> Stored:
    """Keeps a file as it comes. Raises RuleBroken when it is too large, empty or not of its kind; then nothing is kept."""
    most = settings().evidence_max_mb * 1024 * 1024
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, unfinished = tempfile.mkstemp(dir=_folder(), prefix="coming-")
    path, digest, size = Path(unfinished), hashlib.sha256(), 0
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for part in parts:
                size += len(part)
                if size > most:
                    raise RuleBroken.at(
                        "file",
                        f"This file is larger than {settings().evidence_max_mb} MB. Give a smaller one, or a link.",
                    )
                digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        await asyncio.to_thread(_settle, path, kind, digest.hexdigest(), size)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    return Stored(digest.hexdigest(), size)


def _settle(path: Path, kind: str, digest: str, size: int) -> None:
    """What has come whole takes its place. Raises RuleBroken for what is no evidence."""
    if not size:
        raise RuleBroken.at("file", EMPTY)
    if not _is_of_kind(path, kind):
        raise RuleBroken.at("file", NOT_WHAT_IT_SAYS)
    if kind in _MAIN_PART and any(word in (_kinds_of_parts(path, kind) or b"") for word in _RUN_BY_PROGRAMS):
        raise RuleBroken.at("file", HOLDS_MACROS)
    place = _place(digest)
    place.parent.mkdir(exist_ok=True, mode=0o700)
    path.rename(place)


def stored_before(moment: float) -> Iterator[tuple[str, Path]]:
    """Each file that was there before a moment, by its digest; what never came whole by its own name."""
    for path in _folder().glob("**/*"):
        if path.is_file() and path.stat().st_mtime < moment:
            yield path.name, path


def read(digest: str) -> bytes | None:
    """The content, if it is there and is what was stored."""
    try:
        content = _place(digest).read_bytes()
    except FileNotFoundError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None


def remove(digest: str) -> None:
    """Overwrites and removes the content, also in what a restore has put aside."""
    for folder in settings().data_dir.glob("evidence*"):
        place = folder / digest[:2] / digest
        if place.is_file():
            with place.open("r+b") as file:
                left = place.stat().st_size
                while left > 0:
                    left -= file.write(b"\0" * min(left, _AT_ONCE))
                file.flush()
                os.fsync(file.fileno())
            place.unlink()


def _is_of_kind(path: Path, kind: str) -> bool:
    if kind in _MAIN_PART:
        return _kinds_of_parts(path, kind) is not None
    with path.open("rb") as file:
        if kind in _BEGINS:
            return file.read(16).startswith(_BEGINS[kind])
        return _is_text(file.read())


def _kinds_of_parts(path: Path, kind: str) -> bytes | None:
    """What an office file says that its parts are; None when it is no such file."""
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if not {_KINDS_OF_PARTS, _MAIN_PART[kind]} <= names:
                return None
            if package.getinfo(_KINDS_OF_PARTS).file_size > _AT_ONCE:
                return None
            return package.read(_KINDS_OF_PARTS).lower() + "\n".join(names).lower().encode()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError):
        return None


def _is_text(content: bytes) -> bool:
    """Text in UTF-8, or in what Windows writes; a NUL is in neither."""
    if b"\0" in content or content.startswith((*_BEGINS.values(), b"PK\3\4", b"MZ", b"\x7fELF")):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            return False
    return True


def _folder() -> Path:
    return settings().data_dir / "evidence"


def _place(digest: str) -> Path:
    return _folder() / digest[:2] / digest
