"""How dates and lists are written in sentences."""

from datetime import date

from services.domain.wording import is_blank, listed, written


def test_a_date_is_written_as_people_write_it() -> None:
    assert written(date(2019, 3, 4)) == "4 March 2019"


def test_a_list_is_written_with_commas_and_a_last_word() -> None:
    assert listed([]) == ""
    assert listed(["A-1"]) == "A-1"
    assert listed(["A-1", "A-2"]) == "A-1 and A-2"
    assert listed(["off track", "at risk", "complete"], "or") == "off track, at risk or complete"


def test_spaces_alone_are_nothing() -> None:
    assert [is_blank(text) for text in (None, "", " \n", "a")] == [True, True, True, False]
