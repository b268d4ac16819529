"""Doors to evidence: what there is, a file in, a file out."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from services.domain.evidence_files import MEDIA_TYPES
from services.domain.permissions import Action
from services.plan_api.evidence import service
from services.plan_api.evidence.schemas import EvidenceFileShown, EvidenceShown
from services.shared.app import feature_router
from services.shared.auth import Caller, permit
from services.shared.db import Session
from services.shared.fields import RowId
from services.shared.settings import LARGEST_EVIDENCE_MB
from services.shared.transaction import tell_a_secret

router: APIRouter = feature_router("evidence", "/v1")

MOST_BYTES = LARGEST_EVIDENCE_MB * 1024 * 1024 + 1
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
ALONE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}
"""A file from outside is saved, never shown in our pages, guessed at or run."""


@router.get("/root-causes/{ref}/evidence")
async def list_evidence(
    ref: str, caller: Annotated[Caller, permit(Action.VIEW_PLAN)], db: Session
) -> EvidenceShown:
    """Files and links that support closing."""
    return await service.evidence(db, caller, ref)


@router.post(
    "/root-causes/{ref}/evidence-files", status_code=201, max_body_size=MOST_BYTES, openapi_extra=_BODY
)
async def attach_file(
    request: Request,
    ref: str,
    caller: Annotated[Caller, permit(Action.SUBMIT_UPDATE)],
    db: Session,
    name: Annotated[str, Query(max_length=1000, description="The file’s name, whose ending says its kind")],
    description: Annotated[str, Query(max_length=4000, description="What it shows")] = "",
) -> EvidenceFileShown:
    """Attaches a file: the body is its content. The next update that is sent carries it."""
    tell_a_secret(request)  # a name that is redacted later must not stand in a kept answer
    return await service.attach(db, caller, ref, name, description, request.stream())


@router.get(
    "/evidence-files/{number}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def read_file(
    number: RowId, caller: Annotated[Caller, permit(Action.VIEW_PLAN)], db: Session
) -> Response:
    """The file, to be saved; who took it is kept."""
    file, data = await service.content(db, caller, number)
    headers = {**ALONE, "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"}
    return Response(data, media_type=MEDIA_TYPES[file.kind], headers=headers)
