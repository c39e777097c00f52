"""Writes a PDF file object by object, so that a dossier of any size needs the memory of one page.

Only what a PDF/A of scans needs (ISO 32000-1, 7.3 and 7.5): numbered objects one after the other,
a classic cross-reference table and a trailer whose identifier follows from what was written.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from typing import BinaryIO

# Of longer chunks the identifier follows from their beginning, their end and their length: to read
# every picture once more for it would cost a fifth of the time.
_TELLING = 1 << 16
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def text_string(text: str) -> bytes:
    """`text` as a PDF text string in UTF-16BE (ISO 32000-1, 7.9.2.2), written in hexadecimal."""
    return b"<FEFF" + text.encode("utf-16-be", "replace").hex().upper().encode() + b">"


def number(value: float) -> bytes:
    """`value` with at most four decimals and no exponent, which PDF does not know."""
    rendered = f"{value:.4f}".rstrip("0").rstrip(".")
    return b"0" if rendered in ("", "-0") else rendered.encode()


def numbers(values: Iterable[float]) -> bytes:
    """Several numbers with blanks between them."""
    return b" ".join(number(value) for value in values)


def reference(object_number: int) -> bytes:
    """An indirect reference."""
    return b"%d 0 R" % object_number


def references(object_numbers: Iterable[int]) -> bytes:
    """An array of indirect references."""
    return b"[" + b" ".join(reference(item) for item in object_numbers) + b"]"


class PdfFile:
    """A PDF under construction on a binary stream that is only ever appended to."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._offsets: dict[int, int] = {}
        self._next = 1
        self._position = 0
        self._sha256 = hashlib.sha256()
        self._emit(_HEADER)

    def reserve(self) -> int:
        """The number of an object that will be written later."""
        self._next += 1
        return self._next - 1

    def write(self, body: bytes, object_number: int = 0) -> int:
        """Write one object; gives its number."""
        object_number = object_number or self.reserve()
        self._offsets[object_number] = self._position
        self._emit(b"%d 0 obj\n" % object_number, body, b"\nendobj\n")
        return object_number

    def write_stream(self, entries: bytes, data: bytes, object_number: int = 0) -> int:
        """Write one stream with `data` exactly as it is; `entries` go into its dictionary."""
        object_number = object_number or self.reserve()
        self._offsets[object_number] = self._position
        head = b"%d 0 obj\n<<%s /Length %d>>\nstream\n" % (object_number, entries, len(data))
        self._emit(head, data, b"\nendstream\nendobj\n")
        return object_number

    def write_deflated(self, entries: bytes, data: bytes, object_number: int = 0) -> int:
        """Write one stream, compressed without loss."""
        return self.write_stream(
            entries + b" /Filter /FlateDecode", zlib.compress(data, 6), object_number
        )

    def close(self, *, catalog: int, information: int) -> None:
        """Write the cross-reference table and the trailer."""
        start, size = self._position, self._next
        self._emit(b"xref\n0 %d\n0000000000 65535 f \n" % size)
        for object_number in range(1, size):
            self._emit(b"%010d 00000 n \n" % self._offsets[object_number])
        identifier = self._sha256.hexdigest()[:32].upper().encode()
        self._emit(
            b"trailer\n<</Size %d /Root %s /Info %s /ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (size, reference(catalog), reference(information), identifier, identifier, start)
        )

    def _emit(self, *chunks: bytes) -> None:
        for chunk in chunks:
            self._stream.write(chunk)
            if len(chunk) > 2 * _TELLING:
                self._sha256.update(chunk[:_TELLING])
                self._sha256.update(chunk[-_TELLING:])
                self._sha256.update(len(chunk).to_bytes(8, "big"))
            else:
                self._sha256.update(chunk)
            self._position += len(chunk)
