"""What this machine can carry: cores, memory, and how many worker processes follow from them."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

# A worker that recognises holds so much (engines are tested against it).
BYTES_PER_WORKER = 1_700_000_000
# For the operating system, the window, the database and the workers of live inspection.
BYTES_FOR_THE_REST = 1_500_000_000
# Beyond this a worker is replaced once it has answered: what was left over from a very large page
# or leaked by a library would otherwise stay to the end of the day.
BYTES_TO_REPLACE_AT = 2_000_000_000
_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
_STATM = Path("/proc/self/statm")
_UNKNOWN_MEMORY = 4_000_000_000
# Windows: below the window and the scanner, above nothing that anybody waits for.
_BELOW_NORMAL_PRIORITY = 0x4000
BACKGROUND_NICENESS = 10


def worker_count(cores: int, memory: int) -> int:
    """As many workers as cores and memory (bytes) allow, at least one: 1 on 4 GB."""
    return max(1, min(cores, (memory - BYTES_FOR_THE_REST) // BYTES_PER_WORKER))


def cores() -> int:
    """The processors that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory() -> int:
    """Bytes of memory of this machine, or of the container this process runs in."""
    if sys.platform == "win32":
        return _windows_memory()
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return _UNKNOWN_MEMORY
    return min([size, *_container_limits()])


def resident_bytes() -> int:
    """The memory that this process holds now; 0 where the system does not tell."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def stand_back() -> None:
    """Let everything else on this machine go first, where the system allows."""
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL_PRIORITY)
    else:
        os.nice(BACKGROUND_NICENESS)


def _container_limits() -> list[int]:
    limits = []
    for path in _CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):
            # No such control, or "max".
            continue
    return limits


def _windows_memory() -> int:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((f"bytes_{index}", ctypes.c_ulonglong) for index in range(7)),
        )

    if sys.platform != "win32":
        return _UNKNOWN_MEMORY
    status = Status(length=ctypes.sizeof(Status))
    if not ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return _UNKNOWN_MEMORY
    return int(status.bytes_0)
