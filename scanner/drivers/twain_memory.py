"""Blocks of memory that application and source hand each other by handle."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_size_t, c_uint32, c_void_p
from typing import Protocol

from scanner.drivers.twain_structures import (
    MEM_ALLOCATE,
    MEM_FREE,
    MEM_LOCK,
    MEM_UNLOCK,
    EntryPoint,
    load_system_library,
)

_GHND = 0x42  # movable and zeroed, what TWAIN asks for


class Handles(Protocol):
    """Where handles come from. An address is valid while its handle is locked."""

    def allocate(self, size: int) -> int:
        """A new handle of `size` bytes. Raises MemoryError."""
        ...

    def free(self, handle: int) -> None:
        """Give the block back."""
        ...

    def lock(self, handle: int) -> int:
        """The address of the block. Raises MemoryError when there is none."""
        ...

    def unlock(self, handle: int) -> None:
        """The address is no longer used."""
        ...

    def size(self, handle: int) -> int:
        """Bytes of the block, 0 when the system does not tell."""
        ...


class ManagerHandles:
    """Handles of a Data Source Manager of version 2 (DAT_ENTRYPOINT)."""

    def __init__(self, entry_point: EntryPoint) -> None:
        self._allocate = MEM_ALLOCATE(entry_point.DSM_MemAllocate)
        self._free = MEM_FREE(entry_point.DSM_MemFree)
        self._lock = MEM_LOCK(entry_point.DSM_MemLock)
        self._unlock = MEM_UNLOCK(entry_point.DSM_MemUnlock)

    def allocate(self, size: int) -> int:
        """See Handles."""
        return _present(self._allocate(size))

    def free(self, handle: int) -> None:
        """See Handles."""
        self._free(handle)

    def lock(self, handle: int) -> int:
        """See Handles."""
        return _present(self._lock(handle))

    def unlock(self, handle: int) -> None:
        """See Handles."""
        self._unlock(handle)

    def size(self, handle: int) -> int:
        """On Windows these handles are those of the system too."""
        return WindowsHandles().size(handle) if sys.platform == "win32" else 0


class WindowsHandles:
    """Handles of Windows itself, which the manager of version 1 (twain_32.dll) uses."""

    def __init__(self) -> None:
        kernel = load_system_library("kernel32")
        self._kernel = kernel
        for name, result, arguments in (
            ("GlobalAlloc", c_void_p, (c_uint32, c_size_t)),
            ("GlobalFree", c_void_p, (c_void_p,)),
            ("GlobalLock", c_void_p, (c_void_p,)),
            ("GlobalUnlock", ctypes.c_int, (c_void_p,)),
            ("GlobalSize", c_size_t, (c_void_p,)),
        ):
            call = getattr(kernel, name)
            call.restype, call.argtypes = result, arguments

    def allocate(self, size: int) -> int:
        """See Handles."""
        return _present(self._kernel.GlobalAlloc(_GHND, size))

    def free(self, handle: int) -> None:
        """See Handles."""
        self._kernel.GlobalFree(handle)

    def lock(self, handle: int) -> int:
        """See Handles."""
        return _present(self._kernel.GlobalLock(handle))

    def unlock(self, handle: int) -> None:
        """See Handles."""
        self._kernel.GlobalUnlock(handle)

    def size(self, handle: int) -> int:
        """See Handles."""
        return int(self._kernel.GlobalSize(handle))


@contextmanager
def locked(handles: Handles, handle: int) -> Iterator[int]:
    """The address of a block, locked for the time of the `with`."""
    address = handles.lock(handle)
    try:
        yield address
    finally:
        handles.unlock(handle)


@contextmanager
def owned(handles: Handles, handle: int) -> Iterator[int]:
    """A handle that is ours now: freed at the end of the `with`, whatever happens."""
    try:
        yield handle
    finally:
        handles.free(handle)


def new_block(handles: Handles, data: bytes) -> int:
    """A new handle that holds `data`."""
    handle = handles.allocate(len(data))
    try:
        with locked(handles, handle) as address:
            ctypes.memmove(address, data, len(data))
    except BaseException:
        handles.free(handle)
        raise
    return handle


def _present(value: int | None) -> int:
    if not value:
        raise MemoryError
    return value
