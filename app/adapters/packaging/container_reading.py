"""Which kind a container is, and the bytes of its entries, never more than were announced."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from app.adapters.packaging.container_entries import ContainerLimits, Entry, Rejection
from app.adapters.packaging.container_tar import MAGIC, MAGIC_PLACE, tar_entries
from app.adapters.packaging.container_zip import LOCAL, zip_entries
from app.kernel.digest import CHUNK

_EMPTY_ZIP = b"PK\x05\x06"
# Compressed streams and other archives, which are no carriers of a package.
_OTHERS = (
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
)
_NESTED = (LOCAL, *_OTHERS)
_RAW_DEFLATE = -15


def read_entries(stream: BinaryIO, limits: ContainerLimits) -> list[Entry]:
    """The entries of a ZIP or TAR in the order of their bytes. Raises Rejection."""
    stream.seek(0)
    head = stream.read(MAGIC_PLACE + len(MAGIC))
    if head.startswith(_OTHERS):
        raise Rejection("PKG-218")
    if head[MAGIC_PLACE:] == MAGIC and not head.startswith(LOCAL):
        return tar_entries(stream, limits)
    entries = zip_entries(stream, limits)
    if head.startswith((LOCAL, _EMPTY_ZIP)):
        return entries
    raise Rejection("PKG-226")


def entry_chunks(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The bytes of an entry. Raises Rejection as soon as they are more than announced, at the end
    when they are fewer or have another checksum, and when they are an archive themselves."""
    size, crc = 0, 0
    for chunk in _inflated(stream, entry) if entry.deflated else _stored(stream, entry):
        if not size and chunk.startswith(_NESTED) and not entry.name.casefold().endswith(".ofd"):
            raise Rejection("PKG-229", entry.name)
        size += len(chunk)
        crc = zlib.crc32(chunk, crc)
        if size > entry.size:
            raise Rejection("PKG-223", entry.name)
        yield chunk
    if size != entry.size or entry.crc not in (None, crc):
        raise Rejection("PKG-223", entry.name)


def _stored(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    place, end = entry.start, entry.start + entry.packed
    while place < end:
        # Sought anew each time: the reader of the chunks may have moved the stream.
        stream.seek(place)
        chunk = stream.read(min(CHUNK, end - place))
        if not chunk:
            raise Rejection("PKG-210", entry.name)
        place += len(chunk)
        yield chunk


def _inflated(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    try:
        for packed in _stored(stream, entry):
            waiting = packed
            while waiting:
                chunk = inflater.decompress(waiting, CHUNK)
                waiting = inflater.unconsumed_tail
                if chunk:
                    yield chunk
                if inflater.unused_data:
                    raise Rejection("PKG-223", entry.name)
        while chunk := inflater.decompress(inflater.unconsumed_tail, CHUNK):
            yield chunk
    except zlib.error as error:
        raise Rejection("PKG-223", entry.name) from error
    if not inflater.eof:
        raise Rejection("PKG-223", entry.name)
