"""Whether a pack agrees with itself and with the one before it: its claims, taken from its content, before the reconciler."""

from collections.abc import Sequence

from services.domain.reconciliation import Discrepancy, Numbered, Paper, reconcile
from services.reporting_api.packs.content import Chart, ControlChart, Pack
from services.reporting_api.packs.editing import blocks_of


def claims_of(pack: Pack) -> Paper:
    """What the pack claims, its edited words included."""
    return Paper(
        numbered=[
            Numbered(block.number, block.title, section.title)
            for _, section, block in blocks_of(pack)
            if isinstance(block, Chart | ControlChart)
        ]
    )


def discrepancies(pack: Pack, before: Pack | None) -> Sequence[Discrepancy]:
    """All that does not agree, each once."""
    found = reconcile(claims_of(pack), claims_of(before) if before else None)
    return list({each.key: each for each in found}.values())
