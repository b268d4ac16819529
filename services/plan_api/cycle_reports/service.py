"""What an ISG says of its cycle, and that it has met."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.cycle_reports import check_confirmation, check_report, facts_told
from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.permissions import Action, Subject, allowed, require
from services.domain.wording import written
from services.domain.words import DeliveryStatus, Outlook
from services.plan_api.cycle_reports import queries
from services.plan_api.cycle_reports.schemas import Held, ReportShown, ReportWish
from services.plan_api.plan.service import isg_called
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Cycle, CycleReport, Isg
from services.shared.preconditions import check_if_match
from services.shared.register import kept_is_todays, load_register


async def show_report(db: AsyncSession, caller: Caller, slug: str, number: int) -> ReportShown:
    """The report on a cycle as it stands, or the figures that it begins from. Raises NotFound."""
    isg = await isg_called(db, slug)
    cycle = await queries.cycle_of(db, isg, number)
    return await _shown(db, caller, isg, cycle)


async def write_report(
    db: AsyncSession, caller: Caller, slug: str, number: int, wish: ReportWish, *, if_match: str | None = None
) -> None:
    """A new version, in the chair's words, to be confirmed anew; earlier versions are kept."""
    isg = await isg_called(db, slug)
    require(Action.WRITE_CYCLE_REPORT, caller.who, Subject(isg.name))
    cycle = await queries.cycle_of(db, isg, number, lock=True)
    before = await queries.newest_report(db, isg.id, number)
    version = before.version if before else 0
    await check_if_match(db, if_match, before)
    figures = await _figures(db, isg, cycle)
    check_report(wish.progress, wish.outlook, wish.asks, off_track=figures["off_track"])
    db.add(
        CycleReport(
            isg_id=isg.id, cycle_number=number, version=version + 1, progress=str(wish.progress).strip(), outlook=wish.outlook,
            asks=(wish.asks or "").strip() or None, written_by=caller.id, recorded_at=await business_now(db),
        )
    )  # fmt: skip
    await db.flush()


async def confirm_report(
    db: AsyncSession, caller: Caller, slug: str, number: int, *, if_match: str | None = None
) -> None:
    """The accountable executive's word that it is so: from now on packs quote it."""
    isg = await isg_called(db, slug)
    require(Action.CONFIRM_CYCLE_REPORT, caller.who, Subject(isg.name))
    await queries.cycle_of(db, isg, number, lock=True)
    report = await queries.newest_report(db, isg.id, number)
    if report is None:
        raise NotFound(f"Nobody has written the report of {isg.name} on cycle {number} yet.")
    await check_if_match(db, if_match, report)
    check_confirmation(written_by=report.written_by, confirmed_by=report.confirmed_by, person=caller.id)
    report.confirmed_by, report.confirmed_at = caller.id, await business_now(db)
    await db.flush()


async def hold_meeting(db: AsyncSession, caller: Caller, slug: str, number: int, held_on: date) -> Held:
    """The ISG has met: releases what had been reported by that day, also on another day than was planned."""
    isg = await isg_called(db, slug)
    require(Action.HOLD_MEETING, caller.who, Subject(isg.name))
    cycle = await queries.cycle_of(db, isg, number, lock=True)
    today = await business_today(db)
    if held_on > today:
        raise RuleBroken.at(
            "held_on", f"{written(held_on)} is in the future: record the meeting once it has been."
        )
    if not cycle.opens_on <= held_on < cycle.closes_on:
        last = written(cycle.closes_on)
        raise RuleBroken.at(
            "held_on",
            f"Cycle {number} runs from {written(cycle.opens_on)} until the day before {last}: give a day of it.",
        )
    if cycle.held_on not in {None, held_on}:
        assert cycle.held_on is not None
        raise Conflict(f"This meeting is recorded already, for {written(cycle.held_on)}.")
    now = await business_now(db)
    released = await queries.release(db, isg.id, held_on, now)
    cycle.held_on, cycle.held_recorded_by = held_on, caller.id
    cycle.released_at = cycle.released_at or now
    await db.flush()
    return Held(held_on=held_on, released=released)


async def _shown(db: AsyncSession, caller: Caller, isg: Isg, cycle: Cycle) -> ReportShown:
    report = await queries.newest_report(db, isg.id, cycle.number)
    figures = await _figures(db, isg, cycle)
    closed = await queries.closed_between(db, isg.id, cycle.opens_on, cycle.closes_on)
    return ReportShown(
        isg=isg.name, slug=isg.slug, cycle=cycle.number, opens_on=cycle.opens_on, meets_on=cycle.meets_on,
        closes_on=cycle.closes_on, version=report.version if report else 0, progress=report.progress if report else None,
        outlook=Outlook(report.outlook) if report and report.outlook else None, asks=report.asks if report else None,
        written_by=await queries.name_of(db, report.written_by) if report else None,
        written_at=report.recorded_at if report else None,
        confirmed_by=await queries.name_of(db, report.confirmed_by) if report else None,
        confirmed_at=report.confirmed_at if report else None, facts=facts_told(**figures, closed=closed),
        off_track=figures["off_track"], held_on=cycle.held_on,
        unreleased=await queries.unreleased(db, isg.id, await business_today(db)), can=_can(caller, isg, report, cycle),
    )  # fmt: skip


async def _figures(db: AsyncSession, isg: Isg, cycle: Cycle) -> dict[str, int]:
    """The same counts as the meeting's page: of today, or of the day on which the cycle closed."""
    day = min(await business_today(db), cycle.closes_on)
    if await kept_is_todays(db, day):
        return await queries.figures_today(db, isg.id, cycle.number)
    register = await load_register(db, day)
    mine = [each for each in register.standings if each.isg == isg.name and each.in_plan]
    owing = [each for each in mine if each.delivery_status is not DeliveryStatus.COMPLETE]
    reported = [each for each in owing if each.latest_update and each.latest_update.cycle == cycle.number]
    return {
        "owing": len(owing), "reported": len(reported),
        "off_track": sum(each.delivery_status is DeliveryStatus.OFF_TRACK for each in owing),
        "at_risk": sum(each.delivery_status is DeliveryStatus.AT_RISK for each in owing),
    }  # fmt: skip


def _can(caller: Caller, isg: Isg, report: CycleReport | None, cycle: Cycle) -> list[str]:
    subject = Subject(isg.name)
    to_confirm = report is not None and report.confirmed_by is None and report.written_by != caller.id
    possible = {
        "write": allowed(Action.WRITE_CYCLE_REPORT, caller.who, subject),
        "confirm": to_confirm and allowed(Action.CONFIRM_CYCLE_REPORT, caller.who, subject),
        "hold": cycle.held_on is None and allowed(Action.HOLD_MEETING, caller.who, subject),
    }
    return [deed for deed, may in possible.items() if may]
