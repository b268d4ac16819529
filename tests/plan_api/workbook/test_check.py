"""Every problem is named by its cell, and a right workbook has none."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.domain.facts import Closing
from services.domain.words import Role
from services.plan_api.workbook.changes import ExistingPlan
from services.plan_api.workbook.check import Checked, check
from services.plan_api.workbook.read import read_workbook
from services.plan_api.workbook.rows import IsgRow, PlanRows
from services.plan_api.workbook.sheets import SHEETS
from tests.plan_api.workbook.spoiled import SPOILED, Spoiled
from tests.plan_api.workbook.workbooks import TODAY, Cells, right_plan, written

NOTHING_STORED = ExistingPlan()


def checked(cells: Cells, existing: ExistingPlan = NOTHING_STORED, today: date = TODAY) -> Checked:
    return check(read_workbook(written(cells)), existing, today)


def problems(cells: Cells, existing: ExistingPlan = NOTHING_STORED) -> list[str]:
    return [str(problem) for problem in checked(cells, existing).problems]


def stored(cells: Cells, *, approved: bool) -> ExistingPlan:
    """The plan as it is stored after these cells have been imported."""
    changes = checked(cells).changes
    rows: dict[str, Any] = {sheet.field: changes[sheet.name].added for sheet in SHEETS}
    isgs = frozenset({"Scheduled Care", "Well-led"}) if approved else frozenset()
    return ExistingPlan(PlanRows(**rows), isgs, {"RC-001": (Closing(date(2019, 3, 28)),)})


def test_a_right_workbook_has_no_problem_and_adds_all_of_its_rows() -> None:
    result = checked(right_plan())

    assert result.problems == ()
    assert [len(result.changes[sheet.name].added) for sheet in SHEETS] == [3, 2, 3, 2, 2, 3, 2, 2]


@pytest.mark.parametrize("spoiled", SPOILED, ids=str)
def test_each_broken_rule_is_named_by_its_cell(spoiled: Spoiled) -> None:
    found = problems(spoiled.spoil(right_plan()))

    assert any(line.startswith(f"{spoiled.where}: ") and spoiled.says in line for line in found), found


def test_all_problems_are_found_at_once_in_the_order_of_the_workbook() -> None:
    cells = right_plan()
    for cell in ("Updates!C2", "People!C2", "Root causes!J3", "Root causes!I2"):
        Spoiled(cell, "nonsense", "").spoil(cells)

    found = [line.partition(":")[0] for line in problems(cells)]

    assert found == ["People!C2", "Root causes!I2", "Root causes!J3", "Updates!C2"]


def test_headings_are_matched_without_case_and_in_any_order() -> None:
    cells = right_plan()
    cells["Updates"] = [[*reversed(row)] for row in cells["Updates"]]
    cells["Updates"][0] = [f"  {str(heading).upper().replace(' ', '  ')} " for heading in cells["Updates"][0]]

    assert checked(cells).changes["Updates"] == checked(right_plan()).changes["Updates"]


def test_columns_that_are_not_required_and_sheets_without_rows_may_be_absent() -> None:
    cells = right_plan()
    del cells["KPI data"], cells["KPIs"], cells["Updates"], cells["Actions"]
    cells["Findings"] = [[row[position] for position in (0, 1, 2, 8)] for row in cells["Findings"][:3]]
    cells["Root causes"] = [[row[position] for position in (0, 2, 3, 8, 9)] for row in cells["Root causes"]]
    cells["People"] = [row[:2] for row in cells["People"]]
    cells["ISGs"] = [row[:2] for row in cells["ISGs"]]

    assert problems(cells) == []


def test_a_notice_needs_its_source_even_where_the_sheet_has_no_such_column() -> None:
    cells = right_plan()
    cells["Findings"] = [[*row[:3], *row[4:]] for row in cells["Findings"]]

    assert [line.partition(":")[0] for line in problems(cells)] == ["Findings!A4"]


def test_unknown_columns_and_sheets_are_reported_and_ignored() -> None:
    cells = right_plan()
    cells["Actions"] = [[*row, note] for row, note in zip(cells["Actions"], ["Notes", "x", "y"], strict=True)]
    cells["Working notes"] = [["anything"]]

    result = checked(cells)

    assert [str(note) for note in result.ignored] == [
        "Working notes!A1: this sheet is not one of the eight and is ignored",
        "Actions!G1: the column “Notes” is not known and is ignored",
    ]
    assert result.changes == checked(right_plan()).changes


def test_empty_rows_are_skipped_and_later_cells_keep_their_numbers() -> None:
    cells = right_plan()
    cells["Root causes"][2:2] = [[None] * 12, ["  "] * 12]
    Spoiled("Root causes!J5", "never", "").spoil(cells)

    assert [line.partition(":")[0] for line in problems(cells)] == ["Root causes!J5"]


def test_the_first_cycle_opens_on_the_monday_of_the_earliest_report_else_of_today() -> None:
    cells = right_plan()
    cells["ISGs"].append(["Workforce", "Monthly", None, None, None])

    opens = {
        row.name: row.first_cycle_opens
        for row in checked(cells).changes["ISGs"].added
        if isinstance(row, IsgRow)
    }

    assert opens == {
        "Scheduled Care": date(2019, 3, 4),
        "Well-led": date(2019, 3, 25),
        "Workforce": date(2019, 5, 20),
    }


def test_what_is_stored_already_may_be_linked_to() -> None:
    cells = right_plan()
    updates = {"Updates": cells["Updates"]}

    assert problems(updates, stored(cells, approved=False)) == []


@pytest.mark.parametrize("approved", [False, True])
def test_the_same_workbook_again_changes_nothing(approved: bool) -> None:
    result = checked(right_plan(), stored(right_plan(), approved=approved))

    assert result.problems == ()
    assert all(not change.added and not change.changed for change in result.changes.values())
    assert sum(change.unchanged for change in result.changes.values()) == 19


def test_a_draft_plan_may_be_changed() -> None:
    cells = Spoiled("Root causes!J2", date(2019, 6, 28), "").spoil(right_plan())

    ((before, after),) = checked(cells, stored(right_plan(), approved=False)).changes["Root causes"].changed

    assert (before.due_date, after.due_date) == (date(2019, 4, 30), date(2019, 6, 28))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "cell",
    [
        "Root causes!J2",
        "Root causes!D2",
        "Findings!C2",
        "Actions!E2",
        "ISGs!E2",
        "People!A2",
        "Root causes!B2",
    ],
)
def test_an_approved_plan_is_changed_by_a_change_request_only(cell: str) -> None:
    value = {"J2": date(2019, 6, 28), "E2": date(2019, 2, 4), "B2": "MD-01"}.get(
        cell.partition("!")[2], "Otherwise"
    )
    cells = Spoiled(cell, value, "").spoil(right_plan())

    found = problems(cells, stored(right_plan(), approved=True))

    assert [line.partition(":")[0] for line in found] == [cell]
    assert "needs a change request" in found[0]


@pytest.mark.parametrize(
    ("cell", "reference"), [("Root causes!A4", "RC-003"), ("Actions!A4", "A-003"), ("Findings!A5", "N-02")]
)
def test_an_approved_plan_grows_by_a_change_request_only(cell: str, reference: str) -> None:
    cells = Spoiled(cell, reference, "").spoil(right_plan())

    (found,) = problems(cells, stored(right_plan(), approved=True))

    assert found.startswith(f"{cell}: ")
    assert "needs a change request" in found


def test_an_approved_plan_takes_updates_completed_dates_and_kpi_data() -> None:
    cells = right_plan()
    cells["Updates"].append(["RC-002", date(2019, 5, 15), "Complete", "Put up", None, date(2019, 5, 16)])
    cells["Actions"][2][5] = date(2019, 5, 15)
    cells["KPI data"][1][2] = 82.5
    cells["KPI data"].append(["K-02", date(2019, 4, 1), 3, None, None])

    result = checked(cells, stored(right_plan(), approved=True))

    assert result.problems == ()
    assert len(result.changes["Updates"].added) == 1
    assert len(result.changes["Actions"].changed) == 1
    assert (len(result.changes["KPI data"].added), len(result.changes["KPI data"].changed)) == (1, 1)


def test_what_was_reported_on_an_approved_plan_stays() -> None:
    cells = Spoiled("Updates!C2", "At risk", "").spoil(right_plan())

    (found,) = problems(cells, stored(right_plan(), approved=True))

    assert found.startswith("Updates!C2: Status of this update is already stored as “On track” and stays")


def test_a_completed_date_that_contradicts_an_earlier_one_is_named() -> None:
    cells = right_plan()
    cells["Updates"].append(["RC-001", date(2019, 4, 8), "Complete", None, None, date(2019, 4, 4)])

    (found,) = problems(cells)

    assert found == "Updates!F5: RC-001 was completed on 28/03/2019 by row 3: give that date"


def test_a_root_cause_that_was_reopened_may_be_completed_again() -> None:
    plan = stored(right_plan(), approved=True)
    reopened = replace(plan, closings={"RC-001": (Closing(date(2019, 3, 28), date(2019, 4, 11)),)})
    new_row = ["RC-001", date(2019, 5, 6), "Complete", None, None]

    def with_completed(day: date) -> list[str]:
        return problems({"Updates": [right_plan()["Updates"][0], [*new_row, day]]}, reopened)

    assert with_completed(date(2019, 5, 9)) == []
    assert with_completed(date(2019, 4, 4)) == [
        "Updates!F2: RC-001 was completed on 28/03/2019 as stored: give that date"
    ]


def test_a_first_cycle_can_not_open_after_a_stored_update() -> None:
    cells = {"ISGs": right_plan()["ISGs"]}
    cells["ISGs"][1][4] = date(2019, 4, 1)

    (found,) = problems(cells, stored(right_plan(), approved=False))

    assert found.startswith("ISGs!E2: Scheduled Care would open its first cycle after the stored update of")


def test_a_root_cause_can_not_move_to_an_isg_that_began_after_its_updates() -> None:
    cells = Spoiled("Root causes!C2", "Well-led", "").spoil({"Root causes": right_plan()["Root causes"]})

    (found,) = problems(cells, stored(right_plan(), approved=False))

    assert found.startswith("Root causes!C2: Well-led would open its first cycle after the stored update of")


def test_a_part_that_is_not_approved_yet_may_change_beside_one_that_is() -> None:
    plan = replace(stored(right_plan(), approved=False), approved_isgs=frozenset({"Scheduled Care"}))

    def changed(cell: str, value: object) -> list[str]:
        return problems(Spoiled(cell, value, "").spoil(right_plan()), plan)

    assert changed("Root causes!J3", date(2019, 9, 30)) == []
    assert changed("Findings!C3", "Otherwise") == []
    assert "needs a change request" in changed("Root causes!J2", date(2019, 9, 30))[0]
    assert "needs a change request" in changed("Root causes!C3", "Scheduled Care")[0]
    assert "needs a change request" in changed("Findings!B2", "Should Do")[0]


def test_who_leads_an_isg_or_owns_a_root_cause_holds_that_role_without_its_being_said() -> None:
    cells = right_plan()
    cells["People"][1][2] = cells["People"][2][2] = "Reader"

    jo, sam, _ = checked(cells).changes["People"].added

    assert getattr(jo, "roles", None) == (Role.READER, Role.ROOT_CAUSE_OWNER)
    assert getattr(sam, "roles", None) == (Role.READER, Role.ISG_CHAIR)
    assert checked(cells, stored(cells, approved=True)).problems == ()
