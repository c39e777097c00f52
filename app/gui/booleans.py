"""Keeps `True` and `False` alive under PySide6 before Python 3.12.

`Signal.emit` and `disconnect` of PySide6 6.12 return `True` without taking a reference to it
(measured: one thousand calls, one thousand references fewer). From Python 3.12 on booleans are
immortal and nothing happens; before, the interpreter aborts with "bool_dealloc: deallocating True
or False" after some thousands of signals. So both get more references than a process can spend.
"""

from __future__ import annotations

import ctypes
import sys

PADDING = 1 << 40


def keep_booleans_alive() -> bool:
    """Pad the reference counts of both booleans, once; tells whether this Python needs it."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    for value in (True, False):
        count = ctypes.c_ssize_t.from_address(id(value))
        if count.value < PADDING // 2:
            count.value += PADDING
    return True
