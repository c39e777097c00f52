"""The size of the paper: what the source is told about it before a batch."""

from __future__ import annotations

from scanner.api import PAPER_SIZES, ScanRequest, ScanWarning
from scanner.drivers.twain_capabilities import Capabilities, lacks, same
from scanner.drivers.twain_constants import (
    AUTOSIZE_AUTO,
    AUTOSIZE_NONE,
    SIZE_MAXIMUM,
    SIZE_NONE,
    SUPPORTED_SIZES,
    Data,
    Group,
    Message,
    Return,
)
from scanner.drivers.twain_containers import Rectangle
from scanner.drivers.twain_manager import SourceManager
from scanner.drivers.twain_names import Cap
from scanner.drivers.twain_structures import Fix32, Frame, ImageLayout

_MILLIMETRES = 25.4


def choose_paper(
    capabilities: Capabilities, manager: SourceManager, request: ScanRequest
) -> list[ScanWarning]:
    """Set size, automatic size and long paper. SCN-213 for what the source cannot do, SCN-212
    when it takes another size than the one asked for. Raises TwainError."""
    automatic = request.paper == "auto"
    found = _set_automatic(capabilities, automatic)
    warnings: list[ScanWarning] = []
    if automatic:
        if not found:
            _set_largest(capabilities, manager)
    else:
        warnings += _set_size(capabilities, manager, request)
    warnings += _set_length(capabilities, manager, request, automatic=found)
    return warnings


def largest_page(capabilities: Capabilities) -> tuple[float, float]:
    """Width and height in inches of the largest page, 0 when not known."""
    sides = (
        capabilities.current(Cap.ICAP_PHYSICALWIDTH),
        capabilities.current(Cap.ICAP_PHYSICALHEIGHT),
    )
    width, height = (float(side) if isinstance(side, int | float) else 0.0 for side in sides)
    return width, height


def _set_automatic(capabilities: Capabilities, wanted: bool) -> bool:
    """Whether the source finds the edges of the paper by itself. The standard ties border
    detection to images whose size nobody knows before."""
    capabilities.try_set(Cap.ICAP_UNDEFINEDIMAGESIZE, wanted)
    border = capabilities.try_set(Cap.ICAP_AUTOMATICBORDERDETECTION, wanted)
    size = capabilities.try_set(Cap.ICAP_AUTOSIZE, AUTOSIZE_AUTO if wanted else AUTOSIZE_NONE)
    return wanted and (border is True or size == AUTOSIZE_AUTO)


def _set_largest(capabilities: Capabilities, manager: SourceManager) -> None:
    if capabilities.try_set(Cap.ICAP_SUPPORTEDSIZES, SIZE_MAXIMUM) == SIZE_MAXIMUM:
        return
    capabilities.try_set(Cap.ICAP_SUPPORTEDSIZES, SIZE_NONE)
    width, height = largest_page(capabilities)
    if width > 0 and height > 0:
        _set_frame(manager, (0.0, 0.0, width, height))


def _set_size(
    capabilities: Capabilities, manager: SourceManager, request: ScanRequest
) -> list[ScanWarning]:
    """The size by name, or as a rectangle: names like 16K are not in the standard."""
    if request.paper not in PAPER_SIZES:
        return [lacks("paper", request.paper)]
    wanted = SUPPORTED_SIZES.get(request.paper)
    if wanted is not None and capabilities.try_set(Cap.ICAP_SUPPORTEDSIZES, wanted) == wanted:
        return []
    width, height = (side / _MILLIMETRES for side in PAPER_SIZES[request.paper])
    most_width, most_height = largest_page(capabilities)
    # A page that is a millimetre wider than the device is scanned as far as it goes.
    frame = (0.0, 0.0, min(width, most_width or width), min(height, most_height or height))
    got = _set_frame(manager, frame)
    if got is None:
        return [lacks("paper", request.paper)]
    if not same((0.0, 0.0, width, height), got):
        asked, found = _size_text((0.0, 0.0, width, height)), _size_text(got)
        parameters = {"option": "paper", "asked": asked, "got": found}
        return [ScanWarning(code="SCN-212", parameters=parameters)]
    return []


def _set_length(
    capabilities: Capabilities, manager: SourceManager, request: ScanRequest, *, automatic: bool
) -> list[ScanWarning]:
    """Sheets longer than the paper: the device ends the image where the sheet ends."""
    detects = capabilities.try_set(Cap.ICAP_AUTOMATICLENGTHDETECTION, request.long_paper)
    if not request.long_paper:
        return []
    open_end = capabilities.try_set(Cap.ICAP_UNDEFINEDIMAGESIZE, True)
    if detects is not True and open_end is not True and not automatic:
        return [lacks("long_paper", "true")]
    most_width, most_height = largest_page(capabilities)
    width = PAPER_SIZES.get(request.paper, (0.0, 0.0))[0] / _MILLIMETRES or most_width
    if width > 0 and most_height > 0 and not automatic:
        _set_frame(manager, (0.0, 0.0, min(width, most_width or width), most_height))
    return []


def _set_frame(manager: SourceManager, frame: Rectangle) -> Rectangle | None:
    """The rectangle that the source scans now, None when it takes none."""
    layout = ImageLayout()
    code = manager.call_source(Group.IMAGE, Data.IMAGELAYOUT, Message.GET, layout)
    if code == Return.SUCCESS:
        left, top, right, bottom = (Fix32.of(side) for side in frame)
        layout.Frame = Frame(Left=left, Top=top, Right=right, Bottom=bottom)
        code = manager.call_source(Group.IMAGE, Data.IMAGELAYOUT, Message.SET, layout)
    if code == Return.CHECKSTATUS:
        code = manager.call_source(Group.IMAGE, Data.IMAGELAYOUT, Message.GET, layout)
    if code != Return.SUCCESS:
        manager.error("IMAGELAYOUT", code)
        return None
    got = layout.Frame
    return (got.Left.number, got.Top.number, got.Right.number, got.Bottom.number)


def _size_text(frame: Rectangle) -> str:
    left, top, right, bottom = frame
    width, height = (right - left) * _MILLIMETRES, (bottom - top) * _MILLIMETRES
    return f"{width:.0f} x {height:.0f} mm"
