"""A series as small as a word: its line, its target, and its last point with what that says."""

from services.domain.spc_reading import reading
from services.shared.charts import svg
from services.shared.charts.content import LINE, TARGET, ChartContent
from services.shared.charts.scales import TimeScale, ValueScale

MOST = 36
"""So many of the latest points: three years of months."""


def sparkline(content: ChartContent, *, width: float = 128, height: float = 32, key: str = "spark") -> str:
    """The sparkline as one SVG; empty of lines where there are no values."""
    result = content.result
    parts: list[str] = []
    places = [at for at in range(len(result.values)) if not result.ghosted[at]][-MOST:]
    if places:
        held = [result.values[at] for at in places]
        if result.target is not None:
            held.append(result.target)
        values = ValueScale.between(min(held), max(held), 6, height - 6)
        days = TimeScale(result.periods[places[0]], result.periods[places[-1]], 4, width - 7)
        through = [(days.x(result.periods[at]), values.y(result.values[at])) for at in places]
        if result.target is not None:
            y = values.y(result.target)
            parts.append(svg.line(2, y, width - 2, y, stroke=TARGET, dash="4 3"))
        if len(through) > 1:
            parts.append(svg.path(through, stroke=LINE, width=1.4))
        parts.append(svg.marker(*through[-1], result.verdict(places[-1]), 3.6))
    return svg.document(
        width,
        height,
        parts,
        key=key,
        title=f"{content.name}: latest values",
        about=f"{reading(result, content.name)}.",
    )
