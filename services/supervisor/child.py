"""Child processes that end with their parent, however it ends."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def ended_with_parent(by: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: between fork and exec it asks the kernel for this signal when the parent dies (Linux).

    The kernel means the thread that forked, so children are started from the main thread.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(by))
            if os.getppid() != parent:
                os.kill(os.getpid(), by)

    return ask_the_kernel
