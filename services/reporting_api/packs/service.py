"""Packs: assembled from the figures of a date, and written out in every format."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from services.domain.errors import RuleBroken
from services.domain.words import KpiLevel
from services.reporting_api.outlines import queries as outlines
from services.reporting_api.packs import queries
from services.reporting_api.packs.board_figures import board_paper_figures, previous_month_end
from services.reporting_api.packs.composition import compose, needs_of, title_of
from services.reporting_api.packs.composition import draft as with_places
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.forecasts import forecasts_of
from services.reporting_api.packs.formats import FORMATS, FormatName, written
from services.reporting_api.packs.forum_queries import BeforeForums, before_forums
from services.reporting_api.packs.late_queries import LateFacts, late_facts
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.measures import kpis_of_packs
from services.reporting_api.packs.outline import Outline
from services.shared.facts import load_plan_facts
from services.shared.register import check_as_at
from services.shared.settings import settings


@dataclass(frozen=True, slots=True)
class PackKind:
    """A kind of pack as the PMO has it now: for whom, what it holds, and whether it can be had of one ISG alone."""

    kind: str
    title: str
    forum: str
    sections: tuple[str, ...]
    is_by_isg: bool
    formats: tuple[str, ...] = tuple(FORMATS)


async def kinds(db: AsyncSession) -> list[PackKind]:
    """Every kind, in the PMO's order."""
    return [
        PackKind(kind, outline.title, outline.forum, outline.headings, outline.is_by_isg)
        for kind, (_, outline) in (await outlines.newest(db)).items()
    ]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is asked for: a kind as the PMO has it now, at a day, of one ISG (its slug) or of all."""

    kind: str
    day: date
    isg: str | None = None
    title: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """What its files are called, but for how they end: isg-2019-05-22; of one ISG isg-workforce-2019-05-22."""
        return f"{self.kind}-{self.isg}-{self.day}" if self.isg else f"{self.kind}-{self.day}"


async def draft(db: AsyncSession, kind: str, as_at: date | None, isg: str | None = None) -> Draft:
    """What is asked for, where it can be had. Raises NotFound for no such kind, RuleBroken for another day or ISG."""
    _, outline = await outlines.newest_of(db, kind)
    day = await check_as_at(db, as_at)
    if isg and not outline.is_by_isg:
        raise RuleBroken.at("isg", f"“{outline.title}” is of the whole plan: it can’t be had of one ISG.")
    named = (await queries.isg_names(db)).get(isg) if isg else None
    if isg and named is None:
        raise RuleBroken.at("isg", f"There is no ISG called {isg}. Open the list of ISGs to find it.")
    return Draft(kind, day, isg or None, title_of(outline, named))


async def assemble_draft(db: AsyncSession, asked: Draft) -> Pack:
    """The pack that is asked for, from what is committed now."""
    _, outline = await outlines.newest_of(db, asked.kind)
    return await assemble(db, outline, asked.day, asked.isg)


async def assemble(db: AsyncSession, outline: Outline, as_at: date | None, isg: str | None = None) -> Pack:
    """The pack of an outline at `as_at` (None: today); `isg`: the slug of the ISG that it is of alone.

    Raises RuleBroken for a date after today.
    """
    material = await _material(db, outline, as_at)
    return compose(outline, material if isg is None else material.of_isg(isg))


async def drafted(db: AsyncSession, outline: Outline, as_at: date | None) -> Pack:
    """The same of all ISGs with its places to write in, for a pack that people go on with."""
    return with_places(outline, await _material(db, outline, as_at))


async def _material(db: AsyncSession, outline: Outline, as_at: date | None) -> Material:
    return await load_material(
        db, outline.kind, as_at, needs_of(outline), released_only=outline.released_only
    )


async def load_material(
    db: AsyncSession, kind: str, as_at: date | None, needs: Collection[Need], *, released_only: bool = False
) -> Material:
    """What packs of a kind are made of at `as_at` (None: today), as far as needed. Raises RuleBroken for a date after today.

    `released_only`: of what partners may know, as their feeds have it.
    """
    day = await check_as_at(db, as_at)
    last = previous_month_end(day)
    plan = await load_plan_facts(db, released_only=released_only)
    figures = board_paper_figures(
        trust_name=settings().trust_name,
        plan=plan,
        findings=await queries.findings(db),
        approvals=await queries.approvals(db),
        actions=await queries.actions_due(db, last.replace(day=1), last),
        unreleased=() if released_only else await queries.unreleased_updates(db, day),
        as_at=day,
    )
    reports = await queries.confirmed_reports(db, day) if {Need.REPORTS, Need.FORECASTS} & set(needs) else {}
    forecasts = await run_in_threadpool(forecasts_of, plan, day) if Need.FORECASTS in needs else {}
    forums = (
        await before_forums(db, day, released_only=released_only) if Need.FORUMS in needs else BeforeForums()
    )
    kpis = await kpis_of_packs(db, day, KpiLevel.HIGH_LEVEL) if Need.KPIS in needs else ()
    late = await late_facts(db, kind, day) if Need.LATE in needs else LateFacts()
    return Material(figures, reports, forecasts, forums, kpis, late)


async def write_files(pack: Pack, folder: Path, name: str) -> list[Path]:
    """Writes `NAME.html` and its like in each format that is for people into the folder, and returns their paths."""
    forms = [form for form in FORMATS if form is not FormatName.JSON]
    contents = {f"{name}.{form}": await written(pack, form) for form in forms}
    return await run_in_threadpool(_write, folder, contents)


def _write(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


async def render(
    db: AsyncSession, kind: str, as_at: date | None, folder: Path, isg: str | None = None
) -> list[Path]:
    """The pack as files in the folder. Raises NotFound for no such kind, RuleBroken for a day to come or no such ISG."""
    asked = await draft(db, kind, as_at, isg)
    return await write_files(await assemble_draft(db, asked), folder, asked.name)
