"""So many a minute for each caller."""

import time
from collections import Counter
from collections.abc import Callable

from services.shared.problems import TooManyRequests

WINDOW = 60  # seconds


class RateLimit:
    """Counts in this process, minute by minute: with several workers each allows as many, and a restart forgets.

    That is enough for what it is for, keeping one partner's loop from slowing the others; a proxy can hold a hard limit.
    """

    def __init__(self, most: int, of_what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._of_what = of_what
        self._clock = clock
        self._window = 0
        self._taken: Counter[str] = Counter()

    def take(self, key: str) -> None:
        """Counts one more. Raises TooManyRequests when the minute's are used up."""
        self.check(key)
        self._taken[key] += 1

    def check(self, key: str) -> None:
        """Raises TooManyRequests when the minute's are used up."""
        window, gone = divmod(int(self._clock()), WINDOW)
        if window != self._window:
            self._window, self._taken = window, Counter()
        if self._taken[key] >= self._most:
            wait = WINDOW - gone
            raise TooManyRequests(
                f"More than {self._most} {self._of_what} in a minute. Wait {wait} seconds, then go on.", wait
            )
