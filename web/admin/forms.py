"""What the administrator fills in."""

from typing import Final

from web.forms import Form, Hidden, Option, Password, Select, Text

ROLES: Final = (
    ("root_cause_owner", "Root cause owner"), ("isg_member", "ISG member"), ("isg_chair", "ISG chair"),
    ("accountable_executive", "Accountable executive"), ("ecib_member", "ECIB member"), ("pmo", "PMO"),
    ("board_member", "Board member"), ("reader", "Reader"), ("administrator", "Administrator"),
)  # fmt: skip


class PersonForm(Form):
    """Who somebody is."""

    etag = Hidden()
    name = Text("Name", required="Enter the person's name.")
    email = Text(
        "Work email address", type="email", required="Enter a work email address, like jo.smith@trust.nhs.uk."
    )
    job_title = Text("Job title", hint="Partners see it instead of the name")

    @property
    def wish(self) -> dict[str, object]:
        """As the service takes it."""
        return {"name": self.name.value, "email": self.email.value, "job_title": self.job_title.or_none}


class RoleForm(Form):
    """A role to give."""

    role = Select(
        "Role", [Option("", "Choose"), *(Option(*each) for each in ROLES)], required="Choose a role."
    )
    isg = Select("ISG", hint="For ISG members, chairs and accountable executives")


class LeavingForm(Form):
    """Who takes over; a different one may be named for each root cause."""

    successor = Text(
        "Email address of who takes over",
        type="email",
        hint="Everything below, unless you name somebody else for a root cause",
    )


class EndingForm(Form):
    """A step without questions."""


class SessionForm(Form):
    """Which session to end; none for all."""

    session = Hidden()


class PasswordForm(Form):
    """A password to choose."""

    password = Password("Choose a password", required="Choose a password.")
