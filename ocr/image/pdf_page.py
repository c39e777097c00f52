"""Reads one page of a PDF of scans as pixels."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from app.kernel.errors import BadInput
from ocr.image.decoder_messages import decoder_messages, tells_of_damage
from ocr.image.jpeg_structure import has_hole

MEDIA_TYPE = "application/pdf"
RENDER_DPI = 300
_POINTS_PER_INCH = 72.0
_TAIL_BYTES = 1024  # where readers look for the end mark
# The picture must reach every page edge within this share of the page to count as the page.
_FULL_PAGE_SLACK = 0.02


@dataclass(frozen=True, kw_only=True, slots=True)
class PdfPagePixels:
    """`pixels` is height x width x 3, uint8, BGR; `pages` is the page count of the file. `damaged`
    says that a picture on the page is broken inside."""

    pixels: NDArray[np.uint8]
    dpi: int
    bilevel: bool
    gray: bool
    pages: int
    damaged: bool = False


def is_pdf(data: bytes) -> bool:
    """Whether the bytes carry a PDF header within the first kilobyte (ISO 32000-1, annex H.3)."""
    return b"%PDF-" in data[:1024]


def is_cut_off(data: bytes) -> bool:
    """Whether the end of the file is missing: a reader that repairs it gives fewer pages than it
    had, and nobody knows how many.

    A file without the end mark (ISO 32000-1, 7.5.5) may be whole all the same: its table of
    objects tells.
    """
    if b"%%EOF" in data[-_TAIL_BYTES:]:
        return False
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False):
            return False
    except pikepdf.PasswordError:
        return False
    except pikepdf.PdfError:
        return True


def read_page(name: str, data: bytes, frame: int, max_pixels: int) -> PdfPagePixels:
    """The pixels of page `frame` (from 0).

    A page that is one upright full-page picture comes pixel for pixel at its native size;
    any other page is rendered at 300 dpi, or at the resolution of its largest picture if finer.

    Raises BadInput IMG-101 (cannot be read), IMG-103 (too large), IMG-104 (no such page).
    """
    with _opened(name, data) as document:
        pages = len(document)
        if not 0 <= frame < pages:
            raise BadInput("IMG-104", file=name, frame=frame + 1, frames=pages)
        try:
            page = document[frame]
            native = _native_picture(name, page, max_pixels)
            pixels, dpi, channels = native or _rendered(name, page, max_pixels)
            damaged = any(_is_damaged(picture) for picture in _pictures(page))
        except pypdfium2.PdfiumError as error:
            raise BadInput("IMG-101", file=name) from error
        return PdfPagePixels(
            pixels=pixels,
            dpi=dpi,
            bilevel=False,
            gray=channels == 1,
            pages=pages,
            damaged=damaged,
        )


@contextmanager
def _opened(name: str, data: bytes) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise BadInput("IMG-101", file=name) from error
    try:
        yield document
    finally:
        document.close()


def _native_picture(
    name: str, page: Any, max_pixels: int
) -> tuple[NDArray[np.uint8], int, int] | None:
    """The one full-page picture as stored, or None when the page is anything else."""
    pictures = []
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            pictures.append(item)
        elif item.type != pdfium_c.FPDF_PAGEOBJ_TEXT or not _invisible(item):
            return None
    if len(pictures) != 1:
        return None
    picture = pictures[0]
    matrix = picture.get_matrix()
    upright = abs(matrix.b) < 1e-3 and abs(matrix.c) < 1e-3 and matrix.a > 0 and matrix.d > 0
    left, bottom, right, top = page.get_cropbox()
    slack_x, slack_y = (right - left) * _FULL_PAGE_SLACK, (top - bottom) * _FULL_PAGE_SLACK
    full = (
        abs(matrix.e - left) <= slack_x
        and abs(matrix.f - bottom) <= slack_y
        and abs(matrix.e + matrix.a - right) <= slack_x
        and abs(matrix.f + matrix.d - top) <= slack_y
    )
    if not (upright and full):
        return None
    width, height = picture.get_px_size()
    if width * height > max_pixels:
        raise BadInput("IMG-103", file=name, width=width, height=height)
    bitmap = picture.get_bitmap(render=False, scale_to_original=False)
    if (bitmap.width, bitmap.height) != (width, height):
        return None
    pixels = _bitmap_to_bgr(bitmap)
    turn = page.get_rotation() % 360
    if turn:
        code = {
            90: cv2.ROTATE_90_CLOCKWISE,
            180: cv2.ROTATE_180,
            270: cv2.ROTATE_90_COUNTERCLOCKWISE,
        }
        pixels = np.asarray(cv2.rotate(pixels, code[turn]), dtype=np.uint8)
    dpi = round(width * _POINTS_PER_INCH / matrix.a)
    return pixels, dpi, bitmap.n_channels


def _rendered(name: str, page: Any, max_pixels: int) -> tuple[NDArray[np.uint8], int, int]:
    dpi = RENDER_DPI
    for item in _pictures(page):
        matrix = item.get_matrix()
        points = float(np.hypot(matrix.a, matrix.b))
        width, height = item.get_px_size()
        if width * height > max_pixels:
            # However small it stands on the page, it is decoded in full to draw it.
            raise BadInput("IMG-103", file=name, width=width, height=height)
        if points > page.get_width() / 2:
            dpi = max(dpi, min(600, round(width * _POINTS_PER_INCH / points)))
    scale = dpi / _POINTS_PER_INCH
    width, height = round(page.get_width() * scale), round(page.get_height() * scale)
    if width * height > max_pixels:
        raise BadInput("IMG-103", file=name, width=width, height=height)
    bitmap = page.render(scale=scale)
    return _bitmap_to_bgr(bitmap), dpi, bitmap.n_channels


def _pictures(page: Any) -> Iterator[Any]:
    yield from page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=2)


def _is_damaged(picture: Any) -> bool:
    """Whether the data of a picture is broken inside, which the reader passes over in silence."""
    filters = picture.get_filters()
    if filters not in (["DCTDecode"], ["FlateDecode"]):
        return False
    data = bytes(picture.get_data(decode_simple=False))
    if filters == ["FlateDecode"]:
        try:
            zlib.decompress(data)
        except zlib.error:
            return True
        return False
    with decoder_messages() as heard:
        # What the decoder says does not depend on the size it decodes to.
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
    return tells_of_damage(heard, data) or has_hole(data)


def _invisible(item: Any) -> bool:
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(item.raw)
    return bool(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)


def _bitmap_to_bgr(bitmap: Any) -> NDArray[np.uint8]:
    pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.ascontiguousarray(pixels[:, :, :3])
