"""The rules of the data quality page: what is inconsistent or missing, why it matters, and where it is mended.

These are not rules that stop anybody. History is kept as it was said, and a plan grows bit by bit; what is still missing is
listed here until somebody mends it. How each is found is in `services/plan_api/data_quality/queries.py`, one query a rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.domain.words import Word


class About(Word):
    """What a rule looks at, in the order of the page."""

    UPDATE = "update"
    ROOT_CAUSE = "root_cause"
    ACTION = "action"
    FINDING = "finding"
    ISG = "isg"
    PERSON = "person"
    KPI = "kpi"


class MendedAt(Word):
    """The page that mends it."""

    ROOT_CAUSE = "root_cause"
    OWNER = "owner"
    ACTION = "action"
    CLOSING = "closing"
    REOPENING = "reopening"
    FINDING = "finding"
    ISG = "isg"
    OWNED = "owned"
    IMPORT = "import"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it finds, why that matters, how it is mended and on which page."""

    code: str
    about: About
    title: str
    why: str
    mend: str
    mended_at: MendedAt


_REPORT = "Ask the owner for an update: the form asks for what is missing. An update given here takes it off this list."
_IN_WORKBOOK = "Complete it in the workbook and import that. What is approved already needs a change request."

RULES: Final[Mapping[str, Rule]] = {
    rule.code: rule
    for rule in (
        Rule(
            "off_track_without_plan", About.UPDATE, "Imported updates that say off track, without a recovery plan",
            "ECIB can’t decide on what has no way back on track.", _REPORT, MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "at_risk_without_reason", About.UPDATE, "Imported updates that say at risk, without a reason",
            "Nobody can help with what is not named.", _REPORT, MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "complete_without_evidence", About.UPDATE, "Imported updates that say complete, without evidence",
            "The PMO can’t assure what nothing supports, and the CQC will ask for it.",
            "Attach the evidence to the root cause.", MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "on_track_with_late_forecast", About.UPDATE, "Imported updates that say on track, with a forecast after the due date",
            "One of the two is wrong: what will be late is at risk.", _REPORT, MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "not_off_track_after_due_date", About.UPDATE,
            "Imported updates after the due date that say neither off track nor complete",
            "What is overdue and not done is off track, whatever was said.", _REPORT, MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "reported_after_closing", About.UPDATE, "Imported updates that report on a root cause after it was closed",
            "Either it was not closed, or the report belongs to another root cause.",
            "If it is not done, reopen it; otherwise correct the tracker and leave it as it was said.", MendedAt.REOPENING,
        ),
        Rule(
            "two_in_a_cycle", About.UPDATE, "Imported updates of one root cause that fall in one cycle",
            "The later counts as the newer version of the same report: a cycle may have been skipped or misdated.",
            "Check the reporting dates in the tracker. Where both are right, nothing needs doing.", MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "never_reported", About.ROOT_CAUSE, "Open root causes that nobody has ever reported on",
            "A cycle of the ISG has closed, and its pack says nothing of them.",
            "Ask the owner for an update, or give the root cause to somebody else.", MendedAt.OWNER,
        ),
        Rule(
            "root_cause_without_findings", About.ROOT_CAUSE, "Root causes without findings",
            "They count in no class, and answer nothing that the CQC found.", _IN_WORKBOOK, MendedAt.IMPORT,
        ),
        Rule(
            "root_cause_of_no_class", About.ROOT_CAUSE, "Root causes whose findings are neither Must Do nor Should Do",
            "They are counted in “all” only, and each pack has to say so.",
            "Link them to the Must Do, notice or Should Do that they answer, if there is one.", MendedAt.IMPORT,
        ),
        Rule(
            "root_cause_without_actions", About.ROOT_CAUSE, "Open root causes without actions",
            "Without steps nothing gets done, and closing has nothing to look at.", _IN_WORKBOOK, MendedAt.IMPORT,
        ),
        Rule(
            "root_cause_without_kpi", About.ROOT_CAUSE, "Root causes without a KPI",
            "Nothing will show whether the actions had the intended impact.", _IN_WORKBOOK, MendedAt.IMPORT,
        ),
        Rule(
            "sbar_incomplete", About.ROOT_CAUSE, "Root causes whose SBAR is not complete",
            "Who did not write it can’t tell what is to change.", _IN_WORKBOOK, MendedAt.IMPORT,
        ),
        Rule(
            "owner_has_left", About.ROOT_CAUSE, "Open root causes whose owner has left",
            "Nobody is reminded, and nobody can report on them.", "Give the root cause to somebody else.", MendedAt.OWNER,
        ),
        Rule(
            "owner_lacks_role", About.ROOT_CAUSE, "Open root causes whose owner lacks the role of root cause owner",
            "They are not allowed to report on it.",
            "Give it to somebody with the role, or ask the administrator to give its owner the role.", MendedAt.OWNER,
        ),
        Rule(
            "done_but_not_reported", About.ROOT_CAUSE, "Open root causes whose actions are all settled, not reported complete",
            "They count as open, though they may be done.",
            "Ask the owner to report it complete with evidence, or to add what is still to do.", MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "due_before_every_action", About.ROOT_CAUSE, "Open root causes due before every one of their open actions",
            "By their own actions they will miss the due date.",
            "Bring the actions forward in the workbook, or ask ECIB for another due date.", MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "closed_with_open_actions", About.ROOT_CAUSE, "Closed root causes with open actions",
            "An action is left over that nobody follows up. What the ISG’s review of its impact added is not listed.",
            "Complete each action, or withdraw it with a reason.",
            MendedAt.ACTION,
        ),
        Rule(
            "action_without_owner", About.ACTION, "Open actions without an owner",
            "What is everybody’s is nobody’s.", _IN_WORKBOOK, MendedAt.ACTION,
        ),
        Rule(
            "action_without_due_date", About.ACTION, "Open actions without a due date",
            "Nobody can say whether they are late.", _IN_WORKBOOK, MendedAt.ACTION,
        ),
        Rule(
            "action_owner_has_left", About.ACTION, "Open actions whose owner has left",
            "Nobody is doing them.", _IN_WORKBOOK, MendedAt.ACTION,
        ),
        Rule(
            "action_due_after_root_cause", About.ACTION, "Open actions due after their root cause",
            "The root cause can’t be closed by its due date.",
            "Bring the action forward in the workbook, or ask ECIB for another due date.", MendedAt.ACTION,
        ),
        Rule(
            "action_done_in_the_future", About.ACTION, "Actions completed on a day that has not come yet",
            "What has not happened can’t support closing.", "Correct the completed date in the workbook.", MendedAt.IMPORT,
        ),
        Rule(
            "action_done_before_the_plan", About.ACTION, "Actions completed before the plan began",
            "They were done before the ISG’s first cycle and the plan’s approval: the year may be mistyped.",
            "Check the completed date in the tracker. Where it is right, nothing needs doing.", MendedAt.ROOT_CAUSE,
        ),
        Rule(
            "finding_without_root_causes", About.FINDING, "Findings without root causes",
            "Nothing is being done about them, and they can never be met.",
            "Unpack the finding: add its root causes in the workbook and import that.", MendedAt.FINDING,
        ),
        Rule(
            "finding_without_key_question", About.FINDING, "Findings without a CQC key question",
            "They are left out of every figure by key question.", _IN_WORKBOOK, MendedAt.FINDING,
        ),
        Rule(
            "notice_without_kind", About.FINDING, "Notices whose source does not say under which section they were served",
            "ECIB’s queue begins with Section 31: without the section it can’t be put in order.",
            "Begin the source with Section 31, Section 29A, Section 64 or Regulation 31, in the workbook.", MendedAt.FINDING,
        ),
        Rule(
            "isg_without_chair", About.ISG, "ISGs without a chair",
            "Nobody leads the meeting that closes root causes.",
            "Name the chair in the workbook, or ask the administrator to give somebody the role.", MendedAt.ISG,
        ),
        Rule(
            "isg_without_executive", About.ISG, "ISGs without an accountable executive",
            "Nobody answers for it, and nobody can confirm its cycle reports.",
            "Name the executive in the workbook, or ask the administrator to give somebody the role.", MendedAt.ISG,
        ),
        Rule(
            "isg_without_open_cycle", About.ISG, "ISGs whose first cycle has not opened yet",
            "Its owners can’t report yet, though there is something to report on: its calendar may not be set.",
            "Check “First cycle opens” in the workbook.", MendedAt.ISG,
        ),
        Rule(
            "isg_not_approved", About.ISG, "ISGs whose part of the plan is not approved, while others’ are",
            "Its due dates are not yet a baseline that anybody is held to.", "Record the approval.", MendedAt.APPROVAL,
        ),
        Rule(
            "owner_email_elsewhere", About.PERSON, "Owners whose email address is of another domain than the others’",
            "Reminders may go outside the trust, or nowhere.",
            "Ask the administrator to correct the address, or give what they own to somebody else.", MendedAt.OWNED,
        ),
        Rule(
            "kpi_without_values", About.KPI, "KPIs without a single value",
            "They can show neither improvement nor concern.", "Import their values on the sheet KPI data.", MendedAt.IMPORT,
        ),
        Rule(
            "kpi_without_target", About.KPI, "KPIs without a target",
            "Whether the target was met decides whether a root cause is embedded.", _IN_WORKBOOK, MendedAt.IMPORT,
        ),
    )
}  # fmt: skip
"""By code, in the order of the page."""
