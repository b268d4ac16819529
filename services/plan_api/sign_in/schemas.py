"""What goes in and out of the sign-in doors."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Credentials(BaseModel):
    """A local account's."""

    email: str = Field(max_length=320)
    password: str = Field(max_length=1000)


class SessionSecret(BaseModel):
    """What the web layer keeps in its cookie."""

    session: str = Field("", max_length=200)


class PasswordWish(BaseModel):
    """The secret of a link, and the password chosen."""

    secret: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class PasswordChosen(BaseModel):
    """Whose password it is."""

    email: str


class SignOut(BaseModel):
    """`everywhere` ends the person's sessions on all devices."""

    everywhere: bool = False


class RoleHeld(BaseModel):
    """A role, with the ISG (by name) that it is held for."""

    role: str
    isg: str | None


class PersonSignedIn(BaseModel):
    """Who is signed in, and the actions that they may do on something at least."""

    name: str
    email: str
    job_title: str | None
    roles: list[RoleHeld]
    can: list[str]


class Trust(BaseModel):
    """The trust that this deployment serves."""

    ods_code: str
    name: str


class SignedIn(BaseModel):
    """A token for all three services, and the secret that renews it."""

    token: str
    expires_at: datetime
    session: str


class AccessToken(BaseModel):
    """A renewed token, and all that a page's frame shows."""

    token: str
    expires_at: datetime
    person: PersonSignedIn
    today: date
    trust: Trust
    demo: bool
