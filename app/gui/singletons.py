"""Keeps `None`, `True` and their like alive under PySide6 before Python 3.12.

PySide6 6.12 gives these singletons back without taking a reference to them (measured: one
thousand calls of `Signal.emit`, one thousand references to `True` fewer; painting and events use
up `None` likewise). From Python 3.12 on they are immortal and nothing happens; before, the
interpreter aborts with "none_dealloc: deallocating None" after some thousands of calls. So each
gets more references than a process can spend.
"""

from __future__ import annotations

import ctypes
import sys

PADDING = 1 << 40
SINGLETONS = (None, True, False, NotImplemented, Ellipsis)


def keep_singletons_alive() -> bool:
    """Pad the reference counts of the singletons, once; tells whether this Python needs it."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    for value in SINGLETONS:
        count = ctypes.c_ssize_t.from_address(id(value))
        if count.value < PADDING // 2:
            count.value += PADDING
    return True
