"""What the pages of redactions show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from web.clients.answers.redactions import PlacesOfKind, Redaction
from web.forms import Choice, Form, Hidden, Option, Text, TextArea
from web.rendering import counted


class AskForm(Form):
    """Which text of which entry, and why."""

    entry = Hidden()
    column = Hidden()
    reason = TextArea(
        "Why does it have to go?",
        hint="Kept for ever, with your name. Don’t repeat what is to be blanked.",
        rows=3,
        required="Say why this has to go, without repeating it.",
    )


class AskOfOutlineForm(AskForm):
    """Which block of an outline."""

    block = Text(
        "Which block of the outline?",
        hint="Its key, which its address on the outline’s page ends with: stories-text",
        required="Give the key of the block whose text has to go.",
    )


OUTLINE: Final = "outline"
"""The text of an outline that the trail shows is that of many blocks."""


class DecisionForm(Form):
    """The second person's word."""

    decision = Choice(
        "What do you decide?",
        [
            Option(
                "approve", "Approve it", hint="It is blanked at once and for good. Nobody can bring it back."
            ),
            Option("refuse", "Refuse it", hint="It stays as it is."),
        ],
        required="Choose whether you approve it.",
    )
    reason = TextArea("Why do you refuse it?", hint="Only when you refuse it", rows=3)


KINDS: Final = {
    "copy": ("copy ({})", "copies ({})"),
    "draft": ("draft that quotes it, which is deleted", "drafts that quote it, which are deleted"),
    "message": ("message between services", "messages between services"),
    "answer": ("answer kept for a repeated request", "answers kept for repeated requests"),
    "outline": ("outline of packs", "outlines of packs"),
    "pack": ("frozen pack", "frozen packs"),
    "file": (
        "published file, which is made anew without it",
        "published files, which are made anew without it",
    ),
    "image": ("entry of the audit trail ({})", "entries of the audit trail ({})"),
}


def places_told(places: Sequence[PlacesOfKind]) -> Sequence[str]:
    """What approving it blanks: how many places, and which; nothing once it is decided."""
    if not places:
        return ()
    total = counted(sum(each.places for each in places), "place")
    told = [_place_told(each) for each in places if each.kind in KINDS]
    itself = "this text itself" if any(each.kind == "itself" for each in places) else ""
    which = "; ".join(filter(None, [itself, *told]))
    return (
        f"Approving it blanks {total}: {which}.",
        "Counted are this text, what it was before it was edited, and copies elsewhere of any of these that has 12 characters "
        "or more.",
    )


def _place_told(each: PlacesOfKind) -> str:
    one, many = KINDS[each.kind]
    return f"{each.places} {(one if each.places == 1 else many).format(each.where)}"


@dataclass(frozen=True, slots=True)
class RedactionsPage:
    """Those that wait first."""

    items: Sequence[Redaction]

    @property
    def title(self) -> str:
        """1 redaction waits for a second person."""
        count = len(self.waiting)
        if not count:
            return "No redaction waits for a second person"
        return f"{counted(count, 'redaction')} {'waits' if count == 1 else 'wait'} for a second person"

    @property
    def waiting(self) -> Sequence[Redaction]:
        """Not decided yet."""
        return [each for each in self.items if each.state == "waiting"]

    @property
    def decided(self) -> Sequence[Redaction]:
        """Done or refused."""
        return [each for each in self.items if each.state != "waiting"]
