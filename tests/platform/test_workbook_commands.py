"""`qip import` and `qip export` on an empty system: exit codes, one line a problem, all or nothing, a round trip."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.supervisor.embedded_postgres import EmbeddedPostgres
from tests.plan_api.workbook.workbooks import right_plan, written
from tests.platform.test_commands import Operator


@pytest.fixture
def newcomer() -> Iterator[Operator]:
    """Somebody at the command line of an empty system."""
    with (
        tempfile.TemporaryDirectory(prefix="qip-workbooks-") as folder,
        EmbeddedPostgres(Path(folder), durable=False),
    ):
        yield Operator(Path(folder))


def test_a_spoiled_workbook_exits_2_names_every_problem_by_cell_and_writes_nothing(
    newcomer: Operator, tmp_path: Path
) -> None:
    """With --check and without; then the right one finds the system as empty as before."""
    cells = right_plan()
    headings = cells["Root causes"][0]
    cells["Root causes"][1][headings.index("Due date")] = "31/02/2019"
    cells["Root causes"][2][headings.index("Owner email")] = None
    spoiled, right = tmp_path / "spoiled.xlsx", tmp_path / "right.xlsx"
    spoiled.write_bytes(written(cells))
    right.write_bytes(written(right_plan()))
    due, owner = (chr(ord("A") + headings.index(name)) for name in ("Due date", "Owner email"))
    for arguments in (["--check"], []):
        refused = newcomer.qip("import", str(spoiled), *arguments)
        assert refused.returncode == 2
        lines = refused.stdout.splitlines()
        assert refused.stderr.splitlines()[-1].startswith("Nothing was imported: mend the ")
        assert any(line.startswith(f"Root causes!{due}2: ") for line in lines), lines
        assert any(line.startswith(f"Root causes!{owner}3: ") for line in lines), lines
    checked = newcomer.qip("import", str(right), "--check")
    assert (checked.returncode, "This was a check" in checked.stdout) == (0, True)
    assert "0 unchanged" in checked.stdout


def test_what_is_no_workbook_is_refused_in_one_sentence(newcomer: Operator, tmp_path: Path) -> None:
    """Exit 2, and nothing else said."""
    text = tmp_path / "plan.xlsx"
    text.write_text("Reference;Title\nRC-1;Children wait\n")
    refused = newcomer.qip("import", str(text))
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].endswith(".")


def test_an_approved_import_comes_out_of_the_export_and_changes_nothing_when_it_comes_again(
    newcomer: Operator, tmp_path: Path
) -> None:
    """In, out, in again."""
    right, exported = tmp_path / "right.xlsx", tmp_path / "exported.xlsx"
    right.write_bytes(written(right_plan()))
    first = newcomer.qip("import", str(right), "--approve-as-at", "2019-03-01")
    assert first.returncode == 0, first.stderr
    assert all("added" in line for line in first.stdout.splitlines()), first.stdout
    assert "Read the sheet Root causes: 2 rows." in first.stderr
    assert "Writing updates: " in first.stderr
    assert newcomer.qip("export", str(exported)).returncode == 0
    again = newcomer.qip("import", str(exported))
    assert again.returncode == 0, again.stderr
    assert all(" 0 added, 0 changed" in line for line in again.stdout.splitlines() if "added" in line), (
        again.stdout
    )
