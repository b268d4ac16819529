"""Before and since closing, in words."""

from web.clients.answers.impact import KpiImpact


def before_and_since(each: KpiImpact) -> str:
    """Before closing 51.0% on average of 14 values; since then 51.4% of 6."""
    before, since = _average(each.mean_before, each.unit), _average(each.mean_since, each.unit)
    if before is None and since is None:
        return "It has no values yet."
    if before is None:
        return f"There is no value from before closing; since then {since} on average of {_values(each.points_since)}."
    first = f"Before closing {before} on average of {_values(each.points_before)}"
    return (
        f"{first}; no value since."
        if since is None
        else f"{first}; since then {since} of {_values(each.points_since)}."
    )


def figure(mean: float | None, unit: str | None) -> str:
    """51.4%, or a dash with words where there is none."""
    return _average(mean, unit) or "no value"


def _average(mean: float | None, unit: str | None) -> str | None:
    if mean is None:
        return None
    number = f"{mean:,.1f}" if abs(mean) < 1e6 else f"{mean:.3g}"
    return f"{number}%" if unit == "%" else f"{number} {unit}" if unit else number


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"
