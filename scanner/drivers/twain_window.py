"""The hidden window that TWAIN needs on Windows, and its messages.

A source of version 1 tells what happens by messages of the system, which the application must
offer it one by one (DAT_EVENT/PROCESSEVENT); others run timers and hidden windows on this thread
that stand still unless messages are handed out. There is nothing of this on Linux.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import (
    POINTER,
    byref,
    c_int,
    c_int32,
    c_size_t,
    c_ssize_t,
    c_uint32,
    c_void_p,
    c_wchar_p,
)
from typing import Any

from scanner.drivers.twain_structures import Event, load_system_library

_POPUP_STYLE = 0x80000000  # WS_POPUP, not visible
_REMOVE = 1  # PM_REMOVE
# So that a source that floods its own queue does not keep the driver from its work.
_MOST_MESSAGES = 1000


class SystemMessage(ctypes.Structure):
    """MSG of Windows."""

    _fields_ = [
        ("hwnd", c_void_p),
        ("message", c_uint32),
        ("wParam", c_size_t),
        ("lParam", c_ssize_t),
        ("time", c_uint32),
        ("x", c_int32),
        ("y", c_int32),
    ]


class MessageWindow:
    """A window nobody sees. `user` is user32 of Windows. Raises OSError when Windows does not
    give a window (no desktop: a service)."""

    def __init__(self, user: Any) -> None:
        self._user = user
        self.handle: int = user.CreateWindowExW(
            0, "STATIC", "Juanzong TWAIN", _POPUP_STYLE, 0, 0, 0, 0, None, None, None, None
        )
        if not self.handle:
            raise OSError("no window for TWAIN")

    def pump(self, offer: Callable[[Event], bool]) -> None:
        """Hand out the messages that are waiting: first to `offer`, which says whether it took
        one, then to their windows."""
        message = SystemMessage()
        for _ in range(_MOST_MESSAGES):
            if not self._user.PeekMessageW(byref(message), None, 0, 0, _REMOVE):
                return
            event = Event(pEvent=ctypes.addressof(message), TWMessage=0)
            if not offer(event):
                self._user.TranslateMessage(byref(message))
                self._user.DispatchMessageW(byref(message))

    def close(self) -> None:
        """Take the window away."""
        self._user.DestroyWindow(self.handle)


def open_window() -> MessageWindow | None:
    """The window on Windows, None elsewhere."""
    if sys.platform != "win32":
        return None
    user = load_system_library("user32")
    user.CreateWindowExW.restype = c_void_p
    user.CreateWindowExW.argtypes = (
        c_uint32, c_wchar_p, c_wchar_p, c_uint32, c_int, c_int, c_int, c_int,
        c_void_p, c_void_p, c_void_p, c_void_p,
    )  # fmt: skip
    message = POINTER(SystemMessage)
    user.PeekMessageW.argtypes = (message, c_void_p, c_uint32, c_uint32, c_uint32)
    user.TranslateMessage.argtypes = (message,)
    user.DispatchMessageW.argtypes = (message,)
    user.DispatchMessageW.restype = c_ssize_t
    user.DestroyWindow.argtypes = (c_void_p,)
    return MessageWindow(user)
