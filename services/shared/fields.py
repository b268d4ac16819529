"""Types that doors share."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Path
from pydantic import Field, PlainSerializer

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
"""As in the workbook: what lies outside is a slip of the keyboard."""

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A day that a plan can be about."""

RowId = Annotated[int, Path(ge=1, le=2**62)]
"""The number of a row, in an address."""

Figure = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""A measured figure: exact inside, a JSON number outside."""
