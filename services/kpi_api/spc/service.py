"""Judges a series that is sent; nothing of it is kept."""

from services.domain.spc import Observation, xmr
from services.domain.spc_reading import reading
from services.kpi_api.spc.schemas import PointJudged, SeriesGiven, SeriesJudged


def judge(series: SeriesGiven) -> SeriesJudged:
    """Limits, special causes and icons. Raises RuleBroken with each problem at its field."""
    result = xmr(
        [Observation(each.period, each.value, each.ghosted) for each in series.observations],
        improvement_direction=series.improvement_direction,
        target=series.target,
        rebase=series.rebase,
        baseline_points=series.baseline_points,
        rule_set=series.rule_set,
        screen_outliers=series.screen_outliers,
    )
    return SeriesJudged(
        points=[PointJudged.model_validate(point) for point in result.points],
        variation=result.variation,
        assurance=result.assurance,
        notes=list(result.notes),
        rule_set=result.rule_set,
        reading=reading(result),
    )
