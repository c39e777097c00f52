"""The lines between the program and a driver host: one JSON object on each line.

The program sends one request (`devices`, `capabilities` or `scan`) and perhaps `cancel`. The
host answers with events and closes with exactly one of `end`, `cancelled` or `fault`. Images
never travel here: a `side` names a file that is already complete on disk.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scanner.api import (
    Capabilities,
    DeviceInfo,
    OptionDescription,
    ScanEvent,
    ScannedSide,
    ScanRequest,
    ScanWarning,
    SourceCapabilities,
)

Record = dict[str, Any]

DEVICES = "devices"
CAPABILITIES = "capabilities"
SCAN = "scan"
CANCEL = "cancel"
DEVICE = "device"
SIDE = "side"
WARNING = "warning"
HEARTBEAT = "heartbeat"
END = "end"
CANCELLED = "cancelled"
FAULT = "fault"
CLOSING = frozenset({END, CANCELLED, FAULT})


def to_line(record: Record) -> bytes:
    """One record as a line. Pure ASCII, so file names that are no valid text survive too; a
    value that JSON does not know (a path among the options) travels as its text."""
    text = json.dumps(record, ensure_ascii=True, separators=(",", ":"), default=str)
    return text.encode("ascii") + b"\n"


def from_line(line: bytes) -> Record:
    """The record of a line. Raises ValueError when the line is not a JSON object."""
    record = json.loads(line)
    if not isinstance(record, dict):
        raise ValueError("not an object")
    return record


def request_record(scheme: str, request: ScanRequest) -> Record:
    """A scan request for the driver `scheme`."""
    body = asdict(request) | {"spool": str(request.spool.absolute())}
    return {"do": SCAN, "scheme": scheme, "request": body}


def request_from(record: Record) -> ScanRequest:
    """The scan request that `request_record` described."""
    body = dict(record["request"])
    return ScanRequest(**(body | {"spool": Path(body["spool"])}))


def event_record(event: ScanEvent) -> Record:
    """A side or a warning."""
    if isinstance(event, ScannedSide):
        return {"event": SIDE, "side": asdict(event) | {"path": str(event.path)}}
    return {"event": WARNING, "warning": asdict(event)}


def event_from(record: Record) -> ScanEvent:
    """The side or warning that `event_record` described."""
    if record["event"] == SIDE:
        body = dict(record["side"])
        return ScannedSide(**(body | {"path": Path(body["path"])}))
    return ScanWarning(**record["warning"])


def device_record(device: DeviceInfo) -> Record:
    """A device that answered."""
    return {"event": DEVICE, "device": asdict(device)}


def device_from(record: Record) -> DeviceInfo:
    """The device that `device_record` described."""
    return DeviceInfo(**record["device"])


def capabilities_request(scheme: str, name: str) -> Record:
    """Ask the driver `scheme` what the device `name` can do."""
    return {"do": CAPABILITIES, "scheme": scheme, "name": name}


def capabilities_record(found: Capabilities) -> Record:
    """The answer to `capabilities_request`."""
    return {"event": CAPABILITIES, "capabilities": asdict(found)}


def capabilities_from(record: Record) -> Capabilities:
    """The capabilities that `capabilities_record` described."""
    body = dict(record["capabilities"])
    sources = tuple(
        SourceCapabilities(**_with_tuples(entry, "resolutions", "modes"))
        for entry in body["sources"]
    )
    options = tuple(
        OptionDescription(**_with_tuples(entry, "choices")) for entry in body["options"]
    )
    return Capabilities(**(body | {"sources": sources, "options": options}))


def _with_tuples(entry: Record, *names: str) -> Record:
    return entry | {name: tuple(entry[name]) for name in names}
