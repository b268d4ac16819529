"""What the files of packs say, whatever their format: what a search for a text has to look into."""

import io
import zipfile

from fastapi import FastAPI
from sqlalchemy import text

from services.worker.delivery import deliver_outbox
from services.worker.in_process import in_process_client
from tests.conftest import TestDatabase
from tests.reporting_api.packs.read_back import pdf_lines


def said_in(content: bytes) -> str:
    """Every word of a file: of a PDF its text and bookmarks, of an office document every part of it."""
    if content.startswith(b"%PDF"):
        return "\n".join(pdf_lines(content)) + content.decode("latin-1")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return "\n".join(said_in(package.read(name)) for name in package.namelist())
    return content.decode("utf-8", "replace")


async def kept_files(database: TestDatabase) -> list[str]:
    """What each file that is kept says."""
    async with database.owner.transaction() as db:
        return [
            said_in(content) for content in await db.scalars(text("SELECT content FROM pack_file_content"))
        ]


async def worked_off(database: TestDatabase, reporting: FastAPI) -> int:
    """What the worker does about what waits for the reporting service; how much it delivered."""
    async with in_process_client({"reporting": reporting}) as client:
        return await deliver_outbox(database.worker.transaction, client)
