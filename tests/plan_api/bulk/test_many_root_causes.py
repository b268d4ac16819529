"""One owner or one theme for many root causes: all or nothing, and every refused row is named."""

from tests.people import Callers

PMO, CHAIR, OTHER = "pmo@demo.example", "chair@demo.example", "other@demo.example"
OWNERS, THEMES, CHOICE = "/v1/root-cause-owners", "/v1/root-cause-themes", "/v1/root-cause-choice"


async def _choice(plan: Callers, *refs: str) -> dict[str, dict[str, object]]:
    answer = await (await plan(PMO)).get(CHOICE, params={"ref": refs})
    assert answer.status_code == 200, answer.text
    return {each["ref"]: each for each in answer.json()["items"]}


def _as_shown(rows: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    return [{"ref": ref, "version": row["version"]} for ref, row in rows.items()]


async def test_many_root_causes_get_one_owner_and_each_is_a_version_further(plan: Callers) -> None:
    before = await _choice(plan, "RC-1", "RC-2")
    wish = {"owner": OTHER, "root_causes": _as_shown(before)}
    assert (await (await plan(CHAIR)).post(OWNERS, json=wish)).status_code == 204
    after = await _choice(plan, "RC-1", "RC-2")
    assert {row["owner_email"] for row in after.values()} == {OTHER}
    assert all(after[ref]["version"] == int(str(before[ref]["version"])) + 1 for ref in before)


async def test_a_row_that_has_changed_since_is_named_and_none_is_changed(plan: Callers) -> None:
    before = await _choice(plan, "RC-1", "RC-2")
    pmo = await plan(PMO)
    assert (await pmo.post("/v1/root-causes/RC-2/owner", json={"owner": CHAIR})).status_code == 204
    refused = await pmo.post(OWNERS, json={"owner": OTHER, "root_causes": _as_shown(before)})
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == ["root_causes.RC-2"]
    assert (await _choice(plan, "RC-1"))["RC-1"] == before["RC-1"]


async def test_every_row_that_may_not_be_changed_or_is_not_there_is_named(plan: Callers) -> None:
    rows = [{"ref": ref} for ref in ("RC-1", "RC-4", "RC-5", "RC-99")]
    refused = await (await plan(CHAIR)).post(OWNERS, json={"owner": OTHER, "root_causes": rows})
    assert {each["field"] for each in refused.json()["errors"]} == {
        "root_causes.RC-4", "root_causes.RC-5", "root_causes.RC-99",
    }  # fmt: skip


async def test_a_theme_is_set_and_taken_away(plan: Callers) -> None:
    pmo, rows = await plan(PMO), [{"ref": "RC-1"}, {"ref": "RC-4"}]
    assert (await pmo.post(THEMES, json={"theme": " Work  force ", "root_causes": rows})).status_code == 204
    assert {row["theme"] for row in (await _choice(plan, "RC-1", "RC-4")).values()} == {"Work force"}
    assert (await pmo.post(THEMES, json={"theme": None, "root_causes": rows})).status_code == 204
    assert {row["theme"] for row in (await _choice(plan, "RC-1", "RC-4")).values()} == {None}


async def test_at_most_500_are_changed_at_once(plan: Callers) -> None:
    rows = [{"ref": f"RC-{number}"} for number in range(501)]
    assert (
        await (await plan(PMO)).post(THEMES, json={"theme": None, "root_causes": rows})
    ).status_code == 422
