"""The home page: what must I do now?"""

from asyncio import gather, timeout
from typing import Final

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.kpi_values import ExpectedData
from web.clients.base import ServiceError, ServiceUnavailable
from web.clients.kpi import KpiClient
from web.clients.reporting import ReportingClient
from web.home.pages import HomePage, Overseen, PartOnTrajectory, parts_overseen
from web.rendering import page
from web.session import Kpi, Plan, Reporting, SignedIn, Visitor, feature_router

router = feature_router("home")
VALUES_SHOWN: Final = 10
PATIENCE: Final = 3
"""Seconds after which the page does without what the KPI service has not answered."""


@router.get("/")
async def home(request: Request, visitor: SignedIn, plan: Plan, kpi: Kpi, reporting: Reporting) -> Response:
    """What needs doing first, for whoever is signed in, and how the parts of the plan stand that they oversee."""
    overseen = parts_overseen(visitor.person.roles)
    work, standing, values = await gather(
        plan.home(), _standing(reporting, overseen), _values_owed(visitor, kpi)
    )
    return page(request, "home/page.html.jinja", HomePage(work, standing, *values))


async def _standing(reporting: ReportingClient, overseen: Overseen) -> tuple[PartOnTrajectory, ...]:
    if not overseen:
        return ()
    found = await reporting.on_trajectory()
    return tuple(PartOnTrajectory(each) for each in found.isgs if overseen.covers(each.isg))


async def _values_owed(visitor: Visitor, kpi: KpiClient) -> tuple[ExpectedData | None, bool]:
    """What the person is the first to owe, and whether that can't be told now: the page does not fail with the KPI service.

    None for those who give no values, and where nothing is awaited.
    """
    if not visitor.may("give_values"):
        return None, False
    try:
        async with timeout(PATIENCE):
            found = await kpi.expected_data(mine="true", limit=str(VALUES_SHOWN))
    except (ServiceUnavailable, TimeoutError):
        return None, True
    except ServiceError as error:
        if error.status < 500:
            raise
        return None, True
    return (found if found.total else None), False
