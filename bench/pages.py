"""Every page through the web layer and the services: beside the empty signed-in page, and beside itself with 100 times the plan.

Both systems run side by side and are asked in turn. Each page is asked for twice as it is, and once just after somebody's
update has been committed: what is kept between requests then has to be found out of date.
"""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.browser import Browser, signed_in
from bench.comparison import ROUNDS, table
from bench.hundredfold import FAR_APART
from bench.load import BenchError, Request, answer
from bench.system import System, Systems
from bench.updates import token_of
from services.cli.demo.people import CHAIR, DEMO_ISG, ECIB, EXECUTIVE, OWNER, PMO, account
from services.domain.words import DeliveryStatus, UpdateStatus
from services.shared.clock import business_today
from services.shared.models import (
    Action,
    AuditEntry,
    Cycle,
    Escalation,
    Finding,
    Isg,
    Kpi,
    Person,
    Risk,
    RootCause,
)
from services.shared.register import Standing, load_register
from web.main import FOR_SIGNED_IN

ADMIN = account("admin")
TIMES = 100
EMPTY = "/accessibility"
"""The layout and who is signed in; nothing is asked of the plan."""
AS_IT_IS = 2
"""How often a page is asked for in a round without a change before it."""
MOST_TIMES_EMPTY, MOST_TIMES_OWN = 10, 1.5
SLOW = 2.0
"""A page that took this many seconds is not asked for again."""
MOST_REFUSED = 3
"""When so many pages got no answer, the larger system is left alone: it goes on working on what nobody waits for any more."""

PAGES = (
    (OWNER, "/"),
    (CHAIR, "/"),
    (EXECUTIVE, "/"),
    (ECIB, "/"),
    (PMO, "/"),
    (PMO, "/root-causes"),
    (PMO, "/root-causes?status=off_track"),
    (PMO, "/root-causes?q=staff"),
    (PMO, "/root-causes/{root_cause}"),
    (OWNER, "/root-causes/{root_cause}"),
    (PMO, "/root-causes/{root_cause}?view=sbar"),
    (PMO, "/root-causes/{root_cause}?view=findings"),
    (PMO, "/root-causes/{root_cause}?view=actions"),
    (OWNER, "/root-causes/{root_cause}/update"),
    (CHAIR, "/root-causes/{root_cause}/escalation"),
    (PMO, "/root-causes/{root_cause}/owner"),
    (PMO, "/root-causes/{with_action}/actions/{action}"),
    (CHAIR, "/root-causes/{asking}/closing"),
    (CHAIR, "/root-causes/{closed}/reopening"),
    (PMO, "/root-causes/{closed}/assurance"),
    (OWNER, "/root-causes/{root_cause}/evidence"),
    (PMO, "/root-causes/{root_cause}/release"),
    (PMO, "/root-causes/bulk?ref={root_cause}&ref={closed}"),
    (OWNER, "/updates"),
    (OWNER, "/updates/unchanged"),
    (PMO, "/findings"),
    (PMO, "/findings/{finding}"),
    (ECIB, "/escalations"),
    (EXECUTIVE, "/escalations"),
    (PMO, "/escalations"),
    (ECIB, "/escalations/{escalation}"),
    (PMO, "/escalations/{raised}/plan-request"),
    (PMO, "/escalations/{raised}/agenda"),
    (PMO, "/change-requests"),
    (PMO, "/isgs"),
    (CHAIR, "/isgs/{isg}"),
    (CHAIR, "/meetings"),
    (CHAIR, "/isgs/{isg}/reports/{cycle}"),
    (CHAIR, "/isgs/{isg}/reports/{cycle}/write"),
    (PMO, "/kpis"),
    (PMO, "/kpis?isg={isg}"),
    (PMO, "/kpis/{kpi}"),
    (CHAIR, "/isgs/{isg}/reports/{cycle}/held"),
    (PMO, "/cycle"),
    (CHAIR, "/cycle"),
    (PMO, "/trajectory"),
    (PMO, "/dashboard"),
    (PMO, "/risks"),
    (PMO, "/risks/new"),
    (PMO, "/risks/{risk}"),
    (CHAIR, "/risks/{risk}/change"),
    (PMO, "/risks/{risk}/closing"),
    (ECIB, "/risks/{risk}/review"),
    (PMO, "/data-quality"),
    (PMO, "/search?q=staff"),
    (PMO, "/packs"),
    (PMO, "/packs/board"),
    (PMO, "/packs/isg?isg=unscheduled-care"),
    (PMO, "/import"),
    (PMO, "/import/approval"),
    (PMO, "/import/headings"),
    (PMO, "/audit"),
    (PMO, "/redactions"),
    (PMO, "/redactions/new?entry={entry}&column=progress"),
    (PMO, "/account"),
    (OWNER, "/notices"),
    (OWNER, "/account/deputies"),
    (OWNER, "/account/deputies/ending"),
    (OWNER, "/account/mail"),
    (OWNER, "/account/calendar"),
    (OWNER, "/account/calendar/ending"),
    (OWNER, "/account/sessions/ending"),
    (PMO, "/help"),
    (PMO, "/help/words"),
    (ADMIN, "/"),
    (ADMIN, "/admin"),
    (ADMIN, "/admin/people/new"),
    (ADMIN, "/admin/people/{person}"),
    (ADMIN, "/admin/people/{person}/change"),
    (ADMIN, "/admin/people/{person}/roles/new"),
    (ADMIN, "/admin/people/{person}/roles/ending?role=root_cause_owner"),
    (ADMIN, "/admin/people/{person}/return"),
    (ADMIN, "/admin/people/{person}/link"),
    (ADMIN, "/admin/people/{person}/sessions"),
    (ADMIN, "/admin/people/{person}/leaving"),
    (PMO, "/sign-out"),
)
FILES = (
    "/exports/{name}.{kind}",
    "/figures/{number}.svg",
    "/import/workbook.xlsx",
    "/kpis/{ref}/chart.svg",
    "/packs/{kind}.{suffix}",
)
"""Not pages: what is as long as the plan, or drawn once for a pack."""


@dataclass(slots=True)
class Page:
    """One page as one person sees it, and the seconds it took by the plan's size: as it is, and after a change."""

    email: str
    path: str
    as_it_is: dict[int, list[float]] = field(default_factory=lambda: {1: [], TIMES: []})
    after_a_change: dict[int, list[float]] = field(default_factory=lambda: {1: [], TIMES: []})
    empty: list[float] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """PMO /root-causes."""
        return f"{self.email.partition('@')[0]} {self.path}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One system as its visitors see it: their browsers, what stands in paths, and updates to be sent one after the other."""

    system: System
    browsers: Mapping[str, Browser]
    references: Mapping[str, str]
    updates: Iterator[Request]

    async def open(self, page: Page) -> float:
        """Seconds for a page."""
        browser = self.browsers[page.email]
        await browser.get(page.path.format(**self.references))
        return browser.seconds

    async def change_something(self) -> None:
        """An owner in the ISG of the demo accounts says how something goes."""
        await answer(self.system.ports["plan"], next(self.updates), expect=201)


async def section(systems: Systems, say: Callable[[str], None]) -> str:
    """The table of pages."""
    visits = {1: await _visit(systems.demo), TIMES: await _visit(systems.grown[TIMES])}
    pages = [Page(email, path) for email, path in PAGES]
    for number in range(1, ROUNDS + 1):
        say(f"Pages, round {number} of {ROUNDS}.")
        for page in pages:
            page.empty.append(await visits[1].open(Page(page.email, EMPTY)))
            for times, visit in visits.items():
                if times == 1 or sum(times in each.refused for each in pages) < MOST_REFUSED:
                    await _measure(page, times, visit)
    return _written(pages)


async def _measure(page: Page, times: int, visit: Visit) -> None:
    """Once after a change, then as it is; what is slow or refused is not asked for again."""
    if times in page.refused or any(taken > SLOW for taken in page.as_it_is[times]):
        return
    await visit.change_something()
    try:
        page.after_a_change[times].append(await visit.open(page))
        for _ in range(AS_IT_IS):
            page.as_it_is[times].append(await visit.open(page))
            if page.as_it_is[times][-1] > SLOW:
                return
    except BenchError as error:
        page.refused[times] = str(error)


def _written(pages: Sequence[Page]) -> str:
    rows, fit, fit_after, grow_little, grow_little_after = [], 0, 0, 0, 0
    for page in pages:
        beside = _median(page.empty)
        own, after = (_median(taken[1]) for taken in (page.as_it_is, page.after_a_change))
        large, large_after = (_median(taken[TIMES]) for taken in (page.as_it_is, page.after_a_change))
        rows.append((page.name, _milliseconds(own), _times(own, beside), _times(after, beside),
                     _milliseconds(large), _times(large, own), _times(large_after, after)))  # fmt: skip
        fit += _is_within(own, beside, MOST_TIMES_EMPTY)
        fit_after += _is_within(after, beside, MOST_TIMES_EMPTY)
        grow_little += _is_within(large, own, MOST_TIMES_OWN)
        grow_little_after += _is_within(large_after, after, MOST_TIMES_OWN)
    empty = _median([each for page in pages for each in page.empty])
    lines = [
        table(
            ("page", "ms", "x empty", "after a change", f"ms at x{TIMES}", "x own", "after a change"), rows,
            figures=range(1, 7),
        ),
        "",
        f"The empty signed-in page takes {_milliseconds(empty)} ms. Of {len(pages)} pages {fit} take at most {MOST_TIMES_EMPTY} "
        f"times that, {fit_after} just after an update was committed;\nwith {TIMES} times the plan {grow_little} take at most "
        f"{MOST_TIMES_OWN} times their own figure, {grow_little_after} just after an update.",
        *(
            f"No figure for {page.name} with {times} times the plan. {why}"
            for page in pages
            for times, why in page.refused.items()
        ),
    ]  # fmt: skip
    if sum(TIMES in page.refused for page in pages) >= MOST_REFUSED:
        lines.append(f"After {MOST_REFUSED} pages without an answer the larger system was left alone.")
    if unlisted := _without_a_figure():
        lines.append(f"Pages that are not measured: {', '.join(unlisted)}")
    return "\n".join(lines)


def _median(taken: Sequence[float]) -> float | None:
    return median(taken) if taken else None


def _milliseconds(taken: float | None) -> str:
    return "-" if taken is None else f"{taken * 1000:,.1f}"


def _times(taken: float | None, beside: float | None) -> str:
    return "-" if taken is None or beside is None else f"{taken / beside:.1f}"


def _is_within(taken: float | None, beside: float | None, most: float) -> bool:
    return taken is not None and beside is not None and taken <= most * beside


def _without_a_figure() -> list[str]:
    """The routes of pages that no line of PAGES asks for: their own forms, mostly, and what the demo plan has none of."""
    listed = [path.partition("?")[0].split("/") for _, path in PAGES]
    routes = [
        str(getattr(route, "path", ""))
        for router in FOR_SIGNED_IN
        for route in router.routes
        if "GET" in getattr(route, "methods", ())
    ]
    return sorted({route for route in routes if route not in FILES and not _is_listed(route, listed)})


def _is_listed(route: str, listed: Sequence[Sequence[str]]) -> bool:
    parts = ["{" if part.startswith("{") else part for part in route.split("/")]
    return any(parts == ["{" if part.startswith("{") else part for part in path] for path in listed)


# -- who asks, for what ---------------------------------------------------------------------------------------------


async def _visit(system: System) -> Visit:
    async with system.database.transaction() as db:
        people = await db.scalars(select(Person).where(Person.email.in_({email for email, _ in PAGES})))
        browsers = {each.email: await signed_in(db, system.ports["web"], each) for each in people}
        register = await load_register(
            db,
            await business_today(db),
            only=list(await db.scalars(select(RootCause.id).where(RootCause.id < FAR_APART))),
        )
        of_isg = [each for each in register.standings if each.isg == DEMO_ISG]
        references = await _references(db, of_isg)
        on_time = [
            each
            for each in of_isg
            if each.in_plan
            and not each.overdue
            and each.delivery_status in {DeliveryStatus.ON_TRACK, DeliveryStatus.NOT_STARTED}
        ]
        tokens = {owner: await token_of(db, owner) for owner in {each.owner_id for each in on_time}}
    return Visit(system, browsers, references, _updates(on_time, tokens))


async def _references(db: AsyncSession, standings: Sequence[Standing]) -> dict[str, str]:
    """What stands in the paths: of the demo accounts' ISG, the same in the plan of either size."""
    owned = next(each for each in standings if each.owner_email == OWNER and each.closed_on is None)
    asking = next(each for each in standings if each.delivery_status is DeliveryStatus.AWAITING_CLOSURE)
    closed = next(each for each in standings if each.closed_on is not None)
    isg = (await db.scalars(select(Isg).where(Isg.name == DEMO_ISG))).one()
    action = (
        await db.execute(
            select(Action.reference, RootCause.reference)
            .join(RootCause, RootCause.id == Action.root_cause_id)
            .where(Action.completed_on.is_(None), Action.withdrawn_on.is_(None))
            .order_by(Action.id)
        )
    ).first()
    first = {
        "kpi": select(Kpi.reference).where(Kpi.root_cause_id.is_not(None)).order_by(Kpi.id),
        "finding": select(Finding.reference).order_by(Finding.id),
        "escalation": select(Escalation.reference).where(Escalation.state != "ended").order_by(Escalation.id),
        "raised": select(Escalation.reference).where(Escalation.state == "raised").order_by(Escalation.id),
        "risk": select(Risk.reference).where(Risk.state == "open").order_by(Risk.id),
        "cycle": select(Cycle.number).where(Cycle.isg_id == isg.id).order_by(Cycle.number.desc()),
        "entry": select(AuditEntry.id).where(AuditEntry.table_name == "progress_update").order_by(AuditEntry.id),
    }  # fmt: skip
    found = {name: str((await db.execute(query.limit(1))).scalar_one()) for name, query in first.items()}
    assert action is not None
    return found | {
        "root_cause": owned.reference,
        "asking": asking.reference,
        "closed": closed.reference,
        "action": action[0],
        "with_action": action[1],
        "isg": isg.slug,
        "person": OWNER,
    }


def _updates(standings: Sequence[Standing], tokens: Mapping[int, str]) -> Iterator[Request]:
    """Good news of each in turn: the plan stays as it is."""
    said = {
        "status": UpdateStatus.ON_TRACK,
        "progress": "Two more wards have started; the others follow in June.",
    }
    for each in cycle(standings):
        headers = {"Authorization": f"Bearer {tokens[each.owner_id]}", "Idempotency-Key": uuid.uuid4().hex}
        yield Request("POST", f"/v1/root-causes/{each.reference}/updates", headers, json.dumps(said).encode())
