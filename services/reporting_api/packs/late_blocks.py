"""The block that says what was reported late."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.domain.observations import period_written
from services.domain.wording import written
from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.content import Block, Figure, Inlines, Table, Text, paragraph, sentence
from services.reporting_api.packs.late_queries import LateClosing, RevisedValue
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.plan_figures import said_once
from services.reporting_api.packs.wording import in_words, of_one_or_more, root_causes, were
from services.shared.clock import LONDON


def _reported_late(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    late = material.late
    isg = None if material.isg is None else material.isg.name
    closings = [each for each in late.closings if isg in {None, each.isg}]
    values = [each for each in late.values if isg in {None, each.isg}]
    if late.reported is None or not (closings or values):
        return ()
    when = written(late.reported)
    said = paragraph(
        sentence(
            "The figures of {when} were reported before all that belongs to them was recorded.", when=when
        ),
        _deeds("closed", [each for each in closings if not each.reopened], late.reported, isg),
        _deeds("reopened", [each for each in closings if each.reopened], late.reported, isg),
        _revised(values, late.reported, isg),
    )
    header = ("What", "ISG", "Recorded late", "Of", "Recorded on")
    rows = (*map(_closing_row, closings), *map(_value_row, values))
    return (said, Table(f"Reported late: recorded after the pack of {when}", header, rows))


def _deeds(deed: str, closings: Sequence[LateClosing], reported: date, isg: str | None) -> Inlines:
    if not closings:
        return ()
    number = len(closings)
    return sentence(
        "{count} {causes} {were} {deed} by then and recorded since.",
        count=_so_many(number, f"Root Causes {deed} and recorded late", reported, isg), causes=root_causes(number),
        were=were(number), deed=deed,
    )  # fmt: skip


def _revised(values: Sequence[RevisedValue], reported: date, isg: str | None) -> Inlines:
    if not values:
        return ()
    number = len(values)
    return sentence(
        "{count} {values} of high-level KPIs {were} revised.",
        count=_so_many(number, "Values of high-level KPIs revised", reported, isg),
        values=of_one_or_more(number, "value", "values"), were=were(number),
    )  # fmt: skip


def _so_many(number: int, what: str, reported: date, isg: str | None) -> Figure:
    return said_once(number, in_words(number), what, reported, isg=isg)


def _closing_row(each: LateClosing) -> tuple[Inlines, ...]:
    return (
        (Figure(None, each.ref, f"/root-causes/{each.ref}"), Text(f" {each.title}")),
        (Text(each.isg or "–"),),
        (Text("Reopened" if each.reopened else "Closed"),),
        (Text(written(each.on)),),
        (Text(written(each.recorded_at.astimezone(LONDON).date())),),
    )


def _value_row(each: RevisedValue) -> tuple[Inlines, ...]:
    return (
        (Figure(None, each.ref, f"/kpis/{each.ref}"), Text(f" {each.name}")),
        (Text(each.isg or "–"),),
        (Text("Value revised"),),
        (Text(period_written(each.period, each.frequency)),),
        (Text(written(each.recorded_at.astimezone(LONDON).date())),),
    )


REPORTED_LATE: Final = BlockKind(
    "reported-late",
    "Reported late",
    "What was recorded for days that the pack before had reported already: closings, reopenings, revised values. Nothing where "
    "nothing was.",
    _reported_late,
    frozenset({Need.LATE}),
)
