"""Reads the entries of a ZIP strictly: every byte of the file belongs to exactly one thing.

The format lets two readers see two different contents (two directories, names that differ, bytes
that overlap or hide between entries). Here whatever is not told twice in the same way is refused.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from app.adapters.packaging.container_entries import ContainerLimits, Entry, Rejection

LOCAL = b"PK\x03\x04"
_CENTRAL, _DESCRIPTOR = b"PK\x01\x02", b"PK\x07\x08"
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LOCAL_FORM = struct.Struct("<4s5H3L2H")
_CENTRAL_FORM = struct.Struct("<4s6H3L5H2L")
_END_FORM = struct.Struct("<4s4H2LH")
_END64_FORM = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_FORM = struct.Struct("<4sLQL")
_END64_LENGTH = 44
_WIDE, _WIDE_COUNT = 0xFFFFFFFF, 0xFFFF
_LONGEST_COMMENT = 0xFFFF
# A header with the longest name that is accepted anyway and some extra fields.
_MOST_BYTES_A_ROW = 4096
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_LATER_SIZES, _UTF8, _LEVELS = 0x0008, 0x0800, 0x0006
_STORED, _DEFLATED = 0, 8
_HIGHEST_VERSION = 45
_ZIP64, _OTHER_NAME = 0x0001, 0x7075
_UNIX, _MAC = 3, 19
_NOT_PLAIN = 0x0008 | 0x0400


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """One row of the directory."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def zip_entries(stream: BinaryIO, limits: ContainerLimits) -> list[Entry]:
    """The entries in the order of their bytes. Raises Rejection."""
    count, start, length = _directory_place(stream)
    if count > limits.files:
        raise Rejection("PKG-220")
    if length > count * _MOST_BYTES_A_ROW:
        raise Rejection("PKG-226")
    stream.seek(start)
    rows = sorted(_rows(stream.read(length), count), key=lambda row: row.offset)
    entries = []
    reached = 0
    for index, row in enumerate(rows):
        until = rows[index + 1].offset if index + 1 < len(rows) else start
        entry, reached = _entry(stream, row, reached, until)
        entries.append(entry)
    if reached != start:
        raise Rejection("PKG-226")
    return entries


def _directory_place(stream: BinaryIO) -> tuple[int, int, int]:
    """Number of rows, offset and length of the directory; it must end where its end begins."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END_FORM.size - _LONGEST_COMMENT))
    tail = stream.read()
    if len(tail) < _END_FORM.size or not tail[-_END_FORM.size :].startswith(_END):
        # An end further up means that something was put behind it.
        raise Rejection("PKG-226" if _END in tail else "PKG-210")
    _, disk, first, here, count, length, start, comment = _END_FORM.unpack(tail[-_END_FORM.size :])
    if comment:
        raise Rejection("PKG-226")
    end = size - _END_FORM.size
    if tail[: -_END_FORM.size][-_LOCATOR_FORM.size :].startswith(_LOCATOR):
        wide = _wide_place(stream, end - _LOCATOR_FORM.size)
        told = ((here, _WIDE_COUNT), (count, _WIDE_COUNT), (start, _WIDE), (length, _WIDE))
        for (narrow, most), whole in zip(told, (wide[0], *wide), strict=True):
            if narrow not in (most, whole):
                raise Rejection("PKG-210")
        count, start, length = wide
        end -= _LOCATOR_FORM.size + _END64_FORM.size
    elif here != count:
        raise Rejection("PKG-210")
    if disk or first:
        raise Rejection("PKG-210")
    if start + length != end:
        raise Rejection("PKG-226")
    return count, start, length


def _wide_place(stream: BinaryIO, locator: int) -> tuple[int, int, int]:
    stream.seek(max(0, locator - _END64_FORM.size))
    data = stream.read(_END64_FORM.size + _LOCATOR_FORM.size)
    if len(data) < _END64_FORM.size + _LOCATOR_FORM.size:
        raise Rejection("PKG-210")
    end = _END64_FORM.unpack_from(data)
    _, disk, place, disks = _LOCATOR_FORM.unpack_from(data, _END64_FORM.size)
    _, long, _, _, here_disk, first, here, count, length, start = end
    if end[0] != _END64 or long != _END64_LENGTH or place != locator - _END64_FORM.size:
        raise Rejection("PKG-210")
    if disk or disks > 1 or here_disk or first or here != count:
        raise Rejection("PKG-210")
    return count, start, length


def _rows(data: bytes, count: int) -> Iterator[_Row]:
    place = 0
    for _ in range(count):
        if data[place : place + 4] != _CENTRAL or len(data) < place + _CENTRAL_FORM.size:
            raise Rejection("PKG-210")
        (_, made, needed, flags, method, _, _, crc, packed, size, *rest) = (
            _CENTRAL_FORM.unpack_from(data, place)
        )
        name_length, extra_length, comment, disk, _, attributes, offset = rest
        begin = place + _CENTRAL_FORM.size
        name = data[begin : begin + name_length]
        extra = data[begin + name_length : begin + name_length + extra_length]
        place = begin + name_length + extra_length + comment
        if place > len(data) or disk:
            raise Rejection("PKG-210")
        row = _Row(
            name=name,
            flags=flags,
            method=method,
            crc=crc,
            packed=packed,
            size=size,
            offset=offset,
        )
        _judge_row(row, made >> 8, needed, attributes)
        yield _widened(row, extra)
    if place != len(data):
        raise Rejection("PKG-226")


def _judge_row(row: _Row, system: int, needed: int, attributes: int) -> None:
    """Refuse what is encrypted, packed in another way, or neither file nor folder."""
    shown = row.name.decode("utf-8", "replace")
    if row.flags & _ENCRYPTED:
        raise Rejection("PKG-217", shown)
    if (
        row.method not in (_STORED, _DEFLATED)
        or row.flags & ~(_LATER_SIZES | _UTF8 | _LEVELS)
        or needed & 0xFF > _HIGHEST_VERSION
    ):
        raise Rejection("PKG-218", shown)
    mode = stat.S_IFMT(attributes >> 16) if system in (_UNIX, _MAC) else 0
    expected = stat.S_IFDIR if row.name.endswith(b"/") else stat.S_IFREG
    if mode not in (0, expected) or attributes & _NOT_PLAIN:
        raise Rejection("PKG-214", shown)


def _widened(row: _Row, extra: bytes) -> _Row:
    """The row with what its ZIP64 field says instead of the values that do not fit."""
    fields = dict(_extra_fields(row, extra))
    if _OTHER_NAME in fields:
        raise Rejection("PKG-223", row.name.decode("utf-8", "replace"))
    data = fields.get(_ZIP64, b"")
    values: dict[str, Any] = {}
    for name in ("size", "packed", "offset"):
        if getattr(row, name) == _WIDE:
            if len(data) < 8:
                raise Rejection("PKG-210", row.name.decode("utf-8", "replace"))
            values[name], data = int.from_bytes(data[:8], "little"), data[8:]
    return replace(row, **values)


def _extra_fields(row: _Row, extra: bytes) -> Iterator[tuple[int, bytes]]:
    seen = set()
    while extra:
        kind, length = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        if len(extra) < 4 + length or kind in seen:
            raise Rejection("PKG-223", row.name.decode("utf-8", "replace"))
        seen.add(kind)
        yield kind, extra[4 : 4 + length]
        extra = extra[4 + length :]


def _entry(stream: BinaryIO, row: _Row, reached: int, until: int) -> tuple[Entry, int]:
    """The entry of a row, held against its own header, and where its bytes end.

    `reached` is where the bytes before it end, `until` where what follows begins.
    """
    name = _name(row)
    if row.offset < reached:
        raise Rejection("PKG-222", name)
    if row.offset > reached:
        raise Rejection("PKG-226", name)
    stream.seek(row.offset)
    head = stream.read(_LOCAL_FORM.size)
    if len(head) < _LOCAL_FORM.size or not head.startswith(LOCAL):
        raise Rejection("PKG-223", name)
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL_FORM.unpack(
        head
    )
    begin = row.offset + _LOCAL_FORM.size + name_length + extra_length
    written = stream.read(name_length)
    extra = stream.read(extra_length)
    local = _widened(replace(row, crc=crc, packed=packed, size=size, offset=0), extra)
    same = (local.crc, local.packed, local.size) == (row.crc, row.packed, row.size)
    later = bool(flags & _LATER_SIZES)
    if (flags, method, written) != (row.flags, row.method, row.name) or not (same or later):
        raise Rejection("PKG-223", name)
    end = begin + row.packed
    if end > until:
        raise Rejection("PKG-222", name)
    if later:
        end += _descriptor_length(stream, row, end, until, name)
    folder = name.endswith("/")
    if (row.method == _STORED and row.packed != row.size) or (folder and row.size):
        raise Rejection("PKG-223", name)
    return Entry(
        name=name.removesuffix("/"),
        folder=folder,
        size=row.size,
        packed=row.packed,
        start=begin,
        deflated=row.method == _DEFLATED,
        crc=row.crc,
    ), end


def _descriptor_length(stream: BinaryIO, row: _Row, place: int, until: int, name: str) -> int:
    """How long the sizes after the data are; they must say what the directory says."""
    stream.seek(place)
    found = stream.read(min(24, until - place))
    for width in (4, 8):
        if max(row.packed, row.size) >= 1 << 8 * width:
            continue
        plain = row.crc.to_bytes(4, "little") + b"".join(
            value.to_bytes(width, "little") for value in (row.packed, row.size)
        )
        for whole in (_DESCRIPTOR + plain, plain):
            if found == whole:
                return len(whole)
    raise Rejection("PKG-223", name)


def _name(row: _Row) -> str:
    try:
        name = row.name.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejection("PKG-228", row.name.decode("utf-8", "replace")) from error
    if not name.isascii() and not row.flags & _UTF8:
        raise Rejection("PKG-228", name)
    return name
