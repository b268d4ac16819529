"""Many root causes get one owner or one theme: all of them or none, by the same rules as one by one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import NotFound, Problem, RuleBroken
from services.domain.permissions import DENIALS, Action, allowed
from services.plan_api.bulk import queries
from services.plan_api.bulk.schemas import Chosen, ChosenRow, OwnerOfMany, ThemeOfMany
from services.plan_api.people.service import active_person, hand_over
from services.shared.auth import Caller
from services.shared.clock import business_today
from services.shared.models import RootCause
from services.shared.register import Standing, load_register


async def chosen_rows(db: AsyncSession, references: Sequence[str]) -> list[ChosenRow]:
    """The root causes as they are now. Raises NotFound that names every one that there is not."""
    rows = await queries.root_causes_called(db, references)
    unknown = [each.sentence for each in _unknown(rows, references)]
    if unknown:
        raise NotFound(" ".join(unknown))
    standings = await _standings(db, rows.values())
    return [
        ChosenRow(
            ref=each.reference, title=each.title, isg=each.isg, root_cause_class=each.root_cause_class,
            owner_name=each.owner_name, owner_email=each.owner_email, theme=each.theme, version=each.version,
        )
        for each in standings.values()
    ]  # fmt: skip


async def assign_owner(db: AsyncSession, caller: Caller, wish: OwnerOfMany) -> None:
    """Hands all of them to one owner. Raises RuleBroken that names every row that may not be changed."""
    rows = await _changeable(db, caller, Action.ASSIGN_OWNER, wish.root_causes)
    owner = await active_person(db, wish.owner, "owner")
    for row in rows:
        await hand_over(db, row, owner, by=caller.id)


async def set_theme(db: AsyncSession, caller: Caller, wish: ThemeOfMany) -> None:
    """Gives all of them one cross-cutting theme, or none. Raises RuleBroken as for owners."""
    theme = " ".join((wish.theme or "").split()) or None
    for row in await _changeable(db, caller, Action.SET_THEME, wish.root_causes):
        row.theme = theme
        row.version += 1
    await db.flush()


async def _changeable(
    db: AsyncSession, caller: Caller, action: Action, wanted: Sequence[Chosen]
) -> Sequence[RootCause]:
    """The rows, locked, all of them as the caller was shown them and theirs to change."""
    references = [each.ref for each in wanted]
    rows = await queries.root_causes_called(db, references, lock=True)
    standings = await _standings(db, rows.values())
    problems = [*_unknown(rows, references), *_twice(references), *_changed_since(rows, wanted)]
    for row in rows.values():
        standing = standings.get(row.id)
        if not allowed(action, caller.who, standing.subject if standing else None):
            problems.append(_at(row.reference, f"{row.reference}: {DENIALS[action]} Take it out."))
    _refuse(problems)
    return list(rows.values())


async def _standings(db: AsyncSession, rows: Iterable[RootCause]) -> Mapping[int, Standing]:
    """How they stand today, by id."""
    register = await load_register(db, await business_today(db), only=[row.id for row in rows])
    return {each.id: each for each in register.standings}


def _unknown(rows: Mapping[str, RootCause], references: Sequence[str]) -> Iterator[Problem]:
    for reference in dict.fromkeys(references):
        if reference not in rows:
            yield _at(
                reference,
                f"There is no root cause {reference}. Check the reference, or search for its title.",
            )


def _twice(references: Sequence[str]) -> Iterator[Problem]:
    for reference, times in Counter(references).items():
        if times > 1:
            yield _at(reference, f"{reference} is named {times} times. Name it once.")


def _changed_since(rows: Mapping[str, RootCause], wanted: Sequence[Chosen]) -> Iterator[Problem]:
    for each in wanted:
        row = rows.get(each.ref)
        if row is not None and each.version not in (None, row.version):
            yield _at(
                each.ref,
                f"{each.ref} has changed since you chose it. Look at it as it is now, and send yours if it still stands.",
            )


def _at(reference: str, sentence: str) -> Problem:
    return Problem(f"root_causes.{reference}", sentence)


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise RuleBroken(found)
