"""A tracker's own headings as ours."""

from datetime import datetime

from pydantic import BaseModel, Field

from services.plan_api.heading_maps.mapping import LONGEST


class ChoiceWish(BaseModel):
    """Read this heading of a sheet (by our name of the sheet), or with a blank `sheet` this sheet, as ours."""

    sheet: str = Field("", max_length=LONGEST)
    theirs: str = Field(max_length=LONGEST)
    ours: str = Field(max_length=LONGEST)


class ChoicesWish(BaseModel):
    """All or none; a choice made before for the same heading ends."""

    choices: list[ChoiceWish] = Field(min_length=1, max_length=200)


class HeadingMapShown(BaseModel):
    """One that is remembered."""

    id: int
    sheet: str
    theirs: str
    ours: str
    chosen_by: str
    chosen_at: datetime


class HeadingMaps(BaseModel):
    """What is remembered, by sheet; and our sheets with their headings, to choose from."""

    items: list[HeadingMapShown]
    ours: dict[str, list[str]]
    required: dict[str, list[str]]
