"""Forms whose fields render their NHS macro, with what was typed and what is wrong with it.

class SignInForm(Form):
    email = Text("Email address", required="Enter your email address", type="email")

form = SignInForm.shown(request, email="…")    # GET: prefilled, or what was typed before the session was lost
form = await SignInForm.posted(request)        # POST: as typed
if not form.check(): ...                       # wording-level problems; rules are the services'
form.refuse(error)                             # a service's 422: each sentence at its field
{{ page.form.email }}                          # in the template
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self, cast, overload

from fastapi import Request
from markupsafe import Markup

from web.clients.base import ServiceError
from web.rendering import environment, new_key

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One of several to choose from."""

    value: str
    label: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class FormProblem:
    """A sentence of the error summary, with the field that it links to."""

    sentence: str
    href: str | None


class Field:
    """A field's description. `name` is the API's ("recovery_plan.steps") where it isn't the attribute's."""

    macro: ClassVar[str]

    def __init__(
        self,
        label: str,
        *,
        name: str | None = None,
        hint: str | None = None,
        required: str | None = None,
        large: bool = False,
    ) -> None:
        self.label = label
        self.name = name or ""
        self.hint = hint
        self.required = required
        self.large = large

    def __set_name__(self, owner: type["Form"], attribute: str) -> None:
        self.name = self.name or attribute

    @overload
    def __get__(self, form: None, owner: type["Form"]) -> Self: ...

    @overload
    def __get__(self, form: "Form", owner: type["Form"]) -> "Entry": ...

    def __get__(self, form: "Form | None", owner: type["Form"]) -> "Self | Entry":
        return self if form is None else Entry(self, form)

    @property
    def id(self) -> str:
        """The element's id."""
        return self.name.replace(".", "-").replace("_", "-")

    @property
    def first_id(self) -> str:
        """The element that the error summary leads to."""
        return self.id

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (self.name,)

    def spread(self, value: object) -> Pairs:
        """A value as its inputs hold it."""
        if value is None:
            return []
        values = value if isinstance(value, list | tuple) else [value]
        return [(self.name, str(each)) for each in values]

    def value(self, typed: Mapping[str, Sequence[str]]) -> str:
        """What its inputs hold, as one text without spaces around it."""
        return next(iter(typed.get(self.name, ())), "").strip()

    def problem(self, typed: Mapping[str, Sequence[str]]) -> str | None:
        """What is wrong with the wording, in one sentence."""
        return self.required if self.required and not self.value(typed) else None

    def params(self, entry: "Entry") -> dict[str, Any]:
        """What its NHS macro is given."""
        return {
            "id": entry.id,
            "name": self.name,
            "label": {"text": self.label, "classes": "nhsuk-label--m" if self.large else ""},
            "hint": {"text": self.hint} if self.hint else None,
            "errorMessage": {"text": entry.error} if entry.error else None,
            "value": entry.typed,
        }

    def _grouped(self, entry: "Entry") -> dict[str, Any]:
        """The same for a field of several inputs, which has a legend instead of a label."""
        given = Field.params(self, entry)
        legend = {"text": self.label, "classes": f"nhsuk-fieldset__legend--{'m' if self.large else 's'}"}
        return {**given, "label": None, "fieldset": {"legend": legend}, "idPrefix": entry.id}


class Text(Field):
    """One line."""

    macro = "input"

    def __init__(
        self,
        label: str,
        *,
        type: str = "text",  # noqa: A002 - HTML's word
        autocomplete: str | None = None,
        width: int | None = None,
        **rest: Any,
    ) -> None:
        super().__init__(label, **rest)
        self.of_input = {
            "type": type,
            "autocomplete": autocomplete,
            "width": width,
            "spellcheck": False if type == "email" else None,
        }

    def params(self, entry: "Entry") -> dict[str, Any]:
        """As of every field, with the input's own."""
        return {
            **super().params(entry),
            **{name: value for name, value in self.of_input.items() if value is not None},
        }


class Password(Field):
    """A secret: never shown again."""

    macro = "password-input"

    def value(self, typed: Mapping[str, Sequence[str]]) -> str:
        """As typed, spaces and all."""
        return next(iter(typed.get(self.name, ())), "")

    def params(self, entry: "Entry") -> dict[str, Any]:
        """Without its value."""
        return {**super().params(entry), "value": None}


class TextArea(Field):
    """Several lines."""

    macro = "textarea"

    def __init__(self, label: str, *, rows: int = 5, **rest: Any) -> None:
        super().__init__(label, **rest)
        self.rows = rows

    def params(self, entry: "Entry") -> dict[str, Any]:
        """As of every field, with its height."""
        return {**super().params(entry), "rows": self.rows}


class Choice(Field):
    """One of a few, as radios. Options that depend on the page are given with `form.offer(field=[...])`."""

    macro = "radios"

    def __init__(
        self, label: str, options: Sequence[Option] = (), *, inline: bool = False, **rest: Any
    ) -> None:
        super().__init__(label, **rest)
        self.options = options
        self.inline = inline

    def params(self, entry: "Entry") -> dict[str, Any]:
        """Each option, the chosen one checked."""
        items = [_item(option, checked=option.value in entry.all) for option in entry.options]
        classes = "nhsuk-radios--inline" if self.inline else ""
        return {**self._grouped(entry), "id": None, "items": items, "classes": classes}


class Several(Choice):
    """Any of a few, as checkboxes."""

    macro = "checkboxes"


class Select(Choice):
    """One of many."""

    macro = "select"

    def params(self, entry: "Entry") -> dict[str, Any]:
        """Each option, the chosen one selected."""
        items = [
            {"value": each.value, "text": each.label, "selected": each.value in entry.all}
            for each in entry.options
        ]
        return {**Field.params(self, entry), "items": items}


class Day(Field):
    """A date, as day, month and year. Its value is ISO 8601 (2019-03-14), or what was typed when it is no date."""

    macro = "date-input"
    _PARTS = ("day", "month", "year")

    def __init__(self, label: str, *, called: str | None = None, **rest: Any) -> None:
        """`called`: what its sentences call it, where the label is a question."""
        super().__init__(label, **rest)
        self.called = called or label

    @property
    def first_id(self) -> str:
        """The error summary leads to the day."""
        return f"{self.id}-day"

    @property
    def input_names(self) -> tuple[str, ...]:
        """Day, month and year."""
        return tuple(f"{self.name}.{part}" for part in self._PARTS)

    def spread(self, value: object) -> Pairs:
        """14 March 2019 as three inputs."""
        if not isinstance(value, date):
            return []
        return zip(self.input_names, (str(value.day), str(value.month), str(value.year)), strict=True)

    def value(self, typed: Mapping[str, Sequence[str]]) -> str:
        """2019-03-14; nothing when nothing was typed; "31 2 2019" when there is no such day."""
        parts = [next(iter(typed.get(name, ())), "").strip() for name in self.input_names]
        try:
            day, month, year = (int(part) for part in parts)
            return (
                date(year, month, day).isoformat()
                if re.fullmatch(r"\d{4}", parts[2])
                else " ".join(parts).strip()
            )
        except (ValueError, OverflowError):
            return " ".join(parts).strip()

    def problem(self, typed: Mapping[str, Sequence[str]]) -> str | None:
        """Not there though required, or no real date."""
        value = self.value(typed)
        if value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return f"{self.called}: “{value}” is not a real date. Enter it like 14 3 2019."
        return super().problem(typed)

    def params(self, entry: "Entry") -> dict[str, Any]:
        """The three inputs."""
        inputs = [
            {"id": f"{entry.id}-{part}", "name": name, "value": entry.form.typed_in(name), "label": part.capitalize(),
             "width": 4 if part == "year" else 2}
            for part, name in zip(self._PARTS, self.input_names, strict=True)
        ]  # fmt: skip
        return {**self._grouped(entry), "items": inputs}


class Upload(Field):
    """A file. Without the design system's script, which axe faults."""

    macro = "input"

    def params(self, entry: "Entry") -> dict[str, Any]:
        """A plain file input."""
        return {**super().params(entry), "type": "file", "value": None}


class Hidden(Field):
    """Travels along, unseen."""

    macro = "hidden"

    def __init__(self, **rest: Any) -> None:
        super().__init__("", **rest)


def _item(option: Option, *, checked: bool) -> dict[str, Any]:
    hint = {"text": option.hint} if option.hint else None
    return {"value": option.value, "text": option.label, "hint": hint, "checked": checked}


class Entry:
    """A field of one form: what was typed, what is wrong, and its HTML."""

    def __init__(self, field: Field, form: "Form") -> None:
        self.field = field
        self.form = form

    @property
    def id(self) -> str:
        """The element's id on this page."""
        return f"{self.form.ids}{self.field.id}"

    @property
    def typed(self) -> str:
        """The first value, exactly as typed."""
        return self.form.typed_in(self.field.name)

    @property
    def all(self) -> Sequence[str]:
        """Every value of a field that may have several."""
        return self.form.values.get(self.field.name, ())

    @property
    def value(self) -> str:
        """As the services want it."""
        return self.field.value(self.form.values)

    @property
    def or_none(self) -> str | None:
        """As the services want it, null where there is none."""
        return self.value or None

    @property
    def error(self) -> str | None:
        """What is wrong with it."""
        return self.form.errors.get(self.field.name)

    @property
    def options(self) -> Sequence[Option]:
        """What it offers on this page."""
        own = self.field.options if isinstance(self.field, Choice) else ()
        return self.form.offered.get(self.field.name, own)

    def __html__(self) -> str:
        if isinstance(self.field, Hidden):
            return Markup('<input type="hidden" name="{}" value="{}">').format(self.field.name, self.typed)
        module = environment().get_template(f"nhsuk/components/{self.field.macro}/macro.jinja").module
        macro = getattr(module, _camel(self.field.macro))
        return cast(
            "str",
            macro({name: value for name, value in self.field.params(self).items() if value is not None}),
        )


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


_LINE_ENDS = re.compile("[\x0b\x0c\x85]")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def without_controls(typed: str) -> str:
    """Without the characters that come with what is pasted and that nobody sees; a word processor's line break is one here."""
    return _NO_TEXT.sub("", _LINE_ENDS.sub("\n", typed))


class Form:
    """What was typed into some fields. Subclasses name the fields."""

    def __init__(self, pairs: Pairs = ()) -> None:
        self.values: dict[str, tuple[str, ...]] = {}
        for name, value in pairs:
            self.values[name] = (*self.values.get(name, ()), without_controls(value))
        self.errors: dict[str, str] = {}
        self.offered: dict[str, Sequence[Option]] = {}
        self.added: list[Field] = []
        self.ids = ""
        """What its elements' ids begin with, where a page may show the same form more than once."""

    @classmethod
    async def posted(cls, request: Request) -> Self:
        """As typed and sent."""
        form = await request.form()
        return cls((name, value) for name, value in form.multi_items() if isinstance(value, str))

    @classmethod
    def shown(cls, request: Request, **prefilled: object) -> Self:
        """As prefilled, or as typed before the session was lost."""
        typed: Pairs | None = getattr(request.state, "typed", None)
        return cls(typed) if typed else cls.filled(**prefilled)

    @classmethod
    def filled(cls, **values: object) -> Self:
        """With values by the fields' attribute names."""
        return cls(
            pair for attribute, value in values.items() for pair in getattr(cls, attribute).spread(value)
        )

    @classmethod
    def fields(cls) -> Sequence[Field]:
        """The fields, in the order of the page."""
        every = {name: member for kind in reversed(cls.__mro__) for name, member in vars(kind).items()}
        return [member for member in every.values() if isinstance(member, Field)]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all inputs."""
        return tuple(name for field in self.fields() for name in field.input_names)

    @property
    def once(self) -> str:
        """The idempotency key that the form was shown with: a double click is one deed."""
        return self.typed_in("once") or new_key()

    def typed_in(self, name: str) -> str:
        """What an input holds."""
        return next(iter(self.values.get(name, ())), "")

    def offer(self, **options: Sequence[Option]) -> Self:
        """What the fields offer on this page, by attribute name."""
        for attribute, offered in options.items():
            self.offered[getattr(type(self), attribute).name] = offered
        return self

    def add(self, field: Field) -> Entry:
        """A field of this page alone, such as one for each action; by its name."""
        self.added.append(field)
        return Entry(field, self)

    def check(self) -> bool:
        """Whether the wording is right; sets each field's error where it is not."""
        for field in (*self.fields(), *self.added):
            sentence = field.problem(self.values)
            if sentence:
                self.errors[field.name] = sentence
        return not self.errors

    def add_error(self, name: str, sentence: str) -> None:
        """One more thing that is wrong; "" for the whole form."""
        self.errors.setdefault(name, sentence)

    def refuse(self, error: ServiceError) -> None:
        """Takes over what a service says is wrong, each sentence at its field."""
        for each in error.fields:
            self.add_error(each.field, each.message)
        if not error.fields:
            self.add_error("", error.message)

    @property
    def problems(self) -> Sequence[FormProblem]:
        """The error summary, in the order of the page; what belongs to no field of it comes first."""
        seen = [field for field in (*self.fields(), *self.added) if not isinstance(field, Hidden)]
        hrefs = {field.name: f"#{self.ids}{field.first_id}" for field in seen}
        order = {name: place for place, name in enumerate(hrefs)}
        errors = sorted(self.errors.items(), key=lambda error: order.get(error[0], -1))
        return [FormProblem(sentence, hrefs.get(name)) for name, sentence in errors]
