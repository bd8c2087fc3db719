"""Ties a process's life to its parent's, so that `kill -9` of a parent leaves no server behind that holds the port."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(which: signal.Signals, parent: int | None = None) -> None:
    """Receive signal `which` when the process that started this one ends.

    `parent` is the number of that process where it is known: it may have ended before we ask. Asking is Linux only;
    elsewhere just that is looked at.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(which), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), which)
