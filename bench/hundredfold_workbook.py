"""A workbook of a plan a hundred times the demo's: 40,700 root causes with their findings, actions and people, five updates each.

`python -m bench.hundredfold_workbook FILE` writes it. Texts are the demo plan's, each with its copy's number, so that no two
are alike and nothing is read twice as cheaply as a real plan's would be.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from services.cli.demo.plan import build_demo_plan
from services.domain.words import UpdateStatus
from services.plan_api.workbook.rows import (
    ActionRow,
    FindingRow,
    PersonRow,
    PlanRows,
    RootCauseRow,
    UpdateRow,
)
from services.plan_api.workbook.write import write_workbook

TIMES = 100
FIRST_CYCLE_OPENS = date(2019, 3, 4)
REPORTED_ON = tuple(FIRST_CYCLE_OPENS + timedelta(days=4 + 14 * cycle) for cycle in range(5))
"""The Friday of each of the first five fortnights: 8 March to 3 May 2019."""

_COURSES = (
    *(((UpdateStatus.ON_TRACK,) * 5,) * 14),
    (UpdateStatus.ON_TRACK, UpdateStatus.ON_TRACK, UpdateStatus.ON_TRACK, UpdateStatus.AT_RISK, UpdateStatus.AT_RISK),
    (UpdateStatus.ON_TRACK, UpdateStatus.ON_TRACK, UpdateStatus.AT_RISK, UpdateStatus.AT_RISK, UpdateStatus.OFF_TRACK),
    *(((UpdateStatus.NOT_STARTED, *(UpdateStatus.ON_TRACK,) * 4),) * 2),
    *(((*(UpdateStatus.ON_TRACK,) * 4, UpdateStatus.COMPLETE),) * 2),
)  # fmt: skip
"""What the five updates say, root cause by root cause in turn: of twenty, one off track at the end and two complete."""


_TEXTS = ("title", "situation", "background", "assessment", "recommendation")


def hundredfold_plan(times: int = TIMES) -> PlanRows:
    """The demo plan so many times over, without KPIs (which go to a service of their own): the ISGs stay five."""
    demo = build_demo_plan().sheets
    copies = range(1, times + 1)
    leaders = {email for isg in demo.isgs for email in (isg.chair_email, isg.accountable_executive_email)}
    shared = leaders | {person.email for person in demo.people if person.roles != demo.people[0].roles}
    people = [person for person in demo.people if person.email in shared]
    root_causes = [_root_cause(row, copy, shared) for copy in copies for row in demo.root_causes]
    return PlanRows(
        people=(*people, *(_person(row, copy) for copy in copies for row in demo.people if row.email not in shared)),
        isgs=tuple(replace(isg, first_cycle_opens=FIRST_CYCLE_OPENS) for isg in demo.isgs),
        findings=tuple(_finding(row, copy) for copy in copies for row in demo.findings),
        root_causes=tuple(root_causes),
        actions=tuple(_action(row, copy, shared) for copy in copies for row in demo.actions),
        updates=tuple(update for number, row in enumerate(root_causes) for update in _updates(row, number)),
    )  # fmt: skip


def _person(row: PersonRow, copy: int) -> PersonRow:
    return replace(row, name=f"{row.name} {copy}", email=_email(row.email, copy, set()))


def _finding(row: FindingRow, copy: int) -> FindingRow:
    return replace(row, reference=f"{row.reference}-{copy}", finding=f"{row.finding} ({copy})")


def _root_cause(row: RootCauseRow, copy: int, shared: set[str | None]) -> RootCauseRow:
    texts: dict[str, Any] = {name: f"{getattr(row, name)} ({copy})" for name in _TEXTS}
    return replace(
        row,
        reference=f"{row.reference}-{copy}",
        owner_email=_email(row.owner_email, copy, shared),
        findings=tuple(f"{finding}-{copy}" for finding in row.findings),
        **texts,
    )


def _action(row: ActionRow, copy: int, shared: set[str | None]) -> ActionRow:
    return replace(
        row,
        reference=f"{row.reference}-{copy}",
        root_cause=f"{row.root_cause}-{copy}",
        description=f"{row.description} ({copy})",
        owner_email=_email(row.owner_email, copy, shared) if row.owner_email else None,
    )


def _email(email: str, copy: int, shared: set[str | None]) -> str:
    return email if email in shared else email.replace("@", f".{copy}@")


def _updates(root_cause: RootCauseRow, number: int) -> Iterator[UpdateRow]:
    for day, status in zip(REPORTED_ON, _COURSES[number % len(_COURSES)], strict=True):
        completed = day + timedelta(days=6) if status is UpdateStatus.COMPLETE else None
        said = f"{root_cause.recommendation} In the fortnight to {day:%d/%m/%Y}: {status.label.lower()}."
        yield UpdateRow(root_cause.reference, day, status, said, root_cause.due_date, completed)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(write_workbook(hundredfold_plan()))
