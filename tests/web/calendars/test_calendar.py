"""The calendar at its private address: right by RFC 5545, for whoever has the address and for nobody else."""

import re
from datetime import UTC, date, datetime

import icalendar
import pytest

from tests.web.conftest import Visits
from web.calendars.icalendar import as_icalendar, folded
from web.clients.answers.calendars import CalendarEvent

OWNER = "owner@demo.example"
REVISED = datetime(2019, 3, 1, 9, 0, tzinfo=UTC)


def event(summary: str, description: str = "Cycle 5.") -> CalendarEvent:
    return CalendarEvent(
        key="deadline-x-5", kind="deadline", day=date(2019, 5, 20), summary=summary, description=description,
        path="/updates", revised_at=REVISED,
    )  # fmt: skip


def written(*events: CalendarEvent) -> str:
    return as_icalendar("Plan", "https://qip.example", "qip.example", events)


@pytest.mark.parametrize(
    "summary",
    [
        "Updates due by 23:59: Women’s; Children’s, \\ and more",
        "é" * 120,
        "𝒳" * 60,
        "x" * 67 + "é",
        "two\nlines",
    ],
)
def test_texts_survive_escaping_and_folding(summary: str) -> None:
    text = written(event(summary))
    (read,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert str(read["SUMMARY"]) == summary
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_a_line_of_75_octets_is_left_whole_and_one_more_is_folded() -> None:
    assert list(folded("x" * 75)) == ["x" * 75]
    assert list(folded("x" * 76)) == ["x" * 75, " x"]


def test_control_characters_have_no_place_in_it() -> None:
    assert "BEGIN:VEVENT\r\nBEGIN" not in written(event("a\rBEGIN:VEVENT\x00"))


def test_a_day_is_a_whole_day_that_takes_no_time_of_the_persons() -> None:
    (read,) = icalendar.Calendar.from_ical(written(event("Due"))).walk("VEVENT")
    assert (read.decoded("DTSTART"), read.decoded("DTEND")) == (date(2019, 5, 20), date(2019, 5, 21))
    assert (read.decoded("DTSTAMP"), str(read["TRANSP"])) == (REVISED, "TRANSPARENT")
    assert (str(read["UID"]), str(read["URL"])) == ("deadline-x-5@qip.example", "https://qip.example/updates")


async def test_a_person_makes_an_address_reads_it_without_a_session_replaces_and_ends_it(
    visit: Visits,
) -> None:
    owner, program = await visit(OWNER), visit.anonymous()
    account = await owner.get("/account")
    shown = await owner.submit(account, "/account/calendar")
    assert shown.status == 200
    assert shown.response.headers["Cache-Control"] == "no-store"
    (address,) = re.findall(r"http://[^\s<]+/calendar/[\w-]+\.ics", shown.text)
    path = "/" + address.split("/", 3)[3]
    assert path.rpartition("/")[2] not in (await owner.get("/account")).text
    answer = (await program.get(path)).response
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "qip_session" not in answer.headers.get("set-cookie", "")
    calendar = icalendar.Calendar.from_ical(answer.text)
    assert {"Due: RC-1", "Updates due by 23:59: Unscheduled Care"} <= {
        str(each["SUMMARY"]) for each in calendar.walk("VEVENT")
    }
    ids = [str(each["UID"]) for each in calendar.walk("VEVENT")]
    assert len(ids) == len(set(ids))
    assert (await program.get(path)).response.text == answer.text
    await owner.submit(await owner.get("/account"), "/account/calendar")
    assert (await program.get(path)).status == 404
    ended = await owner.submit(await owner.get("/account"), "/account/calendar/ending")
    assert ended.goes_to == "/account"
    assert "Make an address" in (await owner.get("/account")).text


@pytest.mark.parametrize("secret", ["x", "x" * 43, "x" * 500, "..", "%00", "a%2Fb"])
async def test_at_an_unknown_address_there_is_nothing(visit: Visits, secret: str) -> None:
    page = await visit.anonymous().get(f"/calendar/{secret}.ics")
    assert (page.status, page.h1) == (404, "Page not found")
