"""Ties a process's life to its parent's, so that `kill -9` of a parent leaves no server behind that holds the port."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(which: signal.Signals) -> None:
    """Receive signal `which` when the process that started this one ends. Linux only; elsewhere nothing happens."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(which), 0, 0, 0)
    if os.getppid() != parent:  # it ended just before we asked
        os.kill(os.getpid(), which)
