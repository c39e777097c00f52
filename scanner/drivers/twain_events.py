"""Messages of a source on their way to the driver.

A source may call back inside ENABLEDS, later, or on a thread of its own. The callback therefore
only puts the message into a queue, and the driver takes it out when it is ready for it.
"""

from __future__ import annotations

import ctypes
import queue
from typing import Any

from scanner.drivers.twain_constants import Message, Return
from scanner.drivers.twain_structures import ENTRY

_KNOWN = frozenset({Message.XFERREADY, Message.CLOSEDSREQ, Message.CLOSEDSOK, Message.DEVICEEVENT})


class EventQueue:
    """The callback of the application, and what it was told."""

    def __init__(self) -> None:
        self._messages: queue.SimpleQueue[int] = queue.SimpleQueue()
        # The source keeps the address only: this reference keeps the function.
        self._procedure = ENTRY(self._take)

    @property
    def address(self) -> int:
        """The address of the callback."""
        return ctypes.cast(self._procedure, ctypes.c_void_p).value or 0

    def put(self, message: int) -> None:
        """Note a message that came by another way."""
        if message in _KNOWN:
            self._messages.put(message)

    def next(self, seconds: float) -> int | None:
        """The oldest message, None when none comes within `seconds`."""
        try:
            return self._messages.get(timeout=seconds) if seconds > 0 else self._messages.get(False)
        except queue.Empty:
            return None

    def clear(self) -> None:
        """Forget what an earlier source said."""
        while self.next(0) is not None:
            pass

    def _take(
        self, _origin: Any, _target: Any, _group: int, _data: int, message: int, _about: Any
    ) -> int:
        self.put(message)
        return int(Return.SUCCESS)
