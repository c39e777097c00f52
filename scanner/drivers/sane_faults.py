"""What the status codes of SANE mean for the person at the scanner."""

from __future__ import annotations

import logging

from app.kernel.errors import BadInput, Broken, Fault, Transient
from scanner.drivers.sane_library import SaneError, Status

_log = logging.getLogger(__name__)

_FAULTS: dict[int, tuple[type[Fault], str]] = {
    Status.UNSUPPORTED: (BadInput, "SCN-121"),
    Status.CANCELLED: (Transient, "SCN-110"),
    Status.DEVICE_BUSY: (Transient, "SCN-103"),
    Status.INVAL: (BadInput, "SCN-121"),
    Status.JAMMED: (Transient, "SCN-104"),
    Status.NO_DOCS: (Transient, "SCN-101"),
    Status.COVER_OPEN: (Transient, "SCN-105"),
    Status.IO_ERROR: (Transient, "SCN-122"),
    Status.NO_MEM: (Transient, "SCN-109"),
    Status.ACCESS_DENIED: (Broken, "SCN-108"),
    Status.WARMING_UP: (Transient, "SCN-107"),
    Status.HW_LOCKED: (Transient, "SCN-123"),
}


def fault_of(error: SaneError, *, sheet: int, name: str) -> Fault:
    """The fault for a failed call at sheet `sheet` (0: before the first) of the device `name`."""
    kind, code = _FAULTS.get(error.status, (Transient, "SCN-122"))
    _log.info("%s at sheet %s of %s", error, sheet, name)
    return kind(code, sheet=sheet, name=name, status=str(error))
