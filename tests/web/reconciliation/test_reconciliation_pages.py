"""The pages of what packs claim: live by kind and day, and beside each pack."""

from tests.web.conftest import Visits

PMO, BOARD, OWNER = "pmo@demo.example", "board@demo.example", "owner@demo.example"
PAPER = "/packs/papers/PACK-0001"


async def test_a_kind_as_it_would_read_shows_every_figure_with_its_places(visit: Visits) -> None:
    browser = await visit(BOARD)
    page = await browser.get("/packs/board?as_at=2019-04-30")
    address = page.links["What it claims, and whether it agrees"]
    assert address == "/packs/board/reconciliation?as_at=2019-04-30"
    shown = await browser.get(address)
    assert shown.h1.startswith("All ")
    assert shown.h1.endswith(" figures agree")
    assert "Must Do Root Causes complete" in shown.text
    assert "No number was typed by hand." in shown.text
    assert "no pack of this kind was published before it" in shown.text


async def test_a_day_that_cannot_be_had_is_refused_with_todays_beside_it(visit: Visits) -> None:
    shown = await (await visit(BOARD)).get("/packs/board/reconciliation?as_at=2029-01-01")
    assert shown.status == 422
    assert shown.errors
    assert "figures agree" in shown.h1


async def test_a_pack_shows_what_does_not_agree_in_its_margin_and_on_its_page(visit: Visits) -> None:
    pmo = await visit(PMO)
    await pmo.submit(await pmo.get("/packs/papers/new?kind=board"), "/packs/papers/new")
    form = await pmo.get(f"{PAPER}/blocks/headline")
    [words] = form.fields(f"{PAPER}/blocks/headline")["words"]
    typed = f"{words} That is over 75%. Some 80 volunteers help."
    await pmo.submit(form, f"{PAPER}/blocks/headline", words=typed)
    paper = await pmo.get(PAPER)
    assert paper.by_class("qip-part--unreconciled")
    assert "“over 75%” (Situation) does not say how many of how many." in paper.text
    shown = await pmo.get(paper.links["What it claims, figure by figure, and what was typed by hand"])
    assert shown.h1 == "1 thing does not agree"
    assert "some 80 volunteers help" in shown.text.lower()
    assert "1 number typed by hand and not checked" in shown.text
    assert f"{PAPER}#part-headline" in shown.links.values()


async def test_owners_do_not_see_it(visit: Visits) -> None:
    assert (await (await visit(OWNER)).get("/packs/board/reconciliation")).status == 403
