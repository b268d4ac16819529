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
    EvidenceFile,
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
from services.shared.models.feeds import FeedChange
from services.shared.models.impact import ImpactReview
from services.shared.models.imports import HeadingMap, ImportRun
from services.shared.models.measures import (
    Kpi,
    KpiBenchmark,
    KpiBenchmarkValue,
    KpiDecision,
    KpiDefinition,
    KpiImpact,
    KpiObservation,
    KpiSet,
    KpiSetMember,
    KpiStanding,
    KpiTarget,
)
from services.shared.models.packs import (
    PackComment,
    PackContent,
    PackEdit,
    PackExemption,
    PackExplanation,
    PackFile,
    PackFileContent,
    PackOutline,
    PackRendering,
    PackRow,
    PackStep,
    PackWriting,
)
from services.shared.models.partners import (
    ApiClientSecret,
    ApiClientUse,
    ClientRequest,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEvent,
)
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
    OwnerChange,
    Placement,
    Plan,
    PlanApproval,
    RootCause,
    RootCauseFinding,
    Source,
)
from services.shared.models.reminders import CalendarAddress, Digest, Reminder, ReminderPreference
from services.shared.models.reports import CycleReport
from services.shared.models.risks import Risk, RiskReview, RiskRootCause
from services.shared.models.standings import StandingDue, StandingRow
from services.shared.models.system import AuditEntry, BusinessClock, ChangedBy, IdempotencyKey, OutboxRow

__all__ = [
    "Action", "ApiClient", "ApiClientSecret", "ApiClientUse", "Assurance", "AuditEntry", "AuditLink",
    "AuditUnchained", "AuditVerification", "Base", "Baseline", "BusinessClock", "CalendarAddress", "ChangeRequest",
    "ChangedBy", "ClientRequest", "Closing", "ClosingRequest", "Cycle", "CycleReport", "Deputy", "Digest",
    "Disclosure", "Escalation", "EscalationDecision", "EscalationReasonGiven", "EscalationStep", "Evidence",
    "EvidenceFile", "FeedChange", "Finding", "HeadingMap", "IdempotencyKey", "ImpactReview", "ImportRun", "Isg",
    "Kpi", "KpiBenchmark", "KpiBenchmarkValue", "KpiDecision", "KpiDefinition", "KpiImpact", "KpiObservation",
    "KpiSet", "KpiSetMember", "KpiStanding", "KpiTarget", "OutboxRow", "OwnerChange", "PackComment", "PackContent",
    "PackEdit", "PackExemption", "PackExplanation", "PackFile", "PackFileContent", "PackOutline",
    "PackRendering", "PackRow", "PackStep", "PackWriting",
    "PasswordLink", "Person", "Placement", "Plan", "PlanApproval", "ProgressUpdate", "RecoveryPlan",
    "Redactable", "RedactedPlace", "Redaction", "Reminder", "ReminderPreference", "Risk", "RiskReview",
    "RiskRootCause", "RoleGrant", "RootCause", "RootCauseFinding", "SignInAttempt", "SignInSession", "Source",
    "StandingDue", "StandingRow", "UpdateDraft", "WebhookAttempt", "WebhookDelivery", "WebhookEndpoint",
    "WebhookEvent", "owned_by",
]  # fmt: skip
