"""The last evening before the deadline: 200 owners within ten minutes, as browsers, each from the home page to the update sent.

Everybody has signed in beforehand. Each owner comes at a moment of their own (random, but the same in every run), looks at
the home page and the table of updates, writes into a second root cause's row there and keeps it as a draft, opens the update
form, types (the browser saves the draft twice), sends, and is led to the root cause's page. They think and type between one and
the next; the evening goes `lapse` times as fast as a real one, which is as many times the load. What each page takes then is
compared with what it took when ten other owners did the same one after the other, just before. Afterwards every update has to
be in the database once, and every draft as it was typed last.

The demo plan has 95 owners: here it is three times as large, so that 200 have something to report.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from statistics import median, quantiles

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.browser import Browser, form_on, signed_in
from bench.comparison import table
from bench.load import BenchError
from bench.system import System, Systems
from services.domain.words import DeliveryStatus, Role
from services.shared.clock import business_today
from services.shared.models import Person, ProgressUpdate, RoleGrant, UpdateDraft
from services.shared.register import Standing, load_register

TIMES = 3
OWNERS, ALONE = 200, 10
EVENING = 600.0
LAPSE = 4
SEED = 2019
LOOKS, READS, TYPES = 10.0, 20.0, 60.0
"""Seconds that people take on average over the home page, over the table or the form once more, and over a few words."""
LONGEST_VISIT = 1.5 * (LOOKS + 2 * READS + 2 * TYPES)
MOST_TIMES_UNLOADED = 8
RECOVERS_AFTER = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody with something to report: one root cause to the end, and, where there is one, another as a draft."""

    person: Person
    browser: Browser
    reports: Standing
    drafts: Standing | None

    @property
    def words(self) -> str:
        """What they say, like nobody else."""
        return f"{self.person.name} has met the ward teams: two of three have begun with {self.reports.reference}."


@dataclass(slots=True)
class Course:
    """How the visits went: seconds by page, those who got to the end, and what went wrong."""

    lapse: float
    taken: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sent: list[Owner] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    async def pause(self, random: Random, average: float) -> None:
        """Between half and one and a half of the average, in the evening's time."""
        if self.lapse:
            await asyncio.sleep(average * random.uniform(0.5, 1.5) / self.lapse)


async def section(systems: Systems, say: Callable[[str], None], lapse: float = LAPSE) -> str:
    """The table of pages, and whether anything was lost."""
    system, random = systems.grown[TIMES], Random(SEED)
    async with system.database.transaction() as db:
        today = await business_today(db)
        owners = await _owners(db, system, today, random)
    say(
        f"Deadline evening: {ALONE} owners one after the other, then {OWNERS} within {EVENING / lapse:.0f} s."
    )
    alone, evening = Course(lapse=0), Course(lapse=lapse)
    for owner in owners[:ALONE]:
        await _visit(owner, alone, random, system, today)
    if alone.wrong:
        raise BenchError(alone.wrong[0])
    started = time.perf_counter()
    await asyncio.gather(
        *(
            _come(owner, evening, Random(f"{SEED} {number}"), system, today)
            for number, owner in enumerate(owners[ALONE:])
        )
    )
    lasted = time.perf_counter() - started
    async with system.database.transaction() as db:
        lost = await _lost(db, evening.sent)
    return _written(alone, evening, lost, lasted)


async def _owners(db: AsyncSession, system: System, today: date, random: Random) -> list[Owner]:
    """Owners with something to report, in no order."""
    owed = defaultdict(list)
    for each in (await load_register(db, today)).standings:
        if each.in_plan and each.delivery_status is not DeliveryStatus.COMPLETE:
            owed[each.owner_id].append(each)
    owner_ids = select(RoleGrant.person_id).where(RoleGrant.role == Role.ROOT_CAUSE_OWNER)
    people = list(await db.scalars(select(Person).where(Person.id.in_(owner_ids)).order_by(Person.id)))
    chosen = random.sample([each for each in people if owed[each.id]], ALONE + OWNERS)
    return [
        Owner(
            each,
            await signed_in(db, system.ports["web"], each),
            owed[each.id][0],
            next(iter(owed[each.id][1:]), None),
        )
        for each in chosen
    ]


async def _come(owner: Owner, course: Course, random: Random, system: System, today: date) -> None:
    await asyncio.sleep(random.uniform(0, EVENING - LONGEST_VISIT) / course.lapse)
    await _visit(owner, course, random, system, today)


async def _visit(owner: Owner, course: Course, random: Random, system: System, today: date) -> None:
    """From the home page to the root cause's page with the update on it; what goes wrong ends the visit."""
    try:
        await _report(owner, course, random, system, today)
    except (BenchError, OSError, asyncio.IncompleteReadError) as error:
        course.wrong.append(f"{owner.person.email}: {str(error)[:200] or type(error).__name__}")


async def _report(owner: Owner, course: Course, random: Random, system: System, today: date) -> None:
    browser, ref, taken = owner.browser, owner.reports.reference, course.taken
    await browser.get("/")
    taken["home page"].append(browser.seconds)
    await course.pause(random, LOOKS)
    rows = form_on(await browser.get("/updates"), "/updates")
    taken["table of updates"].append(browser.seconds)
    await course.pause(random, READS)
    if owner.drafts is not None:
        typed = {f"{owner.drafts.reference}.progress": owner.words, "press": "save"}
        following = await browser.post("/updates", rows | typed)
        taken["drafts of the table kept"].append(browser.seconds)
        await browser.get(following)
        taken["table of updates"].append(browser.seconds)
    address = f"/root-causes/{ref}/update"
    form = form_on(await browser.get(address), address) | _answers(owner, today)
    taken["update form"].append(browser.seconds)
    for words in (owner.words[:40], owner.words):
        await course.pause(random, TYPES)
        await browser.put(address, form | {"progress": words})
        taken["draft saved while typing"].append(browser.seconds)
    await _check_draft(system, owner)
    await course.pause(random, READS)
    following = await browser.post(address, form | {"progress": owner.words})
    taken["update sent"].append(browser.seconds)
    course.sent.append(owner)
    await browser.get(following)
    taken["its root cause's page"].append(browser.seconds)


def _answers(owner: Owner, today: date) -> dict[str, str]:
    """On track while the due date has not passed; afterwards off track, with a recovery plan."""
    if not owner.reports.overdue:
        no_forecast = {f"forecast_date.{part}": "" for part in ("day", "month", "year")}
        return {"done": "no", "status": "on_track", **no_forecast}
    recovers = today + RECOVERS_AFTER
    return {
        "done": "no",
        "status": "off_track",
        "recovery_plan": "replace",
        "recovery_plan.steps": "Ward managers release two hours a week for training.",
        "recovery_plan.owner": owner.person.email,
        "recovery_plan.recovery_date.day": str(recovers.day),
        "recovery_plan.recovery_date.month": str(recovers.month),
        "recovery_plan.recovery_date.year": str(recovers.year),
    }


# -- whether anything was lost --------------------------------------------------------------------------------------


async def _check_draft(system: System, owner: Owner) -> None:
    """Just before it is sent, which makes an end of it."""
    async with system.database.transaction() as db:
        if await _drafted(db, owner.person, owner.reports) != [owner.words]:
            raise BenchError(f"The draft of {owner.reports.reference} is not what was typed.")


async def _drafted(db: AsyncSession, person: Person, standing: Standing) -> list[str]:
    query = select(UpdateDraft.fields).where(
        UpdateDraft.person_id == person.id, UpdateDraft.root_cause_id == standing.id
    )
    return [fields["progress"][0] for fields in await db.scalars(query)]


async def _lost(db: AsyncSession, sent: Sequence[Owner]) -> list[str]:
    """Each update once and without its draft, each draft that was not sent as it was typed; a sentence for what is not."""
    wrong = []
    for owner in sent:
        updates = select(ProgressUpdate.root_cause_id).where(
            ProgressUpdate.submitted_by == owner.person.id, ProgressUpdate.progress == owner.words
        )
        times = list(await db.scalars(updates))
        if times != [owner.reports.id]:
            wrong.append(f"The update of {owner.reports.reference} is there {len(times)} times.")
        if await _drafted(db, owner.person, owner.reports):
            wrong.append(f"{owner.reports.reference} still has a draft of what was sent.")
        if owner.drafts is not None and await _drafted(db, owner.person, owner.drafts) != [owner.words]:
            wrong.append(f"The draft of {owner.drafts.reference} is lost.")
    return wrong


def _written(alone: Course, evening: Course, lost: Sequence[str], lasted: float) -> str:
    rows, within = [], 0
    for page, unloaded in alone.taken.items():
        taken = evening.taken[page]
        p95 = quantiles(taken, n=20)[-1] if len(taken) > 1 else float("inf")
        ratio = p95 / median(unloaded)
        within += ratio < MOST_TIMES_UNLOADED
        rows.append((page, f"{len(taken)}", *(f"{each * 1000:,.0f}" for each in (median(unloaded), median(taken), p95)),
                     f"{ratio:.1f}"))  # fmt: skip
    requests = sum(map(len, evening.taken.values()))
    return "\n".join(
        [
            table(("deadline evening", "asked", "ms alone", "ms median", "ms p95", "p95 x alone"), rows, figures=range(1, 6)),
            "",
            f"{len(evening.sent)} of {OWNERS} owners sent their update; {requests:,} requests in {lasted:.0f} s: "
            f"ten minutes {evening.lapse:g} times as fast, so {evening.lapse:g} times the load.\n"
            f"{within} of {len(rows)} pages have a p95 under {MOST_TIMES_UNLOADED} times the page alone. "
            f"Errors: {len(evening.wrong)}. Lost or doubled updates and drafts: {len(lost)}.",
            *evening.wrong[:3],
            *lost[:3],
        ]
    )  # fmt: skip
