"""Doors to packs as they are kept: drafts and what is assembled for those who oversee, published ones for readers too."""

from base64 import b64encode
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response

from services.domain.errors import NotFound
from services.domain.permissions import Action, allowed
from services.domain.words import Audience, PackState
from services.reporting_api.papers import issuing, queries, service, showing
from services.reporting_api.papers.schemas import (
    AssemblyWish,
    BlockShown,
    CommentWish,
    ComparisonShown,
    ExplanationWish,
    ForWhom,
    Key,
    PaperBegun,
    PaperList,
    PaperShown,
    PlaceShown,
    ReasonWish,
    Reference,
    WordsWish,
    WritingWish,
)
from services.shared.app import feature_router
from services.shared.auth import Caller, permit, permit_service
from services.shared.db import Session
from services.shared.fields import RowId
from services.shared.paging import Cursor, Limit, start_of
from services.shared.preconditions import IfMatch

RESPOND_ASYNC: Final = "respond-async"
router: APIRouter = feature_router("papers", "/v1/packs/papers")
Reader = Annotated[Caller, permit(Action.VIEW_PUBLISHED_PACKS)]
Insider = Annotated[Caller, permit(Action.VIEW_PACKS)]
Assembler = Annotated[Caller, permit(Action.ASSEMBLE_PACK)]
Editor = Annotated[Caller, permit(Action.EDIT_PACK)]
Commenter = Annotated[Caller, permit(Action.COMMENT_ON_PACK)]
Approver = Annotated[Caller, permit(Action.APPROVE_PACK)]
Publisher = Annotated[Caller, permit(Action.PUBLISH_PACK)]


@router.get("")
async def list_papers(
    caller: Reader,
    db: Session,
    kind: str | None = None,
    state: PackState | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PaperList:
    """The packs that fit, the newest first; readers get the published ones."""
    wanted = queries.Wanted(kind=kind, state=state)
    return await showing.list_papers(db, caller.who, wanted, start_of(cursor), limit)


@router.post("", status_code=201)
async def begin(wish: PaperBegun, caller: Assembler, db: Session) -> PaperShown:
    """Begins a draft of a kind."""
    return await _shown(db, caller, await service.begin(db, caller, wish.kind))


@router.get("/{ref}")
async def read_paper(request: Request, ref: Reference, caller: Reader, db: Session) -> PaperShown:
    """A pack with what its margin says; readers get a published one as it was issued to anybody."""
    shown = await _shown(db, caller, ref)
    request.state.version = (await queries.paper_called(db, ref)).version
    return shown


@router.get("/{ref}/comparison")
async def compare(ref: Reference, _caller: Insider, db: Session, earlier: str) -> ComparisonShown:
    """This pack beside an earlier one of its kind, figure by figure."""
    return await showing.compared(db, earlier, ref)


@router.get("/{ref}/files/{form}", response_class=Response)
async def read_file(
    ref: Reference, form: Key, caller: Reader, db: Session, audience: ForWhom = None
) -> Response:
    """A file of a published pack, byte for byte as it was issued."""
    is_insider = allowed(Action.VIEW_PACKS, caller.who)
    if audience is Audience.INSIDE and not is_insider:
        raise NotFound(
            "This pack was not issued to you in that format. Open the pack to see which files it has."
        )
    wanted = audience or (Audience.INSIDE if is_insider else Audience.PUBLIC)
    file, content = await issuing.file_as_issued(db, ref, form, wanted)
    return Response(
        content,
        media_type=file.media_type,
        headers={"Content-Disposition": f'inline; filename="{file.name}"', "Repr-Digest": _digest(file.digest)},
    )  # fmt: skip


@router.get("/{ref}/blocks/{block}")
async def read_block(
    request: Request, ref: Reference, block: Key, _caller: Insider, db: Session
) -> BlockShown:
    """The words of a block, its figures as placeholders."""
    shown, request.state.version = await showing.one_block(db, ref, block)
    return shown


@router.post("/{ref}/blocks/{block}")
async def edit_block(
    ref: Reference, block: Key, wish: WordsWish, caller: Editor, db: Session, if_match: IfMatch = None
) -> PaperShown:
    """Changes the words of a block around its figures."""
    await service.edit(db, caller, ref, block, wish.words, if_match=if_match)
    return await _shown(db, caller, ref)


@router.post("/{ref}/blocks/{block}/undoing")
async def undo_edit(
    ref: Reference, block: Key, caller: Editor, db: Session, if_match: IfMatch = None
) -> PaperShown:
    """Goes back to the drafted words."""
    await service.undo_edit(db, caller, ref, block, if_match=if_match)
    return await _shown(db, caller, ref)


@router.get("/{ref}/writing/{block}")
async def read_place(
    request: Request, ref: Reference, block: Key, _caller: Insider, db: Session
) -> PlaceShown:
    """A place that people write in: its fields, as they stand for this pack."""
    shown, request.state.version = await showing.one_place(db, ref, block)
    return shown


@router.post("/{ref}/writing/{block}")
async def write_in_place(
    ref: Reference, block: Key, wish: WritingWish, caller: Editor, db: Session, if_match: IfMatch = None
) -> PaperShown:
    """Writes in its fields, for this pack alone."""
    await service.write(db, caller, ref, block, wish.given, if_match=if_match)
    return await _shown(db, caller, ref)


@router.post("/{ref}/comments")
async def comment(ref: Reference, wish: CommentWish, caller: Commenter, db: Session) -> PaperShown:
    """Says something about a block, or about the whole."""
    await service.comment(db, caller, ref, wish.block, wish.words)
    return await _shown(db, caller, ref)


@router.post("/{ref}/comments/{comment_id}/resolving")
async def resolve(ref: Reference, comment_id: RowId, caller: Commenter, db: Session) -> PaperShown:
    """What was said has been seen to."""
    await service.resolve(db, caller, ref, comment_id)
    return await _shown(db, caller, ref)


@router.post("/{ref}/exemptions/{section}")
async def exempt(
    ref: Reference, section: Key, wish: ReasonWish, caller: Publisher, db: Session
) -> PaperShown:
    """The section is exempt from disclosure: it never leaves the trust."""
    await service.exempt(db, caller, ref, section, wish.reason)
    return await _shown(db, caller, ref)


@router.post("/{ref}/exemptions/{section}/ending")
async def end_exemption(ref: Reference, section: Key, caller: Publisher, db: Session) -> PaperShown:
    """It is exempt no longer."""
    await service.end_exemption(db, caller, ref, section)
    return await _shown(db, caller, ref)


@router.post("/{ref}/explanations")
async def explain(ref: Reference, wish: ExplanationWish, caller: Editor, db: Session) -> PaperShown:
    """Why two figures do not agree: printed in the pack."""
    await service.explain(db, caller, ref, wish.discrepancy, wish.words)
    return await _shown(db, caller, ref)


@router.post("/{ref}/assembly")
async def assemble(
    ref: Reference, wish: AssemblyWish, caller: Assembler, db: Session, if_match: IfMatch = None
) -> PaperShown:
    """Freezes its figures at a day."""
    await service.assemble(db, caller, ref, wish.as_at, if_match=if_match)
    return await _shown(db, caller, ref)


@router.post("/{ref}/return")
async def put_back(
    ref: Reference, wish: ReasonWish, caller: Assembler, db: Session, if_match: IfMatch = None
) -> PaperShown:
    """A live draft again, with the reason."""
    await service.put_back(db, caller, ref, wish.reason, if_match=if_match)
    return await _shown(db, caller, ref)


@router.post("/{ref}/approval")
async def approve(ref: Reference, caller: Approver, db: Session, if_match: IfMatch = None) -> PaperShown:
    """Somebody who wrote nothing of it finds it right."""
    await service.approve(db, caller, ref, if_match=if_match)
    return await _shown(db, caller, ref)


@router.post(
    "/{ref}/publication", responses={202: {"model": PaperShown, "description": "The worker publishes it"}}
)
async def publish(
    ref: Reference,
    caller: Publisher,
    db: Session,
    response: Response,
    if_match: IfMatch = None,
    prefer: Annotated[
        str | None, Header(description="respond-async: don’t wait for its files (RFC 7240)")
    ] = None,
) -> PaperShown:
    """Issues it in every format, for good. With `Prefer: respond-async` the worker does: 202, and the pack says how far it is."""
    if RESPOND_ASYNC not in (prefer or "").lower():
        await issuing.publish(db, caller, ref, if_match=if_match)
        return await _shown(db, caller, ref)
    await issuing.ask_to_publish(db, caller, ref, if_match=if_match)
    response.status_code = 202
    response.headers.update({"Location": f"{router.prefix}/{ref}", "Preference-Applied": RESPOND_ASYNC})
    return await _shown(db, caller, ref)


@router.post("/renderings/{rendering_id}", status_code=204)
async def make_files(
    request: Request, rendering_id: RowId, _worker: Annotated[Caller, permit_service("worker")]
) -> None:
    """Makes the files that a publication or a redaction asked for; the same again finds them made."""
    await request.app.state.renderings.make(rendering_id)


@router.post("/{ref}/new-version", status_code=201)
async def new_version(ref: Reference, caller: Assembler, db: Session, if_match: IfMatch = None) -> PaperShown:
    """Begins a draft that will take its place."""
    return await _shown(db, caller, await service.new_version(db, caller, ref, if_match=if_match))


async def _shown(db: Session, caller: Caller, reference: str) -> PaperShown:
    return await showing.one_paper(db, caller.who, caller.id, reference)


def _digest(hexadecimal: str) -> str:
    return f"sha-256=:{b64encode(bytes.fromhex(hexadecimal)).decode()}:"
