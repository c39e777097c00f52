"""What the condition codes of TWAIN mean in the terms of `scanner.faults`."""

from __future__ import annotations

import logging
from pathlib import Path

from app.kernel.errors import BadInput, Broken, Fault, Transient
from scanner.drivers.twain_constants import Condition, Return
from scanner.drivers.twain_manager import TwainError

_CODES: dict[int, tuple[type[Fault], str]] = {
    Return.CANCEL: (Transient, "SCN-110"),
    Return.BUSY: (Transient, "SCN-103"),
    Return.SCANNERLOCKED: (Transient, "SCN-123"),
}
_CONDITIONS: dict[int, tuple[type[Fault], str]] = {
    Condition.LOWMEMORY: (Transient, "SCN-109"),
    Condition.NODS: (Transient, "SCN-102"),
    Condition.MAXCONNECTIONS: (Transient, "SCN-103"),
    Condition.BADCAP: (BadInput, "SCN-121"),
    Condition.BADVALUE: (BadInput, "SCN-121"),
    Condition.CAPUNSUPPORTED: (BadInput, "SCN-121"),
    Condition.CAPBADOPERATION: (BadInput, "SCN-121"),
    Condition.CAPSEQERROR: (BadInput, "SCN-121"),
    Condition.DENIED: (Broken, "SCN-108"),
    Condition.PAPERJAM: (Transient, "SCN-104"),
    Condition.PAPERDOUBLEFEED: (Transient, "SCN-106"),
    Condition.INTERLOCK: (Transient, "SCN-105"),
    # The source found the sheet torn: it lies in the path like a jammed one.
    Condition.DAMAGEDCORNER: (Transient, "SCN-104"),
    # The source gave the image up and delivered nothing of it.
    Condition.FOCUSERROR: (Transient, "SCN-111"),
    Condition.DOCTOOLIGHT: (Transient, "SCN-111"),
    Condition.DOCTOODARK: (Transient, "SCN-111"),
    Condition.NOMEDIA: (Transient, "SCN-101"),
}
# Calls out of turn: an error of the driver, not of the device.
_INTERNAL = frozenset({Condition.SEQERROR, Condition.BADPROTOCOL, Condition.BADDEST})
_UNREACHABLE = frozenset(
    {Condition.BUMMER, Condition.CHECKDEVICEONLINE, Condition.OPERATIONERROR, Condition.NODS}
)
_log = logging.getLogger(__name__)


def fault_of(error: TwainError, *, sheet: int, name: str, spool: Path | None = None) -> Fault:
    """The fault behind a failed call while `sheet` was under way."""
    _log.info("%s at sheet %s of %s", error, sheet, name)
    status = str(error)
    if error.code != Return.FAILURE:
        kind, code = _CODES.get(error.code, (Transient, "SCN-122"))
    elif error.condition in _INTERNAL:
        return Broken("SCN-117", scheme="twain", reason=status)
    elif error.condition == Condition.FILEWRITEERROR:
        return Broken("SCN-118", folder=str(spool or ""), reason=status)
    else:
        # Whatever else stops a batch (offline, a failed operation) is a lost connection.
        kind, code = _CONDITIONS.get(error.condition, (Transient, "SCN-122"))
    return kind(code, sheet=sheet, name=name, status=status)


def opening_fault(error: TwainError, *, name: str) -> Fault:
    """The fault behind a source that does not open: most drivers only say that they failed, and
    the reason is a device that is off."""
    if error.code == Return.FAILURE and error.condition in _UNREACHABLE:
        _log.info("%s when opening %s", error, name)
        return Transient("SCN-102", name=name, status=str(error))
    return fault_of(error, sheet=0, name=name)
