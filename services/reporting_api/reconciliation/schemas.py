"""What the doors to a pack's reconciliation answer."""

from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel

from services.reporting_api.papers.schemas import DiscrepancyShown

Kind = Annotated[str, Path(max_length=80)]


class PlaceShown(BaseModel):
    """Where in the pack: in words, and the key of the block there."""

    title: str
    block: str


class ClaimShown(BaseModel):
    """A figure that the pack states: what it says wherever it stands, of how many, on which day."""

    figure: str
    isg: str | None
    as_at: date | None
    says: list[str]
    of: str | None
    places: list[PlaceShown]
    agrees: bool


class TypedShown(BaseModel):
    """A number that somebody typed. `held_against`: the figure that it was compared with; null: it is not checked."""

    says: str
    sentence: str
    place: PlaceShown
    held_against: str | None


class PrintedShown(BaseModel):
    """A figure of the paper that the Trust printed in 2019 beside the one of this draft; `why`: where they are not equal."""

    figure: str
    printed: str
    drafted: str | None
    equal: bool
    why: str | None


class ReconciliationShown(BaseModel):
    """A pack's claims and what of them does not agree. `ref`: of a kept pack; `before`: the published one it is held against."""

    kind: str
    title: str
    ref: str | None
    as_at: date
    before: str | None
    discrepancies: list[DiscrepancyShown]
    claims: list[ClaimShown]
    typed: list[TypedShown]
    printed_in_2019: list[PrintedShown]
