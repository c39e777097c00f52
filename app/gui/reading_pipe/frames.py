"""Frames on a pipe: four bytes of length (big endian), a JSON header, then the payload.

The header is an object; its key "payload" says how many bytes follow it, none without it. Either
side names the most it takes, so that no header makes the other one ask for memory.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

from attrs import frozen

_LENGTH = struct.Struct(">I")
_DEEPEST = 32


class BadFrame(Exception):
    """The pipe ended in the middle of a frame, or what came over it is no frame."""


@frozen(kw_only=True)
class Frame:
    """One message."""

    header: dict[str, Any]
    payload: bytes = b""


@frozen(kw_only=True)
class Limits:
    """The most that a side takes, in bytes."""

    header: int
    payload: int


# A reader asks in few words; the longest is the signature on a slip.
FROM_READER = Limits(header=512 * 1024, payload=0)
# A page is below 4 MB; a catalogue or a list of hits may be long.
FROM_SHELL = Limits(header=16 * 1024 * 1024, payload=32 * 1024 * 1024)


def read_frame(stream: BinaryIO, limits: Limits) -> Frame | None:
    """The next frame, None when the other side closed the pipe between two frames.

    Raises BadFrame for anything else: cut, too large, or no JSON object.
    """
    prefix = _read(stream, _LENGTH.size)
    if not prefix:
        return None
    if len(prefix) < _LENGTH.size:
        raise BadFrame("cut")
    (length,) = _LENGTH.unpack(prefix)
    if not 2 <= length <= limits.header:
        raise BadFrame("header size")
    header = _object(_read(stream, length), length)
    size = header.pop("payload", 0)
    if type(size) is not int or not 0 <= size <= limits.payload:
        raise BadFrame("payload size")
    payload = _read(stream, size)
    if len(payload) < size:
        raise BadFrame("cut")
    return Frame(header=header, payload=payload)


def write_frame(stream: BinaryIO, header: dict[str, Any], payload: bytes = b"") -> None:
    """Write one frame and flush it. Raises OSError or ValueError when the pipe is closed."""
    if payload:
        header = {**header, "payload": len(payload)}
    text = json.dumps(header, ensure_ascii=True, separators=(",", ":"), default=str).encode()
    stream.write(_LENGTH.pack(len(text)) + text + payload)
    stream.flush()


def _read(stream: BinaryIO, count: int) -> bytes:
    """`count` bytes, fewer only at the end of the stream."""
    parts, left = [], count
    while left:
        part = stream.read(left)
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _object(text: bytes, length: int) -> dict[str, Any]:
    if len(text) < length:
        raise BadFrame("cut")
    try:
        value = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadFrame("no JSON") from error
    if not isinstance(value, dict) or _depth(value) > _DEEPEST:
        raise BadFrame("no object")
    return value


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _depth(value: Any) -> int:
    """How deep lists and objects lie in each other."""
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return depth
