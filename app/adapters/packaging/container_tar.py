"""Reads the entries of an uncompressed TAR (POSIX ustar and pax, GNU long names) strictly."""

from __future__ import annotations

from typing import BinaryIO

from app.adapters.packaging.container_entries import ContainerLimits, Entry, Rejection

MAGIC_PLACE, MAGIC = 257, b"ustar"
_BLOCK = 512
_FILE, _OLD_FILE, _FOLDER = b"0", b"\0", b"5"
_PAX, _PAX_FOR_ALL, _LONG_NAME = b"x", b"g", b"L"
_MOST_HEADER_BYTES = 1 << 16
# Writers fill up to a whole record of 10,240 bytes, some to larger ones.
_MOST_PADDING = 1 << 20


def tar_entries(stream: BinaryIO, limits: ContainerLimits) -> list[Entry]:
    """The entries in order. Raises Rejection."""
    end = stream.seek(0, 2)
    entries: list[Entry] = []
    place, named = 0, dict[str, str]()
    while True:
        stream.seek(place)
        block = stream.read(_BLOCK)
        if not block.strip(b"\0"):
            _judge_end(stream, place, end)
            return entries
        kind, size, name = _header(block)
        begin = place + _BLOCK
        if kind in (_PAX, _PAX_FOR_ALL, _LONG_NAME):
            named |= _more(stream, begin, kind, size, end)
        else:
            size = int(named.get("size", size))
            path = named["path"] if "path" in named else _text(name)
            entries.append(_entry(kind, path, size, begin))
            named = {}
        place = begin + -(-size // _BLOCK) * _BLOCK
        if place > end:
            raise Rejection("PKG-210")
        if len(entries) > limits.files:
            raise Rejection("PKG-220")


def _header(block: bytes) -> tuple[bytes, int, bytes]:
    """Kind, size and name, which may be cut where a header before told it whole.

    Raises Rejection when the block is no header.
    """
    if len(block) < _BLOCK or block[MAGIC_PLACE : MAGIC_PLACE + 5] != MAGIC:
        raise Rejection("PKG-210")
    blank = block[:148] + b" " * 8 + block[156:]
    size = _number(block[124:136])
    if _number(block[148:156]) != sum(blank):
        raise Rejection("PKG-210")
    name = block[:100].split(b"\0")[0]
    above = block[345:500].split(b"\0")[0] if block[262:263] == b"\0" else b""
    whole = above + b"/" + name if above else name
    return block[156:157], size, whole


def _number(field: bytes) -> int:
    """An octal number, or one in base 256 as GNU writes sizes beyond 8 GB."""
    if field[0] & 0x80:
        return int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big")
    digits = field.strip(b"\0 ") or b"0"
    if not set(digits) <= set(b"01234567"):
        raise Rejection("PKG-210")
    return int(digits, 8)


def _more(stream: BinaryIO, begin: int, kind: bytes, size: int, end: int) -> dict[str, str]:
    """Name and size of the following entry, from a header of its own."""
    if size > _MOST_HEADER_BYTES or begin + size > end:
        raise Rejection("PKG-223")
    stream.seek(begin)
    data = stream.read(size)
    if kind == _LONG_NAME:
        return {"path": _text(data.rstrip(b"\0"))}
    found = _records(data)
    if any(key == "linkpath" or key.startswith("GNU.sparse") for key in found):
        raise Rejection("PKG-214", found.get("path", ""))
    told: dict[str, str] = {key: found[key] for key in ("path", "size") if key in found}
    if kind == _PAX_FOR_ALL and told:
        raise Rejection("PKG-223", found.get("path", ""))
    if not told.get("size", "0").isdecimal():
        raise Rejection("PKG-223", found.get("path", ""))
    return told


def _records(data: bytes) -> dict[str, str]:
    records: dict[str, str] = {}
    while data:
        digits = data.partition(b" ")[0]
        length = int(digits) if digits.isdigit() and len(digits) < 7 else 0
        record = data[len(digits) + 1 : length]
        if length > len(data) or not record.endswith(b"\n"):
            raise Rejection("PKG-223")
        key, equals, value = record[:-1].partition(b"=")
        if not equals or _text(key) in records:
            raise Rejection("PKG-223")
        # Only these are used; the others may be of any kind.
        records[_text(key)] = _text(value) if key in (b"path", b"size", b"linkpath") else ""
        data = data[length:]
    return records


def _entry(kind: bytes, name: str, size: int, begin: int) -> Entry:
    if kind not in (_FILE, _OLD_FILE, _FOLDER):
        raise Rejection("PKG-214", name)
    folder = kind == _FOLDER
    if folder and size:
        raise Rejection("PKG-223", name)
    shown = name.removesuffix("/") if folder else name
    return Entry(name=shown, folder=folder, size=size, packed=size, start=begin)


def _judge_end(stream: BinaryIO, place: int, end: int) -> None:
    """Two empty blocks end a TAR; behind them only padding may stand."""
    rest = end - place
    if rest < 2 * _BLOCK:
        raise Rejection("PKG-210")
    stream.seek(place)
    if rest > _MOST_PADDING or stream.read(rest).strip(b"\0"):
        raise Rejection("PKG-226")


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejection("PKG-228", data.decode("utf-8", "replace")) from error
