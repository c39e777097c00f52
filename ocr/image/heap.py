"""Keeps memory that was used for one page for the next one."""

from __future__ import annotations

import ctypes

# Names of settings in malloc.h of the GNU C library.
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
# Larger than all pictures of an A4 page at 300 dpi; what a large drawing took is given back.
_KEPT = 64 << 20
_MOST_FROM_HEAP = 32 << 20


def keep_freed_memory() -> bool:
    """Let the process keep up to 64 MB that it freed; False where the C library has no such
    setting.

    Every picture of a page takes some megabytes. The C library gives each back to the system as
    soon as it is freed, and the system clears the same memory again for the next picture: two
    thousand faults of 4 KB for every page.
    """
    try:
        setting = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        # Windows has no nameless library, and other C libraries no such setting.
        return False
    return bool(setting(_TRIM_THRESHOLD, _KEPT)) and bool(setting(_MMAP_THRESHOLD, _MOST_FROM_HEAP))
