"""Doors to files of values: the file itself is the body."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request

from services.domain.errors import Conflict
from services.domain.permissions import Action
from services.domain.words import FeedScope
from services.kpi_api.observation_files import service
from services.kpi_api.observation_files.reading import MOST_BYTES
from services.kpi_api.observation_files.schemas import FileShown
from services.shared.app import feature_router
from services.shared.auth import Caller, permit, permit_person_or_client
from services.shared.db import Session
from services.shared.kept_files import KeptFiles

GONE: Final = "The file that you checked is kept for an hour only. Choose it again."
ANOTHER: Final = "You have checked another file since. Choose this one again."
CHECKED: Final = KeptFiles(".values", GONE)
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_BYTE_MORE: Final = MOST_BYTES + 1
"""So that a file that is a little too large is refused by the sentence that says so."""

router: APIRouter = feature_router("observation files", "/v1/observation-files")

_FILE: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {XLSX: _FILE, "text/csv": _FILE}}
}


@router.post("", max_body_size=ONE_BYTE_MORE, openapi_extra=_BODY)
async def take_file(
    request: Request,
    caller: Annotated[Caller, permit_person_or_client(Action.GIVE_VALUES, FeedScope.KPI_WRITE)],
    db: Session,
    check: bool = False,
    keep: bool = False,
) -> FileShown:
    """Keeps the values of a file, CSV or Excel: all of them, or nothing and 422 with every problem at its cell.

    `check=true` only says what would be kept: it answers 200, problems or none, and writes nothing; with `keep=true` a file
    without problems waits for the caller for an hour, and is imported by `POST /v1/observation-files/kept`.
    """
    data = await request.body()
    shown = await service.take(db, caller, data, only_check=check)
    if check and keep and caller.person is not None and not shown.problem_count:
        await asyncio.to_thread(CHECKED.keep, caller.id, data)
    return shown


@router.post("/kept")
async def take_kept_file(
    caller: Annotated[Caller, permit(Action.GIVE_VALUES)],
    db: Session,
    digest: Annotated[str, Query(min_length=64, max_length=64, description="Of the file that was checked")],
) -> FileShown:
    """The same of the file that the caller has checked within the hour: 409 when it is gone, or another one is there."""
    data = await asyncio.to_thread(CHECKED.kept, caller.id)
    if service.digest_of(data) != digest:
        raise Conflict(ANOTHER)
    shown = await service.take(db, caller, data, only_check=False)
    await asyncio.to_thread(CHECKED.forget, caller.id, data)
    return shown
