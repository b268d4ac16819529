"""The partner snapshot says what the partner feeds say of the same day: nothing of what is not released."""

from collections import Counter
from datetime import date

import pytest

from services.domain.words import RootCauseClass
from services.reporting_api.packs import outline as editing
from services.reporting_api.packs.board_figures import BoardPaperFigures
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.material import Need
from services.reporting_api.packs.service import load_material
from tests.conftest import TestDatabase
from tests.people import Callers
from tests.reporting_api.feeds.reading import items_of, reader_of_all
from tests.reporting_api.feeds.test_what_is_kept import PMO, RAISE, SAY_OFF_TRACK, change
from tests.reporting_api.packs.test_kinds import assembled, words_of

DAYS = (date(2019, 4, 30), date(2019, 5, 21), date(2019, 5, 22))
SAID_OFF_TRACK = (
    "INSERT INTO progress_update (root_cause_id, cycle_number, version, reported_on, status, late, imported, recorded_at)"
    " SELECT id, 5, 1, '2019-05-21', 'off_track', false, false, '2019-05-21T10:00:00Z' FROM root_cause"
    " WHERE reference IN ('RC-1', 'RC-6')"
)
DECIDED = (
    f"{SAY_OFF_TRACK}; {RAISE.format('said_off_track')}; INSERT INTO escalation_decision (escalation_id, decision, decided_by,"  # noqa: S608 - ours
    " recorded_by, meeting_date, reason, recorded_at)"
    f" SELECT id, 'accept_plan', {PMO}, {PMO}, '2019-05-22', 'It will do', '2019-05-22T10:00:00Z' FROM escalation"
)
RELEASED = "UPDATE progress_update SET released_at = '2019-05-22T11:00:00Z' WHERE released_at IS NULL"


async def figures_of(database: TestDatabase, day: date, *, released_only: bool) -> BoardPaperFigures:
    async with database.reporting.transaction() as db:
        return (await load_material(db, "snapshot", day, {Need.FIGURES}, released_only=released_only)).figures


def counted(figures: BoardPaperFigures) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By ISG and class: how many complete, on track, neither."""
    return {
        (isg.name, each.value): (found.complete, found.on_track, found.neither)
        for isg in figures.isgs
        for each in (RootCauseClass.MUST_DO, RootCauseClass.SHOULD_DO)
        if (found := isg.of(each)).root_causes
    }


@pytest.mark.parametrize("day", DAYS)
async def test_its_figures_are_those_of_the_feeds_of_the_same_day(
    database: TestDatabase, reporting: Callers, day: date
) -> None:
    await change(database, SAID_OFF_TRACK)
    partner = await reader_of_all(database, reporting)
    figures = await figures_of(database, day, released_only=True)
    said: dict[tuple[str, str], Counter[str]] = {}
    for item in await items_of(partner, f"root-causes?as_at={day}"):
        status = item["delivery_status"]
        said.setdefault((item["isg"], item["class"]), Counter())[
            status if status in {"complete", "on_track"} else "neither"
        ] += 1
    assert counted(figures) == {
        key: (found["complete"], found["on_track"], found["neither"])
        for key, found in said.items()
        if key[1] in {"must_do", "should_do"}
    }
    months = {
        (isg.name, each.value, month.month): (month.planned, month.original_planned, month.complete)
        for isg in figures.isgs
        for each in (RootCauseClass.MUST_DO, RootCauseClass.SHOULD_DO)
        for month in isg.of(each).months
    }
    feed = {
        (row["isg"], row["class"], row["month"]): (row["planned"], row["original_planned"], row["complete"])
        for row in await items_of(partner, f"trajectory?as_at={day}")
    }
    assert months.keys() <= feed.keys()
    assert months == {key: feed[key] for key in months}
    assert figures.unreleased_updates == 0


async def test_inside_the_same_figures_count_what_is_not_released(database: TestDatabase) -> None:
    """So that the comparison above can fail."""
    await change(database, SAID_OFF_TRACK)
    inside = await figures_of(database, DAYS[-1], released_only=False)
    assert counted(inside) != counted(await figures_of(database, DAYS[-1], released_only=True))
    assert inside.unreleased_updates == 3


async def test_what_was_decided_of_an_update_is_out_once_the_update_is(
    database: TestDatabase, reporting: Callers
) -> None:
    partner = await reader_of_all(database, reporting)
    await change(database, DECIDED)
    assert await items_of(partner, "escalations") == []
    assert "ESC-1" in words_of(await assembled(database, "ecib"))
    assert "ESC-1" not in str(await assembled(database, "snapshot"))
    await change(database, RELEASED)
    assert [each["ref"] for each in await items_of(partner, "escalations")] == ["ESC-1"]
    assert "ESC-1" in str(await assembled(database, "snapshot"))


async def test_it_says_so_on_its_first_page_and_no_other_kind_does(database: TestDatabase) -> None:
    snapshot, board = await assembled(database, "snapshot"), await assembled(database, "board")
    (said,) = [each.value for each in snapshot.details if each.label == "Figures of"]
    assert said == "updates that have been released, as in the partner feeds of that day"
    assert "no ISG meeting has seen" not in words_of(snapshot)
    assert "Figures of" not in {each.label for each in board.details}


def test_a_kind_made_from_a_copy_of_it_goes_to_partners_too_and_so_does_one_edited_before() -> None:
    copied = editing.copy_as(KINDS["snapshot"], "regional", "Regional snapshot")
    kept = editing.as_json(copied)
    assert editing.outline_of(kept).released_only
    for kind, outline in KINDS.items():
        earlier = {name: value for name, value in editing.as_json(outline).items() if name != "released_only"}
        assert editing.outline_of(earlier).released_only == (kind == "snapshot")
