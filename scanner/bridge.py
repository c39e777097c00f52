"""The program's side of a driver host: a `ScannerDriver` whose driver lives in a child process."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from app.kernel.errors import Broken, Transient, fault_from_record
from app.kernel.progress import Cancelled, CancelToken
from scanner import wire
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScanRequest
from scanner.child import Child
from scanner.sane_configuration import ChildConfiguration
from scanner.spool import drop_parts

STALL_SECONDS = 30.0
CANCEL_SECONDS = 3.0
DEVICE_SECONDS = 10.0
TWAIN_HOST_VARIABLE = "JUANZONG_TWAIN_HOST"
# A device may take this long to be given back: it ejects paper and drives home.
_RELEASE_SECONDS = 20.0
_TURN_SECONDS = 0.1


def default_command(scheme: str = "", environment: Mapping[str, str] | None = None) -> list[str]:
    """The command that starts a driver host: this interpreter, or this frozen program again.

    TWAIN runs in the 32-bit build of the host when `JUANZONG_TWAIN_HOST` names one, because most
    drivers for Windows are 32-bit (`scanner.drivers.twain_structures` tells how it is made).
    """
    own = (environment or {}).get(TWAIN_HOST_VARIABLE) or os.environ.get(TWAIN_HOST_VARIABLE)
    if scheme == "twain" and own:
        return [own]
    if getattr(sys, "frozen", False):
        return [sys.executable, "--scanner-host"]
    return [sys.executable, "-m", "scanner.host"]


class HostedScanner:
    """The driver `scheme`, run in a fresh child process for every call.

    `stall_seconds` is how long the driver may show no progress before it counts as hung;
    `first_side_seconds` (never less) applies until the first side, for lamps that warm up and
    dossiers that are drawn first. `cancel_seconds` is how long a cancelled driver may take to
    stop by itself. `environment` is laid over the environment of the program.

    Faults of its own: Transient SCN-112 (host ended by itself), Transient SCN-113 (hung),
    Broken SCN-119 (host could not be started). What was yielded before stays valid.
    """

    def __init__(
        self,
        scheme: str,
        *,
        command: Sequence[str] | None = None,
        stall_seconds: float = STALL_SECONDS,
        first_side_seconds: float = 0.0,
        cancel_seconds: float = CANCEL_SECONDS,
        device_seconds: float = DEVICE_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.scheme = scheme
        self._command = list(command or default_command(scheme, environment))
        self._stall_seconds = stall_seconds
        self._first_side_seconds = max(first_side_seconds, stall_seconds)
        self._cancel_seconds = cancel_seconds
        self._device_seconds = device_seconds
        self._environment = dict(environment or {})

    def devices(self) -> list[DeviceInfo]:
        """The devices that answer within the time limit; raises the faults of the driver."""
        return self.begin_devices().collect()

    def begin_devices(self) -> DeviceSearch:
        """Start the search for devices and let it run while other drivers search too."""
        child = self._start("", {"do": wire.DEVICES, "scheme": self.scheme})
        return DeviceSearch(child, self.scheme, self._device_seconds)

    def capabilities(self, name: str) -> Capabilities:
        """What the device can do; raises the faults of the driver, SCN-112 and SCN-113."""
        child = self._start(name, wire.capabilities_request(self.scheme, name))
        found: list[Capabilities] = []

        def take(record: wire.Record) -> None:
            if record["event"] == wire.CAPABILITIES:
                found.append(wire.capabilities_from(record))

        _Question(child, self.scheme, self._device_seconds).answer(take)
        if not found:
            raise Broken("SCN-117", scheme=self.scheme, reason="no capabilities")
        return found[0]

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """The events of one batch.

        Raises `Cancelled` after the sides that were complete when `cancel` was set, and the
        faults of the driver after the sides before them. Closing the iterator early cancels.
        """
        cancel.check()
        child = self._start(request.name, wire.request_record(self.scheme, request))
        try:
            yield from self._events(child, cancel)
        finally:
            child.stop(self._cancel_seconds, _RELEASE_SECONDS)
            if request.spool.is_dir():
                drop_parts(request.spool, child.process_id)

    def _start(self, name: str, record: wire.Record) -> Child:
        configuration = ChildConfiguration(self.scheme, name, self._environment)
        environment = {**os.environ, **_import_path(), **configuration.environment}
        try:
            return Child(self._command, environment, record, on_stop=configuration.remove)
        except OSError as error:
            configuration.remove()
            raise Broken("SCN-119", scheme=self.scheme, reason=str(error)) from error

    def _events(self, child: Child, cancel: CancelToken) -> Iterator[ScanEvent]:
        patience = self._first_side_seconds
        progress, last_sign, asked_at, sides = -1, time.monotonic(), 0.0, 0
        while True:
            if cancel.cancelled and not asked_at:
                child.ask_to_cancel()
                asked_at = time.monotonic()
            record = child.next_record(_TURN_SECONDS)
            now = time.monotonic()
            if record is None:
                if child.ended:
                    if asked_at:
                        raise Cancelled
                    raise Transient(
                        "SCN-112", scheme=self.scheme, reason=child.how_it_ended(), sides=sides
                    )
                if asked_at and now - asked_at > self._cancel_seconds:
                    child.kill()
                    raise Cancelled
                if now - last_sign > patience:
                    child.kill()
                    raise Transient(
                        "SCN-113", scheme=self.scheme, seconds=round(patience), sides=sides
                    )
                continue
            kind = record["event"]
            if kind == wire.HEARTBEAT:
                if record["progress"] != progress:
                    progress, last_sign = record["progress"], now
                continue
            if kind in wire.CLOSING:
                _raise_closing(record)
                return
            if kind == wire.SIDE:
                sides += 1
                patience = self._stall_seconds
            yield wire.event_from(record)
            # The time the caller took for the event is not the driver's.
            last_sign = time.monotonic()


class _Question:
    """A short question to a driver, answered in its child process within a time limit."""

    def __init__(self, child: Child, scheme: str, seconds: float) -> None:
        self._child = child
        self._scheme = scheme
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def answer(self, take: Callable[[wire.Record], None]) -> None:
        """Hand every record of the answer to `take`. Raises Transient SCN-112 or SCN-113, and
        the faults of the driver."""
        try:
            while True:
                left = self._deadline - time.monotonic()
                record = self._child.next_record(max(0.0, min(left, _TURN_SECONDS)))
                if record is None:
                    if self._child.ended:
                        reason = self._child.how_it_ended()
                        raise Transient("SCN-112", scheme=self._scheme, reason=reason, sides=0)
                    if left <= 0:
                        self._child.kill()
                        seconds = round(self._seconds)
                        raise Transient("SCN-113", scheme=self._scheme, seconds=seconds, sides=0)
                    continue
                if record["event"] in wire.CLOSING:
                    _raise_closing(record)
                    return
                take(record)
        finally:
            self.close()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._child.stop(0.0, 0.0)


class DeviceSearch:
    """A search for devices that runs in its child process."""

    def __init__(self, child: Child, scheme: str, seconds: float) -> None:
        self._question = _Question(child, scheme, seconds)

    def collect(self) -> list[DeviceInfo]:
        """Wait for the answer until the time limit. Raises Transient SCN-112 or SCN-113, and
        the faults of the driver."""
        devices: list[DeviceInfo] = []

        def take(record: wire.Record) -> None:
            if record["event"] == wire.DEVICE:
                devices.append(wire.device_from(record))

        self._question.answer(take)
        return devices

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._question.close()


def _raise_closing(record: wire.Record) -> None:
    if record["event"] == wire.CANCELLED:
        raise Cancelled
    if record["event"] == wire.FAULT:
        raise fault_from_record(record["fault"])


def _import_path() -> dict[str, str]:
    """Lets the child find this very package, wherever the program was started from.

    `PYTHONSAFEPATH` keeps the working folder out of the search: a folder of scans that happens
    to hold a `scanner` folder must not become a module.
    """
    if getattr(sys, "frozen", False):
        return {}
    root = str(Path(__file__).resolve().parent.parent)
    inherited = os.environ.get("PYTHONPATH")
    return {
        "PYTHONPATH": os.pathsep.join([root, inherited] if inherited else [root]),
        "PYTHONSAFEPATH": "1",
    }
