"""Threads of a backend are waited for; those of this program are not."""

from __future__ import annotations

import ctypes
import threading
import time

from scanner.drivers import sane_threads
from scanner.drivers.sane_threads import ReaderThreads

_LIBRARY = ctypes.CDLL(None)


class NativeThread:
    """A thread that Python knows nothing of: it sleeps for some seconds in the C library."""

    def __init__(self, seconds: int) -> None:
        self._identity = ctypes.c_ulong()
        routine = ctypes.cast(_LIBRARY.sleep, ctypes.c_void_p)
        status = _LIBRARY.pthread_create(
            ctypes.byref(self._identity), None, routine, ctypes.c_void_p(seconds)
        )
        assert status == 0

    def end(self) -> None:
        """Cancel it where it may be cancelled, and wait for its end."""
        _LIBRARY.pthread_cancel(self._identity)
        _LIBRARY.pthread_join(self._identity, None)


def test_the_thread_of_a_backend_is_waited_for() -> None:
    threads = ReaderThreads()
    native = NativeThread(30)
    ended = threading.Event()
    timer = threading.Timer(0.1, lambda: (ended.set(), native.end()))
    timer.start()
    threads.let_end()
    # Not before the thread was ended, and at once then.
    assert ended.is_set()
    timer.join()


def test_a_thread_that_stays_is_waited_for_once() -> None:
    threads = ReaderThreads()
    native = NativeThread(30)
    try:
        begun = time.monotonic()
        threads.let_end()
        assert time.monotonic() - begun >= sane_threads._PATIENCE_SECONDS
        begun = time.monotonic()
        threads.let_end()
        assert time.monotonic() - begun < sane_threads._PATIENCE_SECONDS
    finally:
        native.end()


def test_threads_of_this_program_are_not_waited_for() -> None:
    threads = ReaderThreads()
    finish = threading.Event()
    own = threading.Thread(target=finish.wait)
    own.start()
    try:
        begun = time.monotonic()
        threads.let_end()
        assert time.monotonic() - begun < sane_threads._PATIENCE_SECONDS
        assert own.is_alive()
    finally:
        finish.set()
        own.join()
