"""What an image file holds, judged by its bytes: kind, frames, size, and whether it is whole.

Nothing is changed and nothing kept: the reader decodes again later. Decoding here, at a fraction
of the size where the format allows, is what tells a damaged page while its paper is still at hand.
"""

from __future__ import annotations

import logging
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from app.kernel.progress import CancelToken
from scanner.drivers.tiff_structure import TiffPage, read_tiff_pages

DAMAGED = "IMG-101"
TRUNCATED = "IMG-102"
TOO_LARGE = "IMG-103"
LOCKED = "IMG-111"
NOT_ACCESSIBLE = "IMG-112"

MAX_PIXELS = 400_000_000
HEAD_BYTES = 1024
_READ_CHUNK = 1 << 20
_BITMAP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_READABLE = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
    "image/jp2": ("JPEG2000",),
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameFacts:
    """One page of a file: `frame` from 0, pixels, dots per inch (0 unknown), `fault` or ""."""

    frame: int
    width: int = 0
    height: int = 0
    dpi: int = 0
    fault: str = ""


def media_type_of(head: bytes) -> str:
    """The media type by the first bytes (`HEAD_BYTES`), "" when it is no picture and no PDF."""
    for magic, media_type in (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"II+\0", "image/tiff"),
        (b"MM\0+", "image/tiff"),
        (b"\0\0\0\x0cjP  ", "image/jp2"),
        (b"GIF8", "image/gif"),
    ):
        if head.startswith(magic):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return "image/heif"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "image/bmp"
    # ISO 32000-1, annex H.3: the header may stand anywhere in the first kilobyte.
    return "application/pdf" if b"%PDF-" in head else ""


def read_frames(path: Path, media_type: str, cancel: CancelToken) -> Iterator[FrameFacts]:
    """The pages of an image file; at least one, a damaged one with its fault.

    IMG-101 cannot be decoded (also a picture format that the line does not take), IMG-102 cut
    off, IMG-103 more pixels than `MAX_PIXELS`. Raises OSError when the file cannot be read.
    """
    if media_type == "image/tiff":
        with path.open("rb") as stream:
            yield from _tiff_frames(stream, cancel)
    elif media_type in _READABLE:
        yield check_picture(_read_whole(path, cancel), media_type)
    else:
        yield FrameFacts(frame=0, fault=DAMAGED)


def check_picture(data: bytes, media_type: str, frame: int = 0) -> FrameFacts:
    """The facts of a picture with one page."""
    with _quiet_pillow():
        try:
            image = Image.open(BytesIO(data), formats=_READABLE[media_type])
        except Exception as error:  # Pillow raises nearly anything on damaged bytes
            _log.info("cannot open a picture of type %s: %r", media_type, error)
            return FrameFacts(frame=frame, fault=DAMAGED)
        with image:
            width, height = image.size
            fault = _load_fault(image)
            dpi = _declared_dpi(image)
    if not fault and _cut_off(data, media_type):
        fault = TRUNCATED
    return FrameFacts(frame=frame, width=width, height=height, dpi=dpi, fault=fault)


def plausible_dpi(declared: float, width: int, height: int) -> int:
    """The declared dots per inch, 0 when it cannot be true for a page of that size.

    Programs write 72 or 96 when nobody told them; a page wider than 17 inches at such a value is
    a scan whose resolution nobody recorded.
    """
    if not 10 <= declared <= 10_000:
        return 0
    inches = max(width, height) / declared
    if inches < 1 or inches > 80 or (round(declared) in (72, 96) and inches > 17):
        return 0
    return round(declared)


def _read_whole(path: Path, cancel: CancelToken) -> bytes:
    # In pieces, so that a large file on a slow share shows progress.
    pieces = []
    with path.open("rb") as stream:
        while piece := stream.read(_READ_CHUNK):
            cancel.check()
            pieces.append(piece)
    return b"".join(pieces)


def _tiff_frames(stream: BinaryIO, cancel: CancelToken) -> Iterator[FrameFacts]:
    pages, broken = read_tiff_pages(stream)
    with _quiet_pillow():
        for page in pages:
            cancel.check()
            if not page.auxiliary:
                yield _tiff_frame(stream, page)
    if broken:
        # The list of pages breaks off here: at least one more page was meant.
        yield FrameFacts(frame=len(pages), fault=TRUNCATED if pages else DAMAGED)


def _tiff_frame(stream: BinaryIO, page: TiffPage) -> FrameFacts:
    stream.seek(0)
    try:
        image = Image.open(stream, formats=("TIFF",))
        image.seek(page.frame)
    except Exception as error:  # Pillow raises nearly anything on damaged bytes
        _log.info("cannot open page %s of a TIFF: %r", page.frame, error)
        return FrameFacts(frame=page.frame, fault=TRUNCATED if page.cut_off else DAMAGED)
    width, height = image.size
    fault = TRUNCATED if page.cut_off else _load_fault(image)
    dpi = _declared_dpi(image)
    return FrameFacts(frame=page.frame, width=width, height=height, dpi=dpi, fault=fault)


def _load_fault(image: Image.Image) -> str:
    width, height = image.size
    if width * height > MAX_PIXELS:
        return TOO_LARGE
    if image.format == "JPEG":
        # Eighth size: all of the compressed data is still read, most of the arithmetic saved.
        image.draft("L", (max(1, width // 8), max(1, height // 8)))
    try:
        image.load()
    except Exception as error:  # Pillow raises nearly anything on damaged bytes
        _log.info("cannot decode a picture: %r", error)
        return TRUNCATED
    return ""


def _cut_off(data: bytes, media_type: str) -> bool:
    """Whether the end mark is missing, which decoders forgive."""
    if media_type == "image/jpeg":
        return data.rfind(b"\xff\xd9") < _scan_start(data)
    if media_type == "image/png":
        return b"IEND" not in data[-4096:] and data.rfind(b"IEND") < 0
    return False


def _scan_start(data: bytes) -> int:
    """Where the compressed data of the picture itself begins, behind any embedded preview."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
        if marker == 0xDA:
            break
    return position


def _declared_dpi(image: Image.Image) -> int:
    declared = image.info.get("dpi") or (0, 0)
    try:
        value = min(float(declared[0]), float(declared[1]))
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return 0
    return plausible_dpi(value, *image.size)


@contextmanager
def _quiet_pillow() -> Iterator[None]:
    """Pillow's own size guard is for photographs and warns about large drawings; here the size is
    checked against `MAX_PIXELS` from the header, before any pixel is decoded."""
    guard = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = guard
