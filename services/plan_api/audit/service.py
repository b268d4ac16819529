"""The audit trail for people: each change as a sentence can tell it, and whether the trail is whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import RuleBroken
from services.domain.permissions import Action, require
from services.domain.words import DisclosureKind
from services.plan_api.audit import queries
from services.plan_api.audit.queries import Wanted
from services.plan_api.audit.schemas import ChangeTold, EntryList, EntryTold, KindShown, Proof
from services.plan_api.audit.wording import (
    NAMED_ALONE,
    SILENT,
    THINGS,
    VERBS,
    column_called,
    value_told,
    word_told,
)
from services.plan_api.root_causes.queries import root_cause_id
from services.shared.audit_chain import head_of, tail_of
from services.shared.auth import Caller
from services.shared.clock import business_today
from services.shared.disclosures import disclosed
from services.shared.models import AuditEntry
from services.shared.register import load_register

MACHINES: Final = {
    "operator": "The operator",
    "anonymous": "Somebody not yet signed in",
    "unknown": "The database’s owner",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What of the trail is asked for, as people name it."""

    person: str | None = None
    kind: str | None = None
    root_cause: str | None = None
    request_id: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def told(self) -> str:
        """For the note of who read the trail."""
        kind = THINGS[self.kind].noun if self.kind is not None and self.kind in THINGS else self.kind
        asked = {
            "person": self.person, "kind": kind, "root cause": self.root_cause, "request": self.request_id,
            "since": self.since, "until": self.until,
        }  # fmt: skip
        return (
            "; ".join(f"{name} {value}" for name, value in asked.items() if value is not None)
            or "the whole trail"
        )


async def read_trail(
    db: AsyncSession, caller: Caller, question: Question, limit: int, cursor: str | None
) -> EntryList:
    """The entries that fit, newest first. Reading the trail is itself kept. Raises RuleBroken, NotFound, NotAllowed."""
    wanted = await _wanted(db, question, cursor)
    if question.root_cause is None:
        require(Action.VIEW_AUDIT, caller.who)
    else:
        assert wanted.root_cause_id is not None
        register = await load_register(db, await business_today(db), only=[wanted.root_cause_id])
        require(Action.VIEW_AUDIT, caller.who, register.standings[0].subject)
    rows = await queries.entries(db, wanted, limit + 1)
    await disclosed(db, caller, DisclosureKind.TRAIL_READ, question.told)
    return EntryList(
        items=await _told(db, rows[:limit]), next=str(rows[limit - 1].id) if len(rows) > limit else None
    )


async def proof(db: AsyncSession) -> Proof:
    """How far the chain reaches now, and what the last verification of the whole trail found."""
    head, tail, last = await head_of(db), await tail_of(db), await queries.newest_verification(db)
    return Proof(
        chained=head.position,
        head=str(head),
        not_yet_chained=tail.entries,
        not_yet_chained_since=tail.since,
        verified_at=last.verified_at if last else None,
        verified_entries=last.entries if last else None,
        broken=last.broken if last else None,
        first_breaks=last.first_breaks if last else [],
        kinds=[
            KindShown(kind=table, called=thing.noun) for table, thing in sorted(THINGS.items(), key=_by_noun)
        ],
    )


def _by_noun(entry: tuple[str, Any]) -> str:
    return str(entry[1].noun).lower()


async def _wanted(db: AsyncSession, question: Question, cursor: str | None) -> Wanted:
    wanted = Wanted(
        request_id=question.request_id, since=question.since, until=question.until, kind=question.kind
    )
    if question.kind is not None and question.kind not in THINGS:
        raise RuleBroken.at(
            "kind", f"“{question.kind}” is no kind of thing that the trail knows. Choose one from the list."
        )
    if cursor is not None:
        if not cursor.isdecimal() or len(cursor) > 18:
            raise RuleBroken.at(
                "cursor", "This cursor is not one of ours: take `next` of the answer before, or leave it out."
            )
        wanted = replace(wanted, before_id=int(cursor))
    if question.person is not None:
        person = await queries.person_with(db, question.person)
        if person is None:
            raise RuleBroken.at(
                "person", f"There is nobody here with the email address {question.person}. Check it."
            )
        wanted = replace(wanted, person_id=person)
    if question.root_cause is not None:
        wanted = replace(wanted, root_cause_id=await root_cause_id(db, question.root_cause))
    return wanted


async def _told(db: AsyncSession, rows: Sequence[AuditEntry]) -> list[EntryTold]:
    names = await queries.names_of(db, queries.grouped((row.table_name, row.row_id) for row in rows))
    links = await queries.names_of(db, queries.grouped(link for row in rows for link in _links(row)))
    actors = {actor for row in rows for actor in _actors(row)}
    names_of_actors = {
        **await queries.people_called(db, actors), **await queries.clients_called(db, actors)
    }  # fmt: skip
    redactable = await queries.redactable(db)
    return [
        EntryTold(
            id=row.id,
            at=row.at,
            who=_who(row.actor, names_of_actors),
            did=VERBS[row.operation],
            thing=_thing(row, names),
            kind=row.table_name,
            request_id=row.request_id,
            changes=[
                _change(
                    row.table_name,
                    column,
                    value,
                    links,
                    names_of_actors,
                    redactable=(row.table_name, column) in redactable,
                )
                for column, value in sorted(row.changes.items())
                if column not in SILENT
            ],
        )
        for row in rows
    ]


ACTOR: Final = ("disclosure", "actor")
"""Where an actor stands in a column rather than at the entry."""


def _actors(row: AuditEntry) -> Iterable[str]:
    yield row.actor
    if row.table_name == ACTOR[0]:
        yield from (each for each in row.changes.get(ACTOR[1]) or () if isinstance(each, str))


def _who(actor: str, names: Mapping[str, str]) -> str:
    kind, _, name = actor.partition(":")
    match kind:
        case "person":
            return names.get(actor, "Somebody")
        case "service":
            return "The system"
        case "client":
            return f"The partner’s client {names.get(actor, name)}"
        case _:
            return MACHINES.get(actor, actor)


def _thing(row: AuditEntry, names: Mapping[tuple[str, int], str]) -> str:
    thing = THINGS.get(row.table_name)
    noun = thing.noun if thing else row.table_name.replace("_", " ")
    return " ".join(part for part in ("the", noun, names.get((row.table_name, row.row_id), "")) if part)


def _links(row: AuditEntry) -> Iterable[tuple[str, int]]:
    for column, value in row.changes.items():
        table = queries.linked_table(row.table_name, column)
        if table is not None and value is not None:
            yield from ((table, each) for each in value if isinstance(each, int))


def _change(
    table: str,
    column: str,
    value: Any,
    links: Mapping[tuple[str, int], str],
    actors: Mapping[str, str],
    *,
    redactable: bool,
) -> ChangeTold:
    target = queries.linked_table(table, column)

    def told(each: Any) -> str:
        if target is not None and isinstance(each, int):
            name = links.get((target, each), value_told(each))
            return name if target in NAMED_ALONE else f"the {THINGS[target].noun} {name}".rstrip()
        if (table, column) == ACTOR and isinstance(each, str):
            return _who(each, actors)
        return word_told(table, column, each)

    before, after = value if value is not None else (None, None)
    return ChangeTold(
        column=column_called(column),
        before=told(before),
        after=told(after),
        redacted=value is None,
        redactable=redactable,
    )
