"""Doors to import and export: the workbook itself is the body."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict
from services.domain.permissions import Action
from services.domain.words import DisclosureKind
from services.plan_api.imports import kept, runs, service
from services.plan_api.imports.schemas import Headings, ImportRunShown, ImportShown
from services.plan_api.workbook.read import MAX_BYTES
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.clock import business_today
from services.shared.db import Database, Session
from services.shared.disclosures import disclosed
from services.shared.transaction import wait_for_the_first

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE_BYTE_MORE = MAX_BYTES + 1
"""So that a workbook that is too large is refused by the sentence that says so."""
MOST_RUNS = 2**62

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
    keep: bool = False,
) -> ImportShown:
    """Imports a workbook: all of it, or nothing and 422 with every problem under its cell.

    `check=true` only says what an import would do: it answers 200, problems or none, and writes nothing; with `keep=true`
    the workbook is kept for the caller for an hour, and imported by `POST /v1/imports/kept`.
    """
    data = await request.body()
    keep = keep and check and len(data) <= MAX_BYTES
    if keep:
        await asyncio.to_thread(kept.keep, caller.id, data)
    return await _outcome(db, caller, data, check=check, approve_as_at=approve_as_at, keep=keep)


@router.post("/imports/kept")
async def import_kept_workbook(
    caller: Annotated[Caller, permit(Action.IMPORT_PLAN)], db: Session, check: bool = False
) -> ImportShown:
    """The same of the workbook that the caller has checked within the hour: 409 when it is not kept any more."""
    data = await asyncio.to_thread(kept.kept, caller.id)
    shown = await _outcome(db, caller, data, check=check, approve_as_at=None, keep=check)
    if not check:
        await asyncio.to_thread(kept.forget, caller.id, data)
    return shown


@router.get("/imports/kept/headings")
async def read_headings(caller: Annotated[Caller, permit(Action.IMPORT_PLAN)], db: Session) -> Headings:
    """Which headings and sheets of the workbook that the caller has checked are none of ours: 409 when it is gone."""
    return await service.headings(db, await asyncio.to_thread(kept.kept, caller.id))


async def _begun(request: Request, caller: Caller, data: bytes, *, check: bool) -> ImportRunShown:
    database: Database = request.app.state.database
    run, task = await runs.begin(
        database, caller, data, check_only=check, request_id=request.state.request_id
    )
    await asyncio.wait([task], timeout=runs.SHORT_WAIT)
    async with database.transaction() as db:
        return await runs.find(db, caller, run)


async def _outcome(
    db: AsyncSession, caller: Caller, data: bytes, *, check: bool, approve_as_at: date | None, keep: bool
) -> ImportShown:
    result = await service.import_workbook(
        db, caller, data, check_only=check, approve_as_at=approve_as_at, today=await business_today(db)
    )
    if result.problems and not check:
        raise service.NothingImported(result.problems)
    return ImportShown(checked_only=check, kept=keep, **asdict(result))


@router.post("/import-runs", status_code=201, max_body_size=ONE_BYTE_MORE, openapi_extra=_BODY)
async def begin_import_run(
    request: Request,
    caller: Annotated[Caller, permit(Action.IMPORT_PLAN)],
    check: bool = False,
) -> ImportRunShown:
    """The same beside the request: answers once it is done, or after a few seconds with how far it is.

    A workbook that is checked is kept for the caller for an hour, and imported by `POST /v1/import-runs/kept`.
    """
    await wait_for_the_first(request)
    data = await request.body()
    if check and len(data) <= MAX_BYTES:
        await asyncio.to_thread(kept.keep, caller.id, data)
    return await _begun(request, caller, data, check=check)


@router.post("/import-runs/kept", status_code=201)
async def begin_run_of_kept_workbook(
    request: Request,
    caller: Annotated[Caller, permit(Action.IMPORT_PLAN)],
    db: Session,
    check: bool = False,
    run: Annotated[int | None, Query(ge=1, le=MOST_RUNS)] = None,
) -> ImportRunShown:
    """The same of the workbook that the caller has checked within the hour, with `run` in that run: 409 when it is gone."""
    await wait_for_the_first(request)
    data = await asyncio.to_thread(kept.kept, caller.id)
    if run is not None and not (await runs.find(db, caller, run)).kept:
        raise Conflict(kept.ANOTHER)
    return await _begun(request, caller, data, check=check)


@router.get("/import-runs/{run}")
async def show_import_run(
    run: Annotated[int, Path(ge=1, le=MOST_RUNS)],
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
