"""A tracker's own headings, mapped to ours once and used from then on, by page and command alike."""

from typing import Any

import pytest

from services.plan_api.imports.kept import forget_all
from tests.people import Callers
from tests.plan_api.workbook.workbooks import right_plan, written

PMO = "pmo@demo.example"
DOOR = "/v1/heading-maps"
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def tracker() -> bytes:
    """The right plan in a tracker's own words: a sheet and two headings."""
    cells = right_plan()
    cells["Root causes"][0][cells["Root causes"][0].index("Owner email")] = "Who  Leads"
    cells["Root causes"][0][cells["Root causes"][0].index("Due date")] = "Target"
    cells["Steps"] = cells.pop("Actions")
    return written(cells)


def choice(sheet: str, theirs: str, ours: str) -> dict[str, str]:
    """One choice."""
    return {"sheet": sheet, "theirs": theirs, "ours": ours}


ALL = [
    choice("Root causes", "who leads", "Owner email"),
    choice("Root causes", "Target", "Due date"),
    choice("", "Steps", "Actions"),
]


async def check(plan: Callers, **params: Any) -> dict[str, Any]:
    """What an import of the tracker would do."""
    answer = await (await plan(PMO)).post(
        "/v1/imports", params={"check": True} | params, content=tracker(), headers=XLSX
    )
    shown: dict[str, Any] = answer.json()
    return shown


async def test_what_was_chosen_is_used_the_next_time_and_said(plan: Callers) -> None:
    pmo = await plan(PMO)
    before = await check(plan)
    assert {"sheet": "Root causes", "theirs": "Who  Leads"} in before["unknown"]
    assert {"sheet": "", "theirs": "Steps"} in before["unknown"]
    assert any("“Owner email” is missing" in each["sentence"] for each in before["problems"])
    assert (await pmo.post(DOOR, json={"choices": ALL})).status_code == 200
    after = await check(plan)
    assert after["unknown"] == []
    assert not any("is missing" in each["sentence"] for each in after["problems"])
    assert sorted(each["sentence"] for each in after["mapped"]) == [
        "the column “Target” is read as “Due date”", "the column “Who  Leads” is read as “Owner email”",
        "this sheet is read as “Actions”",
    ]  # fmt: skip


async def test_what_is_forgotten_is_unknown_again_and_stays_as_history(plan: Callers) -> None:
    pmo = await plan(PMO)
    listed = (await pmo.post(DOOR, json={"choices": ALL[:1]})).json()["items"]
    assert [(each["theirs"], each["ours"], each["chosen_by"]) for each in listed] == [
        ("who leads", "Owner email", "Pmo Person")
    ]
    assert (await pmo.post(f"{DOOR}/{listed[0]['id']}/ending")).json()["items"] == []
    assert {"sheet": "Root causes", "theirs": "Who  Leads"} in (await check(plan))["unknown"]
    assert (await pmo.post(f"{DOOR}/{listed[0]['id']}/ending")).status_code == 404
    trail = (await pmo.get("/v1/audit", params={"kind": "heading_map"})).json()["items"]
    assert [each["did"] for each in trail] == ["changed", "added"]


async def test_another_choice_for_a_heading_takes_the_place_of_the_first(plan: Callers) -> None:
    pmo = await plan(PMO)
    await pmo.post(DOOR, json={"choices": ALL[:1]})
    listed = (await pmo.post(DOOR, json={"choices": [choice("Root causes", "Who leads", "KLOE")]})).json()[
        "items"
    ]
    assert [each["ours"] for each in listed] == ["KLOE"]


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ([choice("Root causes", "Lead", "Owner email"), choice("Root causes", "Manager", "Owner email")],
         "“Lead” and “Manager” can’t both be “Owner email”: choose one of them."),
        ([choice("Root causes", "OWNER  email", "Owner email")], "“OWNER  email” is our own heading: it needs no choice."),
        ([choice("Root causes", "Title", "KLOE")], "“Title” is one of our own headings, and can’t be read as “KLOE”."),
        ([choice("Root causes", "Lead", "Chair email")], "“Chair email” is none of our headings."),
        ([choice("Steps", "Lead", "Owner email")], "“Steps” is none of our sheets."),
        ([choice("", "Steps", "Nothing")], "“Nothing” is none of our sheets."),
        ([choice("", "Steps", "Actions"), choice("", "To do", "Actions")],
         "“Steps” and “To do” can’t both be “Actions”: choose one of them."),
        ([choice("Root causes", "  ", "KLOE")], "A heading of the tracker has 1 to 200 characters."),
    ],
)  # fmt: skip
async def test_what_can_not_be_is_refused_in_a_sentence(
    plan: Callers, choices: list[dict[str, str]], sentence: str
) -> None:
    answer = await (await plan(PMO)).post(DOOR, json={"choices": choices})
    assert (answer.status_code, [each["message"] for each in answer.json()["errors"]]) == (422, [sentence])
    assert (await (await plan(PMO)).get(DOOR)).json()["items"] == []


async def test_our_own_heading_wins_over_a_choice_and_two_of_theirs_are_told(plan: Callers) -> None:
    pmo = await plan(PMO)
    await pmo.post(DOOR, json={"choices": [choice("Root causes", "Lead", "Owner email")]})
    await pmo.post(DOOR, json={"choices": [choice("Root causes", "Manager", "Owner email")]})
    cells = right_plan()
    cells["Root causes"] = [[*row, "x"] for row in cells["Root causes"]]
    cells["Root causes"][0][-1] = "Lead"
    own = (await pmo.post("/v1/imports", params={"check": True}, content=written(cells), headers=XLSX)).json()
    assert own["mapped"] == []
    cells["Root causes"][0][cells["Root causes"][0].index("Owner email")] = "Manager"
    both = (
        await pmo.post("/v1/imports", params={"check": True}, content=written(cells), headers=XLSX)
    ).json()
    assert any("a second column “Owner email”" in each["sentence"] for each in both["problems"])


async def test_the_checked_workbook_is_kept_for_its_sender_alone(plan: Callers) -> None:
    forget_all()
    pmo = await plan(PMO)
    assert (await pmo.post("/v1/imports/kept")).status_code == 409
    assert (await check(plan, keep=True))["kept"] is True
    headings = (await pmo.get("/v1/imports/kept/headings")).json()
    assert headings["sheets_lacking"] == ["Actions"]
    assert {"Owner email", "Due date"} <= set(headings["lacking"]["Root causes"])
    await pmo.post(DOOR, json={"choices": ALL})
    kept = (await pmo.post("/v1/imports/kept", params={"check": True})).json()
    assert kept == await check(plan) | {"kept": True}
