"""A pack's chart as SVG: the same drawing in page, paper and feed."""

from services.reporting_api.figures.svg import draw, specification
from services.reporting_api.packs.content import Chart, Shape


def drawing_of(chart: Chart, shape: Shape) -> str:
    """The chart as an SVG that says its number, title and what it shows."""
    return draw(
        specification(chart.drawings[shape]),
        key=f"figure-{chart.number}-{shape}",
        title=f"Figure {chart.number}: {chart.title}",
        description=chart.alt,
    )
