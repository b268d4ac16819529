"""The data quality page: rule by rule, each thing with a link that mends it; taken as a file like every list."""

import csv
import io

from tests.web.conftest import Visits

PMO, OWNER = "pmo@demo.example", "owner@demo.example"


async def test_the_pmos_home_page_names_the_problems_and_leads_to_them(visit: Visits) -> None:
    pmo = await visit(PMO)
    rules = await pmo.get("/data-quality")
    total = rules.h1.split()[0]
    assert int(total) > 0
    home = await pmo.get("/")
    assert home.links[f"{total} data problems to mend"] == "/data-quality"


async def test_each_rule_leads_to_what_it_finds_and_each_thing_to_where_it_is_mended(visit: Visits) -> None:
    pmo = await visit(PMO)
    rules = await pmo.get("/data-quality")
    problems = await pmo.get(rules.links["Root causes without a KPI"])
    assert problems.h1 == "Root causes without a KPI: 6"
    assert problems.links["Import a workbook: RC-1"] == "/import"
    assert problems.links["RC-1 Children wait too long to be seen (RC-1)"] == "/root-causes/RC-1"
    assert (await pmo.get("/data-quality?rule=action_without_owner")).links[
        "Open the action: A-1"
    ] == "/root-causes/RC-1/actions/A-1"


async def test_every_link_that_mends_something_opens(visit: Visits) -> None:
    """Of every rule that finds anything in the small plan."""
    pmo = await visit(PMO)
    rules = await pmo.get("/data-quality")
    opened = 0
    for text, href in rules.links.items():
        if not href.startswith("/data-quality?"):
            continue
        problems = await pmo.get(href)
        for name, mend in problems.links.items():
            if ": " in name and mend.startswith("/"):
                assert (await pmo.get(mend)).status == 200, (text, mend)
                opened += 1
    assert opened > 10


async def test_a_rule_that_finds_nothing_says_so_and_one_that_there_is_not_is_404(visit: Visits) -> None:
    pmo = await visit(PMO)
    assert "Nothing is left to mend here." in (await pmo.get("/data-quality?rule=owner_has_left")).text
    assert (await pmo.get("/data-quality?rule=nothing")).status == 404
    assert (await (await visit(OWNER)).get("/data-quality")).status == 403


async def test_the_file_has_what_is_listed_of_one_rule_or_of_all(visit: Visits) -> None:
    pmo = await visit(PMO)
    page = await pmo.get("/data-quality?rule=root_cause_without_kpi")
    assert page.links["CSV"] == "/exports/data-quality.csv?rule=root_cause_without_kpi"
    one = list(
        csv.DictReader(io.StringIO((await pmo.http.get(page.links["CSV"])).content.decode("utf-8-sig")))
    )
    assert [row["Which"] for row in one] == ["RC-1", "RC-2", "RC-3", "RC-4", "RC-5", "RC-6"]
    every = list(
        csv.DictReader(
            io.StringIO((await pmo.http.get("/exports/data-quality.csv")).content.decode("utf-8-sig"))
        )
    )
    assert (await pmo.get("/data-quality")).h1.split()[0] == str(len(every))
