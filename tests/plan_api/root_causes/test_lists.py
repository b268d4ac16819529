"""A list of today's root causes, chosen by the database from what is kept, is the one that the rules choose from the facts."""

import pytest
from sqlalchemy import text

from services.domain.permissions import Person
from services.domain.words import DeliveryStatus, Role, RootCauseClass
from services.plan_api.root_causes.queries import Wanted
from services.plan_api.root_causes.service import SORTS, list_root_causes
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.small_plan import SCHEDULED, UNSCHEDULED

PMO = Person("pmo@demo.example", frozenset({(Role.PMO, None), (Role.ROOT_CAUSE_OWNER, None)}))
OWNER = Person("owner@demo.example", frozenset({(Role.ROOT_CAUSE_OWNER, None)}))
CHAIR = Person(
    "chair@demo.example", frozenset({(Role.ISG_CHAIR, UNSCHEDULED), (Role.ROOT_CAUSE_OWNER, None)})
)
WANTED = [
    Wanted(),
    *(Wanted(status=status) for status in DeliveryStatus),
    *(Wanted(root_cause_class=each) for each in RootCauseClass),
    Wanted(isg=SCHEDULED),
    Wanted(isg="No such ISG"),
    Wanted(owner="Owner@demo.example"),
    *(Wanted(overdue=wish) for wish in (True, False)),
    *(Wanted(update_missed=wish) for wish in (True, False)),
    *(Wanted(neither=wish) for wish in (True, False)),
    Wanted(q="rc-1"),
    Wanted(q="MD-1 owner"),
    Wanted(q="100%"),
    Wanted(q="  "),
    Wanted(q="rc_1"),
    Wanted(q="rc", isg=UNSCHEDULED, overdue=False, neither=False),
    Wanted(q="MD", root_cause_class=RootCauseClass.MUST_DO, status=DeliveryStatus.ON_TRACK),
    Wanted(q="rc", isg="No such ISG"),
    Wanted(q="rc", update_missed=True, sort="-ref"),
    Wanted(q="rc", owner="owner@demo.example"),
    Wanted(q="rc", can="submit_update", sort="title"),
    *(Wanted(sort=sign + sort) for sort in SORTS for sign in ("", "-")),
    *(Wanted(can=can) for can in ("submit_update", "close", "send_back", "reopen", "escalate")),
]


@pytest.mark.parametrize("person", [PMO, OWNER, CHAIR], ids=["pmo", "owner", "chair"])
async def test_the_database_chooses_as_the_rules_do(
    plan: Callers, database: TestDatabase, person: Person
) -> None:
    owner = await plan("owner@demo.example")
    await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-21"})
    evidence = [{"description": "Rota", "url": "https://example.org/rota"}]
    asked = await owner.post(
        "/v1/root-causes/RC-1/updates", json={"status": "complete", "progress": "Done.", "evidence": evidence}
    )
    assert asked.status_code == 201
    async with database.plan.transaction(reading=True) as db:
        kept = [await list_root_causes(db, person, wanted, start=0, limit=100) for wanted in WANTED]
        page = await list_root_causes(db, person, Wanted(sort="-title"), start=1, limit=2)
    async with database.owner.transaction() as db:
        await db.execute(text("INSERT INTO standing_due (root_cause_id) SELECT id FROM root_cause"))
    async with database.owner.transaction() as db:
        for wanted, (standings, total) in zip(WANTED, kept, strict=True):
            worked_out, of_these = await list_root_causes(db, person, wanted, start=0, limit=100)
            assert (list(standings), total) == (list(worked_out), of_these), wanted
        assert page[1] == 6
        assert list(page[0]) == list(
            (await list_root_causes(db, person, Wanted(sort="-title"), start=1, limit=2))[0]
        )
    assert {len(standings) for standings, _ in kept} >= {0, 1, 6}
