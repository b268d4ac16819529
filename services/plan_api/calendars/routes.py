"""Doors to one's own calendar address, and to the calendar behind it."""

from fastapi import APIRouter, Request, Response

from services.plan_api.calendars import service
from services.plan_api.calendars.schemas import AddressMade, AddressShown, CalendarSecret, CalendarShown
from services.shared.app import feature_router
from services.shared.auth import SignedIn
from services.shared.db import Session
from services.shared.transaction import tell_a_secret

router: APIRouter = feature_router("calendars", "/v1")


@router.get("/me/calendar-address")
async def read_address(caller: SignedIn, db: Session) -> AddressShown:
    """Whether I have an address, and since when."""
    return await service.my_address(db, caller)


@router.post("/me/calendar-address", status_code=201)
async def make_address(request: Request, caller: SignedIn, db: Session) -> AddressMade:
    """A new address in place of the one before; its secret is told once."""
    tell_a_secret(request)
    return await service.make_address(db, caller)


@router.post("/me/calendar-address/ending", status_code=204)
async def end_address(caller: SignedIn, db: Session) -> Response:
    """My address leads nowhere from now on."""
    await service.end_address(db, caller)
    return Response(status_code=204)


@router.post("/calendar")
async def read_calendar(asked: CalendarSecret, db: Session) -> CalendarShown:
    """The calendar behind a private address: its secret is the credential. 401 for one that is nobody's any more."""
    return CalendarShown(events=await service.calendar_at(db, asked.secret))
