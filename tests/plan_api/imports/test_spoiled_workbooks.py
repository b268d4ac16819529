"""Every rule of the contract's workbook broken in turn: each problem is named by its cell, the database is untouched."""

import pytest

from services.domain.errors import RuleBroken
from services.plan_api.imports.service import import_workbook
from tests.conftest import TestDatabase
from tests.plan_api.imports.importing import imported, row_counts
from tests.plan_api.workbook.spoiled import SPOILED, Spoiled
from tests.plan_api.workbook.workbooks import TODAY, right_plan, written


@pytest.mark.parametrize("spoiled", SPOILED, ids=str)
async def test_a_spoiled_workbook_is_named_by_cell_and_leaves_the_database_untouched(
    spoiled: Spoiled, untouched: TestDatabase
) -> None:
    before = await row_counts(untouched)

    async with untouched.plan.transaction() as db:
        data = written(spoiled.spoil(right_plan()))
        result = await import_workbook(db, None, data, check_only=False, approve_as_at=None, today=TODAY)

    lines = [str(problem) for problem in result.problems]
    assert any(line.startswith(f"{spoiled.where}: ") and spoiled.says in line for line in lines), lines
    assert await row_counts(untouched) == before


async def test_what_would_change_an_approved_plan_leaves_it_untouched(empty: TestDatabase) -> None:
    await imported(empty, right_plan(), approve_as_at=TODAY)
    before = await row_counts(empty)
    cells = Spoiled("Root causes!D2", "Another title", "").spoil(right_plan())

    async with empty.plan.transaction() as db:
        result = await import_workbook(
            db, None, written(cells), check_only=False, approve_as_at=None, today=TODAY
        )

    assert [str(problem) for problem in result.problems] == [
        "Root causes!D2: Title of RC-001 is approved as “Checks are not done”: changing it needs a change request"
    ]
    assert await row_counts(empty) == before


@pytest.mark.parametrize("data", [b"", b"no workbook"], ids=["nothing", "text"])
async def test_what_is_no_workbook_leaves_the_database_untouched(
    data: bytes, untouched: TestDatabase
) -> None:
    before = await row_counts(untouched)

    with pytest.raises(RuleBroken, match="not an Excel workbook"):
        async with untouched.plan.transaction() as db:
            await import_workbook(db, None, data, check_only=False, approve_as_at=None, today=TODAY)

    assert await row_counts(untouched) == before
