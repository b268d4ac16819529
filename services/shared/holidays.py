"""Bank holidays of England and Wales, from the data that the library ships: never from the network while people wait."""

from datetime import date
from functools import lru_cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from services.domain.cycles import WorkingDays


@lru_cache
def working_days() -> WorkingDays:
    """Working days by the bank holidays known; beyond the last known year only weekends are left out, and pages say so."""
    known = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    holidays = frozenset(holiday["date"] for holiday in known)
    return WorkingDays(holidays, date(max(holidays).year, 12, 31))
