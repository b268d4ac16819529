"""The forecast of each ISG's Must Do trajectory: worked out from the plan's facts, and said beside the chair's outlook."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from services.domain.facts import RootCauseFacts
from services.domain.forecast import LEAST_CLOSED, RUNS, Delivery, Forecast, differs_from, forecast, odds
from services.domain.status import closing_on, due_date_on, placement_on
from services.domain.words import Outlook, RootCauseClass
from services.reporting_api.packs import plan_figures
from services.reporting_api.packs.block_kind import BlockKind
from services.reporting_api.packs.board_figures import ends_its_month
from services.reporting_api.packs.board_sentences import at_end_of
from services.reporting_api.packs.content import Block, Figure, Inlines, paragraph, sentence
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.outline import BlockPlan
from services.reporting_api.packs.wording import in_words, of_one_or_more
from services.shared.facts import IsgFacts, PlanFacts

SAID: Final = {
    Outlook.WILL_RECOVER: "will recover",
    Outlook.MAY_NOT: "may not recover",
    Outlook.UNLIKELY: "is unlikely to recover",
}


def month_looked_at(as_at: date) -> date:
    """The end of the month of `as_at`; where that is the very day, of the month after."""
    first_of_next = ((as_at + timedelta(days=1)) if ends_its_month(as_at) else as_at).replace(day=28)
    return (first_of_next + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def forecasts_of(plan: PlanFacts, as_at: date) -> Mapping[str, Forecast]:
    """By ISG: how likely it is back on its Must Do trajectory by the month's end; one that owns no Must Do has none."""
    until = month_looked_at(as_at)
    found = {}
    for isg in plan.isgs:
        deliveries = [_delivery(each, isg, as_at) for each in plan.root_causes if _is_of(each, isg, as_at)]
        if deliveries:
            found[isg.name] = forecast(deliveries, as_at, until, seed=_seed(as_at))
    return found


def _seed(as_at: date) -> int:
    """The paper's own date as a number: the same paper has the same forecast whenever it is assembled."""
    return int(f"{as_at:%Y%m%d}")


def _is_of(root_cause: RootCauseFacts, isg: IsgFacts, as_at: date) -> bool:
    placement = placement_on(root_cause, as_at)
    return (
        placement is not None
        and placement.in_plan
        and placement.isg == isg.name
        and placement.root_cause_class is RootCauseClass.MUST_DO
    )


def _delivery(root_cause: RootCauseFacts, isg: IsgFacts, as_at: date) -> Delivery:
    """Worked on since it came into the plan, or since its ISG began; closed as it stood at the end of `as_at`."""
    closing = closing_on(root_cause, as_at)
    closed = closing.closed_on if closing else None
    came = min((each.holds_from for each in root_cause.placements if each.holds_from), default=None)
    began = min(filter(None, (came or isg.calendar.first_opens, closed, as_at)))
    return Delivery(began, due_date_on(root_cause, as_at), closed)


def _said(isg: str, found: Forecast) -> list[Inlines]:
    must_do = RootCauseClass.MUST_DO
    complete = plan_figures.of_trajectory(
        "complete",
        found.complete,
        in_words(found.complete),
        found.as_at,
        f"{found.as_at:%Y-%m}",
        must_do,
        isg,
    )
    planned = plan_figures.due_by(
        found.until, found.planned, in_words(found.planned), found.as_at, must_do, isg
    )
    until = f"{found.until.day} {found.until:%B}"
    counted = sentence(
        "Forecast: {planned} Must Do Root Causes of the ISG are due by {until}, and {complete} were complete {when}.",
        planned=planned,
        until=until,
        complete=complete,
        when=at_end_of(found.as_at),
    )
    if found.needed <= 0:
        return [
            counted,
            sentence("That is as many as are due, so the trajectory is met unless one is reopened."),
        ]
    needed = sentence(
        "For the trajectory to be met, {needed} of the {open_ones} still open {have} to be closed by then.",
        needed=plan_figures.said_once(
            found.needed, in_words(found.needed), "Must Do Root Causes to be closed", found.until, isg=isg
        ),
        open_ones=plan_figures.still_open(
            found.open_ones, in_words(found.open_ones), found.as_at, must_do, isg
        ),
        have=of_one_or_more(found.needed, "has", "have"),
    )
    if found.probability is None:
        too_little = sentence(
            "There is too little history for a probability: {closed} {closings} so far, and it takes {least}.",
            closed=_closed(found, isg),
            closings=of_one_or_more(found.closed_in_history, "closing", "closings"),
            least=plan_figures.said_once(
                LEAST_CLOSED, in_words(LEAST_CLOSED), "Closings that a forecast takes"
            ),
        )
        return [counted, needed, too_little]
    percent = int(found.probability * 100)
    likely = sentence(
        "By the ISG's own pace this is {odds} (a probability of {percent}).",
        odds=odds(found.probability),
        percent=plan_figures.said_once(
            percent, f"{percent}%", "Probability in per cent that the trajectory is met", found.until, isg=isg
        ),
    )
    return [counted, needed, likely, _slippage(found, isg)]


def _closed(found: Forecast, isg: str) -> Figure:
    """The closings that it knows: those of what is complete."""
    number, month = found.closed_in_history, f"{found.as_at:%Y-%m}"
    complete = plan_figures.of_trajectory(
        "complete", number, in_words(number), found.as_at, month, RootCauseClass.MUST_DO, isg
    )
    return replace(complete, counted=None)


def _slippage(found: Forecast, isg: str) -> Inlines:
    """Half of what it closed was closed so many days after, or before, its due date."""
    days = found.median_slippage
    if days is None:
        return ()
    if days == 0:
        return sentence("In the middle of its closings, a Root Cause was closed on its due date.")
    return sentence(
        "In the middle of its {closed} closings, a Root Cause was closed {days} {noun} {side} its due date.",
        closed=_closed(found, isg),
        days=plan_figures.said_once(
            days, in_words(abs(days)), "Days from due to closed in the middle closing", found.as_at, isg=isg
        ),
        noun=of_one_or_more(abs(days), "day", "days"),
        side="after" if days > 0 else "before",
    )


def _beside_the_outlook(found: Forecast, outlook: Outlook | None) -> Inlines:
    """Whether the chair says the same."""
    if outlook is None or found.probability is None or found.needed <= 0:
        return ()
    if differs_from(outlook, found.probability):
        return sentence(
            "This differs from the chair's outlook, which is that it {says}: the chair may know what the record does not show.",
            says=SAID[outlook],
        )
    return sentence("This agrees with the chair's outlook, which is that it {says}.", says=SAID[outlook])


def _isg_forecast(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    isg = material.isg
    found = material.forecasts.get(isg.name) if isg else None
    if isg is None or found is None:
        return ()
    report = material.reports.get(isg.name)
    return (
        paragraph(*_said(isg.name, found), _beside_the_outlook(found, report.outlook if report else None)),
    )


def _method(material: Material, _plan: BlockPlan) -> tuple[Block, ...]:
    if not material.forecasts:
        return ()
    return (
        paragraph(
            sentence(
                "Each ISG's forecast is worked out from its own record: how early or late its Must Do Root Causes were closed, "
                "seen from their due dates, and for how long the open ones have been open."
            ),
            sentence(
                "{runs} courses to the end of {month} are drawn at that pace; the probability is the share of them in which as "
                "many are complete as are due. The draw begins from the number {seed}, so that the same record gives the same "
                "forecast.",
                runs=plan_figures.said_once(RUNS, f"{RUNS:,}", "Courses that a forecast draws"),
                month=f"{month_looked_at(material.as_at):%B}",
                seed=str(_seed(material.as_at)),
            ),
        ),
    )


FORECAST_BLOCKS: Final = (
    BlockKind(
        "isg-forecast",
        "An ISG's forecast",
        "How likely it is back on its Must Do trajectory by the month's end, from its own slippage, beside its chair's outlook.",
        _isg_forecast,
        frozenset({Need.FIGURES, Need.REPORTS, Need.FORECASTS}),
        of_isg=True,
    ),
    BlockKind(
        "forecast-method",
        "How the forecasts are made",
        "The method and the inputs of the forecasts.",
        _method,
        frozenset({Need.FIGURES, Need.FORECASTS}),
    ),
)
