"""Types that doors share."""

from datetime import date
from typing import Annotated

from pydantic import Field

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
"""As in the workbook: what lies outside is a slip of the keyboard."""

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A day that a plan can be about."""
