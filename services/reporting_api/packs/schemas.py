"""What the doors to packs answer."""

from pydantic import BaseModel, ConfigDict


class PackKindRow(BaseModel):
    """A kind of pack: for whom, the headings of what it holds, whether it can be had of one ISG alone, and its formats."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    title: str
    forum: str
    sections: list[str]
    is_by_isg: bool
    formats: list[str]


class PackKindList(BaseModel):
    """Every kind."""

    items: list[PackKindRow]
