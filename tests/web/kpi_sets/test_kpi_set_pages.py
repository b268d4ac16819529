"""The page of an ISG's high-level KPIs: what is wanting, the signature, what has changed since."""

from tests.kpi_api.definitions.test_definitions import HIGH, defined
from tests.kpi_api.kpi_sets.test_kpi_sets import agreed
from tests.people import Callers
from tests.web.conftest import Visits

CHAIR, CHAIR2, EXECUTIVE, OWNER = (f"{who}@demo.example" for who in ("chair", "chair2", "executive", "owner"))
PAGE, FORM = "/isgs/unscheduled-care/kpi-set", "/isgs/unscheduled-care/kpi-set/sign-off"


async def test_an_empty_set_says_what_it_lacks_and_where_to_begin(visit: Visits) -> None:
    chair = await visit(CHAIR)
    isg = await chair.get("/isgs/unscheduled-care")
    shown = await chair.get(isg.links["High-level KPIs that Unscheduled Care agrees on"])
    assert shown.h1 == "Unscheduled Care measures no high-level KPI yet"
    assert "No high-level KPIs: an ISG agrees on 10 to 20, so at least 10 more." in shown.text
    assert "No KPI answers Safe, Effective, Caring, Responsive or Well-led." in shown.text
    assert shown.links["Define a KPI"] == "/kpis/new?level=high_level&isg=unscheduled-care"
    assert "Sign it off" not in shown.links
    assert (await chair.get(FORM)).status == 403


async def test_a_set_is_signed_with_name_and_day_and_tells_what_has_changed_since(
    visit: Visits, kpi: Callers
) -> None:
    await agreed(kpi)
    executive = await visit(EXECUTIVE)
    shown = await executive.get(PAGE)
    assert shown.h1 == "Unscheduled Care measures 10 high-level KPIs"
    assert "It is whole: 10 to 20 KPIs, and each of the five key questions answered." in shown.text
    assert "Define a KPI" not in shown.links
    await executive.submit(await executive.get(shown.links["Sign it off"]), FORM)
    signed = await executive.get(PAGE)
    assert "Version 1 was signed off on 22 May 2019 by Executive Person." in signed.text
    assert "Nothing has changed since it was signed." in signed.text
    assert (await executive.get(FORM)).status == 403
    await defined(kpi, {**HIGH, "name": "One more"})
    assert "KPI-0011 One more is new." in (await executive.get(PAGE)).text


async def test_what_is_signed_although_something_is_wanting_says_why(visit: Visits, kpi: Callers) -> None:
    await defined(kpi)
    chair = await visit(CHAIR)
    wanting = (await chair.get(PAGE)).links["1 thing in the definition of KPI-0001"]
    assert "The quality of its data has not been judged." in (await chair.get(wanting)).text
    refused = await chair.submit(await chair.get(FORM), FORM)
    assert refused.errors == ["Say why the ISG signs it off although something is wanting."]
    await chair.submit(refused, FORM, note="The rest follows in June.")
    assert "The rest follows in June." in (await chair.get(PAGE)).text


async def test_two_who_sign_at_once_see_what_the_other_did(visit: Visits, kpi: Callers) -> None:
    await agreed(kpi)
    chair, executive = await visit(CHAIR), await visit(EXECUTIVE)
    mine = await executive.get(FORM)
    await chair.submit(await chair.get(FORM), FORM, note="Theirs.")
    late = await executive.submit(mine, FORM, note="Mine.")
    assert late.status == 409
    for said in (
        "Mine.",
        "Theirs.",
        "Version 1 was signed off on 22 May 2019 by Chair Person.",
        "It is signed off as it is",
    ):
        assert said in late.text, said


async def test_nobody_signs_a_set_that_they_have_not_seen(visit: Visits, kpi: Callers) -> None:
    await agreed(kpi)
    executive = await visit(EXECUTIVE)
    form = await executive.get(FORM)
    await defined(kpi, {**HIGH, "name": "Slipped in"})
    late = await executive.submit(form, FORM, note="Agreed.")
    assert late.status == 412
    assert "KPI-0011 Slipped in" in late.text
    await executive.submit(late, FORM)
    assert "11 KPIs" in (await executive.get(PAGE)).text


async def test_others_read_it_and_sign_nothing(visit: Visits, kpi: Callers) -> None:
    await agreed(kpi, 1)
    for who in (OWNER, CHAIR2):
        browser = await visit(who)
        assert "Sign it off" not in (await browser.get(PAGE)).links
        assert (await browser.get(FORM)).status == 403
