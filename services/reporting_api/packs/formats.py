"""The formats that a pack is written in, each drawn from its content model alone: for doors, files and what is issued."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from starlette.concurrency import run_in_threadpool

from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.docx import docx
from services.reporting_api.packs.html import whole_page
from services.reporting_api.packs.pdf import pdf
from services.reporting_api.packs.pptx import pptx
from services.reporting_api.packs.stored import frozen
from services.reporting_api.packs.xlsx import xlsx
from services.shared.settings import settings


class FormatName(StrEnum):
    """How a file in the format ends."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what people call it, its media type, and how a pack is written, whose figures open pages at an address."""

    label: str
    media_type: str
    write: Callable[[Pack, str], bytes]


def _html(pack: Pack, address: str) -> bytes:
    return whole_page(pack, address).encode()


def _xlsx(pack: Pack, _address: str) -> bytes:
    return xlsx(pack)


def _json(pack: Pack, _address: str) -> bytes:
    return json.dumps(frozen(pack), ensure_ascii=False, indent=1, sort_keys=True).encode()


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
FORMATS: Final[Mapping[FormatName, Format]] = MappingProxyType(
    {
        FormatName.HTML: Format("page", "text/html; charset=utf-8", _html),
        FormatName.PDF: Format("PDF", "application/pdf", pdf),
        FormatName.DOCX: Format("Word document", f"{_OFFICE}.wordprocessingml.document", docx),
        FormatName.PPTX: Format("slides", f"{_OFFICE}.presentationml.presentation", pptx),
        FormatName.XLSX: Format("workbook", f"{_OFFICE}.spreadsheetml.sheet", _xlsx),
        FormatName.JSON: Format("data", "application/json", _json),
    }
)
"""Every format."""


async def written(pack: Pack, form: FormatName) -> bytes:
    """The pack in a format; its figures open the pages of this system. The same content gives the same bytes."""
    return await run_in_threadpool(FORMATS[form].write, pack, settings().public_address)
