"""Who may do what: one table, role x action -> scope. Source: domain.md, People and what each may do.

Services call `require` before they do anything, and send `can` worked out with `allowed`; no page, query
or job decides it again. What further depends on dates or on who asked is in `closing.py` and `escalation.py`;
the table says who may come to that door at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Final

from services.domain.errors import NotAllowed
from services.domain.words import Role


class Action(StrEnum):
    VIEW_PLAN = "view_plan"
    VIEW_FIGURES = "view_figures"
    VIEW_ESCALATIONS = "view_escalations"
    VIEW_PACKS = "view_packs"
    VIEW_AUDIT = "view_audit"
    SUBMIT_UPDATE = "submit_update"
    RELEASE_UPDATE = "release_update"
    COMPLETE_ACTION = "complete_action"
    WITHDRAW_ACTION = "withdraw_action"
    CLOSE = "close"
    REOPEN = "reopen"
    ESCALATE = "escalate"
    PUT_ON_AGENDA = "put_on_agenda"
    DECIDE_ESCALATION = "decide_escalation"
    APPROVE_PLAN = "approve_plan"
    IMPORT_PLAN = "import_plan"
    EXPORT_PLAN = "export_plan"
    ASSEMBLE_PACK = "assemble_pack"
    VIEW_PUBLISHED_PACKS = "view_published_packs"
    COMMENT_ON_PACK = "comment_on_pack"
    EDIT_PACK = "edit_pack"
    APPROVE_PACK = "approve_pack"
    PUBLISH_PACK = "publish_pack"
    DEFINE_PACK = "define_pack"
    ASSIGN_OWNER = "assign_owner"
    NAME_DEPUTIES = "name_deputies"
    SET_THEME = "set_theme"
    ASSURE = "assure"
    WRITE_CYCLE_REPORT = "write_cycle_report"
    CONFIRM_CYCLE_REPORT = "confirm_cycle_report"
    HOLD_MEETING = "hold_meeting"
    SEND_CHASER = "send_chaser"
    KEEP_RISK = "keep_risk"
    REVIEW_RISK = "review_risk"
    VIEW_MEASURES = "view_measures"
    DEFINE_MEASURE = "define_measure"
    SIGN_OFF_MEASURES = "sign_off_measures"
    GIVE_VALUES = "give_values"
    DECIDE_ON_CHART = "decide_on_chart"
    REVIEW_IMPACT = "review_impact"
    CONFIRM_EMBEDDED = "confirm_embedded"
    VIEW_DATA_QUALITY = "view_data_quality"
    ASK_REDACTION = "ask_redaction"
    APPROVE_REDACTION = "approve_redaction"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CLIENTS = "manage_clients"
    APPROVE_CLIENT = "approve_client"


class Scope(Enum):
    """On what a role may act."""

    ANY = auto()
    OWN_ISG = auto()
    """What belongs to the ISG that the role was given for."""
    OWN = auto()
    """What the person owns or deputises for."""
    SELF = auto()
    """What the person owns; a deputy may not."""


_READS_THE_PLAN: Final = (
    Role.ROOT_CAUSE_OWNER,
    Role.ISG_MEMBER,
    Role.ISG_CHAIR,
    Role.ACCOUNTABLE_EXECUTIVE,
    Role.ECIB_MEMBER,
    Role.PMO,
    Role.BOARD_MEMBER,
)
_EVERYWHERE: Final[dict[Role, Scope]] = dict.fromkeys(_READS_THE_PLAN, Scope.ANY)
_OVERSEES: Final[dict[Role, Scope]] = {
    role: scope for role, scope in _EVERYWHERE.items() if role is not Role.ROOT_CAUSE_OWNER
}
_PMO: Final = {Role.PMO: Scope.ANY}
_ADMINISTRATOR: Final = {Role.ADMINISTRATOR: Scope.ANY}
_LEADS_ISG: Final = {Role.ISG_CHAIR: Scope.OWN_ISG, Role.ACCOUNTABLE_EXECUTIVE: Scope.OWN_ISG}

PERMISSIONS: Final[Mapping[Action, Mapping[Role, Scope]]] = {
    Action.VIEW_PLAN: _EVERYWHERE,
    Action.VIEW_FIGURES: {**_EVERYWHERE, Role.READER: Scope.ANY},
    Action.VIEW_ESCALATIONS: {**_OVERSEES, Role.ROOT_CAUSE_OWNER: Scope.OWN},
    Action.VIEW_PACKS: _OVERSEES,
    Action.VIEW_AUDIT: {**_LEADS_ISG, **_PMO},
    Action.SUBMIT_UPDATE: {Role.ROOT_CAUSE_OWNER: Scope.OWN},
    Action.RELEASE_UPDATE: _PMO,
    Action.COMPLETE_ACTION: {Role.ROOT_CAUSE_OWNER: Scope.OWN, **_PMO},
    Action.WITHDRAW_ACTION: {Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.CLOSE: {**_LEADS_ISG, Role.ISG_MEMBER: Scope.OWN_ISG, **_PMO},
    Action.REOPEN: {**_LEADS_ISG, **_PMO},
    Action.ESCALATE: {**_LEADS_ISG, **_PMO},
    Action.PUT_ON_AGENDA: _PMO,
    Action.DECIDE_ESCALATION: {Role.ECIB_MEMBER: Scope.ANY, **_PMO},
    Action.APPROVE_PLAN: _PMO,
    Action.IMPORT_PLAN: _PMO,
    Action.EXPORT_PLAN: _PMO,
    Action.ASSEMBLE_PACK: _PMO,
    Action.VIEW_PUBLISHED_PACKS: {**_EVERYWHERE, Role.READER: Scope.ANY},
    Action.COMMENT_ON_PACK: {
        Role.ISG_CHAIR: Scope.ANY,
        Role.ACCOUNTABLE_EXECUTIVE: Scope.ANY,
        Role.ECIB_MEMBER: Scope.ANY,
        **_PMO,
    },
    Action.EDIT_PACK: {Role.ACCOUNTABLE_EXECUTIVE: Scope.ANY, **_PMO},
    Action.APPROVE_PACK: {Role.ACCOUNTABLE_EXECUTIVE: Scope.ANY, **_PMO},
    Action.PUBLISH_PACK: _PMO,
    Action.DEFINE_PACK: _PMO,
    Action.ASSIGN_OWNER: {Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.NAME_DEPUTIES: {Role.ROOT_CAUSE_OWNER: Scope.SELF, Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.SET_THEME: _PMO,
    Action.ASSURE: _PMO,
    Action.WRITE_CYCLE_REPORT: {Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.CONFIRM_CYCLE_REPORT: {Role.ACCOUNTABLE_EXECUTIVE: Scope.OWN_ISG},
    Action.HOLD_MEETING: {Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.SEND_CHASER: {Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.KEEP_RISK: {**_LEADS_ISG, **_PMO},
    Action.REVIEW_RISK: {Role.ECIB_MEMBER: Scope.ANY, **_PMO},
    Action.VIEW_MEASURES: _EVERYWHERE,
    Action.DEFINE_MEASURE: {Role.ISG_CHAIR: Scope.OWN_ISG, **_PMO},
    Action.SIGN_OFF_MEASURES: {**_LEADS_ISG, **_PMO},
    Action.GIVE_VALUES: {
        Role.ROOT_CAUSE_OWNER: Scope.OWN,
        Role.ISG_MEMBER: Scope.OWN,
        Role.ACCOUNTABLE_EXECUTIVE: Scope.OWN,
        Role.ISG_CHAIR: Scope.OWN_ISG,
        **_PMO,
    },
    Action.DECIDE_ON_CHART: {**_LEADS_ISG, **_PMO},
    Action.REVIEW_IMPACT: {**_LEADS_ISG, Role.ISG_MEMBER: Scope.OWN_ISG, **_PMO},
    Action.CONFIRM_EMBEDDED: {**_LEADS_ISG, Role.ISG_MEMBER: Scope.OWN_ISG, **_PMO},
    Action.VIEW_DATA_QUALITY: _PMO,
    Action.ASK_REDACTION: _PMO,
    Action.APPROVE_REDACTION: {Role.ACCOUNTABLE_EXECUTIVE: Scope.ANY, **_PMO},
    Action.MANAGE_PEOPLE: _ADMINISTRATOR,
    Action.MANAGE_CLIENTS: {**_ADMINISTRATOR, **_PMO},
    Action.APPROVE_CLIENT: _PMO,
}

DENIALS: Final[Mapping[Action, str]] = {
    Action.VIEW_PLAN: "Only people who work on the plan or oversee it can see it. Ask the PMO for a role.",
    Action.VIEW_FIGURES: "You need a role in the plan to see its figures. Ask the PMO for one.",
    Action.VIEW_ESCALATIONS: "You can see the escalations of root causes that you own or deputise for only.",
    Action.VIEW_PACKS: "Packs that are not published are for ISG, ECIB and Board members and the PMO.",
    Action.VIEW_AUDIT: "The audit trail is for the PMO; the chair and the executive of an ISG see that of its root causes.",
    Action.SUBMIT_UPDATE: "Only the owner of this root cause or a deputy can report on it.",
    Action.RELEASE_UPDATE: "Only the PMO can release an update before its ISG meeting.",
    Action.COMPLETE_ACTION: "Only the owner of this root cause, a deputy or the PMO completes actions.",
    Action.WITHDRAW_ACTION: "Only the chair of this root cause's ISG or the PMO can withdraw its actions.",
    Action.CLOSE: "Only this root cause's ISG can close it or send it back.",
    Action.REOPEN: "Only the chair or the executive of this root cause's ISG or the PMO can reopen it.",
    Action.ESCALATE: "Only the chair or the executive of this root cause's ISG or the PMO can escalate it.",
    Action.PUT_ON_AGENDA: "Only the PMO can put an escalation on an ECIB agenda.",
    Action.DECIDE_ESCALATION: "Only ECIB decides on escalations; its members or the PMO record the decision.",
    Action.APPROVE_PLAN: "Only the PMO can record the approval of the plan.",
    Action.IMPORT_PLAN: "Only the PMO can import a workbook.",
    Action.EXPORT_PLAN: "Only the PMO can export the workbook.",
    Action.ASSEMBLE_PACK: "Only the PMO can assemble a pack.",
    Action.VIEW_PUBLISHED_PACKS: "You need a role in the plan to read its published packs. Ask the PMO for one.",
    Action.COMMENT_ON_PACK: "Only ISG chairs, accountable executives, ECIB members and the PMO can comment on a pack.",
    Action.EDIT_PACK: "Only an accountable executive or the PMO can change the words of a pack.",
    Action.APPROVE_PACK: "Only an accountable executive or the PMO can approve a pack.",
    Action.PUBLISH_PACK: "Only the PMO can publish a pack.",
    Action.DEFINE_PACK: "Only the PMO can change what a kind of pack is made of.",
    Action.ASSIGN_OWNER: "Only the chair of this root cause's ISG or the PMO can change its owner.",
    Action.NAME_DEPUTIES: "Only the person themselves, the chair of their ISG or the PMO can name deputies.",
    Action.SET_THEME: "Only the PMO can change the cross-cutting theme of a root cause.",
    Action.ASSURE: "Only the PMO assures the evidence of a closed root cause.",
    Action.WRITE_CYCLE_REPORT: "Only the chair of this ISG or the PMO can write its cycle report.",
    Action.CONFIRM_CYCLE_REPORT: "Only the accountable executive of this ISG can confirm its cycle report.",
    Action.HOLD_MEETING: "Only the chair of this ISG or the PMO can record its meeting.",
    Action.SEND_CHASER: "Only the chair of this ISG or the PMO can remind owners of their updates.",
    Action.KEEP_RISK: "Only the chair or the executive of this ISG or the PMO can keep its risks.",
    Action.REVIEW_RISK: "Risks are reviewed at ECIB: its members or the PMO record the review.",
    Action.VIEW_MEASURES: "Only people who work on the plan or oversee it can see its measures. Ask the PMO for a role.",
    Action.DEFINE_MEASURE: "Only the chair of this KPI's ISG or the PMO can define it.",
    Action.SIGN_OFF_MEASURES: "Only the chair or the executive of this ISG or the PMO can sign off its set of KPIs.",
    Action.GIVE_VALUES: "Only the owner of this KPI's data or root cause, a deputy, its ISG's chair or the PMO gives its values.",
    Action.DECIDE_ON_CHART: "Only the chair or the executive of this KPI's ISG or the PMO can decide how its chart is read.",
    Action.REVIEW_IMPACT: "Only this root cause's ISG reviews whether it worked; its members or the PMO record the review.",
    Action.CONFIRM_EMBEDDED: "Only this root cause's ISG or the PMO can confirm that it is embedded.",
    Action.VIEW_DATA_QUALITY: "Only the PMO can see the data quality page.",
    Action.ASK_REDACTION: "Only the PMO can ask for something to be redacted.",
    Action.APPROVE_REDACTION: "A redaction is approved by a second person: of the PMO, or an accountable executive.",
    Action.MANAGE_PEOPLE: "Only an administrator can change people and their roles.",
    Action.MANAGE_CLIENTS: "Partners' access is kept by the PMO and the administrator.",
    Action.APPROVE_CLIENT: "Only the PMO approves partners' access, renews its secrets and keeps its webhooks.",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: their roles, each with the ISG (by name) it was given for, and whom they deputise for."""

    email: str
    grants: frozenset[tuple[Role, str | None]] = frozenset()
    deputises_for: frozenset[str] = frozenset()

    def has(self, role: Role, isg: str | None = None) -> bool:
        """Whether the person holds the role; with an ISG: for that ISG."""
        return any(held is role and isg in {None, held_for} for held, held_for in self.grants)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted on: its ISG (by name) and its owner, where it has them."""

    isg: str | None = None
    owner_email: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """All that a person may act on, for a query's filter: everything, or these ISGs and these owners."""

    everything: bool
    isgs: frozenset[str]
    owner_emails: frozenset[str]

    def covers(self, subject: Subject) -> bool:
        return self.everything or subject.isg in self.isgs or subject.owner_email in self.owner_emails

    def __bool__(self) -> bool:
        return self.everything or bool(self.isgs or self.owner_emails)


def reach(action: Action, person: Person) -> Reach:
    """On what the person may do the action, through all of their roles."""
    scopes = [(PERMISSIONS[action].get(role), isg) for role, isg in person.grants]
    own: frozenset[str] = frozenset()
    for scope, _ in scopes:
        if scope in {Scope.OWN, Scope.SELF}:
            own |= {person.email}
        if scope is Scope.OWN:
            own |= person.deputises_for
    return Reach(
        everything=any(scope is Scope.ANY for scope, _ in scopes),
        isgs=frozenset(isg for scope, isg in scopes if scope is Scope.OWN_ISG and isg is not None),
        owner_emails=own,
    )


def allowed(action: Action, person: Person, subject: Subject | None = None) -> bool:
    """Whether the person may do the action on the subject; without a subject: on anything at all."""
    return reach(action, person).covers(subject or Subject())


def allowed_somewhere(action: Action, person: Person) -> bool:
    """Whether there may be anything that the person may do the action on: for menus."""
    return bool(reach(action, person))


def require(action: Action, person: Person, subject: Subject | None = None) -> None:
    """Refuse, with the action's sentence, what the table does not allow (NotAllowed)."""
    if not allowed(action, person, subject):
        raise NotAllowed(DENIALS[action])


def require_anywhere(action: Action, person: Person) -> None:
    """Refuse those who may do it on nothing at all (NotAllowed): a door's check before it loads anything."""
    if not allowed_somewhere(action, person):
        raise NotAllowed(DENIALS[action])
