"""Doors to packs as they would read: every kind that the PMO has, in every format."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from services.domain.permissions import Action
from services.domain.words import DisclosureKind
from services.reporting_api.outlines.schemas import Kind
from services.reporting_api.packs import drafts, service
from services.reporting_api.packs.formats import FORMATS, FormatName, written
from services.reporting_api.packs.schemas import PackKindList, PackKindRow
from services.reporting_api.packs.service import Draft
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import ReadingSession, Session
from services.shared.disclosures import disclosed
from services.shared.kept_answers import KeptAnswers
from services.shared.transaction import ReplicaRoute

router: APIRouter = feature_router("packs", "/v1/packs", ReplicaRoute)
Reader = Annotated[Caller, permit(Action.VIEW_PACKS)]
OfIsg = Annotated[
    str | None,
    Query(
        max_length=80, description="An ISG's slug: its part alone, of a kind that has a section for each ISG"
    ),
]
MEDIA_TYPES: dict[str, dict[str, str]] = {form.media_type.partition(";")[0]: {} for form in FORMATS.values()}


@router.get("")
async def list_pack_kinds(_caller: Reader, db: Session) -> PackKindList:
    """The kinds of pack, in the PMO's order: for whom each is, what it holds, and its formats."""
    return PackKindList(items=[PackKindRow.model_validate(kind) for kind in await service.kinds(db)])


@router.get("/{kind}/article", response_class=HTMLResponse)
async def read_article(
    request: Request,
    kind: Kind,
    caller: Reader,
    db: Session,
    reading: ReadingSession,
    as_at: date | None = None,
    isg: OfIsg = None,
) -> Response:
    """What the pack says, for a page of one's own: its links are without a host.

    It is as it was last assembled where the plan has changed since and it is being assembled again: then the header
    `X-Being-Assembled-Again` is 1. `X-Assembled-At` is the instant from which its figures are; without it there is no article
    yet, since the plan is large and was not assembled before.
    """
    asked = await _asked(db, caller, kind, as_at, isg, "article")
    answers: KeptAnswers = request.app.state.kept_answers
    kept, seen = await answers.find(reading, drafts.kept_as(asked))
    if kept is not None:
        return kept.again()
    before = answers.before(drafts.kept_as(asked))
    may_be_shown = before is not None and await drafts.may_be_shown(reading, before)
    if may_be_shown or await drafts.takes_long(reading):
        request.app.state.drafts.assemble_again(
            request.app.state.replica or request.app.state.database, answers, asked
        )
        return drafts.as_it_was(before) if before is not None and may_be_shown else drafts.not_yet()
    made = await drafts.assembled(reading, asked)
    answers.keep(drafts.kept_as(asked), seen, made, None)
    return made


@router.get("/{kind}.{form}", response_class=Response, responses={200: {"content": MEDIA_TYPES}})
async def read_pack(
    request: Request,
    kind: Kind,
    form: FormatName,
    caller: Reader,
    db: Session,
    reading: ReadingSession,
    as_at: date | None = None,
    isg: OfIsg = None,
) -> Response:
    """The pack as one file, from what is committed now.

    An accessible page; tagged PDF/UA-1; a Word document with real headings; slides whose charts people can edit; every table as
    a sheet of a workbook; or its content as data: sections, blocks, and figures with their values and what they count.
    """
    asked = await _asked(db, caller, kind, as_at, isg, FORMATS[form].label)
    answers: KeptAnswers = request.app.state.kept_answers
    kept, seen = await answers.find(reading, (form, asked))
    if kept is not None:
        return kept.again()
    content = await written(await service.assemble_draft(reading, asked), form)
    named = {"Content-Disposition": f'inline; filename="{asked.name}.{form}"'}
    made = Response(content, media_type=FORMATS[form].media_type, headers=named)
    answers.keep((form, asked), seen, made, None)
    return made


async def _asked(
    db: Session, caller: Caller, kind: str, as_at: date | None, isg: str | None, form: str
) -> Draft:
    """What is asked for, where it can be had; noted, since it is not published."""
    asked = await service.draft(db, kind, as_at, isg)
    day = f" as at {as_at}" if as_at else ""
    await disclosed(db, caller, DisclosureKind.PACK_DRAFTED, f"{asked.title} as {form}{day}")
    return asked
