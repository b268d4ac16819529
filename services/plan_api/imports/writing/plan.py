"""Findings and root causes: what was found, what must change, by when, and where it stands in the plan."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.classification import class_of
from services.domain.words import FindingType
from services.plan_api.imports.queries import ids_by
from services.plan_api.imports.writing.delivery import number_updates_anew
from services.plan_api.imports.writing.rows import (
    added,
    after,
    changed,
    count_change,
    insert_all,
    next_position,
    update_all,
)
from services.plan_api.workbook.changes import Changes
from services.plan_api.workbook.rows import FindingRow, RootCauseRow
from services.shared.db import among
from services.shared.models import (
    Baseline,
    Finding,
    Isg,
    Person,
    Placement,
    RootCause,
    RootCauseFinding,
    Source,
)


async def write_findings(db: AsyncSession, changes: Changes, now: datetime) -> None:
    """Findings with their sources; one that becomes a Must Do makes its root causes Must Do."""
    isgs, sources = await ids_by(db, Isg.name), await _sources(db, after(changes, FindingRow), now)

    def columns(row: FindingRow) -> dict[str, Any]:
        return {
            "finding_type": row.type, "text": row.finding, "source_id": sources.get(row.source or ""),
            "core_service": row.core_service, "site": row.site, "key_questions": list(row.cqc_domains),
            "regulation": row.regulation, "isg_id": isgs[row.isg],
        }  # fmt: skip

    position = await next_position(db, Finding.position)
    new = enumerate(added(changes, FindingRow), start=position)
    await insert_all(
        db,
        Finding,
        (
            columns(row) | {"reference": row.reference, "position": place, "recorded_at": now}
            for place, row in new
        ),
    )
    if findings := changed(changes, FindingRow):
        ids = await ids_by(db, Finding.reference)
        await update_all(db, Finding, (columns(row) | {"id": ids[row.reference]} for _, row in findings))
        retyped = {ids[row.reference] for before, row in findings if before.type is not row.type}
        linked = select(RootCauseFinding.root_cause_id).where(
            among(RootCauseFinding.finding_id, retyped), RootCauseFinding.ended_at.is_(None)
        )
        await _place(db, set(await db.scalars(linked)), {}, now)


async def write_root_causes(db: AsyncSession, changes: Changes, now: datetime) -> None:
    """Root causes with their findings, first baseline and place in the plan."""
    people = await ids_by(db, Person.email)

    def columns(row: RootCauseRow) -> dict[str, Any]:
        return {
            "title": row.title, "situation": row.situation, "background": row.background, "assessment": row.assessment,
            "recommendation": row.recommendation, "owner_id": people[row.owner_email], "theme": row.cross_cutting_theme,
            "kloe": row.kloe,
        }  # fmt: skip

    position = await next_position(db, RootCause.position)
    new = enumerate(added(changes, RootCauseRow), start=position)
    await insert_all(
        db,
        RootCause,
        (
            columns(row) | {"reference": row.reference, "position": place, "recorded_at": now}
            for place, row in new
        ),
    )
    rows = after(changes, RootCauseRow)
    if not rows:
        return
    ids, isgs = await ids_by(db, RootCause.reference), await ids_by(db, Isg.name)
    edited = changed(changes, RootCauseRow)
    await update_all(db, RootCause, (columns(row) | {"id": ids[row.reference]} for _, row in edited))
    await _set_due_dates(db, changes, ids, now)
    await _link_findings(db, rows, ids, now)
    await _place(
        db, {ids[row.reference] for row in rows}, {ids[row.reference]: isgs[row.isg] for row in rows}, now
    )
    moved = {ids[row.reference] for before, row in edited if before.isg != row.isg}
    await number_updates_anew(db, moved)
    await count_change(db, {ids[row.reference] for _, row in edited})


async def _sources(db: AsyncSession, rows: Iterable[FindingRow], now: datetime) -> dict[str, int]:
    known = await ids_by(db, Source.name)
    missing = dict.fromkeys(row.source for row in rows if row.source and row.source not in known)
    await insert_all(db, Source, ({"name": name, "recorded_at": now} for name in missing))
    return await ids_by(db, Source.name) if missing else known


async def _set_due_dates(db: AsyncSession, changes: Changes, ids: Mapping[str, int], now: datetime) -> None:
    """The first baseline; the due date that a draft replaces keeps its row."""
    moved = [row for before, row in changed(changes, RootCauseRow) if before.due_date != row.due_date]
    if moved:
        await db.execute(
            update(Baseline)
            .where(
                among(Baseline.root_cause_id, {ids[row.reference] for row in moved}),
                Baseline.superseded_at.is_(None),
            )
            .values(superseded_at=now)
        )
    await insert_all(
        db,
        Baseline,
        (
            {"root_cause_id": ids[row.reference], "version": 1, "due_date": row.due_date, "recorded_at": now}
            for row in (*added(changes, RootCauseRow), *moved)
        ),
    )


async def _link_findings(
    db: AsyncSession, rows: Iterable[RootCauseRow], ids: Mapping[str, int], now: datetime
) -> None:
    findings = await ids_by(db, Finding.reference)
    wanted = {
        (ids[row.reference], findings[finding]): place
        for row in rows
        for place, finding in enumerate(row.findings)
    }
    current = {
        (link.root_cause_id, link.finding_id): link.id
        for link in await db.execute(
            select(RootCauseFinding.root_cause_id, RootCauseFinding.finding_id, RootCauseFinding.id).where(
                among(RootCauseFinding.root_cause_id, {ids[row.reference] for row in rows}),
                RootCauseFinding.ended_at.is_(None),
            )
        )
    }
    if ended := [link_id for link, link_id in current.items() if link not in wanted]:
        await db.execute(
            update(RootCauseFinding).where(among(RootCauseFinding.id, ended)).values(ended_at=now)
        )
    await insert_all(
        db,
        RootCauseFinding,
        (
            {"root_cause_id": root_cause, "finding_id": finding, "position": place, "recorded_at": now}
            for (root_cause, finding), place in wanted.items()
            if (root_cause, finding) not in current
        ),
    )


async def _place(db: AsyncSession, ids: Collection[int], isgs: Mapping[int, int], now: datetime) -> None:
    """Each root cause in its ISG (as given, else where it is) and its class; a replaced place keeps its row."""
    types: defaultdict[int, list[FindingType]] = defaultdict(list)
    for root_cause_id, finding_type in await db.execute(
        select(RootCauseFinding.root_cause_id, Finding.finding_type)
        .join(Finding, Finding.id == RootCauseFinding.finding_id)
        .where(among(RootCauseFinding.root_cause_id, ids), RootCauseFinding.ended_at.is_(None))
    ):
        types[root_cause_id].append(FindingType(finding_type))
    current = {
        place.root_cause_id: place
        for place in await db.execute(
            select(Placement.root_cause_id, Placement.id, Placement.isg_id, Placement.root_cause_class).where(
                among(Placement.root_cause_id, ids), Placement.superseded_at.is_(None)
            )
        )
    }
    replaced: list[int] = []
    places: list[dict[str, Any]] = []
    for root_cause_id in ids:
        stands = current.get(root_cause_id)
        isg_id = isgs.get(root_cause_id, stands.isg_id if stands else None)
        root_cause_class = class_of(types[root_cause_id])
        if stands and (stands.isg_id, stands.root_cause_class) == (isg_id, root_cause_class):
            continue
        if stands:
            replaced.append(stands.id)
        places.append(
            {
                "root_cause_id": root_cause_id, "isg_id": isg_id, "root_cause_class": root_cause_class, "in_plan": True,
                "recorded_at": now,
            }
        )  # fmt: skip
    if replaced:
        await db.execute(update(Placement).where(among(Placement.id, replaced)).values(superseded_at=now))
    await insert_all(db, Placement, places)
