"""Sessions, and who is signed in."""

from datetime import date, datetime

from web.clients.base import Answer


class NewSession(Answer):
    """`session` is the secret that the browser's cookie holds."""

    session: str


class RoleHeld(Answer):
    """A role's code, with the ISG (by name) that it is held for."""

    role: str
    isg: str | None


class PersonSignedIn(Answer):
    """Who is signed in; `can` holds the actions that they may do on something at least."""

    name: str
    email: str
    job_title: str | None
    roles: tuple[RoleHeld, ...]
    can: frozenset[str]


class Trust(Answer):
    """The trust that this deployment serves."""

    ods_code: str
    name: str


class AccessToken(Answer):
    """A short-lived token for the three services, and what every page's frame shows."""

    token: str
    expires_at: datetime
    person: PersonSignedIn
    today: date
    trust: Trust
    demo: bool = False
