"""A pack's chart as SVG: the same drawing in page, paper and feed."""

from dataclasses import replace

from services.reporting_api.figures.svg import draw, specification
from services.reporting_api.packs.content import Chart, ControlChart, Shape
from services.reporting_api.packs.control_charts import control_drawing


def only_of(chart: Chart, isg: str) -> Chart | None:
    """One ISG's part of a completion chart, on the scale of the whole; None for an ISG that it does not show."""
    drawings = {}
    for shape, drawing in chart.drawings.items():
        rows = [row for row in drawing["data"]["values"] if row["isg"] == isg]
        if not rows:
            return None
        drawings[shape] = {**drawing, "data": {"values": rows}}
    return replace(chart, title=f"{chart.title}: {isg}", alt=f"{chart.title}, of {isg}.", drawings=drawings)


def drawing_of(chart: Chart | ControlChart, shape: Shape) -> str:
    """The chart as an SVG that says its title and what it shows. The same chart is drawn once."""
    if isinstance(chart, ControlChart):
        return control_drawing(chart, shape)
    return draw(
        specification(chart.drawings[shape]),
        key=f"figure-{chart.number}-{shape}",
        title=f"Figure {chart.number}: {chart.title}",
        description=chart.alt,
    )
