"""What the help pages show."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from web.help.glossary import WORDS, Word


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the page where it is done."""

    text: str
    href: str
    page: str


@dataclass(frozen=True, slots=True)
class Guide:
    """How one kind of work is done; for those who may do `action`."""

    action: str
    heading: str
    when: str
    steps: Sequence[Step]


def _guides() -> Sequence[Guide]:
    told = tomllib.loads((Path(__file__).parent / "guides.toml").read_text(encoding="utf-8"))["guides"]
    return [Guide(**{**guide, "steps": [Step(**step) for step in guide["steps"]]}) for guide in told]


GUIDES: Final = _guides()


@dataclass(frozen=True, slots=True)
class HelpPage:
    """The guides to what the person may do."""

    may: Collection[str]

    @property
    def title(self) -> str:
        """How to do your work here."""
        return "How to do your work here"

    @property
    def guides(self) -> Sequence[Guide]:
        """Theirs."""
        return [guide for guide in GUIDES if guide.action in self.may]


@dataclass(frozen=True, slots=True)
class WordsPage:
    """All the words."""

    @property
    def title(self) -> str:
        """The words that we use."""
        return "The words that we use"

    @property
    def words(self) -> Sequence[Word]:
        """By the alphabet."""
        return list(WORDS.values())
