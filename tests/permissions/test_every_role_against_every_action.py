"""Every role against every action, by HTTP: one table, written from domain.md and not from the code's own.

`+` the door lets them through to the rules (whatever these then say), `-` they are refused with 403.
The subject is RC-1: Unscheduled Care's, owned by owner@, for whom deputy@ deputises; its closing has been asked for by owner@,
and it is escalated as ESC-0001. RISK-001 is Unscheduled Care's.
chair@ and executive@ lead Unscheduled Care; chair2@ leads Scheduled Care.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from services.shared.db import Database, WhoAndWhy, say_who
from tests.apps import create_plan_app
from tests.conftest import Template, clone, drop
from tests.people import Callers

PEOPLE = [
    "owner",
    "deputy",
    "other",
    "member",
    "chair",
    "chair2",
    "executive",
    "ecib",
    "pmo",
    "board",
    "reader",
    "admin",
]

TABLE = """
                          owner deputy other member chair chair2 executive ecib pmo board reader admin
view_plan                   +     +      +     +      +     +       +       +    +    +     -      -
view_root_cause             +     +      +     +      +     +       +       +    +    +     -      -
view_timeline               +     +      +     +      +     +       +       +    +    +     -      -
view_findings               +     +      +     +      +     +       +       +    +    +     -      -
view_findings_by_part       +     +      +     +      +     +       +       +    +    +     -      -
view_finding                +     +      +     +      +     +       +       +    +    +     -      -
view_change_requests        +     +      +     +      +     +       +       +    +    +     -      -
view_escalation             +     +      +     +      +     +       +       +    +    +     -      -
view_plan_state             +     +      +     +      +     +       +       +    +    +     +      -
view_meeting                +     +      +     +      +     +       +       +    +    +     -      -
view_isgs                   +     +      +     +      +     +       +       +    +    +     +      -
view_queue                  +     +      +     +      +     +       +       +    +    +     -      -
view_ecib_members           -     -      -     -      -     -       -       +    +    -     -      -
open_update_form            +     +      -     -      -     -       -       -    -    -     -      -
save_draft                  +     +      -     -      -     -       -       -    -    -     -      -
discard_draft               +     +      +     -      +     -       -       -    -    -     -      -
submit_update               +     +      -     -      -     -       -       -    -    -     -      -
view_my_updates             +     +      +     -      +     -       -       -    -    -     -      -
confirm_unchanged           +     +      -     -      -     -       -       -    -    -     -      -
release_update              -     -      -     -      -     -       -       -    +    -     -      -
complete_action             +     +      -     -      -     -       -       -    +    -     -      -
withdraw_action             -     -      -     -      +     -       -       -    +    -     -      -
close                       -     -      -     -      +     -       -       -    -    -     -      -
close_an_earlier_meeting    -     -      -     -      +     -       -       -    +    -     -      -
reopen                      -     -      -     -      +     -       +       -    +    -     -      -
escalate                    -     -      -     -      +     -       +       -    +    -     -      -
ask_for_plan                -     -      -     -      -     -       -       -    +    -     -      -
put_on_agenda               -     -      -     -      -     -       -       -    +    -     -      -
decide                      -     -      -     -      -     -       -       +    +    -     -      -
confirm_recovered           -     -      -     -      -     -       -       +    +    -     -      -
approve_plan                -     -      -     -      -     -       -       -    +    -     -      -
assign_owner                -     -      -     -      +     -       -       -    +    -     -      -
name_deputies               +     -      -     -      +     -       -       -    +    -     -      -
list_deputies               +     -      -     -      +     -       -       -    +    -     -      -
choose_many                 -     -      -     -      +     +       -       -    +    -     -      -
assign_owner_of_many        -     -      -     -      +     +       -       -    +    -     -      -
set_theme_of_many           -     -      -     -      -     -       -       -    +    -     -      -
list_my_sessions            +     +      +     +      +     +       +       +    +    +     +      +
end_my_session              +     +      +     +      +     +       +       +    +    +     +      +
import                      -     -      -     -      -     -       -       -    +    -     -      -
import_run                  -     -      -     -      -     -       -       -    +    -     -      -
import_run_kept             -     -      -     -      -     -       -       -    +    -     -      -
read_import_run             -     -      -     -      -     -       -       -    +    -     -      -
export                      -     -      -     -      -     -       -       -    +    -     -      -
read_trail                  -     -      -     -      -     -       -       -    +    -     -      -
read_trail_of_root_cause    -     -      -     -      +     -       +       -    +    -     -      -
read_proof                  -     -      -     -      +     +       +       -    +    -     -      -
list_redactions             -     -      -     -      -     -       +       -    +    -     -      -
list_places                 -     -      -     -      -     -       +       -    +    -     -      -
ask_redaction               -     -      -     -      -     -       -       -    +    -     -      -
decide_redaction            -     -      -     -      -     -       +       -    +    -     -      -
assure                      -     -      -     -      -     -       -       -    +    -     -      -
list_risks                  +     +      +     +      +     +       +       +    +    +     -      -
read_risk                   +     +      +     +      +     +       +       +    +    +     -      -
raise_risk                  -     -      -     -      +     -       +       -    +    -     -      -
change_risk                 -     -      -     -      +     -       +       -    +    -     -      -
review_risk                 -     -      -     -      -     -       -       +    +    -     -      -
close_risk                  -     -      -     -      +     -       +       -    +    -     -      -
list_people                 -     -      -     -      -     -       -       -    -    -     -      +
read_person                 -     -      -     -      -     -       -       -    -    -     -      +
add_person                  -     -      -     -      -     -       -       -    -    -     -      +
change_person               -     -      -     -      -     -       -       -    -    -     -      +
grant_role                  -     -      -     -      -     -       -       -    -    -     -      +
end_role                    -     -      -     -      -     -       -       -    -    -     -      +
make_sign_in_link           -     -      -     -      -     -       -       -    -    -     -      +
leave                       -     -      -     -      -     -       -       -    -    -     -      +
come_back                   -     -      -     -      -     -       -       -    -    -     -      +
end_sessions                -     -      -     -      -     -       -       -    -    -     -      +
list_isg_names              -     -      -     -      -     -       -       -    -    -     -      +
list_partners               -     -      -     -      -     -       -       -    +    -     -      +
ask_for_access              -     -      -     -      -     -       -       -    +    -     -      +
decide_on_access            -     -      -     -      -     -       -       -    +    -     -      -
read_client                 -     -      -     -      -     -       -       -    +    -     -      +
renew_secret                -     -      -     -      -     -       -       -    +    -     -      -
revoke_client               -     -      -     -      -     -       -       -    +    -     -      +
register_webhook            -     -      -     -      -     -       -       -    +    -     -      -
read_webhook                -     -      -     -      -     -       -       -    +    -     -      +
test_webhook                -     -      -     -      -     -       -       -    +    -     -      -
renew_webhook_secret        -     -      -     -      -     -       -       -    +    -     -      -
end_webhook                 -     -      -     -      -     -       -       -    +    -     -      -
restart_webhook             -     -      -     -      -     -       -       -    +    -     -      -
read_cycle_report           +     +      +     +      +     +       +       +    +    +     -      -
write_cycle_report          -     -      -     -      +     -       -       -    +    -     -      -
confirm_cycle_report        -     -      -     -      -     -       +       -    -    -     -      -
view_cycle_progress         -     -      -     -      +     +       -       -    +    -     -      -
send_chasers                -     -      -     -      +     -       -       -    +    -     -      -
read_calendar_address       +     +      +     +      +     +       +       +    +    +     +      +
make_calendar_address       +     +      +     +      +     +       +       +    +    +     +      +
end_calendar_address        +     +      +     +      +     +       +       +    +    +     +      +
list_notices                +     +      +     +      +     +       +       +    +    +     +      +
read_mail_rhythm            +     +      +     +      +     +       +       +    +    +     +      +
choose_mail_rhythm          +     +      +     +      +     +       +       +    +    +     +      +
hold_meeting                -     -      -     -      +     -       -       -    +    -     -      -
import_kept                 -     -      -     -      -     -       -       -    +    -     -      -
read_kept_headings          -     -      -     -      -     -       -       -    +    -     -      -
list_heading_maps           -     -      -     -      -     -       -       -    +    -     -      -
choose_headings             -     -      -     -      -     -       -       -    +    -     -      -
forget_heading              -     -      -     -      -     -       -       -    +    -     -      -
list_evidence               +     +      +     +      +     +       +       +    +    +     -      -
attach_file                 +     +      -     -      -     -       -       -    -    -     -      -
read_evidence_file          +     +      +     +      +     +       +       +    +    +     -      -
view_data_quality           -     -      -     -      -     -       -       -    +    -     -      -
view_data_problems          -     -      -     -      -     -       -       -    +    -     -      -
read_impact_reviews         +     +      +     +      +     +       +       +    +    +     -      -
record_impact_review        -     -      -     +      +     -       +       -    +    -     -      -
confirm_embedded            -     -      -     -      -     +       -       -    +    -     -      -
take_back_embedded          -     -      -     +      +     -       +       -    +    -     -      -
take_in_impacts             .     .      .     .      .     .       .       .    .    .     .      .
do_the_days_work            .     .      .     .      .     .       .       .    .    .     .      .
"""
"""Anybody who reports may discard a draft, for it is only ever their own: also one left from what they owned before.

RC-1 has no KPI: that it is embedded is for somebody outside its ISG to check in practice.
`.`: refused as if nobody had signed in (401), for the door is for one of our own processes."""


@dataclass(frozen=True)
class Door:
    """How an action is asked for."""

    method: str
    path: str
    body: dict[str, object] | None = None


RISK: dict[str, object] = {
    "isg": "Unscheduled Care", "cause": "Too few nurses", "effect": "Rotas fail", "likelihood_before": 5, "impact_before": 4,
    "mitigation": "Agency", "likelihood_after": 3, "impact_after": 4, "owner": "owner@demo.example",
}  # fmt: skip

DOORS = {
    "view_plan": Door("GET", "/v1/root-causes"),
    "view_root_cause": Door("GET", "/v1/root-causes/RC-1"),
    "view_timeline": Door("GET", "/v1/root-causes/RC-1/timeline"),
    "view_findings": Door("GET", "/v1/findings"),
    "view_findings_by_part": Door("GET", "/v1/findings-by-part"),
    "view_finding": Door("GET", "/v1/findings/MD-1"),
    "view_change_requests": Door("GET", "/v1/change-requests"),
    "view_escalation": Door("GET", "/v1/escalations/ESC-0001"),
    "view_plan_state": Door("GET", "/v1/plan"),
    "discard_draft": Door("POST", "/v1/root-causes/RC-1/draft/discard"),
    "view_meeting": Door("GET", "/v1/isgs/unscheduled-care/meeting"),
    "view_isgs": Door("GET", "/v1/isgs"),
    "view_queue": Door("GET", "/v1/escalations"),
    "view_ecib_members": Door("GET", "/v1/ecib-members"),
    "open_update_form": Door("GET", "/v1/root-causes/RC-1/updates/form"),
    "save_draft": Door("POST", "/v1/root-causes/RC-1/draft", {"fields": {"progress": ["So far"]}}),
    "submit_update": Door("POST", "/v1/root-causes/RC-1/updates", {"status": "on_track", "progress": "Well"}),
    "view_my_updates": Door("GET", "/v1/my-updates"),
    "confirm_unchanged": Door("POST", "/v1/root-causes/RC-1/updates/unchanged"),
    "release_update": Door("POST", "/v1/root-causes/RC-1/release"),
    "complete_action": Door("POST", "/v1/actions/A-1/completion", {"completed_date": "2019-05-20"}),
    "withdraw_action": Door("POST", "/v1/actions/A-1/withdrawal", {"reason": "Not needed"}),
    "close": Door("POST", "/v1/root-causes/RC-1/closing", {"decision": "close", "meeting_date": "2019-05-25"}),
    "close_an_earlier_meeting": Door(
        "POST", "/v1/root-causes/RC-1/closing", {"decision": "close", "meeting_date": "2019-05-22", "reason": "Told late"}
    ),
    "reopen": Door("POST", "/v1/root-causes/RC-1/reopening", {"reason": "It happened again"}),
    "escalate": Door("POST", "/v1/root-causes/RC-1/escalations", {"reason": "Worrying"}),
    "ask_for_plan": Door("POST", "/v1/escalations/ESC-0001/plan-request"),
    "put_on_agenda": Door("POST", "/v1/escalations/ESC-0001/agenda", {"meeting_date": "2019-05-30"}),
    "decide": Door(
        "POST", "/v1/escalations/ESC-0001/decisions",
        {"decision": "extra_support", "meeting_date": "2019-05-22", "reason": "More hands"},
    ),
    "confirm_recovered": Door("POST", "/v1/escalations/ESC-0001/recovery"),
    "approve_plan": Door("POST", "/v1/plan/approvals", {"isg": "well-led", "approved_on": "2019-05-01", "forum": "Board"}),
    "assign_owner": Door("POST", "/v1/root-causes/RC-1/owner", {"owner": "other@demo.example"}),
    "name_deputies": Door("POST", "/v1/people/owner@demo.example/deputies", {"deputies": ["deputy@demo.example"]}),
    "list_deputies": Door("GET", "/v1/people/owner@demo.example/deputies"),
    "choose_many": Door("GET", "/v1/root-cause-choice"),
    "assign_owner_of_many": Door(
        "POST", "/v1/root-cause-owners", {"owner": "other@demo.example", "root_causes": [{"ref": "RC-1"}]}
    ),
    "set_theme_of_many": Door("POST", "/v1/root-cause-themes", {"theme": None, "root_causes": [{"ref": "RC-1"}]}),
    "list_my_sessions": Door("GET", "/v1/me/sessions"),
    "end_my_session": Door("POST", "/v1/me/sessions/ending", {"session": "none"}),
    "import": Door("POST", "/v1/imports"),
    "import_run": Door("POST", "/v1/import-runs"),
    "import_run_kept": Door("POST", "/v1/import-runs/kept"),
    "read_import_run": Door("GET", "/v1/import-runs/1"),
    "export": Door("GET", "/v1/export"),
    "read_trail": Door("GET", "/v1/audit"),
    "read_trail_of_root_cause": Door("GET", "/v1/audit?root_cause=RC-1"),
    "read_proof": Door("GET", "/v1/audit/proof"),
    "list_redactions": Door("GET", "/v1/redactions"),
    "list_places": Door("GET", "/v1/redactions/1/places"),
    "ask_redaction": Door("POST", "/v1/redactions", {"entry": 1, "column": "progress", "reason": "Names a patient"}),
    "decide_redaction": Door("POST", "/v1/redactions/1/decision", {"approve": True}),
    "assure": Door("POST", "/v1/root-causes/RC-1/assurance", {"decision": "assure"}),
    "list_risks": Door("GET", "/v1/risks"),
    "read_risk": Door("GET", "/v1/risks/RISK-001"),
    "raise_risk": Door("POST", "/v1/risks", RISK),
    "change_risk": Door("POST", "/v1/risks/RISK-001", RISK),
    "review_risk": Door(
        "POST", "/v1/risks/RISK-001/review",
        {"reviewed_on": "2019-05-22", "note": "Seen", "likelihood_after": 1, "impact_after": 1},
    ),
    "close_risk": Door("POST", "/v1/risks/RISK-001/closing", {"reason": "Gone"}),
    "import_kept": Door("POST", "/v1/imports/kept"),
    "read_kept_headings": Door("GET", "/v1/imports/kept/headings"),
    "list_heading_maps": Door("GET", "/v1/heading-maps"),
    "choose_headings": Door(
        "POST", "/v1/heading-maps", {"choices": [{"sheet": "Root causes", "theirs": "Lead", "ours": "Owner email"}]}
    ),
    "forget_heading": Door("POST", "/v1/heading-maps/1/ending"),
    "list_evidence": Door("GET", "/v1/root-causes/RC-1/evidence"),
    "attach_file": Door("POST", "/v1/root-causes/RC-1/evidence-files?name=a.txt&description=It"),
    "read_evidence_file": Door("GET", "/v1/evidence-files/1"),
    "view_data_quality": Door("GET", "/v1/data-quality"),
    "view_data_problems": Door("GET", "/v1/data-quality/root_cause_without_kpi"),
    "list_people": Door("GET", "/v1/people"),
    "read_person": Door("GET", "/v1/people/other@demo.example"),
    "add_person": Door("POST", "/v1/people", {"name": "New", "email": "new@demo.example"}),
    "change_person": Door("POST", "/v1/people/other@demo.example", {"name": "O", "email": "other@demo.example"}),
    "grant_role": Door("POST", "/v1/people/other@demo.example/roles", {"role": "reader"}),
    "end_role": Door("POST", "/v1/people/other@demo.example/roles/ending", {"role": "root_cause_owner"}),
    "make_sign_in_link": Door("POST", "/v1/people/other@demo.example/sign-in-link"),
    "leave": Door("POST", "/v1/people/other@demo.example/leaving", {"successor": "owner@demo.example"}),
    "come_back": Door("POST", "/v1/people/other@demo.example/return"),
    "end_sessions": Door("POST", "/v1/people/other@demo.example/sessions/ending"),
    "list_isg_names": Door("GET", "/v1/isg-names"),
    "list_partners": Door("GET", "/v1/partners"),
    "ask_for_access": Door(
        "POST", "/v1/partners/requests",
        {"name": "NHSE", "contact": "a@nhs.uk", "purpose": "Reports", "scopes": ["plan:read"], "months": 12},
    ),
    "decide_on_access": Door("POST", "/v1/partners/requests/1/decision", {"decision": "refuse", "reason": "No"}),
    "read_client": Door("GET", "/v1/partners/clients/x"),
    "renew_secret": Door("POST", "/v1/partners/clients/x/secret", {"overlap_days": 1}),
    "revoke_client": Door("POST", "/v1/partners/clients/x/revocation"),
    "register_webhook": Door(
        "POST", "/v1/partners/clients/x/webhooks", {"url": "https://127.0.0.1/", "kinds": ["pack.published"]}
    ),
    "read_webhook": Door("GET", "/v1/partners/webhooks/1"),
    "test_webhook": Door("POST", "/v1/partners/webhooks/1/test"),
    "renew_webhook_secret": Door("POST", "/v1/partners/webhooks/1/secret", {"overlap_days": 1}),
    "end_webhook": Door("POST", "/v1/partners/webhooks/1/ending"),
    "restart_webhook": Door("POST", "/v1/partners/webhooks/1/restart"),
    "read_cycle_report": Door("GET", "/v1/isgs/unscheduled-care/reports/5"),
    "write_cycle_report": Door("POST", "/v1/isgs/unscheduled-care/reports/5", {"progress": "Well", "outlook": "may_not"}),
    "confirm_cycle_report": Door("POST", "/v1/isgs/unscheduled-care/reports/5/confirmation"),
    "hold_meeting": Door("POST", "/v1/isgs/unscheduled-care/meetings/5/held", {"held_on": "2019-05-23"}),
    "view_cycle_progress": Door("GET", "/v1/cycle-progress"),
    "send_chasers": Door("POST", "/v1/chasers", {"people": [{"email": "owner@demo.example", "isg": "unscheduled-care"}]}),
    "read_calendar_address": Door("GET", "/v1/me/calendar-address"),
    "make_calendar_address": Door("POST", "/v1/me/calendar-address"),
    "end_calendar_address": Door("POST", "/v1/me/calendar-address/ending"),
    "list_notices": Door("GET", "/v1/me/notices"),
    "read_mail_rhythm": Door("GET", "/v1/me/mail-rhythm"),
    "choose_mail_rhythm": Door("POST", "/v1/me/mail-rhythm", {"rhythm": "mondays"}),
    "read_impact_reviews": Door("GET", "/v1/root-causes/RC-1/impact-review"),
    "record_impact_review": Door(
        "POST", "/v1/root-causes/RC-1/impact-review", {"decision": "reopen", "meeting_date": "2019-05-23", "reason": "No"}
    ),
    "confirm_embedded": Door("POST", "/v1/root-causes/RC-1/embedding", {"decision": "confirm", "note": "Seen"}),
    "take_back_embedded": Door("POST", "/v1/root-causes/RC-1/embedding", {"decision": "take_back", "note": "No"}),
    "take_in_impacts": Door("POST", "/v1/impacts", {"root_causes": ["RC-1"]}),
    "do_the_days_work": Door("POST", "/v1/days"),
}  # fmt: skip


FOR_ALL_WHO_SIGN_IN = {
    "/healthz", "/readyz", "/metrics", "/v1/sign-in", "/v1/sign-in/password",
    "/v1/access-token", "/v1/sign-out", "/v1/me", "/v1/home",
    "/v1/search", "/v1/list-exports",
    "/v1/calendar",
}  # fmt: skip
"""Health for anyone; signing in and out, and what is about the person themselves, whatever their roles."""


def expectations() -> list[tuple[str, str, str]]:
    """The table's cells."""
    _, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return [
        (action, person, cell) for action, *cells in rows for person, cell in zip(PEOPLE, cells, strict=True)
    ]


class Undone(Database):
    """A database in which every transaction is undone at its end, so that each cell begins with the same situation."""

    @asynccontextmanager
    async def transaction(
        self, who: WhoAndWhy | None = None, *, reading: bool = False
    ) -> AsyncIterator[AsyncSession]:
        """As the real one, but for the commit."""
        async with AsyncSession(self.engine, expire_on_commit=False) as db:
            db.info["brings_standings_up"] = reading
            await say_who(db, who or WhoAndWhy())
            try:
                yield db
            finally:
                await db.rollback()


@pytest.fixture(scope="module")
async def situation(server: AsyncEngine, small_plan_template: Template) -> AsyncIterator[Callers]:
    """The situation of the module's docstring, on 25 May, the day after the ISG met."""
    database = await clone(server, small_plan_template)
    async with Callers(database.owner, create_plan_app(database.plan)) as plan:
        pmo, owner = await plan("pmo@demo.example"), await plan("owner@demo.example")
        escalated = await pmo.post("/v1/root-causes/RC-1/escalations", json={"reason": "Worrying"})
        assert escalated.json()["ref"] == "ESC-0001", escalated.text
        assert (await pmo.post("/v1/risks", json=RISK)).json()["ref"] == "RISK-001"
        await owner.post("/v1/actions/A-1/completion", json={"completed_date": "2019-05-20"})
        evidence = [{"description": "Rota", "url": "https://example.org"}]
        wish = {"status": "complete", "progress": "Done", "evidence": evidence}
        asked = await owner.post("/v1/root-causes/RC-1/updates", json=wish)
        assert asked.status_code == 201, asked.text
    await database.set_today(date(2019, 5, 25))
    undone = Undone(database.plan.engine.url.render_as_string(hide_password=False))
    async with Callers(database.owner, create_plan_app(undone)) as callers:
        yield callers
    await undone.dispose()
    await drop(server, database)


@pytest.mark.parametrize("action", DOORS)
async def test_the_door_lets_through_whom_the_table_says(action: str, situation: Callers) -> None:
    """Everybody at one door, each on the same starting situation."""
    expected = {person: cell for each, person, cell in expectations() if each == action}
    actual = {}
    door = DOORS[action]
    for person in PEOPLE:
        client = await situation(f"{person}@demo.example")
        answer = await client.request(door.method, door.path, json=door.body)
        assert answer.status_code < 500, answer.text
        actual[person] = {401: ".", 403: "-"}.get(answer.status_code, "+")
    assert actual == expected


def test_the_table_has_a_row_for_every_door() -> None:
    """So that no door is added without saying who may use it."""
    assert {action for action, _, _ in expectations()} == set(DOORS)
    asked = {(door.method, door.path) for door in DOORS.values()}
    for path, methods in (
        create_plan_app(Database("postgresql://nobody@127.0.0.1/nothing")).openapi()["paths"].items()
    ):
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
        for method in methods:
            known = any(
                method.upper() == each and pattern.fullmatch(address.partition("?")[0])
                for each, address in asked
            )
            assert known or path in FOR_ALL_WHO_SIGN_IN, (method, path)
