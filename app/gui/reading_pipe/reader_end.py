"""What the process of a reader does first: keep its pipe for itself and its memory to itself."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import BinaryIO

_SET_DUMPABLE = 4  # prctl(2)


def take_pipe() -> tuple[BinaryIO, BinaryIO]:
    """(source, sink): the pipe that the shell laid on stdin and stdout of this process.

    Whatever is printed from now on goes to stderr, and reading stdin finds it empty, so that no
    library gets between the two ends.
    """
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2 if _is_open(2) else nothing, 1)
    os.close(nothing)
    return os.fdopen(source, "rb"), os.fdopen(sink, "wb")


def keep_memory_private() -> None:
    """No core file of this process is ever written, and no other program of the same user may
    look into its memory (Linux; elsewhere there is nothing to do)."""
    if sys.platform != "linux":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
