"""Redaction: the PMO asks, a second person approves, the database blanks (domain.md, Keeping and removing)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotAllowed, RuleBroken
from services.domain.permissions import Action, Person, allowed
from services.domain.wording import is_blank, listed
from services.plan_api.audit.queries import names_of
from services.plan_api.audit.wording import THINGS, column_called
from services.plan_api.evidence.service import redact
from services.plan_api.redaction import queries
from services.plan_api.redaction.schemas import (
    PlaceKind,
    PlacesOfKind,
    RedactionShown,
    RedactionState,
    RedactionWish,
)
from services.shared.auth import Caller
from services.shared.clock import business_now
from services.shared.models import AuditEntry, Redaction


async def list_redactions(db: AsyncSession, caller: Caller) -> list[RedactionShown]:
    """All of them, newest first, with what this person may do."""
    return [_shown(row, asked, decided, caller) for row, asked, decided in await queries.redactions(db)]


async def ask(db: AsyncSession, caller: Caller, wish: RedactionWish) -> RedactionShown:
    """Asks for a text to be blanked. Raises RuleBroken for what can't be, Conflict where it has been asked for."""
    if is_blank(wish.reason):
        raise RuleBroken.at("reason", "Say why this has to go, without repeating it.")
    entry = await queries.entry(db, wish.entry)
    column = await _column(db, entry, wish.column)
    texts = await queries.texts_ever(db, entry.table_name, column, entry.row_id)
    if not texts:
        raise Conflict("There is no text there now: it is empty, or has been redacted already.")
    if any(each.lower() in str(wish.reason).lower() for each in texts):
        raise RuleBroken.at(
            "reason", "The reason is kept for ever: don't repeat in it what is to be blanked."
        )
    if await queries.waiting(db, entry.table_name, entry.row_id, column):
        raise Conflict("This has been asked for already, and waits for a second person to approve it.")
    redaction = Redaction(
        table_name=entry.table_name, row_id=entry.row_id, column_name=column, thing=await _thing(db, entry),
        reason=str(wish.reason).strip(), asked_by=caller.id, asked_at=await business_now(db),
    )  # fmt: skip
    db.add(redaction)
    await db.flush()
    return _shown(redaction, caller.name, None, caller)


async def list_places(db: AsyncSession, redaction_id: int) -> list[PlacesOfKind]:
    """Where approving it will blank something, and how often. Raises NotFound."""
    await queries.locked(db, redaction_id)
    order = list(PlaceKind)
    found = [
        PlacesOfKind(kind=PlaceKind(row.kind), where=_where(row.kind, row.table_name, row.column_name), places=row.places)
        for row in await queries.places(db, redaction_id)
    ]  # fmt: skip
    return sorted(found, key=lambda each: (order.index(each.kind), each.where))


def _where(kind: str, table: str, column: str) -> str:
    if kind not in {PlaceKind.ITSELF, PlaceKind.COPY, PlaceKind.IMAGE}:
        return ""
    return f"{column_called(column)} of {THINGS[table].noun}" if table in THINGS else column_called(column)


async def decide(
    db: AsyncSession, caller: Caller, redaction_id: int, reason: str | None, *, approve: bool
) -> RedactionShown:
    """The second person's word: approved, it is carried out at once. Raises NotAllowed for who asked, Conflict when decided."""
    redaction = await queries.locked(db, redaction_id)
    if redaction.approved is not None:
        raise Conflict("This redaction has been decided on already.")
    if redaction.asked_by == caller.id:
        raise NotAllowed("You asked for this redaction: somebody else has to approve or refuse it.")
    if not approve and is_blank(reason):
        raise RuleBroken.at("reason", "Say why it is refused.")
    redaction.approved, redaction.decided_by, redaction.decided_at = (
        approve,
        caller.id,
        await business_now(db),
    )
    redaction.refused_reason = None if approve else str(reason).strip()
    await db.flush()
    if approve:
        await redact(db, redaction)
        await db.refresh(redaction)
    rows = {row.id: (asked, decided) for row, asked, decided in await queries.redactions(db)}
    return _shown(redaction, *rows[redaction.id], caller)


OUTLINE = "outline"
"""The column of an outline's blocks: the text of one of them is redacted, named by its key."""


async def _column(db: AsyncSession, entry: AuditEntry, called: str) -> str:
    """The column that the trail calls so. Raises RuleBroken, naming those that can be redacted."""
    possible = {column_called(each): each for each in await queries.redactable_columns(db, entry.table_name)}
    if possible.pop(OUTLINE, None):
        possible |= {
            f"{OUTLINE}: {key}": f"{OUTLINE}:{key}" for key in await queries.written_blocks(db, entry.row_id)
        }
    if called not in possible:
        which = (
            f"Of this, {listed(sorted(possible), 'or')} can be."
            if possible
            else "Of this, nothing can be: only what people write freely."
        )
        raise RuleBroken.at("column", f"“{called}” can't be redacted. {which}")
    return possible[called]


async def _thing(db: AsyncSession, entry: AuditEntry) -> str:
    names = await names_of(db, {entry.table_name: [entry.row_id]})
    # A finding's or root cause's name is its reference; the text itself is in no name of these tables.
    return f"the {THINGS[entry.table_name].noun} {names.get((entry.table_name, entry.row_id), '')}".strip()


def _shown(row: Redaction, asked_by: str, decided_by: str | None, caller: Caller) -> RedactionShown:
    return RedactionShown(
        id=row.id,
        thing=row.thing,
        column=column_called(row.column_name).replace(f"{OUTLINE}:", f"{OUTLINE}: "),
        reason=row.reason,
        state=_state(row),
        asked_by=asked_by,
        asked_at=row.asked_at,
        decided_by=decided_by,
        decided_at=row.decided_at,
        refused_reason=row.refused_reason,
        places=row.copies,
        can=["decide"] if _may_decide(row, caller.who, caller.id) else [],
    )


def _may_decide(row: Redaction, person: Person, person_id: int) -> bool:
    return row.approved is None and row.asked_by != person_id and allowed(Action.APPROVE_REDACTION, person)


def _state(row: Redaction) -> RedactionState:
    if row.approved is None:
        return RedactionState.WAITING
    return RedactionState.DONE if row.approved else RedactionState.REFUSED
