"""Files as evidence in pages: attached on their own page or with an update, and only ever saved, never shown."""

from typing import Any

from tests.web.conftest import Visits
from tests.web.page_checks import ORIGIN, Browser, Page

OWNER, BOARD, READER = "owner@demo.example", "board@demo.example", "reader@demo.example"
EVIDENCE, UPDATE = "/root-causes/RC-1/evidence", "/root-causes/RC-1/update"


async def send(
    browser: Browser, page: Page, address: str, file: tuple[str, bytes] | None, **typed: Any
) -> Page:
    """Fills in a form that takes a file, and sends it."""
    answer = await browser.http.post(
        address,
        data={**page.fields(address), **typed},
        files={"file": file} if file else {"none": ("", b"")},
        headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
    )
    return browser._check(answer)


async def test_a_file_is_attached_and_whoever_sees_the_root_cause_can_save_it(visit: Visits) -> None:
    owner = await visit(OWNER)
    empty = await owner.get(EVIDENCE)
    assert empty.h1 == "No piece of evidence for RC-1"
    assert "Nothing that could identify a patient" in empty.text
    wrong = await send(owner, empty, EVIDENCE, ("a.exe", b"MZ"), description="The rota")
    assert (wrong.status, "Evidence is a file of the kind" in wrong.errors[0]) == (422, True)
    assert wrong.fields(EVIDENCE)["description"] == ["The rota"]
    nothing = await send(owner, wrong, EVIDENCE, None, description="")
    assert sorted(nothing.errors) == ["Choose the file.", "Say what the file shows."]
    done = await send(owner, nothing, EVIDENCE, ("rota.txt", b"Two nurses"), description="The rota")
    assert done.goes_to == EVIDENCE
    board = await visit(BOARD)
    page = await board.get((await board.get("/root-causes/RC-1")).links["Evidence"])
    assert page.h1 == "1 piece of evidence for RC-1"
    assert "Attach a file" not in page.text
    file = await board.http.get(page.links["rota.txt"])
    assert (file.content, file.headers["Content-Disposition"]) == (
        b"Two nurses",
        "attachment; filename*=UTF-8''rota.txt",
    )
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (await (await visit(READER)).http.get(page.links["rota.txt"])).status_code == 403


async def test_a_file_goes_with_an_update_and_is_not_asked_for_twice(visit: Visits) -> None:
    owner = await visit(OWNER)
    form = await owner.get(UPDATE)
    refused = await send(
        owner,
        form,
        UPDATE,
        ("rota.txt", b"Three nurses"),
        file_description="The rota",
        done="no",
        status="at_risk",
    )
    assert refused.status == 422
    assert "Attached already: rota.txt." in refused.text
    sent = await send(owner, refused, UPDATE, None, reason="One post is open.")
    assert sent.goes_to == "/root-causes/RC-1"
    assert "cycle 5" in (await owner.get(EVIDENCE)).text


async def test_a_file_that_is_refused_is_told_at_its_field_and_nothing_is_sent(visit: Visits) -> None:
    owner = await visit(OWNER)
    form = await owner.get(UPDATE)
    refused = await send(
        owner,
        form,
        UPDATE,
        ("rota.txt", b"Three nurses"),
        done="no",
        status="on_track",
        progress="All is well.",
    )
    assert (refused.status, refused.errors) == (422, ["Say what the file shows."])
    assert refused.fields(UPDATE)["progress"] == ["All is well."]
    assert "No piece" in (await owner.get(EVIDENCE)).h1
