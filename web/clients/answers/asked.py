"""What a service asks people to fill in."""

from web.clients.base import Answer


class Box(Answer):
    """One that can be ticked, and what it means."""

    code: str
    label: str
    meaning: str


class Asked(Answer):
    """A field, and what stands in it; of several boxes those that are ticked, a line each."""

    name: str
    label: str
    entry: str
    value: str
    hint: str
    boxes: tuple[Box, ...]
