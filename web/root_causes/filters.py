"""Which root causes a list shows: filters that live in the address, and the sentence that says them."""

from calendar import monthrange
from datetime import date
from typing import Any

from fastapi import Request

from web.clients.answers.isgs import IsgList
from web.forms import Form, Hidden, Option, Select, Text
from web.rendering import short_day
from web.session import Visitor
from web.wording import label

ANY = Option("", "Any")
CLASSES = ("must_do", "should_do", "none")
STATUSES = ("not_started", "on_track", "at_risk", "off_track", "awaiting_closure", "complete")
FLAGS = {
    "overdue": "Overdue",
    "update_missed": "Update missed",
    "neither": "Neither complete nor on track",
    "before_ecib": "Before ECIB",
    "to_decide": "Waiting for ECIB’s decision",
    "without_plan": "Before ECIB without a recovery plan",
}
SORTS = {
    "ref": "Reference",
    "due_date": "Due date, earliest first",
    "-due_date": "Due date, latest first",
    "days_overdue": "Most overdue first",
    "status": "Status",
    "isg": "ISG",
    "owner": "Owner",
    "title": "Title",
}
CALLED = {"isg": "ISG", "class": "class", "status": "status", "sort": "order"}
NOT_IN_LIST = "There is no {} “{}”: choose one from the list."
FIGURES = {
    "planned": "due by",
    "original_planned": "due under the original plan by",
    "complete": "complete by",
}


class Filters(Form):
    """The filters as the address holds them. `counted`, `month` and `as_at` come from a figure that was opened."""

    q = Text("Search", hint="Words of its title, its reference, owner, theme or finding")
    isg = Select("ISG")
    class_ = Select("Class", [ANY, *(Option(each, label(each)) for each in CLASSES)], name="class")
    status = Select("Status", [ANY, *(Option(each, label(each)) for each in STATUSES)])
    owner = Select("Owner")
    sort = Select("Sort by", [Option(code, text) for code, text in SORTS.items()])
    counted = Hidden()
    month = Hidden()
    as_at = Hidden()

    @classmethod
    def of(cls, request: Request, isgs: IsgList, visitor: Visitor) -> "Filters":
        """As asked for, with this plan's ISGs on offer."""
        filters = cls((name, value) for name, value in request.query_params.multi_items() if value)
        me = visitor.person.email
        others = (
            [Option(filters.owner.value, filters.owner.value)] if filters.owner.value not in ("", me) else []
        )
        return filters.offer(
            isg=[ANY, *(Option(each.name, each.name) for each in isgs.items)],
            owner=[ANY, Option(me, "Me"), *others],
        )

    def check(self) -> bool:
        """Also that what is chosen stands in its list: an address may be typed, or older than the plan."""
        super().check()
        for entry in (self.isg, self.class_, self.status, self.sort):
            if entry.value and entry.value not in {option.value for option in entry.options}:
                self.add_error(entry.field.name, NOT_IN_LIST.format(CALLED[entry.field.name], entry.value))
        return not self.errors

    @property
    def flags(self) -> list[dict[str, Any]]:
        """A checkbox for each flag, each with a name of its own in the address."""
        return [
            {
                "name": name,
                "id": name,
                "value": "true",
                "text": text,
                "checked": self.typed_in(name) == "true",
            }
            for name, text in FLAGS.items()
        ]

    @property
    def wanted(self) -> dict[str, str]:
        """As the service takes them."""
        names = (*self.names, *FLAGS, "cursor")
        return {name: value for name in names if (value := self.typed_in(name))}

    @property
    def narrow(self) -> bool:
        """Whether they leave anything out."""
        return bool(self.wanted.keys() - {"sort", "cursor"})

    def sentence(self, total: int, today: date) -> str:
        """22 Must Do root causes of Women's and Children's complete by 30 April 2019."""
        klass = f"{label(self.class_.value)} " if self.class_.value in CLASSES[:2] else ""
        noun = f"{klass}root {'cause' if total == 1 else 'causes'}"
        isg = f" of {self.isg.value}" if self.isg.value else ""
        return f"{total or 'No'} {noun}{isg}{self._figure(today)}{self._narrowed()}"

    def _figure(self, today: date) -> str:
        what = FIGURES.get(self.counted.value)
        if what is None:
            return ""
        return f" {what} {short_day(_by(self.month.value, self._seen_from(today)))}"

    def _seen_from(self, today: date) -> date:
        return date.fromisoformat(self.as_at.value) if self.as_at.value else today

    def _narrowed(self) -> str:
        parts = [
            "of neither class" if self.class_.value == "none" else "",
            label(self.status.value).lower() if self.status.value else "",
            *(_begun_small(text) for name, text in FLAGS.items() if self.typed_in(name) == "true"),
            f"owned by {self.owner.value}" if self.owner.value else "",
            f"with “{self.q.value}”" if self.q.value else "",
            f"as at {short_day(date.fromisoformat(self.as_at.value))}"
            if self.as_at.value and not self.counted.value
            else "",
        ]
        return "".join(f", {part}" for part in parts if part)


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _by(month: str, as_at: date) -> date:
    """The day up to which a month's figure counts: its end, but the as-at date in that date's own month."""
    first = date.fromisoformat(f"{month}-01")
    if (first.year, first.month) == (as_at.year, as_at.month):
        return as_at
    return first.replace(day=monthrange(first.year, first.month)[1])
