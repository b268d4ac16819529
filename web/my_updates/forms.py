"""The table of updates as one form: whichever row is sent, what was typed into the others is kept as their drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData

from web.clients.answers.my_updates import UpdateRow
from web.clients.base import ServiceError
from web.comparison import HAS_CHANGED, STALE, Difference
from web.forms import without_controls
from web.wording import label

FIELDS = ("status", "progress", "reason", "forecast_date")


@dataclass(slots=True)
class RowForm:
    """What stands in one row: as typed, else its draft, else what was said last."""

    row: UpdateRow
    typed: Mapping[str, str] | None = None
    errors: dict[str, str] = field(default_factory=dict)
    changed_meanwhile: bool = False
    changed_by: str = ""
    """Who was quicker, and when."""

    @property
    def version(self) -> str:
        """What sending it is based on: what was shown, until the two have been compared."""
        if self.typed is None or self.changed_meanwhile:
            return str(self.row.version)
        return self.typed.get("version", "") or str(self.row.version)

    @property
    def differences(self) -> Sequence[Difference]:
        """What was typed beside what was said by somebody else meanwhile."""
        said, typed = self.row.last_update, self.typed or {}
        if said is None:
            return ()
        pairs = (
            ("How does it stand?", label(typed.get("status", "")), label(said.status)),
            ("Forecast", typed.get("forecast_date", ""), said.forecast_date.isoformat() if said.forecast_date else ""),
            ("What has changed?", typed.get("progress", ""), said.progress or ""),
            ("What is in the way", typed.get("reason", ""), said.reason or ""),
        )  # fmt: skip
        return [
            Difference(name, yours or "Nothing", now or "Nothing")
            for name, yours, now in pairs
            if yours != now
        ]

    @property
    def values(self) -> Mapping[str, str]:
        """Each field's text."""
        if self.typed is not None:
            return self.typed
        if self.row.draft is not None:
            return _of_draft(self.row.draft.fields)
        return self._of_last_time()

    def _of_last_time(self) -> Mapping[str, str]:
        """Status and forecast stand as they were; what has been done since is to be said anew."""
        said = self.row.last_update
        offered = {each.status for each in self.row.statuses}
        status = said.status if said and said.status in offered else ""
        forecast = said.forecast_date.isoformat() if said and said.forecast_date else ""
        return {"status": status, "progress": "", "reason": "", "forecast_date": forecast}

    @property
    def is_touched(self) -> bool:
        """Something has been typed that is kept nowhere yet."""
        if self.typed is None:
            return False
        kept = _of_draft(self.row.draft.fields) if self.row.draft else self._of_last_time()
        return any(self.typed.get(name, "") != kept.get(name, "") for name in FIELDS)

    @property
    def draft(self) -> dict[str, list[str]]:
        """As the update form's own draft has it, so that either goes on where the other stopped."""
        typed = self.typed or {}
        year, month, day = ([*typed.get("forecast_date", "").split("-"), "", "", ""])[:3]
        return {
            "done": ["no"],
            "status": [typed.get("status", "")],
            "progress": [typed.get("progress", "")],
            "reason": [typed.get("reason", "")],
            "forecast_date.day": [day.lstrip("0")],
            "forecast_date.month": [month.lstrip("0")],
            "forecast_date.year": [year],
        }

    @property
    def update(self) -> dict[str, object]:
        """As the service takes it; off track confirms the recovery plan in force."""
        typed = self.typed or {}
        return {
            "status": typed.get("status"), "progress": typed.get("progress") or None, "reason": typed.get("reason") or None,
            "forecast_date": typed.get("forecast_date") or None, "recovery_plan": None, "evidence": None,
        }  # fmt: skip

    def check(self) -> bool:
        """What is wrong with the wording; the rules are the service's."""
        if not self.values.get("status"):
            self.errors["status"] = "Choose how it stands."
        forecast = self.values.get("forecast_date", "")
        try:
            if forecast:
                date.fromisoformat(forecast)
        except ValueError:
            self.errors["forecast_date"] = f"“{forecast}” is not a real date. Enter it like 2019-06-30."
        return not self.errors

    def refuse(self, error: ServiceError) -> None:
        """The service's sentences at their fields; what the row has no field for stands at its status."""
        for each in error.fields:
            name = each.field if each.field in FIELDS else "status"
            self.errors.setdefault(name, each.message)
        if not error.fields:
            self.errors["status"] = HAS_CHANGED if error.status == STALE else error.message

    def id_of(self, name: str) -> str:
        """RC-1-progress: where the error summary leads."""
        return f"{self.row.ref}-{name}"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong, and where."""

    sentence: str
    href: str


def rows_of(items: Sequence[UpdateRow], posted: FormData | None = None) -> list[RowForm]:
    """Each row with what was typed into it."""
    return [RowForm(row, _typed(row, posted)) for row in items]


def _typed(row: UpdateRow, posted: FormData | None) -> Mapping[str, str] | None:
    if posted is None or f"{row.ref}.progress" not in posted:
        return None
    return {
        name: without_controls(str(posted.get(f"{row.ref}.{name}", ""))).strip()
        for name in (*FIELDS, "version")
    }


def _of_draft(fields: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    def first(name: str) -> str:
        return next(iter(fields.get(name, ())), "")

    parts = [first(f"forecast_date.{part}") for part in ("year", "month", "day")]
    forecast = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}" if all(parts) else ""
    return {
        "status": first("status"),
        "progress": first("progress"),
        "reason": first("reason"),
        "forecast_date": forecast,
    }
