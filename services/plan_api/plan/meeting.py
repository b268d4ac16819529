"""What an ISG's next meeting has before it: who has not reported, what asks to be closed, what is off track or at risk."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.words import DeliveryStatus
from services.plan_api.plan.schemas import IsgShown, Meeting, MeetingItem, MeetingWhole
from services.plan_api.plan.service import list_isgs
from services.plan_api.plan.since import changes_since, last_meeting
from services.shared.clock import business_today
from services.shared.models import ClosingRequest, Isg, Person
from services.shared.register import Register, Standing, load_register


async def whole_meeting(db: AsyncSession, isg: Isg) -> MeetingWhole:
    """The next meeting of one ISG, and what was recorded since the last."""
    register = await load_register(db, await business_today(db))
    meeting = (await meetings(db, {isg.name}, register))[0]
    since, held = await last_meeting(db, isg, register.as_at)
    mine = {each.id: each for each in register.standings if each.isg == isg.name}
    return MeetingWhole(
        **dict(meeting), since=since, held=held, changes=await changes_since(db, isg, mine, since) if since else [],
    )  # fmt: skip


async def meetings(
    db: AsyncSession, names: set[str] | None = None, register: Register | None = None
) -> list[Meeting]:
    """The next meeting of each ISG, or of those named."""
    today = await business_today(db)
    register = register or await load_register(db, today)
    requests = await _closure_requests(db)
    return [
        _meeting(isg, register, requests) for isg in await list_isgs(db) if names is None or isg.name in names
    ]


def _meeting(isg: IsgShown, register: Register, requests: dict[int, str]) -> Meeting:
    mine = [each for each in register.standings if each.isg == isg.name and each.in_plan]
    owing = [each for each in mine if each.delivery_status is not DeliveryStatus.COMPLETE]
    reported = {each.id for each in owing if _reported_in(each, isg.cycle_number)}

    def items(chosen: list[Standing]) -> list[MeetingItem]:
        return [
            MeetingItem(
                ref=each.reference, title=each.title, owner_name=each.owner_name, delivery_status=each.delivery_status,
                due_date=each.due_date, days_overdue=each.days_overdue, reported=each.id in reported,
                note=requests.get(each.id) or _last_word(each),
            )
            for each in chosen
        ]  # fmt: skip

    return Meeting(
        isg=isg,
        today=register.as_at,
        open_root_causes=len(owing),
        reported=len(reported),
        not_reported=items([each for each in owing if each.id not in reported])
        if isg.cycle_number is not None
        else [],
        closure_requests=items([each for each in owing if each.id in requests]),
        off_track=items(_with(owing, DeliveryStatus.OFF_TRACK)),
        at_risk=items(_with(owing, DeliveryStatus.AT_RISK)),
    )


def _last_word(each: Standing) -> str | None:
    """Why it is not on track, in the owner's latest words."""
    said = each.latest_update
    return (said.reason or said.progress) if said else None


def _with(standings: list[Standing], status: DeliveryStatus) -> list[Standing]:
    fitting = [each for each in standings if each.delivery_status is status]
    return sorted(fitting, key=lambda each: (-each.days_overdue, each.due_date, each.reference))


def _reported_in(each: Standing, cycle: int | None) -> bool:
    return each.latest_update is not None and each.latest_update.cycle == cycle


async def _closure_requests(db: AsyncSession) -> dict[int, str]:
    """Undecided closure requests by root cause, each with who asked when."""
    rows = await db.execute(
        select(ClosingRequest.root_cause_id, Person.name, ClosingRequest.requested_on)
        .join(Person, Person.id == ClosingRequest.requested_by)
        .where(ClosingRequest.decided_on.is_(None), ClosingRequest.superseded_at.is_(None))
    )
    return {row_id: f"{name} asked for closing on {on.day} {on:%B}." for row_id, name, on in rows}
