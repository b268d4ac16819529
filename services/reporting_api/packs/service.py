"""Packs: assembled from the figures of a date, and written out in every format."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.concurrency import run_in_threadpool

from services.domain.words import KpiLevel
from services.reporting_api.outlines import queries as outlines
from services.reporting_api.packs import queries
from services.reporting_api.packs.board_figures import board_paper_figures, previous_month_end
from services.reporting_api.packs.composition import compose, draft, needs_of
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.docx import docx
from services.reporting_api.packs.forecasts import forecasts_of
from services.reporting_api.packs.forum_queries import BeforeForums, before_forums
from services.reporting_api.packs.html import whole_page
from services.reporting_api.packs.kinds import BOARD
from services.reporting_api.packs.material import Material, Need
from services.reporting_api.packs.measures import kpis_of_packs
from services.reporting_api.packs.outline import Outline
from services.reporting_api.packs.pdf import pdf
from services.reporting_api.packs.pptx import pptx
from services.reporting_api.packs.xlsx import xlsx
from services.shared.facts import load_plan_facts
from services.shared.register import check_as_at
from services.shared.settings import settings


@dataclass(frozen=True, slots=True)
class PackKind:
    """A kind of pack that can be assembled, for which forum, and in which formats."""

    kind: str
    title: str
    forum: str
    formats: tuple[str, ...]


KINDS = (PackKind("board", "Board paper", "Trust Board", ("html", "pdf", "docx", "pptx", "xlsx", "json")),)


async def assemble(db: AsyncSession, outline: Outline, as_at: date | None) -> Pack:
    """The pack of an outline at `as_at` (None: today). Raises RuleBroken for a date after today."""
    return compose(outline, await load_material(db, as_at, needs_of(outline)))


async def drafted(db: AsyncSession, outline: Outline, as_at: date | None) -> Pack:
    """The same with its places to write in, for a pack that people go on with. Raises RuleBroken for a date after today."""
    return draft(outline, await load_material(db, as_at, needs_of(outline)))


async def assemble_board_paper(db: AsyncSession, as_at: date | None) -> Pack:
    """The Board paper as the PMO has it now, at `as_at` (None: today). Raises RuleBroken for a date after today."""
    _, outline = await outlines.newest_of(db, BOARD.kind)
    return await assemble(db, outline, as_at)


async def load_material(db: AsyncSession, as_at: date | None, needs: Collection[Need]) -> Material:
    """What packs are made of at `as_at` (None: today), as far as it is needed. Raises RuleBroken for a date after today."""
    day = await check_as_at(db, as_at)
    last = previous_month_end(day)
    plan = await load_plan_facts(db)
    figures = board_paper_figures(
        trust_name=settings().trust_name,
        plan=plan,
        findings=await queries.findings(db),
        approvals=await queries.approvals(db),
        actions=await queries.actions_due(db, last.replace(day=1), last),
        unreleased=await queries.unreleased_updates(db, day),
        as_at=day,
    )
    reports = await queries.confirmed_reports(db, day) if {Need.REPORTS, Need.FORECASTS} & set(needs) else {}
    forecasts = await run_in_threadpool(forecasts_of, plan, day) if Need.FORECASTS in needs else {}
    forums = await before_forums(db, day) if Need.FORUMS in needs else BeforeForums()
    kpis = await kpis_of_packs(db, day, KpiLevel.HIGH_LEVEL) if Need.KPIS in needs else ()
    return Material(figures, reports, forecasts, forums, kpis)


async def as_html(pack: Pack) -> str:
    """The pack as one file; its figures open the pages of this system."""
    return await run_in_threadpool(whole_page, pack, settings().public_address)


async def as_pdf(pack: Pack) -> bytes:
    """The pack as PDF/UA-1; its figures open the pages of this system."""
    return await run_in_threadpool(pdf, pack, settings().public_address)


async def as_docx(pack: Pack) -> bytes:
    """The pack as a Word document to go on writing in; its figures open the pages of this system."""
    return await run_in_threadpool(docx, pack, settings().public_address)


async def as_pptx(pack: Pack) -> bytes:
    """The pack as slides to go on working on; its figures open the pages of this system."""
    return await run_in_threadpool(pptx, pack, settings().public_address)


async def as_xlsx(pack: Pack) -> bytes:
    """Every table of the pack as a sheet."""
    return await run_in_threadpool(xlsx, pack)


async def write_files(pack: Pack, out: Path) -> list[Path]:
    """Writes `KIND-DATE.html` and its like in each format into the folder `out`, and returns their paths."""
    contents = {
        "html": (await as_html(pack)).encode(),
        "pdf": await as_pdf(pack),
        "docx": await as_docx(pack),
        "pptx": await as_pptx(pack),
        "xlsx": await as_xlsx(pack),
    }
    return await run_in_threadpool(_write, out, f"{pack.kind}-{pack.as_at}", contents)


def _write(folder: Path, stem: str, contents: Mapping[str, bytes]) -> list[Path]:
    """Each content into a file of the folder, by its suffix."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{stem}.{suffix}" for suffix in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths
