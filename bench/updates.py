"""Submitted updates a second, with rules, permissions, history, audit and escalation, beside one inserted row."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

from sqlalchemy.ext.asyncio import AsyncSession

from bench.comparison import Comparison
from bench.load import Request, rate
from bench.system import Systems
from services.cli.demo.schedule import TODAY
from services.domain.words import DeliveryStatus, UpdateStatus
from services.plan_api.sign_in.service import session_token, start_session
from services.shared.models import Person
from services.shared.register import Standing, load_register

TOKEN_LASTS = timedelta(hours=1)
RECOVERS_AFTER = timedelta(weeks=4)


async def comparisons(systems: Systems) -> list[Comparison]:
    """Every open root cause in turn is reported off track by its owner, with a new recovery plan: the longest way through."""
    async with systems.demo.database.transaction() as db:
        register = await load_register(db, TODAY)
        owed = [
            each
            for each in register.standings
            if each.in_plan and each.delivery_status is not DeliveryStatus.COMPLETE
        ]
        tokens = {owner_id: await token_of(db, owner_id) for owner_id in {each.owner_id for each in owed}}
    submissions = _submissions(owed, tokens)
    inserts = _inserts(owed)
    return [
        Comparison(
            what="update submitted (one row inserted)",
            ours=lambda: rate(systems.demo.ports["plan"], submissions, expect=201),
            peer=lambda: rate(systems.twin, inserts, expect=201),
            unit="/s",
            aim="at least 0.25, or 450 a second",
        )
    ]


async def token_of(db: AsyncSession, person_id: int) -> str:
    """What the web layer sends to the services for somebody who is signed in."""
    session = await start_session(db, await db.get_one(Person, person_id))
    return session_token(person_id, session.public_id, TOKEN_LASTS)[0]


def _submissions(owed: list[Standing], tokens: dict[int, str]) -> Iterator[Request]:
    """As the web layer sends them: the owner's token, and an idempotency key for each."""
    for standing in cycle(owed):
        headers = {
            "Authorization": f"Bearer {tokens[standing.owner_id]}",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        yield Request("POST", f"/v1/root-causes/{standing.reference}/updates", headers, _report(standing))


def _inserts(owed: list[Standing]) -> Iterator[Request]:
    for standing in cycle(owed):
        yield Request("POST", f"/updates/{standing.reference}", body=_report(standing))


def _report(standing: Standing) -> bytes:
    recovers_on = (TODAY + RECOVERS_AFTER).isoformat()
    return json.dumps(
        {
            "status": UpdateStatus.OFF_TRACK,
            "progress": "The new pathway is agreed, but two of the five wards have not started to use it.",
            "forecast_date": recovers_on,
            "recovery_plan": {
                "steps": "Ward managers release two hours a week for training; the matron checks each Friday.",
                "owner": standing.owner_email,
                "recovery_date": recovers_on,
                "support": "Cover for the training sessions.",
            },
        }
    ).encode()
