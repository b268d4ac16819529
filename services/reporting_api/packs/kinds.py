"""The kinds of pack that there are from the beginning, as outlines that the PMO edits or copies."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reporting_api.packs.outline import EACH_ISG, BlockPlan, Outline, SectionPlan


def _block(key: str, block: str | None = None, text: str = "", **options: object) -> BlockPlan:
    return BlockPlan(key, block or key, text, options)


BOARD: Final = Outline(
    "board",
    "Quality Improvement Plan (QIP) update",
    "Trust Board",
    (
        SectionPlan(
            "situation",
            "Situation",
            (
                _block("purpose"),
                _block("cadences"),
                _block("headline"),
                _block("escalation-rule"),
                _block("standing"),
            ),
        ),
        SectionPlan(
            "background",
            "Background",
            (
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
                                _block("charts-follow"),
                                _block("must-do-chart"),
                                _block("should-do-chart"),
                            ),
                        ),
                        SectionPlan(
                            "isgs",
                            "ISG summary progress",
                            (_block("about-progress"), _block("plan-table"), _block("delivery-table")),
                            (
                                SectionPlan(
                                    "isg",
                                    "{isg} ISG",
                                    (_block("isg-findings"), _block("isg-progress"), _block("isg-report")),
                                    each=EACH_ISG,
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        SectionPlan("recommendation", "Recommendation", (_block("recommendations"),)),
    ),
)

KINDS: Final[Mapping[str, Outline]] = MappingProxyType({each.kind: each for each in (BOARD,)})
