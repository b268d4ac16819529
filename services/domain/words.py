"""Every code word once. The value is what is stored and sent; `label` is what people read."""

from enum import StrEnum


class Word(StrEnum):
    """A code word with the label that people read: `UpdateStatus.ON_TRACK.label == "On track"`."""

    @property
    def label(self) -> str:
        """The word as printed: the code in sentence case unless the field writes it otherwise."""
        return _LABELS.get(self, self.value.replace("_", " ").capitalize())


class Role(Word):
    ROOT_CAUSE_OWNER = "root_cause_owner"
    ISG_MEMBER = "isg_member"
    ISG_CHAIR = "isg_chair"
    ACCOUNTABLE_EXECUTIVE = "accountable_executive"
    ECIB_MEMBER = "ecib_member"
    PMO = "pmo"
    BOARD_MEMBER = "board_member"
    READER = "reader"
    ADMINISTRATOR = "administrator"


class FindingType(Word):
    MUST_DO = "must_do"
    SHOULD_DO = "should_do"
    NOTICE = "notice"
    RECOMMENDATION = "recommendation"


class FindingStatus(Word):
    OPEN = "open"
    MET = "met"
    EMBEDDED = "embedded"


class RootCauseClass(Word):
    MUST_DO = "must_do"
    SHOULD_DO = "should_do"
    NONE = "none"


class NoticeKind(Word):
    """What a Notice's source begins with; Regulation 31 is the 2019 paper's printed name for a Section 31 notice."""

    SECTION_31 = "Section 31"
    REGULATION_31 = "Regulation 31"
    SECTION_29A = "Section 29A"
    SECTION_64 = "Section 64"


class KeyQuestion(Word):
    SAFE = "safe"
    EFFECTIVE = "effective"
    CARING = "caring"
    RESPONSIVE = "responsive"
    WELL_LED = "well_led"


class Cadence(Word):
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class UpdateStatus(Word):
    """What an owner may say. `awaiting_closure` is derived, never said."""

    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    COMPLETE = "complete"


class DeliveryStatus(Word):
    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    AWAITING_CLOSURE = "awaiting_closure"
    COMPLETE = "complete"


class PlanState(Word):
    DRAFT = "draft"
    APPROVED = "approved"
    CLOSED = "closed"


class EscalationReason(Word):
    SAID_OFF_TRACK = "said_off_track"
    DUE_DATE_PASSED = "due_date_passed"
    UPDATES_MISSED = "updates_missed"
    KPI_DETERIORATED = "kpi_deteriorated"
    KPI_NO_IMPACT = "kpi_no_impact"
    BY_HAND = "by_hand"


class EscalationState(Word):
    RAISED = "raised"
    PLAN_ASKED = "plan_asked"
    PLAN_SUBMITTED = "plan_submitted"
    ON_AGENDA = "on_agenda"
    DECIDED = "decided"
    MONITORED = "monitored"
    ENDED = "ended"


class Decision(Word):
    """What ECIB can decide on an escalation."""

    ACCEPT_PLAN = "accept_plan"
    SEND_BACK = "send_back"
    REBASELINE = "rebaseline"
    EXTRA_SUPPORT = "extra_support"
    STEP_DOWN = "step_down"


class ClosingDecision(Word):
    CLOSE = "close"
    SEND_BACK = "send_back"


class ChangeKind(Word):
    DUE_DATE = "due_date"
    SCOPE = "scope"
    ISG = "isg"
    WITHDRAW = "withdraw"
    MERGE = "merge"
    SPLIT = "split"
    ADD = "add"
    DROP = "drop"


class ChangeState(Word):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPORTED = "supported"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPLIED = "applied"


class KpiLevel(Word):
    HIGH_LEVEL = "high_level"
    ROOT_CAUSE = "root_cause"


class Direction(Word):
    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class Frequency(Word):
    """How often a KPI has a value."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class ObservationState(Word):
    PROVISIONAL = "provisional"
    FINAL = "final"


class GivenThrough(Word):
    """By which way a value came."""

    IMPORT = "import"
    PAGE = "page"
    UPDATE = "update"
    UPLOAD = "upload"
    API = "api"


class BenchmarkKind(Word):
    PEER = "peer"
    NATIONAL = "national"


class ChartDecision(Word):
    """What a person may decide about a chart."""

    REBASE = "rebase"
    BASELINE = "baseline"
    GHOST = "ghost"
    ANNOTATION = "annotation"


class RuleSet(Word):
    """Whose rules of statistical process control: kept with every result."""

    MDC = "mdc"
    NHSR = "nhsr"


class SpecialCause(Word):
    """Why a point is no common cause, the strongest first."""

    OUTSIDE_LIMITS = "outside_limits"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    SHIFT = "shift"


class SignalDirection(Word):
    HIGH = "high"
    LOW = "low"


class Verdict(Word):
    """What a point says, and what the variation icon says of the last one."""

    COMMON_CAUSE = "common_cause"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    CHANGE = "change"


class TargetAssurance(Word):
    """What the assurance icon says: will the target be met as things are?"""

    PASS = "pass"  # noqa: S105 -- no password
    FAIL = "fail"
    INCONSISTENT = "inconsistent"


class ImpactVerdict(Word):
    """Did it work? What the KPI of a closed root cause says (domain.md, Measures)."""

    IMPROVING = "improving"
    WORKING = "working"
    DETERIORATING = "deteriorating"
    NO_CHANGE_YET = "no_change_yet"
    NOT_ENOUGH_POINTS = "not_enough_points"


class ImpactDecision(Word):
    """What an ISG can decide when a root cause is done but not working."""

    ADD_ACTIONS = "add_actions"
    CHANGE_KPI = "change_kpi"
    WAIT_UNTIL = "wait_until"
    REOPEN = "reopen"


class ReviewEnd(Word):
    """Why an ISG is no longer asked about a root cause that was done but not working."""

    DECIDED = "decided"
    WORKS_NOW = "works_now"
    REOPENED = "reopened"


class AssuranceStage(Word):
    """The second axis, never mixed with delivery (domain.md, Assurance)."""

    CLOSED = "closed"
    EVIDENCE_ASSURED = "evidence_assured"
    EMBEDDED = "embedded"


class Outlook(Word):
    """What the chair expects of the ISG's part of the plan, in the cycle report."""

    WILL_RECOVER = "will_recover"
    MAY_NOT = "may_not"
    UNLIKELY = "unlikely"


class RiskState(Word):
    OPEN = "open"
    CLOSED = "closed"


class ReminderKind(Word):
    """What somebody is reminded of, the most pressing first."""

    CHASER = "chaser"
    UPDATE_DUE = "update_due"
    UPDATE_MISSED = "update_missed"
    SENT_BACK = "sent_back"
    PLAN_WANTED = "plan_wanted"
    CLOSURE_TO_DECIDE = "closure_to_decide"
    IMPACT_TO_REVIEW = "impact_to_review"
    ESCALATION_TO_DECIDE = "escalation_to_decide"
    AGENDA_WANTED = "agenda_wanted"
    REPORT_TO_WRITE = "report_to_write"
    REPORT_TO_CONFIRM = "report_to_confirm"
    RISK_REVIEW_DUE = "risk_review_due"


class StopReason(Word):
    """Why a reminder stopped."""

    DONE = "done"
    REASSIGNED = "reassigned"
    LEFT = "left"
    TOO_LATE = "too_late"
    REPEATED = "repeated"
    NOT_NEEDED = "not_needed"


class Rhythm(Word):
    """How often a person wants their digest by mail."""

    EACH_WORKING_DAY = "each_working_day"
    MONDAYS = "mondays"
    DEADLINE_DAYS = "deadline_days"
    OFF = "off"


class DigestOccasion(Word):
    """Why a mail was made: the day's digest, a chaser after it, or to a partner whose webhook was stopped."""

    DAY = "day"
    CHASER = "chaser"
    WEBHOOK_STOPPED = "webhook_stopped"


class DisclosureKind(Word):
    """What somebody took out of the system or looked up in its trail."""

    WORKBOOK_EXPORTED = "workbook_exported"
    LIST_EXPORTED = "list_exported"
    EVIDENCE_DOWNLOADED = "evidence_downloaded"
    TRAIL_READ = "trail_read"
    PACK_DRAFTED = "pack_drafted"


class PackState(Word):
    """How far a pack is. A published one is never edited: a new version takes its place."""

    DRAFT = "draft"
    ASSEMBLED = "assembled"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class PackDeed(Word):
    """What was done with a pack: a line of its history."""

    BEGUN = "begun"
    ASSEMBLED = "assembled"
    PUT_BACK = "put_back"
    APPROVED = "approved"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    REDACTED = "redacted"
    """What was blanked in it stands in no file of it any more."""


class RenderingReason(Word):
    """Why the files of a pack are made."""

    PUBLICATION = "publication"
    REDACTION = "redaction"


class Audience(Word):
    """For whom a published file is: those inside the trust, or anybody (without what is exempt from FOI)."""

    INSIDE = "inside"
    PUBLIC = "public"


class ImportState(Word):
    """How far a workbook is that was sent on the web."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"


class FeedScope(Word):
    PLAN_READ = "plan:read"
    KPI_READ = "kpi:read"
    ESCALATIONS_READ = "escalations:read"
    PACKS_READ = "packs:read"
    KPI_WRITE = "kpi:write"


class PartnerEventKind(Word):
    """What partners are told of by webhooks."""

    PACK_PUBLISHED = "pack.published"
    ESCALATION_RAISED = "escalation.raised"
    ESCALATION_DECIDED = "escalation.decided"
    TEST = "test"


_LABELS: dict[StrEnum, str] = {
    Role.ISG_MEMBER: "ISG member",
    Role.ISG_CHAIR: "ISG chair",
    Role.ECIB_MEMBER: "ECIB member",
    Role.PMO: "PMO",
    FindingType.MUST_DO: "Must Do",
    FindingType.SHOULD_DO: "Should Do",
    ReminderKind.CHASER: "Chased",
    ReminderKind.UPDATE_DUE: "Update to give",
    ReminderKind.SENT_BACK: "Sent back to you",
    ReminderKind.PLAN_WANTED: "Recovery plan wanted",
    ReminderKind.CLOSURE_TO_DECIDE: "Asked to be closed",
    ReminderKind.IMPACT_TO_REVIEW: "Done but not working",
    ReminderKind.ESCALATION_TO_DECIDE: "Before ECIB",
    ReminderKind.AGENDA_WANTED: "To be put on an ECIB agenda",
    ReminderKind.REPORT_TO_WRITE: "Cycle report to write",
    ReminderKind.REPORT_TO_CONFIRM: "Cycle report to confirm",
    ReminderKind.RISK_REVIEW_DUE: "Risk review due",
    StopReason.REASSIGNED: "Somebody else’s now",
    StopReason.LEFT: "Left the trust",
    StopReason.TOO_LATE: "The cycle closed without it",
    StopReason.REPEATED: "Asked for again",
    StopReason.NOT_NEEDED: "No longer needed",
    Rhythm.MONDAYS: "Mondays only",
    Rhythm.DEADLINE_DAYS: "Only on the day of a deadline",
    Rhythm.OFF: "No mail",
    Outlook.WILL_RECOVER: "Will recover",
    Outlook.MAY_NOT: "May not recover",
    Outlook.UNLIKELY: "Unlikely to recover",
    RootCauseClass.MUST_DO: "Must Do",
    RootCauseClass.SHOULD_DO: "Should Do",
    RootCauseClass.NONE: "Neither Must Do nor Should Do",
    NoticeKind.SECTION_31: "Section 31",
    NoticeKind.REGULATION_31: "Regulation 31",
    NoticeKind.SECTION_29A: "Section 29A",
    NoticeKind.SECTION_64: "Section 64",
    KeyQuestion.WELL_LED: "Well-led",
    EscalationReason.SAID_OFF_TRACK: "Reported off track",
    EscalationReason.DUE_DATE_PASSED: "Due date passed",
    EscalationReason.UPDATES_MISSED: "Two updates missed in a row",
    EscalationReason.KPI_DETERIORATED: "KPI has deteriorated",
    EscalationReason.KPI_NO_IMPACT: "KPI shows no impact",
    EscalationReason.BY_HAND: "Raised by hand",
    EscalationState.PLAN_ASKED: "Recovery plan asked for",
    EscalationState.PLAN_SUBMITTED: "Recovery plan submitted",
    EscalationState.ON_AGENDA: "On an ECIB agenda",
    Decision.ACCEPT_PLAN: "Accept the recovery plan",
    Decision.REBASELINE: "Re-baseline",
    ChangeKind.ISG: "ISG",
    KpiLevel.HIGH_LEVEL: "High-level",
    GivenThrough.IMPORT: "Imported",
    GivenThrough.PAGE: "Entered on its page",
    GivenThrough.UPDATE: "With the update",
    GivenThrough.UPLOAD: "Uploaded",
    GivenThrough.API: "Sent by a system",
    ChartDecision.BASELINE: "Baseline frozen",
    ChartDecision.REBASE: "Limits recalculated",
    ChartDecision.GHOST: "Point left out",
    ImpactDecision.CHANGE_KPI: "Change the KPI",
    RuleSet.MDC: "Making Data Count",
    RuleSet.NHSR: "NHSRplotthedots",
    SpecialCause.TWO_OF_THREE: "Two of three close to a limit",
    Verdict.COMMON_CAUSE: "Common cause",
    TargetAssurance.PASS: "Passing the target",
    TargetAssurance.FAIL: "Failing the target",
    TargetAssurance.INCONSISTENT: "Hit or miss",
}
