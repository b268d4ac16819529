"""How far a long import is, told in a sentence to whoever waits for it."""

from collections.abc import Callable

Say = Callable[[str], None]
"""Takes what is being done; it may be called from any thread."""


def nobody(_sentence: str) -> None:
    """Nobody waits."""
