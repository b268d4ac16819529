"""The calendar at a private address. The address is the credential: calendar programs have no session."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.calendars.icalendar import MEDIA_TYPE, as_icalendar
from web.clients.base import ServiceError
from web.rendering import SERVICE_NAME
from web.session import anonymous
from web.settings import WebSettings

anyone = APIRouter(tags=["calendars"])
PLACE = "/calendar/{secret}.ics"
NOBODYS = (401, 422)
"""The service's answers to a secret that is nobody's, and to what can't be one."""


def address_of(settings: WebSettings, secret: str) -> str:
    """What a calendar program is given."""
    return settings.public_address + PLACE.format(secret=secret)


@anyone.get(PLACE)
async def calendar(request: Request, secret: str) -> Response:
    """Deadlines, meetings and due dates of whoever's address this is; for an address that is nobody's, nothing is here."""
    settings: WebSettings = request.app.state.settings
    try:
        events = (await anonymous(request).calendar(secret)).events
    except ServiceError as error:
        if error.status not in NOBODYS:
            raise
        raise HTTPException(404) from error
    public = settings.public_address
    text = as_icalendar(SERVICE_NAME, public, urlsplit(public).hostname or "localhost", events)
    return Response(
        text, media_type=MEDIA_TYPE,
        headers={"Cache-Control": "private, no-cache", "Content-Disposition": 'inline; filename="improvement-plan.ics"'},
    )  # fmt: skip
