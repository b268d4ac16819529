"""A file of values: every cell checked before anything is kept; all of it, or nothing."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Problem, RuleBroken
from services.domain.observations import LONGEST_NOTE, Given
from services.domain.permissions import DENIALS, Action
from services.domain.words import GivenThrough, ObservationState
from services.kpi_api.observation_files.reading import Line, Table, figure_in, period_in, read
from services.kpi_api.observation_files.schemas import CellProblem, FileShown
from services.kpi_api.observations import service as observations
from services.kpi_api.standings.service import keep_standings
from services.kpi_api.subjects import KpiInHand, kpis_in_hand, lock_kpis
from services.shared.auth import Caller

Kind = TypeVar("Kind")
MOST_SHOWN: Final = 200

_Placed = tuple[int, CellProblem]
"""A problem with the row it is in, to be put in order by."""


@dataclass(slots=True)
class _Found:
    """What a file holds: values by KPI, each with its row, and what is wrong or to be remarked on."""

    given: dict[str, list[tuple[Line, Given]]] = field(default_factory=dict)
    problems: list[_Placed] = field(default_factory=list)
    warnings: list[_Placed] = field(default_factory=list)


async def take(db: AsyncSession, caller: Caller, data: bytes, *, only_check: bool) -> FileShown:
    """Checks the file and keeps it; `only_check`: says what is wrong instead of refusing, and keeps nothing.

    Raises RuleBroken: in one sentence for a file that can't be read, else with every problem at its cell.
    """
    table = await asyncio.to_thread(read, data)
    named = {str(line.cells.get("kpi") or "").strip() for line in table.lines}
    if not only_check:
        await lock_kpis(db, named)
    known = {each.kpi.reference: each for each in await kpis_in_hand(db, named)}
    found = _Found()
    for line in table.lines:
        given, wrong = _read(line, table, known, caller)
        found.problems += wrong
        if given is not None:
            found.given.setdefault(given[0], []).append((line, given[1]))
    done: Counter[str] = Counter()
    changed = []
    for reference, rows in found.given.items():
        in_hand = known[reference]
        kept = await observations.keep(
            db, caller, in_hand, [each for _, each in rows], GivenThrough.UPLOAD, at="", only_check=only_check
        )
        lines = [line for line, _ in rows]
        found.problems += _placed(kept.checked.problems, lines, table)
        found.warnings += _placed(kept.checked.warnings, lines, table)
        done.update(kept.done)
        if set(kept.done) - {observations.UNCHANGED}:
            changed.append(in_hand.kpi.id)
    problems = [each for _, each in sorted(found.problems, key=lambda each: each[0])]
    if problems and not only_check:
        raise RuleBroken([Problem(each.cell, each.message) for each in problems[:MOST_SHOWN]])
    if not only_check:
        await keep_standings(db, changed)
    warnings = [each for _, each in sorted(found.warnings, key=lambda each: each[0])]
    return FileShown(
        kept=not only_check, rows=len(table.lines), kpis=len(found.given), accepted=done[observations.ACCEPTED],
        revised=done[observations.REVISED], unchanged=done[observations.UNCHANGED], problems=problems[:MOST_SHOWN],
        problem_count=len(problems), warnings=warnings[:MOST_SHOWN], ignored_columns=list(table.ignored),
        digest=digest_of(data),
    )  # fmt: skip


def digest_of(data: bytes) -> str:
    """By which a checked file is named when it is to be kept."""
    return hashlib.sha256(data).hexdigest()


def _read(
    line: Line, table: Table, known: dict[str, KpiInHand], caller: Caller
) -> tuple[tuple[str, Given] | None, list[_Placed]]:
    """A row as a value of a KPI, or what is wrong with its cells."""
    problems: list[_Placed] = []

    def tried(column: str, of: Callable[[], Kind]) -> Kind | None:
        try:
            return of()
        except ValueError as error:
            sentence = f"{_sentence(str(error))}."
            problems.append(
                (line.number, CellProblem(cell=table.place(line.number, column), message=sentence))
            )
            return None

    reference = tried("kpi", lambda: _reference(line, known, caller))
    period = tried("period", lambda: _period(line))
    figures = {
        column: tried(column, lambda column=column: figure_in(line.cells.get(column)))  # type: ignore[misc]
        for column in ("value", "numerator", "denominator")
    }
    tried("value" if "value" in table.letters else "numerator", lambda: _whole(line))
    state = tried("state", lambda: _state(line))
    note = tried("note", lambda: _note(line))
    if problems or reference is None or period is None or state is None:
        return None, problems
    return (reference, Given(period, state=state, note=note, **figures)), []


def _whole(line: Line) -> None:
    if line.astray:
        raise ValueError(line.astray)


def _reference(line: Line, known: dict[str, KpiInHand], caller: Caller) -> str:
    reference = str(line.cells.get("kpi") or "").strip()
    if not reference:
        raise ValueError("the reference of the KPI is blank: fill it in")
    in_hand = known.get(reference)
    if in_hand is None:
        raise ValueError(f"there is no KPI “{reference[:60]}”: check its reference in the list of KPIs")
    if caller.person is not None and not in_hand.may(Action.GIVE_VALUES, caller.who):
        raise ValueError(f"{reference} is not yours: {DENIALS[Action.GIVE_VALUES].removesuffix('.')}")
    return reference


def _period(line: Line) -> date:
    if line.blank("period"):
        raise ValueError("the period is blank: write a day of it, such as 01/03/2019")
    return period_in(line.cells["period"])


def _state(line: Line) -> ObservationState:
    if line.blank("state"):
        return ObservationState.FINAL
    word = str(line.cells["state"]).strip()
    if word.casefold() not in set(ObservationState):
        raise ValueError(f"“{word[:40]}” is neither Provisional nor Final: write one of the two")
    return ObservationState(word.casefold())


def _note(line: Line) -> str | None:
    if line.blank("note"):
        return None
    note = str(line.cells["note"]).strip()
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise ValueError(f"write at most {LONGEST_NOTE:,} ordinary characters")
    return note


def _placed(problems: Iterable[Problem], lines: Sequence[Line], table: Table) -> list[_Placed]:
    """Problems of values, at their cells."""
    found = []
    for each in problems:
        place, _, column = each.field.partition(".")
        number = lines[int(place)].number
        found.append((number, CellProblem(cell=table.place(number, column), message=each.sentence)))
    return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
