"""Doors to import and export: the workbook itself is the body."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from services.domain.permissions import Action
from services.domain.words import DisclosureKind
from services.plan_api.imports import runs, service
from services.plan_api.imports.schemas import ImportRunShown, ImportShown
from services.plan_api.workbook.read import MAX_BYTES
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.clock import business_today
from services.shared.db import Database, Session
from services.shared.disclosures import disclosed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_BYTE_MORE = MAX_BYTES + 1
"""So that a workbook that is too large is refused by the sentence that says so."""

router: APIRouter = feature_router("imports", "/v1")

_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/imports", max_body_size=ONE_BYTE_MORE, openapi_extra=_BODY)
async def import_workbook(
    request: Request,
    caller: Annotated[Caller, permit(Action.IMPORT_PLAN)],
    db: Session,
    check: bool = False,
    approve_as_at: date | None = None,
) -> ImportShown:
    """Imports a workbook: all of it, or nothing and 422 with every problem under its cell.

    `check=true` only says what an import would do: it answers 200, problems or none, and writes nothing.
    """
    result = await service.import_workbook(
        db,
        caller,
        await request.body(),
        check_only=check,
        approve_as_at=approve_as_at,
        today=await business_today(db),
    )
    if result.problems and not check:
        raise service.NothingImported(result.problems)
    return ImportShown(checked_only=check, **asdict(result))


@router.post("/import-runs", status_code=201, max_body_size=ONE_BYTE_MORE, openapi_extra=_BODY)
async def begin_import_run(
    request: Request, caller: Annotated[Caller, permit(Action.IMPORT_PLAN)], check: bool = False
) -> ImportRunShown:
    """The same beside the request: answers once it is done, or after a few seconds with how far it is by then."""
    database: Database = request.app.state.database
    run, task = await runs.begin(
        database, caller, await request.body(), check_only=check, request_id=request.state.request_id
    )
    await asyncio.wait([task], timeout=runs.SHORT_WAIT)
    async with database.transaction() as db:
        return await runs.find(db, caller, run)


@router.get("/import-runs/{run}")
async def show_import_run(
    run: Annotated[int, Path(ge=1, le=2**62)],
    caller: Annotated[Caller, permit(Action.IMPORT_PLAN)],
    db: Session,
) -> ImportRunShown:
    """How far an import is that the caller began, and what it came to."""
    return await runs.find(db, caller, run)


@router.get("/export", response_class=Response, responses={200: {"content": {XLSX: {}}}})
async def export_workbook(caller: Annotated[Caller, permit(Action.EXPORT_PLAN)], db: Session) -> Response:
    """The plan as a workbook that an import reads; who took it is kept."""
    await disclosed(db, caller, DisclosureKind.WORKBOOK_EXPORTED, "the workbook")
    name = f"qip-{await business_today(db):%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(await service.export_workbook(db), media_type=XLSX, headers=headers)
