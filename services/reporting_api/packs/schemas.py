"""What the doors to packs answer."""

from pydantic import BaseModel, ConfigDict


class PackKindRow(BaseModel):
    """A kind of pack that can be assembled."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    title: str
    forum: str
    formats: list[str]


class PackKindList(BaseModel):
    """Every kind."""

    items: list[PackKindRow]
