"""How figures and targets of KPIs are written."""

from decimal import Decimal

from web.clients.answers.kpi_definitions import Target
from web.rendering import short_day

PERCENT = {"%", "percent", "per cent", "percentage"}
DIRECTIONS = {"increase": "Higher is better", "decrease": "Lower is better", "neutral": "Neither"}


def figure(value: Decimal | None, unit: str | None = None) -> str:
    """95%, 1,250 days, none."""
    if value is None:
        return "none"
    digits = f"{value.normalize():,f}"
    if unit is None or unit.strip().lower() == "number":
        return digits
    return f"{digits}%" if unit.strip().lower() in PERCENT else f"{digits} {unit.strip()}"


def from_when(target: Target) -> str:
    """From 1 April 2019."""
    return f"from {short_day(target.holds_from)}" if target.holds_from else "from the beginning"
