"""What the table of updates shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from web.my_updates.forms import RowForm, RowProblem
from web.rendering import counted, day, short_day


@dataclass(frozen=True, slots=True)
class MyUpdatesPage:
    """What is owed, then what has been reported; `whose` narrows it to what one owns or deputises for."""

    rows: Sequence[RowForm]
    whose: str
    today: date

    @property
    def title(self) -> str:
        """3 updates due by Monday 11 March 2019."""
        owed = self.owed
        if not owed:
            return "You have reported on everything" if self.rows else "You have nothing to report on"
        deadline = min(each.row.deadline_on for each in owed)
        late = "due" if deadline >= self.today else "was due" if len(owed) == 1 else "were due"
        return f"{counted(len(owed), 'update')} {late} by {day(deadline)}"

    @property
    def shown(self) -> Sequence[RowForm]:
        """Those of the chosen owners."""
        if self.whose == "own":
            return [each for each in self.rows if each.row.own]
        if self.whose == "deputised":
            return [each for each in self.rows if not each.row.own]
        return self.rows

    @property
    def owed(self) -> Sequence[RowForm]:
        """Not reported in the cycle that is open."""
        return [each for each in self.shown if not each.row.reported]

    @property
    def reported(self) -> Sequence[RowForm]:
        """Reported; a newer version takes the place of what was said."""
        return [each for each in self.shown if each.row.reported]

    @property
    def problem_in_reported(self) -> bool:
        """Whether something is wrong in a row that would else be folded away."""
        return any(each.errors for each in self.reported)

    @property
    def sent_back(self) -> Sequence[RowForm]:
        """What the ISG did not close."""
        return [each for each in self.shown if each.row.sent_back]

    @property
    def deputises(self) -> bool:
        """Whether there are rows of others."""
        return any(not each.row.own for each in self.rows)

    @property
    def to_confirm(self) -> Sequence[RowForm]:
        """Not started and due in more than eight weeks: a confirmation is enough."""
        return [each for each in self.owed if each.row.confirmation_is_enough and each.row.can_confirm]

    @property
    def problems(self) -> Sequence[RowProblem]:
        """For the error summary."""
        return [
            RowProblem(f"{each.row.ref}: {sentence}", f"#{each.id_of(name)}")
            for each in self.rows
            for name, sentence in each.errors.items()
        ]


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What is about to be confirmed, named one by one."""

    rows: Sequence[RowForm]

    @property
    def title(self) -> str:
        """Nothing changed on 4 root causes?"""
        return f"Nothing changed on {counted(len(self.rows), 'root cause')}?"

    @property
    def boxes(self) -> Sequence[dict[str, Any]]:
        """A ticked box for each."""
        return [
            {
                "value": each.row.ref,
                "text": f"{each.row.ref} {each.row.title}",
                "hint": {"text": f"Due {short_day(each.row.due_date)}"},
                "checked": True,
            }
            for each in self.rows
        ]
