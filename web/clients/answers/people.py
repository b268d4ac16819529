"""People as the administrator keeps them."""

from datetime import datetime

from web.clients.base import Answer


class RoleHeld(Answer):
    """A role, for one ISG or the whole trust."""

    role: str
    isg: str | None


class PersonRow(Answer):
    """One person in the list."""

    name: str
    email: str
    job_title: str | None
    roles: tuple[RoleHeld, ...]
    active: bool
    owns: int


class PersonList(Answer):
    """A page of people by name."""

    items: tuple[PersonRow, ...]
    total: int
    next: str | None


class OpenSession(Answer):
    """A session that is open."""

    id: str
    started_at: datetime
    expires_at: datetime
    this_one: bool


class OpenSessions(Answer):
    """One's own, newest first."""

    items: tuple[OpenSession, ...]


class DeputyShown(Answer):
    """Somebody who reports for an owner."""

    name: str
    email: str


class Deputies(Answer):
    """Everyone who reports for an owner."""

    items: tuple[DeputyShown, ...]


class Held(Answer):
    """Something that has to be handed over before the person leaves."""

    kind: str
    ref: str
    title: str


class Person(PersonRow):
    """One person with what they hold."""

    deputies: tuple[str, ...]
    deputises_for: tuple[str, ...]
    held: tuple[Held, ...]
    sessions: tuple[OpenSession, ...]
    has_password: bool
    etag: str = ""


class Link(Answer):
    """A link to choose a password with: told once."""

    secret: str
    expires_at: datetime


class Left(Answer):
    """What was handed over and ended."""

    handed_over: int
    roles_ended: int
    sessions_ended: int


class PasswordChosen(Answer):
    """Whose password it is."""

    email: str


class IsgNames(Answer):
    """What the ISGs are called."""

    items: tuple[str, ...]
