"""Doors to packs."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from services.domain.permissions import Action
from services.domain.words import DisclosureKind
from services.reporting_api.packs import service
from services.reporting_api.packs.content import Pack, as_data
from services.reporting_api.packs.html import article
from services.reporting_api.packs.schemas import PackKindList, PackKindRow
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.clock import business_today
from services.shared.db import Session
from services.shared.disclosures import disclosed
from services.shared.kept_answers import KeptAnswers

router: APIRouter = feature_router("packs", "/v1/packs")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Reader = Annotated[Caller, permit(Action.VIEW_PACKS)]


@router.get("")
async def list_pack_kinds(_caller: Reader) -> PackKindList:
    """The kinds of pack that can be assembled, and their formats."""
    return PackKindList(items=[PackKindRow.model_validate(kind) for kind in service.KINDS])


@router.get("/board.html", response_class=HTMLResponse)
async def read_board_paper_as_html(
    request: Request,
    caller: Reader,
    db: Session,
    as_at: date | None = None,
    part: Literal["whole", "article"] = "whole",
) -> Response:
    """The Board paper as one file; `part=article`: the article alone, its links without a host, for a page of one's own."""
    await _note(db, caller, "page", as_at)
    answers: KeptAnswers = request.app.state.kept_answers
    asked = ("board paper", part, as_at, await business_today(db))
    kept, seen = await answers.find(db, asked)
    if kept is not None:
        return kept.again()
    pack = await service.assemble_board_paper(db, as_at)
    if part == "article":
        made = HTMLResponse(await run_in_threadpool(article, pack))
    else:
        made = HTMLResponse(await service.as_html(pack), headers=_named(pack, "html"))
    answers.keep(asked, seen, made, None)
    return made


@router.get("/board.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
async def read_board_paper_as_pdf(caller: Reader, db: Session, as_at: date | None = None) -> Response:
    """The Board paper as tagged PDF/UA-1."""
    await _note(db, caller, "PDF", as_at)
    pack = await service.assemble_board_paper(db, as_at)
    return Response(await service.as_pdf(pack), media_type="application/pdf", headers=_named(pack, "pdf"))


@router.get("/board.docx", response_class=Response, responses={200: {"content": {WORD: {}}}})
async def read_board_paper_as_word(caller: Reader, db: Session, as_at: date | None = None) -> Response:
    """The Board paper as a Word document: real headings, contents, tables with header rows, charts with their words."""
    await _note(db, caller, "Word document", as_at)
    pack = await service.assemble_board_paper(db, as_at)
    return Response(await service.as_docx(pack), media_type=WORD, headers=_named(pack, "docx"))


@router.get("/board.pptx", response_class=Response, responses={200: {"content": {POWERPOINT: {}}}})
async def read_board_paper_as_slides(caller: Reader, db: Session, as_at: date | None = None) -> Response:
    """The Board paper as slides: one idea on each, charts that PowerPoint draws and people can edit."""
    await _note(db, caller, "slides", as_at)
    pack = await service.assemble_board_paper(db, as_at)
    return Response(await service.as_pptx(pack), media_type=POWERPOINT, headers=_named(pack, "pptx"))


@router.get("/board.xlsx", response_class=Response, responses={200: {"content": {EXCEL: {}}}})
async def read_board_papers_tables(caller: Reader, db: Session, as_at: date | None = None) -> Response:
    """Every table of the Board paper as a sheet of a workbook."""
    await _note(db, caller, "workbook", as_at)
    pack = await service.assemble_board_paper(db, as_at)
    return Response(await service.as_xlsx(pack), media_type=EXCEL, headers=_named(pack, "xlsx"))


@router.get("/board.json", response_class=JSONResponse)
async def read_board_paper_as_json(caller: Reader, db: Session, as_at: date | None = None) -> JSONResponse:
    """The Board paper as its content: sections, blocks, and figures with their values and what they count."""
    await _note(db, caller, "data", as_at)
    return JSONResponse(as_data(await service.assemble_board_paper(db, as_at)))


async def _note(db: Session, caller: Caller, form: str, as_at: date | None) -> None:
    """Who drew up a pack that is not published."""
    day = f" as at {as_at}" if as_at else ""
    await disclosed(db, caller, DisclosureKind.PACK_DRAFTED, f"the Board paper as {form}{day}")


def _named(pack: Pack, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'inline; filename="{pack.kind}-{pack.as_at}.{suffix}"'}
