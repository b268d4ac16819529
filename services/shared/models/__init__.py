"""The tables, by what they are about. `OWNER` says which service's login may write each."""

from services.shared.models.assurance import Assurance
from services.shared.models.audit import (
    AuditLink,
    AuditUnchained,
    AuditVerification,
    Disclosure,
    Redactable,
    RedactedPlace,
    Redaction,
)
from services.shared.models.base import Base, owned_by
from services.shared.models.delivery import (
    Closing,
    ClosingRequest,
    Cycle,
    Evidence,
    ProgressUpdate,
    RecoveryPlan,
    UpdateDraft,
)
from services.shared.models.escalations import (
    ChangeRequest,
    Escalation,
    EscalationDecision,
    EscalationReasonGiven,
    EscalationStep,
)
from services.shared.models.imports import ImportRun
from services.shared.models.measures import Kpi, KpiObservation
from services.shared.models.people import (
    ApiClient,
    Deputy,
    PasswordLink,
    Person,
    RoleGrant,
    SignInAttempt,
    SignInSession,
)
from services.shared.models.plan import (
    Action,
    Baseline,
    Finding,
    Isg,
    Placement,
    Plan,
    PlanApproval,
    RootCause,
    RootCauseFinding,
    Source,
)
from services.shared.models.reports import CycleReport
from services.shared.models.risks import Risk, RiskReview, RiskRootCause
from services.shared.models.system import AuditEntry, BusinessClock, IdempotencyKey, OutboxRow

__all__ = [
    "Action", "ApiClient", "Assurance", "AuditEntry", "AuditLink", "AuditUnchained", "AuditVerification", "Base",
    "Baseline", "BusinessClock", "ChangeRequest", "Closing", "ClosingRequest", "Cycle", "CycleReport", "Deputy",
    "Disclosure", "Escalation", "EscalationDecision", "EscalationReasonGiven", "EscalationStep", "Evidence", "Finding",
    "IdempotencyKey", "ImportRun", "Isg", "Kpi", "KpiObservation", "OutboxRow", "PasswordLink", "Person", "Placement", "Plan",
    "PlanApproval", "ProgressUpdate", "RecoveryPlan", "Redactable", "RedactedPlace", "Redaction", "Risk", "RiskReview",
    "RiskRootCause", "RoleGrant", "RootCause", "RootCauseFinding", "SignInAttempt", "SignInSession", "Source",
    "UpdateDraft", "owned_by",
]  # fmt: skip
