"""The door at which the web layer notes that a list was taken out as a file."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.domain.words import DisclosureKind
from services.shared.app import feature_router
from services.shared.auth import SignedIn
from services.shared.db import Session
from services.shared.disclosures import disclosed

router: APIRouter = feature_router("disclosures", "/v1")


class ListExported(BaseModel):
    """Which list, in which format, narrowed how, and how many rows."""

    name: str = Field(max_length=60, pattern="^[a-z-]+$")
    kind: Literal["csv", "xlsx"]
    filters: str = Field(max_length=2000)
    rows: int = Field(ge=0, le=2**31)


@router.post("/list-exports", status_code=204)
async def note_list_exported(wish: ListExported, caller: SignedIn, db: Session) -> Response:
    """Notes it in the audit trail, under the caller's name."""
    narrowed = f" with {wish.filters}" if wish.filters else ""
    detail = f"{wish.name} as {wish.kind}, {wish.rows} rows{narrowed}"
    await disclosed(db, caller, DisclosureKind.LIST_EXPORTED, detail)
    return Response(status_code=204)
