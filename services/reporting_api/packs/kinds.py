"""The kinds of pack that there are from the beginning, as outlines that the PMO edits or copies."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reporting_api.packs.outline import EACH_ISG, BlockPlan, Outline, SectionPlan


def _block(key: str, block: str | None = None, text: str = "", **options: object) -> BlockPlan:
    return BlockPlan(key, block or key, text, options)


def _written(key: str, title: str, *below: SectionPlan) -> SectionPlan:
    """A section that people write; left out of the paper while nothing is written."""
    return SectionPlan(key, title, (_block(f"{key}-text", "free-text"),), below)


BOARD: Final = Outline(
    "board",
    "Quality Improvement Plan (QIP) update",
    "Trust Board",
    (
        SectionPlan("cover-page", "Cover page", (_block("cover"),)),
        SectionPlan(
            "situation",
            "Situation",
            (
                _block("purpose"),
                _block("cadences"),
                _block("headline"),
                _block("escalation-rule"),
                _block("standing"),
                _block("measures-summary", "free-text"),
                _block("engagement-summary", "free-text"),
                _block("pmo-summary", "free-text"),
            ),
        ),
        SectionPlan(
            "background",
            "Background",
            (
                _block("inspection", "free-text"),
                _block("findings"),
                _block("sources"),
                _block("how-made"),
                _block("isg-list"),
                _block("accountability"),
                _block("previous-month"),
            ),
        ),
        SectionPlan(
            "assessment",
            "Assessment",
            numbered=True,
            sections=(
                SectionPlan(
                    "delivery",
                    "Must Do and Should Do QIP delivery against trajectory",
                    (_block("about-delivery"),),
                    (
                        SectionPlan(
                            "trajectory",
                            "Delivery against trajectory",
                            (
                                _block("trajectory-headline", "headline"),
                                _block("trajectory-standing", "standing"),
                                _block("reported-late"),
                                _block("charts-follow"),
                                _block("must-do-chart"),
                                _block("should-do-chart"),
                                _block("trajectory-text", "free-text"),
                            ),
                        ),
                        SectionPlan(
                            "isgs",
                            "ISG summary progress",
                            (
                                _block("about-progress"),
                                _block("plan-table"),
                                _block("delivery-table"),
                                _block("forecast-method"),
                            ),
                            (
                                SectionPlan(
                                    "isg",
                                    "{isg} ISG",
                                    (
                                        _block("isg-findings"),
                                        _block("isg-progress"),
                                        _block("isg-report"),
                                        _block("isg-forecast"),
                                        _block("isg-notes", "free-text"),
                                    ),
                                    each=EACH_ISG,
                                ),
                            ),
                        ),
                        _written("examples", "QIP examples of progress"),
                    ),
                ),
                _written(
                    "well-led",
                    "Well-led improvement plan",
                    SectionPlan(
                        "well-led-status",
                        "Plan status",
                        (_block("well-led-status-text", "free-text"), _block("well-led-kloes", "kloe-table")),
                    ),
                    _written("well-led-progress", "Progress to date"),
                ),
                _written(
                    "measures",
                    "Measuring the impact of the QIP",
                    SectionPlan(
                        "high-level-kpis",
                        "High-level KPIs",
                        (_block("kpi-matrix"), _block("high-level-kpis-text", "free-text")),
                    ),
                    _written("root-cause-kpis", "Root Cause KPIs"),
                ),
                _written(
                    "assurance",
                    "Managing and assuring our progress",
                    _written("pmo", "Improving Care PMO"),
                    _written("themes", "Addressing cross-cutting themes"),
                ),
                _written(
                    "engagement",
                    "Engagement",
                    _written("patients", "Patients and the public"),
                    _written("staff", "Staff"),
                    _written("partners", "System partners"),
                ),
                _written("preparation", "Preparation for CQC inspection"),
            ),
        ),
        SectionPlan("recommendation", "Recommendation", (_block("recommendations"),)),
    ),
)

ECIB: Final = Outline(
    "ecib",
    "Executive Continuous Improvement Board pack",
    "Executive Continuous Improvement Board",
    (
        SectionPlan(
            "where-it-stands",
            "Where the plan stands",
            (_block("headline"), _block("standing"), _block("reported-late")),
        ),
        SectionPlan(
            "escalated",
            "For decision: what is escalated",
            (_block("queue"), _block("queue-notes", "free-text")),
        ),
        SectionPlan("changes", "For decision: changes of the plan", (_block("proposals"),)),
        SectionPlan("decided", "Decided since the last meeting", (_block("decisions"),)),
        SectionPlan("open-risks", "Risks to delivery", (_block("risks"),)),
        _written("other-business", "Any other business"),
    ),
    inside_only=True,
)
ISG: Final = Outline(
    "isg",
    "Improvement Steering Group pack",
    "Improvement Steering Groups",
    (
        SectionPlan(
            "isg",
            "{isg} ISG",
            (
                _block("isg-progress"),
                _block("reported-late"),
                _block("isg-findings"),
                _block("isg-report"),
                _block("isg-forecast"),
                _block("isg-closures", "closure-requests"),
                _block("isg-queue", "queue"),
                _block("isg-proposals", "proposals"),
                _block("isg-decisions", "decisions"),
                _block("isg-risks", "risks"),
                _block("isg-matrix", "kpi-matrix"),
                _block("isg-charts", "kpi-charts"),
                _block("isg-notes", "free-text"),
            ),
            each=EACH_ISG,
        ),
        SectionPlan("method", "How the forecast is made", (_block("forecast-method"),)),
    ),
    inside_only=True,
)
SOAG: Final = Outline(
    "soag",
    "Safety Oversight and Assurance Group pack",
    "Safety Oversight and Assurance Group",
    (
        SectionPlan(
            "agenda-items",
            "Agenda",
            (_block("agenda"),),
        ),
        _written("feedback", "Feedback from partners"),
        SectionPlan(
            "progress",
            "Progress of the Quality Improvement Plan",
            (
                _block("headline"),
                _block("standing"),
                _block("reported-late"),
                _block("must-do-chart"),
                _block("should-do-chart"),
                _block("delivery-table"),
                _block("forecast-method"),
            ),
            (
                SectionPlan(
                    "isg",
                    "{isg} ISG",
                    (_block("isg-progress"), _block("isg-report"), _block("isg-forecast")),
                    each=EACH_ISG,
                ),
            ),
        ),
        SectionPlan("measures", "Measures", (_block("kpi-matrix"), _block("kpi-charts"))),
        _written("enforcement", "Enforcement"),
        _written("exit-criteria", "Exit criteria"),
        SectionPlan("open-risks", "Risks to delivery", (_block("risks"),)),
        _written("asks", "What we ask of partners"),
    ),
)
NEWSLETTER: Final = Outline(
    "newsletter",
    "Improving Together",
    "Everybody who works here",
    (
        SectionPlan("where-we-are", "Where we are", (_block("welcome", "free-text"), _block("headline"))),
        SectionPlan(
            "headlines",
            "Headlines from the groups",
            sections=(
                SectionPlan(
                    "isg",
                    "{isg}",
                    (_block("isg-progress"), _block("isg-report"), _block("isg-news", "free-text")),
                    each=EACH_ISG,
                ),
            ),
        ),
        SectionPlan("measures", "What has changed for patients", (_block("kpi-matrix"),)),
        SectionPlan("stories", "Stories", (_block("story"), _block("stories-text", "free-text"))),
        _written("champions", "Improvement champions"),
    ),
)
SNAPSHOT: Final = Outline(
    "snapshot",
    "Quality Improvement Plan: partner snapshot",
    "Partners",
    (
        SectionPlan(
            "plan",
            "The plan",
            (_block("headline"), _block("standing"), _block("plan-table"), _block("delivery-table")),
        ),
        SectionPlan(
            "trajectory", "Delivery against trajectory", (_block("must-do-chart"), _block("should-do-chart"))
        ),
        SectionPlan("escalations", "Decided and proposed", (_block("decisions"), _block("proposals"))),
        SectionPlan("measures", "Measures", (_block("kpi-matrix"),)),
    ),
    released_only=True,
)
KINDS: Final[Mapping[str, Outline]] = MappingProxyType(
    {each.kind: each for each in (BOARD, SOAG, ECIB, ISG, NEWSLETTER, SNAPSHOT)}
)
