"""What a pack claims, figure by figure, and what of it does not agree."""

from datetime import date

from web.clients.answers.papers import Discrepancy
from web.clients.base import Answer


class Place(Answer):
    """Where in the pack: in words, and the key of the block there."""

    title: str
    block: str


class Claim(Answer):
    """A figure that the pack states."""

    figure: str
    isg: str | None
    as_at: date | None
    says: tuple[str, ...]
    of: str | None
    places: tuple[Place, ...]
    agrees: bool


class Typed(Answer):
    """A number that somebody typed, and what it was held against."""

    says: str
    sentence: str
    place: Place
    held_against: str | None


class Printed(Answer):
    """A figure of the paper of 2019 beside the draft's."""

    figure: str
    printed: str
    drafted: str | None
    equal: bool
    why: str | None


class Reconciliation(Answer):
    """A pack's claims; `ref` of a kept pack, `before` of the published one that it is held against."""

    kind: str
    title: str
    ref: str | None
    as_at: date
    before: str | None
    discrepancies: tuple[Discrepancy, ...]
    claims: tuple[Claim, ...]
    typed: tuple[Typed, ...]
    printed_in_2019: tuple[Printed, ...]
