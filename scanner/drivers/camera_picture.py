"""Frames of a camera as pictures: what is kept as the master, and what is only looked at."""

from __future__ import annotations

import functools
import io
import logging
import struct
from typing import Any

import cv2
import numpy as np
from PIL import Image

from scanner.drivers.camera_source import CameraError, CameraFrame, Trouble
from scanner.drivers.image_file import check_picture

COMPRESSED = ("MJPG", "JPEG")
_PNG_LEVEL = 1
# Cameras announce a multiple of their block size, or their frames have one.
_BLOCK = 16
# Wide enough to see whether print is sharp, small enough to look at every frame.
_LOOK_WIDTH = 800
_START_OF_SCAN, _HUFFMAN_TABLES = 0xDA, 0xC4
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
_log = logging.getLogger(__name__)


def master_of(frame: CameraFrame) -> tuple[bytes, str, str]:
    """The bytes to keep of a frame, their suffix and their media type.

    A JPEG frame is kept as the camera delivered it. Many UVC cameras leave the Huffman tables
    out of their frames (the USB video class takes those of ITU-T T.81, annex K.3, for granted);
    such a frame is no valid JPEG file, so the standard tables are put in before the scan, and
    nothing else is touched. Bare pixels become PNG. Raises CameraError FORMAT.
    """
    if frame.format in COMPRESSED:
        return with_huffman_tables(frame.data), ".jpg", "image/jpeg"
    done, encoded = cv2.imencode(
        ".png", _to_color(frame), [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL]
    )
    if not done:
        raise CameraError(Trouble.FORMAT, frame.format)
    return encoded.tobytes(), ".png", "image/png"


def is_whole(frame: CameraFrame) -> bool:
    """Whether a frame can become a master: a JPEG that decodes to its end in the size that the
    camera announced, or as many bytes as the raw format has."""
    if frame.format in COMPRESSED:
        facts = check_picture(with_huffman_tables(frame.data), "image/jpeg")
        _log.debug("frame of %s bytes: %s", len(frame.data), facts)
        apart = max(abs(facts.width - frame.width), abs(facts.height - frame.height))
        return not facts.fault and apart < _BLOCK
    return len(frame.data) >= _raw_size(frame)


def look_at(frame: CameraFrame) -> Pixels | None:
    """The frame in gray, about 800 pixels wide; None when it is torn."""
    if frame.format not in COMPRESSED:
        if len(frame.data) < _raw_size(frame):
            return None
        gray = _to_gray(frame)
    else:
        if b"\xff\xd9" not in frame.data[-65536:]:
            return None
        flag = cv2.IMREAD_GRAYSCALE
        for share, reduced in (
            (8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
            (4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
            (2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
        ):
            if frame.width >= share * _LOOK_WIDTH:
                flag = reduced
                break
        data = np.frombuffer(with_huffman_tables(frame.data), np.uint8)
        try:
            decoded = cv2.imdecode(data, flag)
        except cv2.error as error:
            _log.info("a frame cannot be decoded: %s", error)
            return None
        if decoded is None:
            return None
        gray = decoded.astype(np.uint8, copy=False)
    height, width = gray.shape[:2]
    if width > _LOOK_WIDTH:
        size = (_LOOK_WIDTH, max(1, height * _LOOK_WIDTH // width))
        gray = cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return gray


def with_huffman_tables(data: bytes) -> bytes:
    """A JPEG with Huffman tables: unchanged when it has any, else with the standard ones."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF or marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == _HUFFMAN_TABLES:
            return data
        if marker == _START_OF_SCAN:
            return data[:position] + standard_huffman_tables() + data[position:]
        position += 2 + int(struct.unpack_from(">H", data, position + 2)[0])
    return data


@functools.cache
def standard_huffman_tables() -> bytes:
    """The tables of ITU-T T.81, annex K.3, as segments: those that libjpeg writes by default."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 16)).save(stream, format="JPEG", optimize=False)
    data = stream.getvalue()
    tables, position = b"", 2
    while data[position + 1] != _START_OF_SCAN:
        (length,) = struct.unpack_from(">H", data, position + 2)
        if data[position + 1] == _HUFFMAN_TABLES:
            tables += data[position : position + 2 + length]
        position += 2 + length
    return tables


def _raw_size(frame: CameraFrame) -> int:
    """Bytes of a whole raw frame; the last row may come without its padding."""
    per_row, rows = _row_bytes(frame), frame.height
    stride = max(frame.stride, per_row)
    if frame.format == "NV12":
        rows += frame.height // 2
    return stride * (rows - 1) + per_row


def _row_bytes(frame: CameraFrame) -> int:
    if frame.format in ("YUYV", "UYVY"):
        return frame.width * 2
    return frame.width * (3 if frame.format in ("RGB3", "BGR3") else 1)


def _rows(frame: CameraFrame) -> Pixels:
    """The samples without the padding at the end of the rows."""
    per_row = _row_bytes(frame)
    stride = max(frame.stride, per_row)
    rows = frame.height + (frame.height // 2 if frame.format == "NV12" else 0)
    padded = frame.data[: stride * rows].ljust(stride * rows, b"\0")
    return np.frombuffer(padded, np.uint8).reshape(rows, stride)[:, :per_row]


def _to_color(frame: CameraFrame) -> Pixels:
    """Blue, green and red as OpenCV writes them; gray stays gray."""
    rows = _rows(frame)
    conversions = {
        "YUYV": cv2.COLOR_YUV2BGR_YUYV,
        "UYVY": cv2.COLOR_YUV2BGR_UYVY,
        "NV12": cv2.COLOR_YUV2BGR_NV12,
    }
    if frame.format == "GREY":
        return np.ascontiguousarray(rows)
    if frame.format in ("RGB3", "BGR3"):
        color = rows.reshape(frame.height, frame.width, 3)
        return np.ascontiguousarray(color[:, :, ::-1] if frame.format == "RGB3" else color)
    if frame.format not in conversions:
        raise CameraError(Trouble.FORMAT, frame.format)
    if frame.format != "NV12":
        rows = rows.reshape(frame.height, frame.width, 2)
    converted = cv2.cvtColor(np.ascontiguousarray(rows), conversions[frame.format])
    return converted.astype(np.uint8, copy=False)


def _to_gray(frame: CameraFrame) -> Pixels:
    rows = _rows(frame)
    if frame.format in ("YUYV", "UYVY"):
        first = 0 if frame.format == "YUYV" else 1
        return np.ascontiguousarray(rows[:, first::2])
    if frame.format in ("GREY", "NV12"):
        return np.ascontiguousarray(rows[: frame.height])
    return cv2.cvtColor(_to_color(frame), cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
