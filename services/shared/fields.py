"""Types that doors share."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator, Field, PlainSerializer

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
"""As in the workbook: what lies outside is a slip of the keyboard."""

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _as_written(value: object) -> object:
    """Only 2018-04-01: a number would be taken for seconds since 1970."""
    if type(value) is date or (isinstance(value, str) and ISO_DAY.fullmatch(value)):
        return value
    raise ValueError("Give a date such as 2018-04-01")


Period = Annotated[date, BeforeValidator(_as_written)]
"""A day of a period that values are of."""

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A day that a plan can be about."""

RowId = Annotated[int, Path(ge=1, le=2**62)]
"""The number of a row, in an address."""

Figure = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""A measured figure: exact inside, a JSON number outside."""
