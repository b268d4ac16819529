"""Every form that somebody else can be quicker at: what was typed stands beside what is there now, nothing is overwritten.

One table: who has the form open, what somebody else does meanwhile by the service's door, what was typed, what of theirs must be
seen, and whether mine may still be sent over it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.people import Callers
from tests.web.conftest import Visits
from tests.web.escalations.conftest import RECOVERY, reference_of

OWNER, DEPUTY, CHAIR, CHAIR2, PMO = (
    "owner@demo.example", "deputy@demo.example", "chair@demo.example", "chair2@demo.example", "pmo@demo.example",
)  # fmt: skip
ECIB, ECIB2, EXECUTIVE, ADMIN = (
    "ecib@demo.example", "ecib2@demo.example", "executive@demo.example", "admin@demo.example",
)  # fmt: skip
MINE, THEIRS = "My own words, as I typed them.", "What somebody else wrote meanwhile."
COMPLETE = {
    "status": "complete", "progress": THEIRS, "evidence": [{"description": "The rota", "url": "https://intranet/rota"}],
}  # fmt: skip
RISK = {
    "isg": "Unscheduled Care", "cause": "Too few nurses apply.", "effect": "Rotas can't be filled.", "likelihood_before": 5,
    "impact_before": 4, "mitigation": "Agency.", "likelihood_after": 3, "impact_after": 4, "owner": OWNER,
    "root_causes": ["RC-1"],
}  # fmt: skip
KPI = {
    "level": "high_level", "isg": "Unscheduled Care", "name": "Seen within four hours", "key_question": "responsive", "unit": "%",
    "direction": "increase", "frequency": "monthly", "data_owner": OWNER, "target": 95,
}  # fmt: skip
KPI_DEFINED = {name: value for name, value in KPI.items() if name not in {"level", "isg", "target"}}
REPORT = "/v1/isgs/unscheduled-care/reports/5"

Step = Callable[[Callers], Awaitable[Any]]


def posts(who: str, path: str, body: Mapping[str, Any] | None = None) -> Step:
    """Somebody does this by the service's door, based on nothing in particular. `{ESC RC-1}` is its escalation."""

    async def step(plan: Callers) -> None:
        answer = await (await plan(who)).post(await _named(plan, path), json=body)
        assert answer.status_code < 300, answer.text

    return step


def puts(who: str, path: str, body: Mapping[str, Any]) -> Step:
    """The same by a door that wants to be told what the change is based on: whatever is there."""

    async def step(service: Callers) -> None:
        answer = await (await service(who)).put(path, json=body, headers={"If-Match": "*"})
        assert answer.status_code < 300, answer.text

    return step


async def _named(plan: Callers, path: str) -> str:
    before, brace, rest = path.partition("{ESC ")
    if not brace:
        return path
    root_cause, _, after = rest.partition("}")
    return f"{before}{await reference_of(plan, root_cause)}{after}"


def on(name: str, day: int, month: int = 5) -> dict[str, str]:
    """A day in a form."""
    return {f"{name}.day": str(day), f"{name}.month": str(month), f"{name}.year": "2019"}


async def the_queue(plan: Callers) -> None:
    """What dates raise stands before ECIB; RC-1 is off track with a plan."""
    assert (await (await plan.machine("worker")).post("/v1/days")).status_code == 200
    off_track = {"status": "off_track", "progress": "No applicants.", "recovery_plan": RECOVERY}
    await posts(OWNER, "/v1/root-causes/RC-1/updates", off_track)(plan)


@dataclass(frozen=True)
class Clash:
    """One form."""

    who: str
    form: str
    typed: Mapping[str, Any]
    meanwhile: tuple[Step, ...]
    by: str
    """Who was quicker, as the comparison names them."""
    seen: tuple[str, ...]
    """What of theirs the comparison shows."""
    may_send: bool = True
    before: tuple[Step, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    """What the form must still hold; `typed` where nothing is given."""
    of_measures: bool = False
    """Whether the KPI service's doors are meant."""


MEASURED = (
    posts(PMO, "/v1/kpis", KPI),
    posts(OWNER, "/v1/kpis/KPI-0001/observations",
          {"observations": [{"period": f"2019-0{month}-01", "value": 80} for month in (2, 3)]}),
)  # fmt: skip
COMPARED = (*MEASURED, posts(PMO, "/v1/kpis/KPI-0001/benchmarks", {"name": "England", "kind": "national"}))

CLASHES = {
    "update": Clash(
        OWNER, "/root-causes/RC-1/update",
        {"done": "no", "status": "at_risk", "progress": MINE, "reason": "Mine too.", **on("forecast_date", 30, 6)},
        (posts(DEPUTY, "/v1/root-causes/RC-1/updates", {"status": "on_track", "progress": THEIRS}),),
        "Deputy Person", (MINE, THEIRS, "At risk", "On track", "30 June 2019"),
    ),
    "update with a recovery plan": Clash(
        OWNER, "/root-causes/RC-1/update",
        {"done": "no", "status": "off_track", "progress": "Mine.", "recovery_plan": "replace", "recovery_plan.steps": MINE,
         "recovery_plan.owner": OWNER, **on("recovery_plan.recovery_date", 28, 6)},
        (posts(DEPUTY, "/v1/root-causes/RC-1/updates", {
            "status": "off_track", "progress": "Theirs.", "recovery_plan": {**RECOVERY, "steps": THEIRS}}),),
        "Deputy Person", (MINE, THEIRS, "28 June 2019", "20 June 2019"),
    ),
    "update of what is closed meanwhile": Clash(
        OWNER, "/root-causes/RC-3/update", {"done": "no", "status": "at_risk", "progress": MINE, "reason": "Staff."},
        (posts(OWNER, "/v1/root-causes/RC-3/updates", COMPLETE),
         posts(CHAIR, "/v1/root-causes/RC-3/closing", {"decision": "close", "meeting_date": "2019-05-22"})),
        "Chair Person", (MINE, "Closed by the ISG"), may_send=False,
    ),
    "row of my updates": Clash(
        OWNER, "/updates", {"RC-1.status": "at_risk", "RC-1.progress": MINE, "RC-1.reason": "Staff.", "press": "send RC-1"},
        (posts(DEPUTY, "/v1/root-causes/RC-1/updates", {"status": "on_track", "progress": THEIRS}),),
        "Deputy Person", (MINE, THEIRS, "At risk", "On track"), kept={"RC-1.progress": MINE},
    ),
    "closing, after a newer request": Clash(
        CHAIR, "/root-causes/RC-3/closing", {"decision": "close", "reason": MINE, **on("meeting_date", 22)},
        (posts(OWNER, "/v1/root-causes/RC-3/updates", {**COMPLETE, "progress": f"Again: {THEIRS}"}),),
        "Owner Person", (f"Again: {THEIRS}",), before=(posts(OWNER, "/v1/root-causes/RC-3/updates", COMPLETE),),
    ),
    "closing, after it was sent back": Clash(
        CHAIR, "/root-causes/RC-3/closing", {"decision": "close", "reason": MINE, **on("meeting_date", 22)},
        (posts(CHAIR, "/v1/root-causes/RC-3/closing",
               {"decision": "send_back", "meeting_date": "2019-05-22", "reason": THEIRS}),),
        "Chair Person", (MINE, THEIRS, "Close it", "Send it back"), may_send=False,
        before=(posts(OWNER, "/v1/root-causes/RC-3/updates", COMPLETE),),
    ),
    "reopening": Clash(
        CHAIR2, "/root-causes/RC-4/reopening", {"reason": MINE},
        (posts(PMO, "/v1/root-causes/RC-4/reopening", {"reason": THEIRS}),),
        "Pmo Person", (MINE, THEIRS), may_send=False,
    ),
    "escalation by hand": Clash(
        CHAIR, "/root-causes/RC-1/escalation", {"reason": MINE},
        (posts(PMO, "/v1/root-causes/RC-1/escalations", {"reason": THEIRS}),),
        "Pmo Person", (MINE, THEIRS),
    ),
    "owner": Clash(
        CHAIR, "/root-causes/RC-1/owner", {"owner": "other@demo.example"},
        (posts(PMO, "/v1/root-causes/RC-1/owner", {"owner": DEPUTY}),),
        "Pmo Person", ("other@demo.example", DEPUTY),
    ),
    "day of an action": Clash(
        OWNER, "/root-causes/RC-1/actions/A-1", {"outcome": "done", **on("completed_date", 21)},
        (posts(DEPUTY, "/v1/actions/A-1/completion", {"completed_date": "2019-05-20"}),),
        "Deputy Person", ("21 May 2019", "20 May 2019"),
    ),
    "withdrawal of an action that is done meanwhile": Clash(
        CHAIR, "/root-causes/RC-1/actions/A-1", {"outcome": "withdrawn", "reason": MINE},
        (posts(OWNER, "/v1/actions/A-1/completion", {"completed_date": "2019-05-20"}),),
        "Owner Person", (MINE, "It is withdrawn", "It is done", "20 May 2019"), may_send=False,
    ),
    "assurance": Clash(
        PMO, "/root-causes/RC-4/assurance", {"note": MINE},
        (posts(PMO, "/v1/root-causes/RC-4/assurance", {"decision": "assure", "note": THEIRS}),),
        "Pmo Person", (MINE, THEIRS), may_send=False,
    ),
    "assurance taken back": Clash(
        PMO, "/root-causes/RC-4/assurance", {"note": MINE},
        (posts(PMO, "/v1/root-causes/RC-4/assurance", {"decision": "withdraw", "note": THEIRS}),),
        "Pmo Person", (MINE, THEIRS), may_send=False,
        before=(posts(PMO, "/v1/root-causes/RC-4/assurance", {"decision": "assure", "note": "Seen."}),),
    ),
    "release": Clash(
        PMO, "/root-causes/RC-3/release", {},
        (posts(OWNER, "/v1/root-causes/RC-3/updates", {"status": "on_track", "progress": THEIRS}),),
        "Owner Person", (THEIRS,),
    ),
    "release of what is released meanwhile": Clash(
        PMO, "/root-causes/RC-3/release", {}, (posts(PMO, "/v1/root-causes/RC-3/release"),), "Pmo Person", (), may_send=False,
    ),
    "decision after another recovery plan": Clash(
        ECIB, "/escalations/{ESC RC-1}", {"decision": "extra_support", "reason": MINE, **on("meeting_date", 22)},
        (posts(OWNER, "/v1/root-causes/RC-1/updates", {
            "status": "off_track", "progress": "As before.", "recovery_plan": {**RECOVERY, "steps": THEIRS}}),),
        "Owner Person", (THEIRS,), before=(the_queue,),
    ),
    "decision after another decision": Clash(
        ECIB, "/escalations/{ESC RC-1}", {"decision": "extra_support", "reason": MINE, **on("meeting_date", 22)},
        (posts(ECIB2, "/v1/escalations/{ESC RC-1}/decisions",
               {"decision": "send_back", "meeting_date": "2019-05-22", "reason": THEIRS}),),
        "Ecib2 Person", (MINE, THEIRS, "Extra support", "Send back"),
        before=(the_queue,),
    ),
    "agenda": Clash(
        PMO, "/escalations/{ESC RC-1}/agenda", on("meeting_date", 29),
        (posts(PMO, "/v1/escalations/{ESC RC-1}/agenda", {"meeting_date": "2019-05-30"}),),
        "Pmo Person", ("29 May 2019", "30 May 2019"), before=(the_queue,),
    ),
    "asking for a recovery plan": Clash(
        PMO, "/escalations/{ESC RC-2}/plan-request", {},
        (posts(PMO, "/v1/escalations/{ESC RC-2}/plan-request"),), "Pmo Person", ("Recovery plan asked for",),
        may_send=False, before=(the_queue,),
    ),
    "risk": Clash(
        PMO, "/risks/RISK-001/change", {"mitigation": MINE},
        (posts(CHAIR, "/v1/risks/RISK-001", {**RISK, "mitigation": THEIRS, "likelihood_after": 2}),),
        "Chair Person", (MINE, THEIRS, "3 – possible", "2 – unlikely"), before=(posts(CHAIR, "/v1/risks", RISK),),
    ),
    "risk that is closed meanwhile": Clash(
        PMO, "/risks/RISK-001/change", {"mitigation": MINE},
        (posts(CHAIR, "/v1/risks/RISK-001/closing", {"reason": THEIRS}),),
        "22 May 2019", (MINE, THEIRS), may_send=False, before=(posts(CHAIR, "/v1/risks", RISK),),
    ),
    "review of a risk": Clash(
        ECIB, "/risks/RISK-001/review", {"note": MINE},
        (posts(PMO, "/v1/risks/RISK-001/review",
               {"reviewed_on": "2019-05-22", "note": THEIRS, "likelihood_after": 2, "impact_after": 4}),),
        "Pmo Person", (MINE, THEIRS, "3 – possible", "2 – unlikely"), before=(posts(CHAIR, "/v1/risks", RISK),),
    ),
    "closing of a risk": Clash(
        PMO, "/risks/RISK-001/closing", {"reason": MINE},
        (posts(CHAIR, "/v1/risks/RISK-001/closing", {"reason": THEIRS}),),
        "22 May 2019", (MINE, THEIRS), may_send=False, before=(posts(CHAIR, "/v1/risks", RISK),),
    ),
    "cycle report": Clash(
        PMO, "/isgs/unscheduled-care/reports/5/write", {"progress": MINE, "outlook": "unlikely"},
        (posts(CHAIR, REPORT, {"progress": THEIRS, "outlook": "may_not"}),),
        "Chair Person", (MINE, THEIRS, "It is unlikely to recover", "It may not recover"),
        before=(the_queue, posts(CHAIR, REPORT, {"progress": "The first.", "outlook": "may_not"}),),
    ),
    "confirmation of a report that was changed": Clash(
        EXECUTIVE, "/isgs/unscheduled-care/reports/5/confirmation", {},
        (posts(CHAIR, REPORT, {"progress": THEIRS, "outlook": "may_not"}),), "Chair Person", ("Version 2",),
        before=(the_queue, posts(CHAIR, REPORT, {"progress": "The first.", "outlook": "may_not"}),),
    ),
    "meeting that is recorded meanwhile": Clash(
        CHAIR, "/isgs/unscheduled-care/reports/5/held", on("held_on", 22),
        (posts(PMO, "/v1/isgs/unscheduled-care/meetings/5/held", {"held_on": "2019-05-21"}),),
        "", ("22 May 2019", "21 May 2019"), may_send=False, before=(the_queue,),
    ),
    "person": Clash(
        ADMIN, f"/admin/people/{OWNER}/change", {"job_title": MINE},
        (posts(ADMIN, f"/v1/people/{OWNER}", {"name": "Owner Person", "email": OWNER, "job_title": THEIRS}),),
        "Admin Person", (MINE, THEIRS),
    ),
    "role that is taken away meanwhile": Clash(
        ADMIN, "/admin/people/ecib2@demo.example/roles/ending?role=ecib_member&isg=", {},
        (posts(ADMIN, "/v1/people/ecib2@demo.example/roles/ending", {"role": "ecib_member", "isg": None}),),
        "", ("does not hold this role any more", "no role"), may_send=False,
    ),
    "leaver who has left meanwhile": Clash(
        ADMIN, f"/admin/people/{OWNER}/leaving", {"successor": DEPUTY},
        (posts(ADMIN, f"/v1/people/{OWNER}/leaving", {"successor": "other@demo.example", "others": {}}),),
        "", ("Owner Person has left",), may_send=False, kept={},
    ),
    "return of somebody who is back": Clash(
        ADMIN, "/admin/people/ecib2@demo.example/return", {},
        (posts(ADMIN, "/v1/people/ecib2@demo.example/return"),), "", ("is here again already",), may_send=False,
        before=(posts(ADMIN, "/v1/people/ecib2@demo.example/leaving", {"successor": None, "others": {}}),),
    ),
    "many root causes": Clash(
        PMO, "/root-causes/bulk?ref=RC-1&ref=RC-3", {"what": "owner", "owner": "other@demo.example"},
        (posts(CHAIR, "/v1/root-causes/RC-1/owner", {"owner": DEPUTY}),),
        "", ("other@demo.example", DEPUTY), kept={"owner": "other@demo.example"},
    ),
    "definition of a KPI": Clash(
        PMO, "/kpis/KPI-0001/definition/change", {"name": MINE, "reason": "Clearer."},
        (puts(CHAIR, "/v1/kpis/KPI-0001/definition", {**KPI_DEFINED, "name": THEIRS, "reason": "As England counts."}),),
        "Chair Person", (MINE, THEIRS, "As England counts."), before=(posts(PMO, "/v1/kpis", KPI),), of_measures=True,
    ),
    "target of a KPI": Clash(
        PMO, "/kpis/KPI-0001/targets", {"value": "92", "reason": MINE, **on("holds_from", 1, 7)},
        (posts(CHAIR, "/v1/kpis/KPI-0001/targets", {"value": 91, "reason": THEIRS, "holds_from": "2019-07-01"}),),
        "Chair Person", (MINE, THEIRS, "92", "91"), before=(posts(PMO, "/v1/kpis", KPI),), of_measures=True,
    ),
    "target of a KPI that is retired meanwhile": Clash(
        PMO, "/kpis/KPI-0001/targets", {"value": "92", "reason": MINE, **on("holds_from", 1, 7)},
        (posts(CHAIR, "/v1/kpis/KPI-0001/retirement", {"reason": THEIRS}),),
        "22 May 2019", (MINE, THEIRS, "bring it back before you change it"), may_send=False,
        before=(posts(PMO, "/v1/kpis", KPI),), of_measures=True,
    ),
    "retirement of a KPI": Clash(
        PMO, "/kpis/KPI-0001/retirement", {"reason": MINE},
        (posts(CHAIR, "/v1/kpis/KPI-0001/retirement", {"reason": THEIRS}),),
        "22 May 2019", (MINE, THEIRS), may_send=False, before=(posts(PMO, "/v1/kpis", KPI),), of_measures=True,
    ),
    "value of a KPI": Clash(
        PMO, "/kpis/KPI-0001/values/new?period=2019-03-01", {"value": "83", "note": MINE},
        (posts(OWNER, "/v1/kpis/KPI-0001/observations",
               {"observations": [{"period": "2019-03-01", "value": 82, "note": THEIRS}]}),),
        "Owner Person", (MINE, THEIRS, "83", "82"),
        before=(posts(PMO, "/v1/kpis", KPI),
                posts(OWNER, "/v1/kpis/KPI-0001/observations", {"observations": [{"period": "2019-03-01", "value": 80}]})),
        of_measures=True,
    ),
    "decision about a chart": Clash(
        PMO, "/kpis/KPI-0001/decisions/new", {"kind": "annotation", "period": "2019-03-01", "reason": MINE},
        (posts(CHAIR, "/v1/kpis/KPI-0001/decisions", {"kind": "ghost", "period": "2019-03-01", "reason": THEIRS}),),
        "Chair Person", (MINE, THEIRS), before=MEASURED, of_measures=True,
    ),
    "taking back a decision about a chart": Clash(
        PMO, "/kpis/KPI-0001/decisions/1/undoing", {"reason": MINE},
        (posts(CHAIR, "/v1/kpis/KPI-0001/decisions", {"kind": "annotation", "period": "2019-02-01", "reason": THEIRS}),),
        "Chair Person", (MINE, THEIRS), of_measures=True,
        before=(*MEASURED, posts(PMO, "/v1/kpis/KPI-0001/decisions",
                                 {"kind": "ghost", "period": "2019-03-01", "reason": "A strike."})),
    ),
    "taking back a decision that is taken back meanwhile": Clash(
        PMO, "/kpis/KPI-0001/decisions/1/undoing", {"reason": MINE},
        (posts(CHAIR, "/v1/kpis/KPI-0001/decisions/1/undoing", {"reason": THEIRS}),),
        "Chair Person", (MINE, THEIRS), may_send=False, of_measures=True,
        before=(*MEASURED, posts(PMO, "/v1/kpis/KPI-0001/decisions",
                                 {"kind": "ghost", "period": "2019-03-01", "reason": "A strike."})),
    ),
    "benchmark": Clash(
        PMO, "/kpis/KPI-0001/benchmarks/new", {"name": "Mine", "kind": "peer", "source": MINE},
        (posts(CHAIR, "/v1/kpis/KPI-0001/benchmarks", {"name": "Theirs", "kind": "national", "source": THEIRS}),),
        "Chair Person", (MINE, "Theirs", THEIRS), before=MEASURED, of_measures=True,
    ),
    "values of a benchmark": Clash(
        PMO, "/kpis/KPI-0001/benchmarks/1/values", {"values_given": "2019-03-01 84"},
        (posts(CHAIR, "/v1/kpis/KPI-0001/benchmarks/1/values", {"values": [{"period": "2019-03-01", "value": 86}]}),),
        "Chair Person", ("84", "86"), before=COMPARED, of_measures=True,
    ),
    "ending of a benchmark": Clash(
        PMO, "/kpis/KPI-0001/benchmarks/1/ending", {},
        (posts(CHAIR, "/v1/kpis/KPI-0001/benchmarks/1/values", {"values": [{"period": "2019-03-01", "value": 86}]}),),
        "Chair Person", ("England",), before=COMPARED, of_measures=True,
    ),
    "bringing back of a KPI": Clash(
        PMO, "/kpis/KPI-0001/return", {}, (posts(CHAIR, "/v1/kpis/KPI-0001/return", {}),),
        "It is in use: there is nothing to bring back.", (), may_send=False, of_measures=True,
        before=(posts(PMO, "/v1/kpis", KPI), posts(PMO, "/v1/kpis/KPI-0001/retirement", {"reason": "Not needed."})),
    ),
    "signing of a set of KPIs": Clash(
        EXECUTIVE, "/isgs/unscheduled-care/kpi-set/sign-off", {"note": MINE},
        (posts(CHAIR, "/v1/isgs/unscheduled-care/kpi-set", {"note": THEIRS}),),
        "Chair Person", (MINE, THEIRS), may_send=False, before=(posts(PMO, "/v1/kpis", KPI),), of_measures=True,
    ),
    "signing of a set to which a KPI is added meanwhile": Clash(
        EXECUTIVE, "/isgs/unscheduled-care/kpi-set/sign-off", {"note": MINE},
        (posts(CHAIR, "/v1/kpis", {**KPI, "name": THEIRS}),),
        "", (MINE, f"KPI-0002 {THEIRS}"), before=(posts(PMO, "/v1/kpis", KPI),), of_measures=True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASHES)
async def test_both_stand_beside_each_other_and_the_person_chooses(
    name: str, visit_either_way: Visits, plan: Callers, kpi: Callers
) -> None:
    clash = CLASHES[name]
    service = kpi if clash.of_measures else plan
    for step in clash.before:
        await step(service)
    browser = await visit_either_way(clash.who)
    address = await _named(plan, clash.form)
    form = await browser.get(address)
    action = form.form(_action(form, address)).get("action", "")
    for step in clash.meanwhile:
        await step(service)
    late = await browser.submit(form, action, **clash.typed)
    assert late.status in {409, 412, 422}, late.text
    assert "What you typed" in late.text
    assert clash.by in late.text
    for text in clash.seen:
        assert text in late.text, late.text
    assert "Keep what is there now" in late.links
    assert ("Send mine over it" in late.text) is clash.may_send
    if clash.may_send:
        still = late.fields(action)
        for field_, value in (clash.kept or clash.typed).items():
            assert field_ == "press" or still[field_] == [value], field_
        sent = await browser.submit(late, action, **_press(clash))
        assert sent.status in {200, 303}, sent.text
        assert not (sent.status == 200 and sent.errors)


def _action(form: Any, address: str) -> str | None:
    """The form of this address among those of the page."""
    actions = [each.get("action", "") for each in form.tree.iter("form") if each.get("method") == "post"]
    return next((each for each in actions if each.partition("?")[0] == address.partition("?")[0]), None)


def _press(clash: Clash) -> dict[str, Any]:
    return {"press": str(clash.typed["press"])} if "press" in clash.typed else {}


async def test_a_redaction_that_somebody_else_decided_shows_their_decision(
    visit: Visits, plan: Callers
) -> None:
    await posts(OWNER, "/v1/root-causes/RC-1/updates", {"status": "on_track", "progress": THEIRS})(plan)
    pmo = await plan(PMO)
    trail = (await pmo.get("/v1/audit", params={"kind": "progress_update", "limit": 1})).json()["items"]
    wish = {"entry": trail[0]["id"], "column": "progress", "reason": "Names a patient."}
    number = (await pmo.post("/v1/redactions", json=wish)).json()["id"]
    browser = await visit(EXECUTIVE)
    form = await browser.get(f"/redactions/{number}")
    refusal = {"approve": False, "reason": "It names nobody."}
    await posts(EXECUTIVE, f"/v1/redactions/{number}/decision", refusal)(plan)
    late = await browser.submit(form, f"/redactions/{number}", decision="refuse", reason=MINE)
    assert late.status == 409
    for text in (MINE, "It names nobody.", "Executive Person", "decided on already"):
        assert text in late.text
    assert "Send mine over it" not in late.text


async def test_an_approval_that_somebody_else_recorded_stands(visit: Visits) -> None:
    """The small plan is approved whole, so the form is sent as it would have been a moment earlier."""
    browser = await visit(PMO)
    token = (await browser.get("/import")).fields("/import")["csrf_token"]
    typed = {"isg": "Workforce", "forum": "ECIB", **on("approved_on", 7, 3), "csrf_token": token}
    late = await browser.post("/import/approval", {**typed, "isg": "Unscheduled Care"})
    assert late.status == 409
    for text in ("ECIB", "Trust Board", "7 March 2019", "1 March 2019"):
        assert text in late.text


async def test_a_typing_error_does_not_hide_that_somebody_else_was_quicker(
    visit: Visits, plan: Callers
) -> None:
    """The form shown again for a wording keeps what it was based on: the next sending still compares."""
    await the_queue(plan)
    browser = await visit(ECIB)
    address = await _named(plan, "/escalations/{ESC RC-2}")
    form = await browser.get(address)
    decided = {"decision": "send_back", "meeting_date": "2019-05-22", "reason": THEIRS}
    await posts(ECIB2, f"/v1{address}/decisions", decided)(plan)
    wrong = await browser.submit(form, address, decision="extra_support", reason="")
    assert wrong.status == 422
    late = await browser.submit(wrong, address, reason=MINE)
    assert late.status == 412
    assert THEIRS in late.text
    pmo = await visit(PMO)
    bulk = await pmo.get("/root-causes/bulk?ref=RC-1")
    await posts(CHAIR, "/v1/root-causes/RC-1/owner", {"owner": DEPUTY})(plan)
    unfinished = await pmo.submit(bulk, "/root-causes/bulk", what="owner", owner="")
    assert unfinished.status == 422
    compared = await pmo.submit(unfinished, "/root-causes/bulk", owner="other@demo.example")
    assert (compared.status, DEPUTY in compared.text) == (422, True)
