"""The release's own Board paper of given figures, without a database."""

from collections.abc import Mapping
from types import MappingProxyType

from services.domain.forecast import Forecast
from services.reporting_api.packs.board_figures import BoardPaperFigures
from services.reporting_api.packs.board_isgs import QuotedReport
from services.reporting_api.packs.composition import compose
from services.reporting_api.packs.content import Pack
from services.reporting_api.packs.kinds import BOARD
from services.reporting_api.packs.material import Material


def board_paper(
    figures: BoardPaperFigures,
    reports: Mapping[str, QuotedReport] = MappingProxyType({}),
    forecasts: Mapping[str, Forecast] = MappingProxyType({}),
) -> Pack:
    """The whole paper at `figures.as_at`, with each ISG's confirmed report in its own words, and its forecast."""
    return compose(BOARD, Material(figures, reports, forecasts))
