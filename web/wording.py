"""How code words are printed. The word comes first; a tag's tint only repeats it."""

_LABELS = {
    "isg_member": "ISG member",
    "isg_chair": "ISG chair",
    "ecib_member": "ECIB member",
    "pmo": "PMO",
    "must_do": "Must Do",
    "should_do": "Should Do",
    "none": "Neither Must Do nor Should Do",
    "all": "All",
    "may_not": "May not recover",
    "unlikely": "Unlikely to recover",
    "well_led": "Well-led",
    "said_off_track": "Reported off track",
    "updates_missed": "Two updates missed in a row",
    "kpi_deteriorated": "KPI has deteriorated",
    "kpi_no_impact": "KPI shows no impact",
    "by_hand": "Raised by hand",
    "plan_asked": "Recovery plan asked for",
    "plan_submitted": "Recovery plan submitted",
    "on_agenda": "On an ECIB agenda",
    "accept_plan": "Accept the recovery plan",
    "rebaseline": "Re-baseline",
    "chaser": "Chased",
    "update_due": "Update to give",
    "plan_wanted": "Recovery plan wanted",
    "closure_to_decide": "Asked to be closed",
    "impact_to_review": "Done but not working",
    "escalation_to_decide": "Before ECIB",
    "agenda_wanted": "To be put on an ECIB agenda",
    "report_to_write": "Cycle report to write",
    "report_to_confirm": "Cycle report to confirm",
    "risk_review_due": "Risk review due",
    "reassigned": "Somebody else’s now",
    "too_late": "The cycle closed without it",
    "repeated": "Asked for again",
    "not_needed": "No longer needed",
    "mondays": "Mondays only",
    "deadline_days": "Only on the day of a deadline",
    "off": "No mail",
    "put_back": "Put back to draft",
    "set_aside": "Set aside",
    "draft_changed": "Draft changed since",
    "no_change_yet": "No change yet",
    "not_enough_points": "Not enough points yet",
}

_TINTS = {
    "not_started": "grey",
    "on_track": "green",
    "at_risk": "yellow",
    "off_track": "red",
    "awaiting_closure": "purple",
    "complete": "aqua-green",
    "embedded": "blue",
    "met": "aqua-green",
    "open": "white",
    "draft": "white",
    "assembled": "yellow",
    "approved": "aqua-green",
    "published": "green",
    "set_aside": "red",
    "draft_changed": "orange",
    "edited": "purple",
    "exempt": "pink",
    "overdue": "orange",
    "review_due": "orange",
    "low": "green",
    "moderate": "yellow",
    "high": "orange",
    "extreme": "red",
    "update_missed": "orange",
    "active": "green",
    "answers": "green",
    "stopped": "red",
    "does_not_answer": "red",
}


def label(code: str) -> str:
    """on_track -> On track."""
    return _LABELS.get(code, code.replace("_", " ").capitalize())


def tint(code: str) -> str:
    """The NHS tag colour of a code word; grey when it has none of its own."""
    return _TINTS.get(code, "grey")
