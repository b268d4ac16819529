"""What a kind of pack is made of, as it goes in and out."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from services.reporting_api.packs.schemas import AskedShown

LONGEST = 20_000
Kind = Annotated[str, Path(max_length=80)]


class Deed(StrEnum):
    """What is done to a part of an outline."""

    UP = "up"
    DOWN = "down"
    HIDE = "hide"
    SHOW = "show"
    RENAME = "rename"
    WRITE = "write"
    ADD_BLOCK = "add_block"
    ADD_SECTION = "add_section"
    REMOVE = "remove"


class ChangeWish(BaseModel):
    """One change. `key`: of the part, or of the section that something is added to (blank: the top)."""

    deed: Deed
    key: str = Field("", max_length=80)
    text: str | None = Field(None, max_length=LONGEST)
    given: dict[str, str] | None = Field(None, description="What a block's fields are written with, by field")
    block: str | None = Field(None, max_length=80)
    reason: str | None = Field(None, max_length=LONGEST)


class CopyWish(BaseModel):
    """A new kind of pack from a copy of another."""

    copy_of: str = Field(max_length=80)
    kind: str = Field(max_length=80)
    title: str = Field(max_length=300)
    forum: str | None = Field(None, max_length=300)
    reason: str | None = Field(None, max_length=LONGEST)


class PartShown(BaseModel):
    """A section (`level`) or a block of it; `fields`: what people are asked to write in it."""

    key: str
    level: int
    is_section: bool
    title: str
    help: str
    text: str
    shown: bool
    fields: list[AskedShown]
    first: bool
    last: bool


class VersionShown(BaseModel):
    """A version: who made it, when, why."""

    version: int
    reason: str
    changed_by: str
    changed_at: datetime
    copied_from: str | None


class BlockKindShown(BaseModel):
    """A kind of block that can be added."""

    block: str
    title: str
    help: str
    of_isg: bool


class OutlineRow(BaseModel):
    """A kind of pack."""

    kind: str
    title: str
    forum: str
    version: int


class OutlineList(BaseModel):
    """Every kind."""

    items: list[OutlineRow]


class OutlineShown(OutlineRow):
    """A kind of pack with all its parts, in their order."""

    parts: list[PartShown]
    blocks: list[BlockKindShown]
    history: list[VersionShown]
