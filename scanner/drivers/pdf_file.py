"""What a PDF of scans holds: one side per page, each with the facts of its picture."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c

from app.kernel.progress import CancelToken
from scanner.drivers.image_file import (
    DAMAGED,
    LOCKED,
    MAX_PIXELS,
    TOO_LARGE,
    TRUNCATED,
    FrameFacts,
    check_picture,
    plausible_dpi,
)

_POINTS_PER_INCH = 72.0
_TAIL_BYTES = 1024  # where readers look for the end mark
# Smaller pictures are seals or logos on a page that is drawn by other means.
_PAGE_SHARE = 0.5
_log = logging.getLogger(__name__)


def read_pdf_frames(path: Path, cancel: CancelToken) -> Iterator[FrameFacts]:
    """The pages of a PDF; a file that cannot be opened is one side with its fault.

    IMG-101 damaged, IMG-102 cut off (the number of its pages is unknown then), IMG-103 a picture
    of more pixels than the line takes, IMG-111 needs a password. Raises OSError when the file
    cannot be read.
    """
    if _cut_off(path):
        yield FrameFacts(frame=0, fault=TRUNCATED)
        return
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD
        _log.info("cannot open a PDF: %s", error)
        yield FrameFacts(frame=0, fault=LOCKED if locked else DAMAGED)
        return
    try:
        if len(document) == 0:
            yield FrameFacts(frame=0, fault=DAMAGED)
        for frame in range(len(document)):
            cancel.check()
            yield _page_facts(document, frame)
    finally:
        document.close()


def _page_facts(document: Any, frame: int) -> FrameFacts:
    try:
        page = document[frame]
        picture = _page_picture(page)
        if picture is None:
            return FrameFacts(frame=frame)
        width, height = picture.get_px_size()
        matrix = picture.get_matrix()
        points = math.hypot(matrix.a, matrix.b)
        declared = width * _POINTS_PER_INCH / points if points else 0.0
        fault = TOO_LARGE if width * height > MAX_PIXELS else _picture_fault(picture)
    except (pypdfium2.PdfiumError, ValueError) as error:
        _log.info("cannot read page %s of a PDF: %s", frame, error)
        return FrameFacts(frame=frame, fault=DAMAGED)
    dpi = plausible_dpi(declared, width, height)
    return FrameFacts(frame=frame, width=width, height=height, dpi=dpi, fault=fault)


def _page_picture(page: Any) -> Any:
    """The largest picture that covers at least half the page's width or height, or None."""
    best, best_pixels = None, 0
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        matrix = item.get_matrix()
        across = math.hypot(matrix.a, matrix.b)
        down = math.hypot(matrix.c, matrix.d)
        share = max(across, down) / max(1.0, page.get_width(), page.get_height())
        width, height = item.get_px_size()
        if share >= _PAGE_SHARE and width * height > best_pixels:
            best, best_pixels = item, width * height
    return best


def _picture_fault(picture: Any) -> str:
    filters = picture.get_filters()
    if list(filters[-1:]) != ["DCTDecode"]:
        return ""
    data = bytes(picture.get_data(decode_simple=True))
    return check_picture(data, "image/jpeg").fault


def _cut_off(path: Path) -> bool:
    """Whether the end is missing. A repaired file would open with fewer pages than it had.

    The end mark alone proves nothing: a file made for the web carries one near its start as well.
    """
    try:
        with pikepdf.open(path, attempt_recovery=False):
            return False
    except pikepdf.PasswordError:
        return False
    except pikepdf.PdfError as error:
        _log.info("a PDF needs repair: %s", error)
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL_BYTES))
        return b"%%EOF" not in stream.read()
