"""People as the administrator keeps them."""

from datetime import datetime

from pydantic import BaseModel, Field

from services.domain.words import Role


class RoleHeld(BaseModel):
    """A role, for one ISG or for the whole trust."""

    role: Role
    isg: str | None = Field(None, max_length=200)


class PersonWish(BaseModel):
    """Who somebody is."""

    name: str = Field(max_length=200)
    email: str = Field(max_length=320)
    job_title: str | None = Field(None, max_length=200)


class PersonRow(BaseModel):
    """One person in the list."""

    name: str
    email: str
    job_title: str | None
    roles: list[RoleHeld]
    active: bool
    owns: int = Field(description="Open root causes that they own")


class PersonList(BaseModel):
    """A page of people by name."""

    items: list[PersonRow]
    total: int
    next: str | None


class SessionShown(BaseModel):
    """A session that is open."""

    id: str
    started_at: datetime
    expires_at: datetime
    this_one: bool


class Held(BaseModel):
    """Something that has to be handed over before the person leaves."""

    kind: str = Field(
        description="root_cause, action, recovery_plan, risk, kpi (whose data they own) or post"
    )
    ref: str
    title: str


class PersonWhole(PersonRow):
    """One person with what they hold and their open sessions."""

    deputies: list[str]
    deputises_for: list[str]
    held: list[Held]
    sessions: list[SessionShown]
    has_password: bool


class LinkMade(BaseModel):
    """A link to choose a password with: told once."""

    secret: str
    expires_at: datetime


class LeavingWish(BaseModel):
    """Who takes over: everything, but for what is named for somebody else."""

    successor: str | None = Field(None, max_length=320)
    others: dict[str, str] = Field(
        default_factory=dict, max_length=1000, description="root cause -> email address"
    )


class Left(BaseModel):
    """What was handed over and ended."""

    handed_over: int
    roles_ended: int
    sessions_ended: int


class IsgNames(BaseModel):
    """What the ISGs are called."""

    items: list[str]
