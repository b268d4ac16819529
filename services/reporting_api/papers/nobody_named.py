"""Nobody who can be known from a pack: every text of it is read before it is published."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from services.domain.errors import RuleBroken
from services.domain.packs import nhs_numbers
from services.domain.wording import listed
from services.reporting_api.packs.content import Figure, Pack, Text, plain


def check_nobody_is_named(pack: Pack) -> None:
    """No patient can be known from the words (RuleBroken, naming the places)."""
    places = [
        section.title
        for _, section in pack.headings
        if any(nhs_numbers(text) for text in _texts((section.title, section.blocks)))
    ]
    if any(nhs_numbers(text) for text in _texts((pack.title, pack.details))):
        places.insert(0, "the title block")
    if places:
        named = listed(list(dict.fromkeys(places)))
        raise RuleBroken.at(
            "", f"There is what looks like an NHS number in {named}: take it out before you publish."
        )


def _texts(part: Any) -> Iterator[str]:
    """Each text as it is read: the words of a line as one, however they are marked."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple | list):
        if part and all(isinstance(each, Text | Figure) for each in part):
            yield plain(tuple(part))
        else:
            for each in part:
                yield from _texts(each)
    elif is_dataclass(part):
        for each in fields(part):
            yield from _texts(getattr(part, each.name))
