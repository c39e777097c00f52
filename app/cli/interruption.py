"""Ctrl-C, kill and a closed terminal: the first one stops at the next safe point."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from app.kernel.progress import Cancelled, CancelToken

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


@contextlib.contextmanager
def interruptible(cancel: CancelToken) -> Iterator[None]:
    """Signals set `cancel`; a second one raises Cancelled on the spot."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        cancel.cancel()

    numbers = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    earlier = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        raise Cancelled from None
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
