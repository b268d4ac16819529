"""Two people at once: what was typed beside what is there now. The one way in which every form meets it.

A form whose sending is refused because somebody else was quicker comes back based on what is there now, with everything typed
still in it, and the person chooses: mine over theirs, or theirs. `compared` makes the comparison,
`components/comparison.html.jinja` shows it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from web.clients.base import ServiceError
from web.forms import Choice, Day, Entry, Field, Form, Hidden, Password
from web.rendering import instant, short_day
from web.wording import label

CONFLICT, STALE = 409, 412
HAS_CHANGED = "Somebody else has changed this since you opened it. Compare both, then send yours over it or keep theirs."
_CODE = re.compile(r"[a-z_]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as the person has it: what they typed, and what is there now."""

    label: str
    yours: str
    now: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is there now.

    `texts`: each field's value by the field's name, as the form would hold it. `facts`: what else stands, in sentences.
    `why_not`: why yours can't be sent over it, where it can't. `by`, `at`: where the service's refusal does not say.
    """

    etag: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    by: str = ""
    at: datetime | date | None = None
    facts: Sequence[str] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both, field by field, and where keeping theirs leads."""

    differences: Sequence[Difference]
    keep: str
    who_and_when: str
    facts: Sequence[str] = ()
    why_not: str = ""


def compared(form: Form, now: Fresh, keep: str, refusal: ServiceError | None = None) -> Comparison:
    """The form based on what is there now, with every field that differs shown twice. Nothing typed is lost."""
    form.errors.pop("", None)
    form.add_error("", now.why_not or HAS_CHANGED)
    if now.etag:
        form.values["etag"] = (now.etag,)
    who = _by_at(now.by, now.at) or (who_and_when(refusal) if refusal else "")
    return Comparison(differences(form, now.texts), keep, who, now.facts, now.why_not)


def who_and_when(refusal: ServiceError) -> str:
    """Who was quicker: Jo Smith, 22 May 2019 at 12:04."""
    return _by_at(refusal.changed_by or "", refusal.changed_at)


def has_moved(form: Form, etag: str) -> bool:
    """Whether a thing is no longer in the version that the form was based on."""
    based_on = form.typed_in("etag")
    return bool(based_on) and _version(based_on) != _version(etag)


def differences(form: Form, now: Mapping[str, str]) -> Sequence[Difference]:
    """The fields whose text is not as it is now, in the form's order."""
    fields = [
        each
        for each in (*form.fields(), *form.added)
        if not isinstance(each, Hidden | Password) and each.name in now
    ]
    found = [Difference(each.label, _typed(each, form), _told(each, form, now[each.name])) for each in fields]
    return [each for each in found if _plain(each.now) != _plain(each.yours)]


def _typed(field_: Field, form: Form) -> str:
    entry = Entry(field_, form)
    if isinstance(field_, Choice):
        return ", ".join(_told(field_, form, each) for each in entry.all) or "Nothing"
    return _told(field_, form, entry.value)


def _told(field_: Field, form: Form, value: str) -> str:
    """A value as people read it: an option's label, a day in words."""
    if not value:
        return "Nothing"
    if isinstance(field_, Choice):
        offered = {each.value: each.label for each in [*field_.options, *Entry(field_, form).options]}
        return ", ".join(
            offered.get(each) or (label(each) if _CODE.fullmatch(each) else each)
            for each in value.split("\n")
        )
    if isinstance(field_, Day) and _DAY.fullmatch(value):
        return short_day(date.fromisoformat(value))
    return value


def _by_at(by: str, at: datetime | date | None) -> str:
    when = instant(at) if isinstance(at, datetime) else short_day(at) if at else ""
    return ", ".join(each for each in (by, when) if each)


def _version(etag: str) -> str:
    return etag.removeprefix("W/").strip('"').split("-")[0]


def _plain(text: str) -> str:
    return " ".join(text.split())
