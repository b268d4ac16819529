"""What a change of many root causes at once says."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from services.domain.words import RootCauseClass

MOST: Final = 500
"""A change is one transaction that holds its rows: more than this is done in parts."""


class Chosen(BaseModel):
    """A root cause to change, with the version that the caller was shown; without one it is changed as it is."""

    ref: str = Field(max_length=100)
    version: int | None = None


class ManyChosen(BaseModel):
    """Which root causes."""

    root_causes: list[Chosen] = Field(min_length=1, max_length=MOST)


class OwnerOfMany(ManyChosen):
    """The new owner's email."""

    owner: str = Field(max_length=320)


class ThemeOfMany(ManyChosen):
    """The new cross-cutting theme; null takes it away."""

    theme: Annotated[str, Field(max_length=200)] | None


class ChosenRow(BaseModel):
    """A chosen root cause as it is now."""

    ref: str
    title: str
    isg: str
    root_cause_class: RootCauseClass = Field(serialization_alias="class")
    owner_name: str
    owner_email: str
    theme: str | None
    version: int


class ChosenRows(BaseModel):
    """The chosen ones in the order of the plan."""

    items: list[ChosenRow]
