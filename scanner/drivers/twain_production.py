"""What only production scanners have: double feed detection, imprinter, two images of a side."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.errors import BadInput
from scanner.api import ScanRequest, ScanWarning
from scanner.drivers.twain_capabilities import Capabilities, lacks
from scanner.drivers.twain_constants import (
    DOUBLE_FEED_ULTRASONIC,
    PRINTER_COMPOUND_STRING,
    PRINTER_SINGLE_STRING,
    RESPONSE_SOUND,
    RESPONSE_STOP,
    Container,
    DeviceEventKind,
    PixelType,
)
from scanner.drivers.twain_names import Cap

_NUMBER = "{number}"
_MULTIFEED = ("stop", "warn", "off")
# TWPR_… of the printers that print on the back.
_BOTTOM_PRINTERS = frozenset({2, 3, 6, 7})


@dataclass(frozen=True, kw_only=True, slots=True)
class Imprinter:
    """A printer that is set up: what it prints on sheet n of the batch, and on which face."""

    prefix: str
    suffix: str
    start: int | None
    face: str

    def text(self, sheet: int) -> str:
        """What stands on the sheet."""
        if self.start is None:
            return self.prefix
        return f"{self.prefix}{self.start + sheet - 1}{self.suffix}"


def choose_multifeed(
    capabilities: Capabilities, request: ScanRequest, *, feeder: bool
) -> list[ScanWarning]:
    """Set the detection of double feeds. Only a feeder has any.

    "stop" is what every profile begins with: a source that detects none is left as it is, its
    capabilities say so. Raises BadInput SCN-114 for a wish that is none.
    """
    wish = request.multifeed
    if wish not in _MULTIFEED:
        allowed = ", ".join(_MULTIFEED)
        raise BadInput("SCN-114", option="multifeed", value=wish, allowed=allowed)
    if not feeder:
        return []
    if wish == "off":
        # A source that knows no empty list keeps detecting; nothing is lost by that.
        capabilities.try_set_array(Cap.CAP_DOUBLEFEEDDETECTION, ())
        return []
    detects = _detect_double_feeds(capabilities)
    if wish == "stop" or not detects:
        capabilities.try_set(Cap.CAP_DOUBLEFEEDDETECTIONRESPONSE, RESPONSE_STOP)
        return [lacks("multifeed", wish)] if wish == "warn" else []
    # The event is the only way in which a source tells of a double feed that stopped nothing.
    event = (int(DeviceEventKind.PAPERDOUBLEFEED),)
    tells = capabilities.try_set_array(Cap.CAP_DEVICEEVENT, event)
    response = RESPONSE_SOUND if tells else RESPONSE_STOP
    if capabilities.try_set(Cap.CAP_DOUBLEFEEDDETECTIONRESPONSE, response) is None or not tells:
        # Detection stays on and ends the batch: the safe side of what was wished.
        return [lacks("multifeed", wish)]
    return []


def _detect_double_feeds(capabilities: Capabilities) -> bool:
    """Switch the detection on; whether the source has any."""
    values = capabilities.get(Cap.CAP_DOUBLEFEEDDETECTION)
    if values is None:
        return False
    chosen = DOUBLE_FEED_ULTRASONIC
    offered = [one for one in values.choices if isinstance(one, int)]
    # In an array the present values are those that are on, and none may be; an enumeration
    # lists what there is.
    if values.container == Container.ENUMERATION and chosen not in offered:
        chosen = offered[0]
    return capabilities.try_set_array(Cap.CAP_DOUBLEFEEDDETECTION, (chosen,))


def choose_imprinter(
    capabilities: Capabilities, request: ScanRequest
) -> tuple[Imprinter | None, list[ScanWarning]]:
    """Set up the printer, or switch it off when nothing is to be printed."""
    if not request.imprint:
        capabilities.try_set(Cap.CAP_PRINTERENABLED, False)
        return None, []
    refused = [lacks("imprint", request.imprint)]
    printer = capabilities.current(Cap.CAP_PRINTER)
    if not capabilities.supports(Cap.CAP_PRINTERENABLED):
        return None, refused
    prefix, number, suffix = request.imprint.partition(_NUMBER)
    mode = PRINTER_COMPOUND_STRING if number else PRINTER_SINGLE_STRING
    if capabilities.try_set(Cap.CAP_PRINTERENABLED, True) is not True:
        return None, refused
    ready = capabilities.try_set(Cap.CAP_PRINTERMODE, mode) == mode
    ready = ready and capabilities.try_set(Cap.CAP_PRINTERSTRING, prefix) == prefix
    if number:
        start = request.imprint_start
        ready = ready and capabilities.try_set(Cap.CAP_PRINTERINDEX, start) == start
        ready = ready and (
            capabilities.try_set(Cap.CAP_PRINTERSUFFIX, suffix) == suffix or not suffix
        )
    if not ready:
        # Half a text on a court's paper is worse than none.
        capabilities.try_set(Cap.CAP_PRINTERENABLED, False)
        return None, refused
    return (
        Imprinter(
            prefix=prefix,
            suffix=suffix,
            start=request.imprint_start if number else None,
            face="back" if printer in _BOTTOM_PRINTERS else "front",
        ),
        [],
    )


def choose_cameras(
    capabilities: Capabilities, request: ScanRequest, main: int
) -> tuple[bool, list[ScanWarning]]:
    """Switch on a second image of two levels beside each side; whether the source does it.

    A source with several cameras keeps one switch for each kind of pixels: the kind is chosen
    first, the switch then belongs to it (CAP_CAMERAENABLED, CAP_CAMERAORDER).
    """
    if not request.dual_stream:
        return False, []
    refused = [lacks("dual_stream", "true")]
    if main == PixelType.BW or not capabilities.supports(Cap.CAP_CAMERAENABLED):
        return False, refused
    ready = True
    for kind in (int(PixelType.BW), int(main)):
        ready = ready and capabilities.try_set(Cap.ICAP_PIXELTYPE, kind) == kind
        ready = ready and capabilities.try_set(Cap.CAP_CAMERAENABLED, True) is True
    capabilities.try_set(Cap.ICAP_PIXELTYPE, int(main))
    if not ready:
        return False, refused
    capabilities.try_set_array(Cap.CAP_CAMERAORDER, (int(main), int(PixelType.BW)))
    return True, []
