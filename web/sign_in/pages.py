"""What the sign-in pages show."""

from dataclasses import dataclass

from web.forms import Form, Hidden, Password, Text

EMAIL_WANTED = "Enter your email address."
PASSWORD_WANTED = "Enter your password."  # noqa: S105 - a sentence


class SignInForm(Form):
    """At /sign-in; `next` is the page of ours to go to."""

    next = Hidden()
    email = Text("Email address", required=EMAIL_WANTED, type="email", autocomplete="username")
    password = Password("Password", required=PASSWORD_WANTED)


class SignInAgainForm(Form):
    """In a form's place, beside the form's own fields."""

    email = Text(
        "Email address", name="sign_in.email", required=EMAIL_WANTED, type="email", autocomplete="username"
    )
    password = Password("Password", name="sign_in.password", required=PASSWORD_WANTED)

    @property
    def has_been_sent(self) -> bool:
        """Whether what was posted is this form, rather than the one whose session was lost."""
        return self.password.field.name in self.values


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo, and whose it is."""

    email: str
    person: str


DEMO_ACCOUNTS = tuple(
    DemoAccount(f"{name}@demo.example", person)
    for name, person in (
        ("owner", "owns root causes of Unscheduled Care"),
        ("deputy", "deputises for that owner"),
        ("chair", "chairs the Unscheduled Care ISG"),
        ("executive", "answers for that ISG at executive level"),
        ("ecib", "is a member of the Executive Continuous Improvement Board"),
        ("pmo", "works in the Programme Management Office"),
        ("board", "is a member of the Board"),
        ("reader", "reads what is published"),
        ("admin", "looks after people and roles"),
    )
)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Email and password."""

    form: SignInForm
    demo_accounts: tuple[DemoAccount, ...] = DEMO_ACCOUNTS
    title: str = "Sign in"


@dataclass(frozen=True, slots=True)
class SignInAgainPage:
    """Sign in where a form was sent without a session; carries the form's fields along."""

    form: SignInAgainForm
    action: str
    carried: tuple[tuple[str, str], ...]
    title: str = "Sign in again to send your form"


@dataclass(frozen=True, slots=True)
class SignOutPage:
    """Here or everywhere."""

    title: str = "Sign out"
