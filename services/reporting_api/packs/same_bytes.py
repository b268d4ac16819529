"""Office files are zip archives that say when they were made: without that, the same content is the same bytes."""

import re
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

THE_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip archive can say."""


_PROPERTIES: Final = "docProps/core.xml"
_INSTANT: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_AT_THE_BEGINNING: Final = rb"\g<1>1980-01-01T00:00:00Z"


def with_fixed_dates(archive: bytes) -> bytes:
    """The archive again, its members in their order with the same content and no time of their own.

    A workbook inside it (the data of a chart) says in its properties too when it was made: not any more.
    """
    written = BytesIO()
    with ZipFile(BytesIO(archive)) as given, ZipFile(written, "w", ZIP_DEFLATED) as again:
        for name in given.namelist():
            member = ZipInfo(name, THE_BEGINNING)
            content = given.read(name)
            if name.endswith(".xlsx"):
                content = with_fixed_dates(_without_instants(content))
            # pictures and workbooks are packed already: to pack them again takes most of the time, and nothing off
            packed = name.endswith((".png", ".jpeg", ".xlsx"))
            member.compress_type = ZIP_STORED if packed else ZIP_DEFLATED
            again.writestr(member, content)
    return written.getvalue()


def _without_instants(workbook: bytes) -> bytes:
    written = BytesIO()
    with ZipFile(BytesIO(workbook)) as given, ZipFile(written, "w", ZIP_STORED) as again:
        for name in given.namelist():
            content = given.read(name)
            again.writestr(name, _INSTANT.sub(_AT_THE_BEGINNING, content) if name == _PROPERTIES else content)
    return written.getvalue()
