"""Who is in the demo plan: the demo accounts, and about 120 invented members of staff."""

from dataclasses import dataclass
from random import Random

from services.cli.demo.library import job_titles, names
from services.cli.demo.schedule import FIRST_CYCLE_OPENS, WELL_LED_FIRST_CYCLE_OPENS
from services.domain.words import Cadence, Role
from services.plan_api.workbook.rows import IsgRow, PersonRow

DOMAIN = "demo.example"
DEMO_ISG = "Unscheduled Care"
ISG_NAMES = ("Women's and Children's", "Scheduled Care", "Unscheduled Care", "Workforce", "Well-led")
MEMBERS_AN_ISG = 2


def account(name: str) -> str:
    """The email of a demo account or of an invented person: account("owner")."""
    return f"{name}@{DOMAIN}"


OWNER, DEPUTY, CHAIR, EXECUTIVE, ECIB, PMO = (
    account(name) for name in ("owner", "deputy", "chair", "executive", "ecib", "pmo")
)

DEMO_ACCOUNTS = (
    PersonRow("Oyelaran Hartley", OWNER, (Role.ROOT_CAUSE_OWNER,), DEMO_ISG, "Emergency department matron"),
    PersonRow("Delyth Mukherjee", DEPUTY, (Role.ROOT_CAUSE_OWNER,), DEMO_ISG, "Deputy emergency department matron"),
    PersonRow("Cerys Oduya", CHAIR, (Role.ISG_CHAIR,), DEMO_ISG, "Care group medical director"),
    PersonRow("Edmund Farooqi", EXECUTIVE, (Role.ACCOUNTABLE_EXECUTIVE,), DEMO_ISG, "Chief operating officer"),
    PersonRow("Eleri Castellane", ECIB, (Role.ECIB_MEMBER,), None, "Director of clinical effectiveness"),
    PersonRow("Padma Wrenfield", PMO, (Role.PMO,), None, "Improving Care PMO lead"),
    PersonRow("Bashir Longmynd", account("board"), (Role.BOARD_MEMBER,), None, "Non-executive director"),
    PersonRow("Rowena Achterberg", account("reader"), (Role.READER,), None, "Public governor"),
    PersonRow("Adebola Stretton", account("admin"), (Role.ADMINISTRATOR,), None, "System administrator"),
)  # fmt: skip

CHAIR_TITLES = {
    "Women's and Children's": "Care group director, women's and children's",
    "Scheduled Care": "Care group director, scheduled care",
    "Workforce": "Deputy director of people",
    "Well-led": "Director of corporate governance",
}
EXECUTIVE_TITLES = {
    "Women's and Children's": "Director of nursing, midwifery and quality",
    "Scheduled Care": "Medical director",
    "Workforce": "Workforce director",
    "Well-led": "Director of strategy and transformation",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """The People and ISGs sheets, and who may own root causes in each ISG."""

    people: tuple[PersonRow, ...]
    isgs: tuple[IsgRow, ...]
    owners: dict[str, list[str]]


def appoint(random: Random) -> Staff:
    """Everybody, with roles and job titles; the same people for the same random numbers."""
    newcomers = _Newcomers(random)
    chairs = {isg: newcomers.person(title, isg, Role.ISG_CHAIR) for isg, title in CHAIR_TITLES.items()}
    executives = {
        isg: newcomers.person(title, isg, Role.ACCOUNTABLE_EXECUTIVE)
        for isg, title in EXECUTIVE_TITLES.items()
    }
    chair_emails = {isg: person.email for isg, person in chairs.items()} | {DEMO_ISG: CHAIR}
    executive_emails = {isg: person.email for isg, person in executives.items()} | {DEMO_ISG: EXECUTIVE}
    owners = {
        isg: [newcomers.person(title, isg, Role.ROOT_CAUSE_OWNER).email for title in titles]
        for isg, titles in job_titles().items()
    }
    for isg in ISG_NAMES:
        for _ in range(MEMBERS_AN_ISG):
            newcomers.person("Member of the steering group", isg, Role.ISG_MEMBER)
    for title in ("Chief executive's deputy", "Director of finance", "Director of performance"):
        newcomers.person(title, None, Role.ECIB_MEMBER)
    for title in ("PMO manager", "PMO analyst"):
        newcomers.person(title, None, Role.PMO)
    return Staff(DEMO_ACCOUNTS + tuple(newcomers.people), _isgs(chair_emails, executive_emails), owners)


class _Newcomers:
    """Invents people: no name twice."""

    def __init__(self, random: Random) -> None:
        first_names, family_names = names()
        random.shuffle(first_names)
        random.shuffle(family_names)
        self._names = [
            f"{first_names[number % len(first_names)]} {family_names[number % len(family_names)]}"
            for number in range(len(first_names) * 2 + len(family_names))
        ]
        self.people: list[PersonRow] = []

    def person(self, job_title: str, isg: str | None, role: Role) -> PersonRow:
        """The next one."""
        name = self._names[len(self.people)]
        newcomer = PersonRow(name, account(name.lower().replace(" ", ".")), (role,), isg, job_title)
        self.people.append(newcomer)
        return newcomer


def _isgs(chairs: dict[str, str], executives: dict[str, str]) -> tuple[IsgRow, ...]:
    return tuple(
        IsgRow(
            name=isg,
            cadence=Cadence.MONTHLY if isg == "Well-led" else Cadence.FORTNIGHTLY,
            chair_email=chairs[isg],
            accountable_executive_email=executives[isg],
            first_cycle_opens=WELL_LED_FIRST_CYCLE_OPENS if isg == "Well-led" else FIRST_CYCLE_OPENS,
        )
        for isg in ISG_NAMES
    )
