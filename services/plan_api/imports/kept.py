"""The workbook that somebody has checked, kept for them for an hour, so that it need not be sent again to be imported."""

from typing import Final

from services.shared.kept_files import KEPT_SECONDS, KeptFiles, forget_all, forget_old

__all__ = ["ANOTHER", "GONE", "KEPT_SECONDS", "forget", "forget_all", "forget_old", "keep", "kept", "kept_at"]

GONE: Final = "The workbook that you checked is kept for an hour only. Choose it again."
ANOTHER: Final = "You have checked another workbook since. Choose this one again."

_WORKBOOKS: Final = KeptFiles(".xlsx", GONE)
keep = _WORKBOOKS.keep
kept = _WORKBOOKS.kept
kept_at = _WORKBOOKS.kept_at
forget = _WORKBOOKS.forget
