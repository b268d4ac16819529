"""Office files are zip archives that say when they were made: without that, the same content is the same bytes."""

from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

THE_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip archive can say."""


def with_fixed_dates(archive: bytes) -> bytes:
    """The archive again, its members in their order with the same content and no time of their own."""
    written = BytesIO()
    with ZipFile(BytesIO(archive)) as given, ZipFile(written, "w", ZIP_DEFLATED) as again:
        for name in given.namelist():
            member = ZipInfo(name, THE_BEGINNING)
            member.compress_type = ZIP_DEFLATED
            again.writestr(member, given.read(name))
    return written.getvalue()
