"""The driver host: a child process that runs one driver for one request and ends.

Drivers bring foreign native code that crashes and hangs; here they can do so without taking
pages or the program along. Speaks the lines of `scanner.wire` on standard input and output.
Everything that native code prints goes to standard error, which the program logs.
"""

from __future__ import annotations

import faulthandler
import importlib
import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast, runtime_checkable

from app.kernel.errors import Broken, Fault
from app.kernel.progress import Cancelled, CancelToken
from scanner import wire
from scanner.api import ScannedSide, ScannerDriver
from scanner.registry import driver_locations
from scanner.spool import note_side

HEARTBEAT_SECONDS = 0.25
_INPUT = 0
_OUTPUT = 1
_ERRORS = 2
_CHUNK = 1 << 16
_STATUS_PARENT_GONE = 3
_STATUS_BAD_REQUEST = 2

_log = logging.getLogger("scanner.host")


@runtime_checkable
class Releases(Protocol):
    """A driver that holds a device. The host calls `release` after the last event is sent, so
    that a device which is slow or stuck in letting go does not hide how the batch ended."""

    def release(self) -> None:
        """Give the device back."""
        ...


class WatchedToken(CancelToken):
    """A cancel token that counts how often a driver asked it.

    A driver asks between units of work (a buffer, a file), so the count is its progress: a
    driver stuck in a call of its library no longer asks, and the program can tell that from a
    slow one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.progress = 0

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop; asking counts as progress."""
        self.progress += 1
        return super().cancelled

    def check(self) -> None:
        """Raises Cancelled when somebody asked to stop; asking counts as progress."""
        if self.cancelled:
            raise Cancelled


class EventChannel:
    """Writes records to the program, one whole line at a time, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, record: wire.Record) -> None:
        """Write one record. Ends the process when nobody reads any more."""
        view = memoryview(wire.to_line(record))
        with self._lock:
            while view:
                try:
                    view = view[os.write(self._descriptor, view) :]
                except BrokenPipeError:
                    os._exit(_STATUS_PARENT_GONE)


def load_driver(scheme: str) -> ScannerDriver:
    """The driver called `scheme`.

    Raises Broken SCN-116 when it cannot be loaded: a plug-in of another version, a missing
    library. The other drivers are not affected.
    """
    location = driver_locations().get(scheme)
    if location is None:
        raise Broken("SCN-116", scheme=scheme, reason="not installed")
    module_name, _, attribute = location.partition(":")
    try:
        factory: Any = getattr(importlib.import_module(module_name), attribute)
        return cast(ScannerDriver, factory())
    except Fault:
        raise
    except Exception as error:  # a driver may fail to load in any way; it must be a row, no crash
        _log.exception("driver %s cannot be loaded", scheme)
        raise Broken("SCN-116", scheme=scheme, reason=f"{type(error).__name__}: {error}") from error


def serve(record: wire.Record, channel: EventChannel, token: WatchedToken) -> None:
    """Answer one request with its events and one closing record."""
    scheme = str(record.get("scheme", ""))
    driver: ScannerDriver | None = None
    try:
        driver = load_driver(scheme)
        if record["do"] == wire.DEVICES:
            for device in driver.devices():
                channel.send(wire.device_record(device))
        elif record["do"] == wire.CAPABILITIES:
            channel.send(wire.capabilities_record(driver.capabilities(str(record["name"]))))
        else:
            request = wire.request_from(record)
            for event in driver.scan(request, token):
                token.progress += 1
                if isinstance(event, ScannedSide) and event.path.is_relative_to(request.spool):
                    note_side(event)
                channel.send(wire.event_record(event))
        closing: wire.Record = {"event": wire.END}
    except Cancelled:
        closing = {"event": wire.CANCELLED}
    except Fault as fault:
        closing = {"event": wire.FAULT, "fault": fault.as_record()}
    except Exception as error:  # an error inside a driver must reach the program as a fault
        _log.exception("driver %s failed", scheme)
        reason = f"{type(error).__name__}: {error}"
        broken = Broken("SCN-117", scheme=scheme, reason=reason)
        closing = {"event": wire.FAULT, "fault": broken.as_record()}
    channel.send(closing)
    if isinstance(driver, Releases):
        driver.release()


def main(argv: Sequence[str] = ()) -> int:
    """Run the host for one request and end the process; `argv` must be empty.

    Gives an exit status only when there was no request to run.
    """
    # A program without a console has no `sys.stderr`, but the pipe is there.
    errors = open(  # noqa: SIM115 - stays open as long as the process
        _ERRORS, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )
    if argv:
        errors.write(f"the scanner host takes no arguments: {list(argv)}\n")
        return _STATUS_BAD_REQUEST
    logging.basicConfig(level=logging.INFO, stream=errors, format="%(levelname)s %(message)s")
    logging.getLogger("pikepdf").setLevel(logging.WARNING)
    faulthandler.enable(file=_ERRORS)
    channel = _claim_output()
    lines = _input_lines()
    try:
        record = wire.from_line(next(lines, b""))
        if record["do"] not in (wire.DEVICES, wire.CAPABILITIES, wire.SCAN):
            raise ValueError(record["do"])
    except (ValueError, KeyError):
        _log.exception("the first line is no request")
        return _STATUS_BAD_REQUEST
    token = WatchedToken()
    done = threading.Event()
    for target in (_listen, _beat):
        thread = threading.Thread(
            target=target, args=(lines, channel, token, done), name=target.__name__, daemon=True
        )
        thread.start()
    serve(record, channel, token)
    done.set()
    logging.shutdown()
    # Without the farewell of native libraries, some of which never finish it.
    os._exit(0)


def _claim_output() -> EventChannel:
    """Keep standard output for events; whatever else is printed there goes to standard error."""
    own = os.dup(_OUTPUT)
    os.dup2(_ERRORS, _OUTPUT)
    return EventChannel(own)


def _input_lines() -> Iterator[bytes]:
    # Raw reads: a buffered reader held by a waiting thread stops the interpreter from ending.
    rest = b""
    while chunk := os.read(_INPUT, _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _listen(
    lines: Iterator[bytes], _channel: EventChannel, token: WatchedToken, done: threading.Event
) -> None:
    for line in lines:
        try:
            if wire.from_line(line).get("do") == wire.CANCEL:
                token.cancel()
        except ValueError:
            _log.warning("not a request: %r", line[:500])
    if not done.is_set():
        # The program is gone. A driver may be stuck in a native call: nothing gentler works.
        os._exit(_STATUS_PARENT_GONE)


def _beat(
    _lines: Iterator[bytes], channel: EventChannel, token: WatchedToken, done: threading.Event
) -> None:
    while not done.wait(HEARTBEAT_SECONDS):
        channel.send({"event": wire.HEARTBEAT, "progress": token.progress})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
