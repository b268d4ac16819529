"""The icons in pages are those that charts and packs draw, as files: the same picture everywhere."""

from collections.abc import Iterator

import pytest

from services.domain.spc import Observation, SpcResult, xmr
from services.domain.words import Direction
from services.shared.charts import icons
from tests.kpi_api.series import BETTER, STEADY, WORSE, months
from web.rendering import HERE

HIGHER, LOWER = BETTER, WORSE


def drawn() -> Iterator[tuple[str, str]]:
    """The name of each file, and what has to be in it."""
    for direction, high, low in (
        (Direction.INCREASE, "improvement_high", "concern_low"),
        (Direction.DECREASE, "concern_high", "improvement_low"),
        (Direction.NEUTRAL, "change_high", "change_low"),
    ):
        yield f"variation-{high}", icons.variation(judged(HIGHER, direction))
        yield f"variation-{low}", icons.variation(judged(LOWER, direction))
    yield "variation-common_cause", icons.variation(judged(STEADY))
    yield "variation-none", icons.variation(judged(STEADY[:5]))
    for name, target in (("pass", 60), ("inconsistent", 80), ("fail", 99)):
        yield f"assurance-{name}", icons.assurance(judged(STEADY, target=target)) or ""


def judged(
    values: tuple[int, ...], better: Direction = Direction.INCREASE, target: float | None = None
) -> SpcResult:
    given = [Observation(day, value) for day, value in zip(months(len(values)), values, strict=True)]
    return xmr(given, improvement_direction=better, target=target)


@pytest.mark.parametrize(("name", "icon"), list(drawn()), ids=[name for name, _ in drawn()])
def test_the_file_is_what_charts_draw(name: str, icon: str) -> None:
    assert (HERE / "static" / "icons" / f"{name}.svg").read_text(encoding="utf-8") == icon


def test_each_icon_can_be_drawn_by_its_name_for_a_heading() -> None:
    names = {path.stem for path in (HERE / "static" / "icons").glob("*.svg")}
    assert set(icons.NAMED) == names
    for name, icon in drawn():
        bare = icons.named(name)
        assert 'aria-hidden="true"' in bare
        assert bare.split(">", 1)[1] == icon.split("</desc>", 1)[1]
