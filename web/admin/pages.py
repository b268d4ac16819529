"""What the administrator's pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from fastapi import Request

from web.admin.forms import ROLES
from web.clients.answers.people import Person, PersonList, RoleHeld
from web.comparison import Comparison
from web.rendering import counted
from web.wording import label


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of people is narrowed to, as it stands in the address."""

    q: str = ""
    role: str = ""
    isg: str = ""
    active: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """As asked for; a role that there is not narrows nothing."""
        asked = request.query_params
        role = asked.get("role", "")
        return cls(
            " ".join(asked.get("q", "").split())[:200], role if role in dict(ROLES) else "", asked.get("isg", ""),
            "false" if asked.get("active") == "false" else "", asked.get("cursor", ""),
        )  # fmt: skip

    @property
    def narrows(self) -> bool:
        """Whether anybody is left out."""
        return bool(self.q or self.role or self.isg or self.active)


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who can sign in, and what each may do."""

    wanted: Wanted
    found: PersonList
    isgs: Sequence[str]

    @property
    def title(self) -> str:
        """120 people can sign in."""
        total = self.found.total
        people = "1 person" if total == 1 else f"{total} people"
        if self.wanted.active:
            return f"{people} {'has' if total == 1 else 'have'} left"
        return f"{people} fit{'s' if total == 1 else ''}" if self.wanted.narrows else f"{people} can sign in"

    @property
    def role_options(self) -> Sequence[tuple[str, str]]:
        """All roles."""
        return [("", "Any role"), *ROLES]

    @property
    def isg_options(self) -> Sequence[tuple[str, str]]:
        """The ISGs in their order."""
        return [("", "Any ISG"), *((name, name) for name in self.isgs)]

    @property
    def active_options(self) -> Sequence[tuple[str, str]]:
        """Here or left."""
        return [("", "Here"), ("false", "Left")]

    @property
    def next_page(self) -> str | None:
        """The address of the next page."""
        return self._address(self.found.next) if self.found.next else None

    @property
    def first_page(self) -> str | None:
        """The address of the first page, on a later one."""
        return self._address("") if self.wanted.cursor else None

    def _address(self, cursor: str) -> str:
        wanted = self.wanted
        query = {
            "q": wanted.q,
            "role": wanted.role,
            "isg": wanted.isg,
            "active": wanted.active,
            "cursor": cursor,
        }
        return f"/admin?{urlencode({name: value for name, value in query.items() if value})}"


def role_told(held: RoleHeld) -> str:
    """ISG chair, Workforce."""
    return f"{label(held.role)}, {held.isg}" if held.isg else label(held.role)


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role, and where it is taken away."""

    told: str
    ending: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: who they are, what they may do, what they hold, where they are signed in."""

    person: Person

    @property
    def title(self) -> str:
        """Their name."""
        return self.person.name

    @property
    def here(self) -> str:
        """The address of their page."""
        return address_of(self.person.email)

    @property
    def roles(self) -> Sequence[RoleLine]:
        """Each role with where it is ended."""
        return [
            RoleLine(
                role_told(held),
                f"{self.here}/roles/ending?{urlencode({'role': held.role, 'isg': held.isg or ''})}",
            )
            for held in self.person.roles
        ]

    @property
    def owns(self) -> str:
        """3 root causes and 1 other thing to hand over."""
        root_causes = sum(each.kind == "root_cause" for each in self.person.held)
        others = len(self.person.held) - root_causes
        told = [counted(root_causes, "root cause")] if root_causes else []
        told += [f"{others} other {'thing' if others == 1 else 'things'}"] if others else []
        return " and ".join(told) or "nothing"


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """All that has to be handed over, and who takes it."""

    person: Person
    form: object
    others: dict[str, str]
    comparison: Comparison | None = None

    @property
    def title(self) -> str:
        """Jo Smith leaves."""
        return f"{self.person.name} leaves"

    @property
    def here(self) -> str:
        """The address of the person's page."""
        return address_of(self.person.email)


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The link, shown once."""

    person: Person
    address: str
    expires_at: object

    @property
    def title(self) -> str:
        """A link for Jo Smith."""
        return f"A link for {self.person.name} to choose a password"

    @property
    def here(self) -> str:
        """The address of the person's page."""
        return address_of(self.person.email)


def address_of(email: str) -> str:
    """The page of a person."""
    return f"/admin/people/{quote(email, safe='@')}"
