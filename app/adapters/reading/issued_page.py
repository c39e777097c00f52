"""A page as one reader gets it: what is covered is gone, watermark and trace code are burned in."""

from __future__ import annotations

import importlib
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw

from app.adapters.fonts import chinese_font
from app.adapters.reading.copy_stamp import put_copy_stamp
from app.adapters.reading.trace_code import put_trace_code
from app.adapters.reading.watermark import put_watermark

PAGE, THUMBNAIL, PRINT = "page", "thumbnail", "print"
PAGE_PIXELS = 2200
# Print of 12 point is three pixels high on an A4 page of this size: nobody reads it.
THUMBNAIL_PIXELS = 240
QUALITY = 86
MARKING = "ocr.tracing.marking"
_READY_SIZE = (1130, 1600)


def ready() -> str:
    """Put on a small page all that a page may bear: a worker that answers has loaded what the
    first page needs. Gives the font that watermarks are written in.

    Raises Broken SYS-403 when no font with Chinese characters is installed.
    """
    page = _marked(Image.new("RGB", _READY_SIZE, "white"), "00" * 32, fine=False)
    put_watermark(page, ("仅供阅卷",))
    put_trace_code(page, "JZT1:0000000000:AAAAAAAAAAAAAAAA")
    page.save(io.BytesIO(), "JPEG", quality=QUALITY)
    return str(chinese_font())


def issued_page(path: str, stamp: Mapping[str, Any]) -> bytes:
    """The stored picture at `path` as JPEG for one reader. Runs in a worker process.

    `stamp`: "lines" of the watermark, "code" and "mark" of the issue (text of the trace code, key
    of the mark in hexadecimal, "" for none), "boxes" to cover in black ([x0, y0, x1, y1] in
    fractions of the page), "size" PAGE (2200 pixels along the longer edge at most), THUMBNAIL (240,
    with watermark alone) or PRINT (as stored), "seal" the text of the court's copy stamp or "".
    Raises Broken SYS-403 when no font with Chinese characters is installed.
    """
    size = stamp.get("size", PAGE)
    page = _opened(path, size)
    _cover(page, stamp.get("boxes", ()))
    if size != THUMBNAIL and stamp.get("mark"):
        page = _marked(page, stamp["mark"], fine=size == PRINT)
    put_watermark(page, stamp["lines"])
    if size != THUMBNAIL:
        if stamp.get("code"):
            put_trace_code(page, stamp["code"])
        if stamp.get("seal"):
            put_copy_stamp(page, stamp["seal"])
    out = io.BytesIO()
    page.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _opened(path: str, size: str) -> Image.Image:
    """The picture, not larger than asked for."""
    most = {PAGE: PAGE_PIXELS, THUMBNAIL: THUMBNAIL_PIXELS}.get(size)
    with Image.open(path) as opened:
        if most is not None:
            # A JPEG is decoded at a half or less where that is still large enough.
            opened.draft("RGB", (most, most))
        page = opened.convert("RGB")
    scale = 1.0 if most is None else most / max(page.size)
    if scale >= 1.0:
        return page
    wide, high = (max(1, round(edge * scale)) for edge in page.size)
    return page.resize((wide, high), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _marked(page: Image.Image, key: str, *, fine: bool) -> Image.Image:
    """The page with the mark of its issue. Called by name, as the worker itself is: pixel libraries
    are loaded in workers alone."""
    mark = importlib.import_module(MARKING).marked
    return Image.frombytes("RGB", page.size, mark(page.tobytes(), *page.size, key, fine))


def _cover(page: Image.Image, boxes: Any) -> None:
    """Black boxes over what the reader must not see; a pixel more, lest an edge stays legible."""
    draw = ImageDraw.Draw(page)
    for x0, y0, x1, y1 in boxes:
        draw.rectangle(
            (
                int(x0 * page.width) - 1,
                int(y0 * page.height) - 1,
                int(x1 * page.width) + 1,
                int(y1 * page.height) + 1,
            ),
            fill=(0, 0, 0),
        )
