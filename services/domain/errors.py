"""What the rules say when they say no. The message is the sentence that the person reads.

RuleBroken   the input breaks a rule: one or more problems, each with the field it belongs to   (422)
Conflict     the thing is not in a state that allows it, or has changed since                   (409)
NotAllowed   this person may not do this                                                        (403)
NotFound     there is no such thing, or none that this person may see                           (404)
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `field` as the contract spells it ("recovery_plan.steps"; "" for the whole)."""

    field: str
    sentence: str


class DomainError(Exception):
    """The base of all: `str(error)` is what the person reads."""


class RuleBroken(DomainError):
    """The input breaks one or more rules."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.sentence for problem in self.problems))

    @classmethod
    def at(cls, field: str, sentence: str) -> "RuleBroken":
        """A single problem of one field."""
        return cls([Problem(field, sentence)])


class Conflict(DomainError):
    """The thing is in a state that does not allow this, or has changed since it was read."""


class NotAllowed(DomainError):
    """This person may not do this."""


class NotFound(DomainError):
    """No such thing, or none that this person may see."""
