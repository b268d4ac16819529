"""What the doors to packs answer."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from services.reporting_api.packs.block_kind import Asked, Entry


class BoxShown(BaseModel):
    """One that can be ticked, and what it means."""

    code: str
    label: str
    meaning: str


class AskedShown(BaseModel):
    """A field that people fill in; of several boxes `value` has those that are ticked, a line each."""

    name: str
    label: str
    entry: Entry
    value: str
    hint: str
    boxes: list[BoxShown]

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """As it goes out."""
        boxes = [BoxShown(code=each.code, label=each.label, meaning=each.meaning) for each in asked.boxes]
        return cls(
            name=asked.name, label=asked.label, entry=asked.entry, value=asked.value, hint=asked.hint, boxes=boxes
        )  # fmt: skip


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
