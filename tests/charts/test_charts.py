"""Charts are whole, say what they show, and nothing on them covers anything else, whatever the data are."""

import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.errors import RuleBroken
from services.domain.spc import Observation, xmr
from services.domain.words import Direction, RuleSet
from services.reporting_api.packs.pictures import fonts
from services.shared.charts import icons
from services.shared.charts.content import NARROW, PRINTED, WIDE, Benchmark, ChartContent, Mark, MarkKind
from services.shared.charts.sparkline import sparkline
from services.shared.charts.spc_chart import MOST_BENCHMARKS, spc_chart
from services.shared.charts.svg import FONTS, text_width

SVG = "{http://www.w3.org/2000/svg}"
UP, DOWN, NEUTRAL = Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL
WIDTHS = (WIDE, PRINTED, NARROW)
FORBIDDEN = re.compile(r"<script|<style|<foreignObject| style=| on[a-z]+=|href=")


def month(number: int) -> date:
    return date(2016 + number // 12, number % 12 + 1, 1)


def content(
    values: Sequence[float],
    *,
    better: Direction = UP,
    target: float | None = None,
    ghosts: Sequence[int] = (),
    rebase: Sequence[int] = (),
    days: bool = False,
    name: str = "Four-hour performance",
    unit: str = "%",
    marks: Sequence[Mark] = (),
    closed_on: date | None = None,
    benchmarks: Sequence[Benchmark] = (),
) -> ChartContent:
    rows = [
        Observation(date(2016, 1, 1) + timedelta(at) if days else month(at), value, at in ghosts)
        for at, value in enumerate(values)
    ]
    result = xmr(rows, improvement_direction=better, target=target, rebase=[month(at) for at in rebase])
    return ChartContent(result, name, unit, tuple(marks), closed_on, tuple(benchmarks))


ZIGZAG = [80.0, 82.0, 79.5, 81.0] * 6
EVERYTHING = tuple(
    Mark(month(12 + at // 2) + timedelta(at), kind, "Something that was done & told <at length> " * 3)
    for at, kind in enumerate([*MarkKind, *MarkKind])
)
OTHERS = (
    Benchmark("National", "England", tuple((month(at), 84.0 + at % 3) for at in range(-5, 40))),
    Benchmark(
        "Peer",
        "Trusts of our size in the region, and some others " * 2,
        ((month(20), 88.0), (month(22), 87.0)),
    ),
    Benchmark("Peer", "Next door", ((month(3), 79.25),)),
    Benchmark("Peer", "Long ago", ((month(-30), 20.0),)),
)
KINDS = {
    "plain": content(ZIGZAG, target=95),
    "signals": content([*ZIGZAG, 90, 70, *[81.5] * 8], target=80),
    "neutral": content([*ZIGZAG, 90, 70], better=NEUTRAL),
    "ghosts": content([*ZIGZAG, 300], ghosts=[4, 24]),
    "rebased": content([*ZIGZAG, *[70.0, 72.0] * 8], rebase=[24], target=75, marks=EVERYTHING),
    "rebased lately": content([*ZIGZAG, 70, 71], rebase=[24], target=75),
    "run chart": content(ZIGZAG[:5], target=90, unit="falls per 1,000 bed days"),
    "one point": content([5], target=5),
    "two points": content([5, 6]),
    "nothing": content([]),
    "all equal": content([5.0] * 20, target=5),
    "all nothing": content([0.0] * 20),
    "negative": content([-value for value in ZIGZAG], better=DOWN, target=-95),
    "tiny": content([value * 1e-11 for value in ZIGZAG], unit=""),
    "huge": content([value * 1e12 for value in ZIGZAG], target=9e13, unit="pounds"),
    "as large as it gets": content([1.5e308, -1.5e308][:1]),
    "400 days": content([50 + (at * 7) % 13 for at in range(400)], days=True, target=60),
    "a month of days": content([50 + (at * 7) % 13 for at in range(31)], days=True),
    "long names": content(
        ZIGZAG, name="A measure with a very long name " * 10, unit="units of a very long name " * 4
    ),
    "before and after": content([*ZIGZAG, *[90.0] * 6], closed_on=date(2018, 1, 9), target=85),
    "beside others": content(ZIGZAG, target=95, benchmarks=OTHERS),
    "beside too many": content(ZIGZAG, benchmarks=OTHERS * 3, unit="falls per 1,000 bed days"),
    "closed at the end": content(ZIGZAG, closed_on=date(2018, 3, 1)),
    "closed late below a target": content([50.0, 52.0] * 12, closed_on=date(2017, 11, 15), target=60),
    "closed before all": content(ZIGZAG, closed_on=date(2010, 3, 1)),
    "one word without a space": content(ZIGZAG, marks=[Mark(month(3), MarkKind.ANNOTATION, "x" * 400)]),
    "marks far away": content(ZIGZAG, marks=[Mark(date(2030, 1, 1), MarkKind.CLOSING, "RC-1")]),
    "letters that XML has none of": content(ZIGZAG, name='<b>"\x00\x1f\ud800 & ﷽', unit="\x08"),
}
CASES = [pytest.param(case, width, id=f"{name}, {width}") for name, case in KINDS.items() for width in WIDTHS]


@pytest.mark.parametrize(("case", "width"), CASES)
def test_a_chart_is_one_picture_that_says_what_it_shows(case: ChartContent, width: float) -> None:
    drawn = spc_chart(case, width=width, key="k")
    root = fromstring(drawn)
    assert root.get("role") == "img"
    assert [each.tag for each in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert len(root.findall(f".//{SVG}title")) == 1
    assert root.get("aria-labelledby") == "k-title k-description"
    assert {root[0].get("id"), root[1].get("id")} == {"k-title", "k-description"}
    assert all(each.text for each in root[:2])
    assert not FORBIDDEN.search(drawn)
    assert "nan" not in drawn.lower().replace("finance", "")
    assert root.get("font-family") == FONTS
    assert drawn == spc_chart(case, width=width, key="k")


@pytest.mark.parametrize(("case", "width"), CASES)
def test_every_point_is_drawn(case: ChartContent, width: float) -> None:
    """Each by its own shape; the key has one more of each shape that it explains."""
    drawn = spc_chart(case, width=width)
    shapes = drawn.count("<polygon") + drawn.count("<circle")
    flags = drawn.count('r="9"') + 0
    ghosts = drawn.count('stroke-dasharray="2 1.5"')
    explained = sum(f">{word}<" in drawn for word in ("Improvement", "Concern", "Change", "Common cause"))
    explained += ">Left out of the calculation<" in drawn
    in_key = sum(mark.day <= case.result.periods[-1] for mark in case.marks) if case.result.values else 0
    assert shapes - flags - explained == len(case.result.values)
    assert ghosts == sum(case.result.ghosted) + (">Left out of the calculation<" in drawn)
    assert flags == 2 * in_key


Box = tuple[float, float, float, float, str]


def boxes(root: Element) -> list[Box]:
    """Left, top, right, bottom and text of everything that is written."""
    found = []
    for each in root.iter(f"{SVG}text"):
        size, text = float(each.get("font-size") or 0), each.text or ""
        wide = text_width(text, size, bold=each.get("font-weight") is not None)
        x, y = float(each.get("x") or 0), float(each.get("y") or 0)
        left = x - wide * {"end": 1, "middle": 0.5}.get(each.get("text-anchor") or "", 0)
        found.append((left, y - size * 0.75, left + wide, y + size * 0.2, text))
    return found


@pytest.mark.parametrize(("case", "width"), CASES)
def test_no_text_covers_another_or_leaves_the_picture(case: ChartContent, width: float) -> None:
    root = fromstring(spc_chart(case, width=width))
    height = float(root.get("height") or 0)
    written = boxes(root)
    for one, other in combinations(written, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    for left, top, right, bottom, text in written:
        assert left >= -1, text
        assert top >= -1, text
        assert right <= width + 1, text
        assert bottom <= height, text


numbers = st.floats(-1e300, 1e300, allow_nan=False) | st.integers(-1000, 1000).map(float)


@given(
    st.lists(numbers, max_size=40),
    st.none() | numbers,
    st.sampled_from(RuleSet),
    st.sampled_from(Direction),
    st.sampled_from(WIDTHS),
)
@settings(max_examples=60, deadline=None)
def test_whatever_can_be_judged_can_be_drawn(
    values: list[float], target: float | None, rule_set: RuleSet, better: Direction, width: float
) -> None:
    rows = [Observation(month(at), value) for at, value in enumerate(values)]
    try:
        result = xmr(rows, improvement_direction=better, target=target, rule_set=rule_set)
    except RuleBroken:
        return
    case = ChartContent(result, "Anything")
    for drawn in (
        spc_chart(case, width=width),
        sparkline(case),
        icons.variation(result),
        icons.assurance(result),
    ):
        if drawn is not None:
            fromstring(drawn)
            assert '"nan' not in drawn
            assert '"inf' not in drawn


@pytest.mark.parametrize(("values", "better", "target", "variation", "assurance"), [
    ([*ZIGZAG, 99], UP, 99, "H", "F"), ([*ZIGZAG, 60], UP, 50, "L", "P"), ([*ZIGZAG, 60], DOWN, 80, "L", "?"),
    ([*ZIGZAG, 99], NEUTRAL, 80, None, None), (ZIGZAG, UP, 80, None, "?"), ([1, 2], UP, 3, None, None),
])  # fmt: skip
def test_an_icon_has_its_letter_and_its_words(
    values: list[float], better: Direction, target: float, variation: str | None, assurance: str | None
) -> None:
    result = content(values, better=better, target=target).result
    for drawn, letter in ((icons.variation(result), variation), (icons.assurance(result), assurance)):
        if drawn is None:
            assert letter is None
            continue
        root = fromstring(drawn)
        assert [each.text for each in root.iter(f"{SVG}text")] == ([letter] if letter else [])
        assert root.get("role") == "img"
        assert root[0].text
        assert root[1].text
        assert not FORBIDDEN.search(drawn)


def test_too_few_points_have_an_icon_that_is_no_verdict() -> None:
    drawn = icons.variation(content([1, 2]).result)
    assert "Not enough points yet" in drawn
    assert "stroke-dasharray" in drawn


def test_a_sparkline_shows_the_latest_three_years() -> None:
    root = fromstring(sparkline(content([float(at % 5) for at in range(60)])))
    line = root.find(f"{SVG}polyline")
    assert line is not None
    assert len((line.get("points") or "").split()) == 36


def test_the_papers_setter_takes_every_chart_without_a_warning() -> None:
    """As PDF/UA-1, in the paper's one font: a font or a letter that is missing would be a warning."""
    typst = pytest.importorskip("typst")
    drawings = [spc_chart(case, width=PRINTED) for name, case in KINDS.items() if "letters" not in name]
    drawings += [sparkline(KINDS["signals"]), icons.variation(KINDS["signals"].result)]
    shown = "".join(
        f'#image(bytes({json.dumps(each, ensure_ascii=False)}), format: "svg", alt: "A chart", width: 100%)\n'
        for each in drawings
    )
    paper = (
        f'#set document(title: "Charts", date: none)\n#set text(font: "Source Sans Pro", lang: "en")\n{shown}'
    )
    document, warnings = typst.compile_with_warnings(
        paper.encode(), font_paths=fonts(), pdf_standards=["ua-1"], timestamp=0
    )
    assert not warnings
    assert document.startswith(b"%PDF")


def test_a_run_chart_says_why_it_has_no_limits() -> None:
    drawn = spc_chart(KINDS["run chart"])
    assert "run chart</title>" in drawn
    assert "No limits from January 2016 to May 2016 yet: only 5 points, and limits need 13." in drawn
    assert "Upper limit" not in drawn


def test_each_group_has_lines_of_its_own_and_the_reason_is_told() -> None:
    reason = Mark(month(24), MarkKind.REBASE, "a new building (M. Okafor)")
    case = content([*ZIGZAG, *[70.0, 72.0] * 8], rebase=[24], marks=[reason])
    drawn = spc_chart(case)
    assert drawn.count('stroke-dasharray="5 4"') == 4
    assert "1 January 2018: limits recalculated: a new building (M. Okafor)" in drawn


def test_others_stand_beside_it_each_told_apart_without_its_colour() -> None:
    drawn = spc_chart(KINDS["beside others"])
    root = fromstring(drawn)
    dashes = [each.get("stroke-dasharray") for each in root.findall(f"{SVG}polyline")]
    assert len(dashes) == 3
    assert len(set(dashes)) == 3
    told = [each.text or "" for each in root.iter(f"{SVG}text")]
    assert {"National 86.0%", "Peer 87.0%", "Peer 2 79.3%"} <= {each.replace("79.2", "79.3") for each in told}
    assert "National benchmark: England" in told
    assert "Peer 2 benchmark: Next door" in told
    assert not [each for each in told if "Long ago" in each]
    about = root[1].text or ""
    assert "National: England, 86.0%, December 2017." in about


def test_no_more_are_drawn_than_can_be_told_apart() -> None:
    drawn = spc_chart(KINDS["beside too many"])
    assert drawn.count(" benchmark: ") == MOST_BENCHMARKS
