"""Takes the scans out of a PDF of scans: the stored picture where the page is one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium_c
from PIL import Image

from app.adapters.packaging import jpeg
from app.adapters.packaging.pdf_coding import Coding
from app.adapters.packaging.png import StoredPixels

_RENDER_DPI, _MOST_DPI = 300, 600
_POINTS = 72.0
# A picture counts as the page when it ends within this share of the page size at every edge.
_SLACK = 0.02
_MULTIPLE_COLOUR = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class ScannedPage:
    """Either the stored picture or the rendered page; `turn` is the clockwise turn still due."""

    stored: StoredPixels | None
    rendered: Image.Image | None
    turn: int


class ScannedPdf:
    """A PDF of scans, open for reading page after page. Raises RuntimeError when it is damaged."""

    def __init__(self, path: Path) -> None:
        self._view = pypdfium2.PdfDocument(path)
        try:
            self._objects = pikepdf.open(path)
        except pikepdf.PdfError as error:
            self._view.close()
            raise RuntimeError(str(error)) from error

    def close(self) -> None:
        """Let go of the file."""
        self._view.close()
        self._objects.close()

    def page(self, frame: int, max_pixels: int) -> ScannedPage:
        """Page `frame` (from 0)."""
        page = self._view[frame]
        try:
            if not _is_one_picture(page):
                return ScannedPage(stored=None, rendered=_rendered(page, max_pixels), turn=0)
            turn = int(page.get_rotation()) % 360
            stored = self._stored(frame)
            rendered = None if stored is not None else _native(page, max_pixels)
            return ScannedPage(stored=stored, rendered=rendered, turn=turn)
        finally:
            page.close()

    def _stored(self, frame: int) -> StoredPixels | None:
        try:
            objects = self._objects.pages[frame].resources.get("/XObject", pikepdf.Dictionary())
            pictures = [item for item in objects.values() if item.get("/Subtype") == "/Image"]
            return _passable(pictures[0]) if len(pictures) == 1 else None
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
            # An odd object is no reason to give up: the page can still be decoded or rendered.
            return None


def _passable(picture: Any) -> StoredPixels | None:
    if any(key in picture for key in ("/SMask", "/Mask", "/Decode", "/ImageMask")):
        return None
    filters = picture.get("/Filter")
    name = str(filters[0] if isinstance(filters, pikepdf.Array) and len(filters) == 1 else filters)
    width, height = int(picture.Width), int(picture.Height)
    colours = _colours(picture.get("/ColorSpace"))
    if name == "/DCTDecode" and "/DecodeParms" not in picture:
        data = picture.read_raw_bytes()
        coding = jpeg.passing(data)
        if coding is None or (coding.colours, coding.width, coding.height) != (
            colours,
            width,
            height,
        ):
            return None
        return coding, data
    if name == "/CCITTFaxDecode" and colours == 1:
        parameters = picture.get("/DecodeParms", pikepdf.Dictionary())
        if isinstance(parameters, pikepdf.Array):
            parameters = parameters[0]
        if int(parameters.get("/K", 0)) >= 0 or int(parameters.get("/Columns", 1728)) != width:
            return None
        if bool(parameters.get("/EncodedByteAlign", False)):
            return None
        coding = Coding(
            kind="group4",
            width=width,
            height=height,
            bits=1,
            black_is_1=bool(parameters.get("/BlackIs1", False)),
        )
        return coding, picture.read_raw_bytes()
    return None


def _colours(space: Any) -> int:
    """How many device colours a colour space has; 0 when it is not gray or RGB."""
    if isinstance(space, pikepdf.Array) and len(space) >= 2:
        if str(space[0]) == "/ICCBased":
            return int(space[1].get("/N", 0))
        return _MULTIPLE_COLOUR.get(str(space[0]), 0)
    return _MULTIPLE_COLOUR.get(str(space), 0)


def _is_one_picture(page: Any) -> bool:
    """Whether the page shows one upright picture from edge to edge and no visible text."""
    pictures = []
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            pictures.append(item)
        elif item.type != pdfium_c.FPDF_PAGEOBJ_TEXT or not _invisible(item):
            return False
    if len(pictures) != 1:
        return False
    matrix = pictures[0].get_matrix()
    left, bottom, right, top = page.get_cropbox()
    slack_x, slack_y = (right - left) * _SLACK, (top - bottom) * _SLACK
    upright = abs(matrix.b) < 1e-3 and abs(matrix.c) < 1e-3 and matrix.a > 0 and matrix.d > 0
    return bool(
        upright
        and abs(matrix.e - left) <= slack_x
        and abs(matrix.f - bottom) <= slack_y
        and abs(matrix.e + matrix.a - right) <= slack_x
        and abs(matrix.f + matrix.d - top) <= slack_y
    )


def _native(page: Any, max_pixels: int) -> Image.Image:
    picture = next(iter(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=1)))
    width, height = picture.get_px_size()
    _check_size(width, height, max_pixels)
    bitmap = picture.get_bitmap(render=False, scale_to_original=False)
    return _as_pillow(bitmap)


def _rendered(page: Any, max_pixels: int) -> Image.Image:
    dpi = _RENDER_DPI
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        matrix = item.get_matrix()
        points = math.hypot(matrix.a, matrix.b)
        if points > page.get_width() / 2:
            width, _ = item.get_px_size()
            dpi = max(dpi, min(_MOST_DPI, round(width * _POINTS / points)))
    scale = dpi / _POINTS
    _check_size(round(page.get_width() * scale), round(page.get_height() * scale), max_pixels)
    return _as_pillow(page.render(scale=scale))


def _as_pillow(bitmap: Any) -> Image.Image:
    # A copy: the bitmap's memory goes when the page is closed.
    image: Image.Image = bitmap.to_pil().copy()
    return image if image.mode in ("1", "L", "RGB") else image.convert("RGB")


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if not 0 < width * height <= max_pixels:
        raise ValueError("too many pixels")


def _invisible(item: Any) -> bool:
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(item.raw)
    return bool(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
