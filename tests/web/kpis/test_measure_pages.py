"""Pages of measures: what is going wrong first, words beside every icon, and what was done when beside the values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from services.domain.observations import frequency_called, period_written
from services.domain.observations import period_of as period_start
from services.shared.models import Action, KpiBenchmark, KpiBenchmarkValue, KpiObservation, RootCause
from tests.conftest import TestDatabase
from tests.kpi_api.measures import RECORDED
from tests.kpi_api.series import BETTER, STEADY, WORSE, months, plant_series
from tests.people import Callers
from tests.small_plan import SCHEDULED, UNSCHEDULED
from tests.web.conftest import Visits
from web.kpis.wording import period_of


@pytest.fixture
async def measures(database: TestDatabase) -> None:
    """One of each kind: of two ISGs, and of a root cause."""
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED, target=60, key_question="safe")
    await plant_series(database, "K-2", STEADY, isg=UNSCHEDULED, target=95, key_question="responsive")
    await plant_series(database, "K-3", BETTER, isg=SCHEDULED, key_question="safe")
    await plant_series(database, "K-4", STEADY[:5], isg=SCHEDULED, target=81)
    await plant_series(database, "K-5", WORSE, root_cause="RC-1", target=80)


@pytest.mark.usefixtures("measures")
async def test_the_overview_begins_with_how_many_are_of_concern(visit: Visits) -> None:
    page = await (await visit("board@demo.example")).get("/kpis")
    assert page.h1 == "1 of 5 measures shows concerning variation, 1 fails its target"
    assert [each for each in page.links.values() if each.startswith("/kpis/K-")] == [
        f"/kpis/K-{number}" for number in (5, 2, 1, 3, 4)
    ]


@pytest.mark.usefixtures("measures")
async def test_every_icon_has_its_words(visit: Visits) -> None:
    text = (await (await visit("board@demo.example")).get("/kpis")).text
    for words in ("Concern, lower", "Improvement, higher", "Common cause", "Not enough points yet", "Hit or miss",
                  "Passing the target", "Failing the target", "No target"):  # fmt: skip
        assert words in text


@pytest.mark.usefixtures("measures")
async def test_a_count_of_the_matrix_opens_what_it_counts(visit: Visits) -> None:
    board = await visit("board@demo.example")
    page = await board.get("/kpis?isg=Unscheduled+Care")
    address = "/kpis?isg=Unscheduled+Care&variation=common_cause&assurance=fail"
    assert address in page.links.values()
    opened = await board.get(address)
    assert [each for each in opened.links.values() if each.startswith("/kpis/K-")] == ["/kpis/K-2"]
    assert "1 measure that fits" in opened.text


@pytest.mark.usefixtures("measures")
async def test_too_few_points_are_said_and_lead_to_their_measures(visit: Visits) -> None:
    board = await visit("board@demo.example")
    assert "/kpis?variation=none" in (await board.get("/kpis")).links.values()
    opened = await board.get("/kpis?variation=none")
    assert [each for each in opened.links.values() if each.startswith("/kpis/K-")] == ["/kpis/K-4"]


@pytest.mark.parametrize(
    "query", ["", "?isg=Well-led", "?key_question=caring", "?variation=nonsense&level=x"]
)
async def test_an_empty_overview_says_why(visit: Visits, query: str) -> None:
    page = await (await visit("board@demo.example")).get(f"/kpis{query}")
    assert page.status == 200
    assert "No measure" in page.h1


async def test_a_long_list_goes_on_on_the_next_page_with_its_filter(
    visit: Visits, database: TestDatabase
) -> None:
    for number in range(51):
        await plant_series(database, f"K-{number:02}", (), isg=UNSCHEDULED)
    board = await visit("board@demo.example")
    page = await board.get("/kpis?level=high_level")
    following = next(each for each in page.links.values() if "cursor=" in each)
    assert "level=high_level" in following
    assert [each for each in (await board.get(following)).links.values() if each.startswith("/kpis/K-")] == [
        "/kpis/K-50"
    ]


async def test_a_measure_reads_as_a_sentence_and_shows_its_values(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_series(
        database, "K-1", WORSE, isg=UNSCHEDULED, target=95, key_question="safe", purpose="To see waits"
    )
    page = await (await visit("board@demo.example")).get("/kpis/K-1")
    assert page.h1 == "K-1 Measure K-1"
    assert "Performance is failing the target and shows concerning variation since April 2019." in page.text
    assert "Failing the target" in page.text
    assert "Concern, lower: outside the limits" in page.text
    assert "60%" in page.text
    assert "To see waits" in page.text
    assert "High-level measure, Unscheduled Care, Safe." in page.text


async def test_others_are_told_beside_the_chart_and_in_the_table(
    visit: Visits, database: TestDatabase
) -> None:
    planted = await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED, unit="%")
    last = months(1)[0]
    async with database.owner.transaction() as db:
        for kind, name, value in (
            ("national", "England", 71.5),
            ("peer", "The region", 66),
            ("peer", "Next door", 59),
        ):
            other = KpiBenchmark(kpi_id=planted, name=name, kind=kind, recorded_at=RECORDED)
            db.add(other)
            await db.flush()
            db.add(
                KpiBenchmarkValue(
                    benchmark_id=other.id, period=last, value=Decimal(str(value)), recorded_at=RECORDED
                )
            )
    board = await visit("board@demo.example")
    page = await board.get("/kpis/K-1")
    told = "National benchmark, England: 71.5% in April 2019. Peer benchmark, The region: 66% in April 2019."
    assert told in page.text
    [image] = page.by_class("qip-chart")
    assert "Peer 2 benchmark, Next door: 59% in April 2019." in image.attrib["alt"]
    row = page.text.partition("Newest")[0]
    assert all(each in row for each in ("71.5%", "66%", "59%"))
    assert "National benchmark: England" in (await board.get(image.attrib["src"])).response.text


async def test_the_chart_is_there_for_pages_and_phones_and_is_kept_by_browsers(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    board = await visit("board@demo.example")
    page = await board.get("/kpis/K-1")
    [image] = page.by_class("qip-chart")
    drawing = await board.get(image.attrib["src"])
    assert drawing.response.headers["Content-Type"].startswith("image/svg+xml")
    assert "immutable" in drawing.response.headers["Cache-Control"]
    assert (await board.get("/kpis/K-1/chart.svg?width=narrow")).status == 200


async def test_too_few_points_are_a_sentence_on_the_page_and_never_an_icon_of_success(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", STEADY[:5], isg=UNSCHEDULED, target=60)
    page = await (await visit("board@demo.example")).get("/kpis/K-1")
    assert "too few points to be judged yet: 5 points, and limits need 13" in page.text
    assert "variation-none" in page.response.text.partition("How to read")[0]
    assert "assurance-pass" not in page.response.text.partition("How to read")[0]


async def test_what_was_done_for_a_root_cause_stands_beside_its_measure(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", STEADY, root_cause="RC-4")
    async with database.owner.transaction() as db:
        root_cause = await db.scalar(select(RootCause.id).where(RootCause.reference == "RC-4"))
        db.add(
            Action(
                reference="A-9", root_cause_id=root_cause, description="Train the wards", position=9,
                completed_on=months(1)[0], recorded_at=RECORDED,
            )
        )  # fmt: skip
    page = await (await visit("board@demo.example")).get("/kpis/K-1")
    assert page.text.index("RC-4 closed") < page.text.index("Action A-9 done")
    assert "Train the wards" in page.text
    assert "/root-causes/RC-4" in page.links.values()


async def test_values_carry_their_marks(visit: Visits, database: TestDatabase) -> None:
    """April's is provisional and a revision, and came late; January's is missing."""
    values = [*STEADY]
    values[-4] = None  # type: ignore[call-overload]
    await plant_series(database, "K-1", values, isg=UNSCHEDULED)
    async with database.owner.transaction() as db:
        last = (
            await db.scalars(select(KpiObservation).order_by(KpiObservation.period.desc()).limit(1))
        ).one()
        last.state, last.version, last.given_through = "provisional", 2, "page"
        last.recorded_at = datetime(2019, 5, 16, 9, tzinfo=UTC)
    text = (await (await visit("board@demo.example")).get("/kpis/K-1")).text
    assert "Provisional; Revised, version 2; Late" in text
    assert "Missing" in text
    assert "The system was down" in text


async def test_a_measure_without_values_says_so(visit: Visits, database: TestDatabase) -> None:
    await plant_series(database, "K-1", (), isg=UNSCHEDULED)
    page = await (await visit("board@demo.example")).get("/kpis/K-1")
    assert "There are no values yet." in page.text
    assert "No value has been given yet." in page.text


@pytest.mark.parametrize(
    ("person", "offered"),
    [
        ("pmo", {"/kpis/K-1/values", "/kpis/K-1/decisions", "/kpis/K-1/definition", "/kpis/K-1/targets"}),
        ("executive", {"/kpis/K-1/decisions"}),
        ("board", set()),
    ],
)
async def test_only_what_one_may_do_is_offered(
    visit: Visits, database: TestDatabase, person: str, offered: set[str]
) -> None:
    await plant_series(database, "K-1", isg=UNSCHEDULED)
    page = await (await visit(f"{person}@demo.example")).get("/kpis/K-1")
    assert {each for each in page.links.values() if each.startswith("/kpis/K-1/")} == offered


async def test_a_long_series_shows_its_last_values_and_the_rest_when_asked(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", [80 + at % 5 for at in range(70)], isg=UNSCHEDULED)
    board = await visit("board@demo.example")
    assert "Show the 46 earlier values too" in (await board.get("/kpis/K-1")).text
    assert "earlier value" not in (await board.get("/kpis/K-1?values=all")).text


@pytest.mark.parametrize("address", ["/kpis", "/kpis/K-1"])
async def test_readers_and_administrators_are_refused(visit: Visits, address: str) -> None:
    for person in ("reader", "admin"):
        assert (await (await visit(f"{person}@demo.example")).get(address)).status == 403


async def test_measures_are_in_the_menu_of_those_who_may_see_them(visit: Visits) -> None:
    assert "/kpis" in (await (await visit("owner@demo.example")).get("/accessibility")).links.values()
    assert "/kpis" not in (await (await visit("reader@demo.example")).get("/accessibility")).links.values()


async def test_a_measure_that_there_is_not_is_not_found(visit: Visits) -> None:
    assert (await (await visit("board@demo.example")).get("/kpis/K-404")).status == 404


@pytest.mark.usefixtures("measures")
async def test_an_isgs_page_has_its_matrix(visit: Visits) -> None:
    page = await (await visit("chair@demo.example")).get("/isgs/unscheduled-care")
    assert "/kpis?isg=Unscheduled+Care&variation=common_cause&assurance=fail" in page.links.values()
    assert "All 3 measures of Unscheduled Care" in page.text


async def test_a_root_causes_page_leads_to_its_measure(visit: Visits, database: TestDatabase) -> None:
    await plant_series(database, "K-1", STEADY, root_cause="RC-1")
    page = await (await visit("owner@demo.example")).get("/root-causes/RC-1")
    assert page.links["K-1"] == "/kpis/K-1"


@pytest.mark.parametrize(("day", "frequency", "name"), [
    (date(2019, 4, 1), "Monthly", "April 2019"), (date(2019, 1, 1), "Quarterly", "January to March 2019"),
    (date(2019, 5, 1), "quarterly", "April to June 2019"), (date(2019, 5, 13), "Weekly", "the week of 13 May 2019"),
    (date(2019, 5, 15), "Weekly", "the week of 13 May 2019"), (date(2019, 4, 1), "Daily", "1 April 2019"),
    (date(2019, 4, 1), None, "April 2019"), (date(2019, 4, 2), "now and then", "2 April 2019"),
])  # fmt: skip
def test_a_period_is_named_as_the_services_name_it(day: date, frequency: str | None, name: str) -> None:
    assert period_of(day, frequency) == name
    every = frequency_called(frequency)
    if every is not None:
        assert period_written(period_start(day, every), every) == name


async def test_the_overview_of_an_isg_names_it_by_whichever_name_it_was_asked(
    visit: Visits, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    for asked in ("unscheduled-care", "Unscheduled+Care"):
        page = await (await visit("board@demo.example")).get(f"/kpis?isg={asked}")
        assert "of Unscheduled Care" in page.h1


async def test_a_correction_of_what_was_imported_is_not_late(
    visit: Visits, kpi: Callers, database: TestDatabase
) -> None:
    await plant_series(database, "K-1", STEADY, isg=UNSCHEDULED)
    first = months(len(STEADY))[0].isoformat()
    given = {"observations": [{"period": first, "value": 41}]}
    answer = await (await kpi("pmo@demo.example")).post("/v1/kpis/K-1/observations", json=given)
    assert answer.is_success, answer.text
    page = await (await visit("board@demo.example")).get("/kpis/K-1?values=all")
    assert "Revised, version 2" in page.text
    assert "version 2; Late" not in page.text
