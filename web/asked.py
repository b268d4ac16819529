"""Forms whose fields a service asks for: what people write in a block of a pack, one field for each that its kind has."""

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import Request

from web.clients.answers.asked import Asked
from web.forms import Choice, Day, Entry, Field, Form, Option, Several, Text, TextArea

ROWS = 8


def ask(request: Request, form: Form, asked: Sequence[Asked], *, posted: bool = False) -> None:
    """Adds each field, filled with what stands in it where the form is shown for the first time."""
    as_typed = posted or bool(getattr(request.state, "typed", None))
    for each in asked:
        field = _field(each)
        form.add(field)
        if not as_typed:
            for name, value in field.spread(_held(each)):
                form.values[name] = (*form.values.get(name, ()), value)


def given(form: Form, asked: Sequence[Asked]) -> Mapping[str, str]:
    """What was typed, by field; of several boxes, those that are ticked, a line each."""
    fields = {field.name: Entry(field, form) for field in form.added}
    return {
        each.name: "\n".join(fields[each.name].all) if each.entry == "several" else fields[each.name].value
        for each in asked
    }


def standing(asked: Sequence[Asked]) -> Mapping[str, str]:
    """What stands in each field, for whoever compares."""
    return {each.name: each.value for each in asked}


def _field(asked: Asked) -> Field:
    hint = asked.hint or None
    options = [Option(box.code, box.label, box.meaning or None) for box in asked.boxes]
    match asked.entry:
        case "text":
            return TextArea(asked.label, name=asked.name, hint=hint, rows=ROWS)
        case "day":
            return Day(asked.label, name=asked.name, hint=hint)
        case "one":
            return Choice(asked.label, [*options, Option("", "Not given yet")], name=asked.name, hint=hint)
        case "several":
            return Several(asked.label, options, name=asked.name, hint=hint)
    return Text(asked.label, name=asked.name, hint=hint)


def _held(asked: Asked) -> object:
    if asked.entry == "several":
        return asked.value.split("\n") if asked.value else []
    if asked.entry == "day":
        try:
            return date.fromisoformat(asked.value)
        except ValueError:
            return None
    return asked.value
