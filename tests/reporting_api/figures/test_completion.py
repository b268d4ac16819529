"""Figures 1 and 2 as drawings: what they show, and that a page under a strict policy may show them."""

from datetime import date
from typing import Any

import pytest
from lxml import etree

from services.reporting_api.figures.completion import LAYOUTS, Panel, completion_chart, month_labels, reading
from services.reporting_api.figures.svg import ChartUnsafeError, draw, specification
from services.reporting_api.packs.board_figures import MonthFigures
from services.reporting_api.packs.content import Shape

APRIL = date(2019, 4, 30)
UNSCHEDULED = Panel(
    "Unscheduled Care",
    (
        MonthFigures("2019-03", 12, 12, 8),
        MonthFigures("2019-04", 24, 26, 16),
        MonthFigures("2019-05", 41, 41, None),
    ),
)
WELL_LED = Panel(
    "Well-led", tuple(MonthFigures(month, 0, 0, 0) for month in ("2019-03", "2019-04", "2019-05"))
)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*panels: Panel, shape: Shape = Shape.PAGE, title: str = "Figure 1") -> etree._Element:
    """The chart of these panels, as XML."""
    chart = specification(completion_chart(panels, APRIL, LAYOUTS[shape]))
    return etree.fromstring(draw(chart, key="figure-1", title=title, description="Bars"))


def texts(svg: etree._Element) -> list[str]:
    """Every text that is drawn, in order."""
    return ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]


def test_the_gap_is_labelled_with_its_number() -> None:
    assert {"−4", "−8"} <= set(texts(drawn(UNSCHEDULED)))


def test_isgs_stand_in_their_own_order() -> None:
    said = texts(drawn(WELL_LED, UNSCHEDULED))
    assert said.index("Well-led") < said.index("Unscheduled Care")


def test_an_isg_with_nothing_due_says_so() -> None:
    assert "Nothing due" in texts(drawn(UNSCHEDULED, WELL_LED))
    assert "Nothing due" not in texts(drawn(UNSCHEDULED))


def test_months_stand_in_their_order_though_nothing_was_due_in_the_first() -> None:
    later = Panel("Workforce", (MonthFigures("2019-02", 0, 0, 0), MonthFigures("2019-03", 2, 2, 1)))
    months = [text for text in texts(drawn(later)) if text[:3] in {"Feb", "Mar"}]
    assert months == ["Feb2019", "Mar"]


def test_every_panel_has_the_same_scale() -> None:
    small = Panel("Workforce", (MonthFigures("2019-03", 1, 1, 1),))
    said = texts(drawn(UNSCHEDULED, small))
    assert said.count("40") == 2


def test_the_original_plan_is_dotted_where_it_has_changed() -> None:
    dotted = [line for line in drawn(UNSCHEDULED).iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert [line.get("stroke") for line in dotted] == ["#212b32"]
    assert "Dotted line" in reading([UNSCHEDULED])
    assert "Dotted line" not in reading([WELL_LED])


def test_a_drawing_names_itself_and_tells_what_it_shows() -> None:
    svg = drawn(UNSCHEDULED, title="Care & <more>")
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (svg.get("role"), title.text, description.text) == ("img", "Care & <more>", "Bars")
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


@pytest.mark.parametrize("shape", list(Shape))
def test_a_drawing_has_nothing_that_a_strict_policy_forbids(shape: Shape) -> None:
    svg = drawn(UNSCHEDULED, WELL_LED, shape=shape)
    assert not list(svg.iter(f"{SVG}script", f"{SVG}style", f"{SVG}image", f"{SVG}foreignObject"))
    names = {str(name) for element in svg.iter() for name in element.attrib}
    assert not {name for name in names if name == "style" or name.startswith("on") or "href" in name}


def test_a_drawing_with_a_link_is_refused() -> None:
    chart: dict[str, Any] = {
        "data": {"values": [{"a": 1}]},
        "mark": "point",
        "encoding": {"href": {"value": "https://example.org"}},
    }
    with pytest.raises(ChartUnsafeError, match="holds a script, a style or a link"):
        draw(specification(chart), key="x", title="Linked", description="")


def test_a_phone_gets_a_drawing_no_wider_than_itself() -> None:
    assert int(drawn(UNSCHEDULED, WELL_LED, shape=Shape.NARROW).get("width", "0")) <= 343
    assert int(drawn(UNSCHEDULED, WELL_LED, shape=Shape.NARROW).get("height", "0")) > 2 * 110


def test_letters_are_those_of_the_document() -> None:
    families = {text.get("font-family", "") for text in drawn(UNSCHEDULED).iter(f"{SVG}text")}
    assert all(family.startswith("'Source Sans Pro', 'Source Sans 3',") for family in families)


def test_the_same_chart_is_the_same_bytes() -> None:
    chart = specification(completion_chart([UNSCHEDULED], APRIL, LAYOUTS[Shape.PAGE]))
    first = draw(chart, key="a", title="T", description="D")
    draw.cache_clear()
    assert draw(chart, key="a", title="T", description="D") == first


@pytest.mark.parametrize(
    ("months", "as_at", "labels"),
    [
        (["2019-03", "2019-04"], APRIL, ["Mar|2019", "Apr"]),
        (["2019-12", "2020-01"], date(2020, 1, 31), ["Dec|2019", "Jan|2020"]),
        (["2019-04", "2019-05"], date(2019, 5, 22), ["Apr|2019", "May|to 22"]),
        ([], APRIL, []),
    ],
)
def test_months_say_their_year_and_the_day_they_were_cut_at(
    months: list[str], as_at: date, labels: list[str]
) -> None:
    assert month_labels(months, as_at) == labels
