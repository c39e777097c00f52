"""What passes over the wire of one hand-over: cut into slices, held to a rate, told, called off."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.ports import Noted, Rate, unlimited, unnoted

SLICE = 1 << 16
PART_BYTES = 16 << 20
# What may pass at once after a rest, in seconds of the rate.
_BURST_SECONDS = 0.25
_LONGEST_NAP = 0.1


class Pacer:
    """A token bucket: lets `rate()` bytes a second pass; 0 lets everything pass. It is asked each
    time, for the limit may depend on the hour."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._due = 0.0

    def take(self, count: int, cancel: CancelToken) -> None:
        """Wait until `count` more bytes may pass. Raises Cancelled."""
        cancel.check()
        rate = self._rate()
        if not rate:
            return
        self._due = max(self._due, time.monotonic() - _BURST_SECONDS) + count / rate
        while (rest := self._due - time.monotonic()) > 0:
            time.sleep(min(rest, _LONGEST_NAP))
            cancel.check()


class Wire:
    """The wire of one hand-over of `total` bytes.

    Progress (step "upload" or "read_back") is told slice by slice as the bytes leave or come;
    `noted` only what the far side acknowledged.
    """

    def __init__(
        self,
        *,
        rate: Rate = unlimited,
        part_bytes: int = PART_BYTES,
        progress: Report = silent,
        cancel: CancelToken | None = None,
        noted: Noted = unnoted,
    ) -> None:
        self.part_bytes = part_bytes
        self.cancel = cancel or CancelToken()
        self._pacer = Pacer(rate)
        self._progress = progress
        self._noted = noted

    def acknowledged(self, state: str, bytes_there: int) -> None:
        """The far side said that it holds so many bytes."""
        self._noted(state, bytes_there)

    def outgoing(self, source: Path, start: int, length: int, total: int) -> Iterator[bytes]:
        """`length` bytes of the file from `start` on, as fast as they may leave."""
        with source.open("rb") as stream:
            stream.seek(start)
            done, end = start, start + length
            while done < end and (piece := stream.read(min(SLICE, end - done))):
                self._pacer.take(len(piece), self.cancel)
                yield piece
                done += len(piece)
                self._progress(Progress(step="upload", done=done, total=total))

    def incoming(self, pieces: Iterable[bytes], total: int) -> Iterator[bytes]:
        """Pieces that come back, as fast as they may be fetched."""
        done = 0
        for piece in pieces:
            self._pacer.take(len(piece), self.cancel)
            yield piece
            done += len(piece)
            self._progress(Progress(step="read_back", done=done, total=total))


class OutgoingPart(io.RawIOBase):
    """A part of a file for a client that reads it more than once: first to sign, then to send.

    Only what is read after `send` counts as leaving. Reading past the part gives nothing.
    """

    def __init__(self, wire: Wire, source: Path, start: int, length: int, total: int) -> None:
        self._wire, self._source = wire, source
        self._start, self._length, self._total = start, length, total
        self._stream = source.open("rb")
        self._position = 0
        self._leaving: Iterator[bytes] | None = None
        self._rest = b""

    def __len__(self) -> int:
        return self._length

    def send(self) -> None:
        """From now on what is read leaves over the wire."""
        self._position, self._rest = 0, b""
        self._leaving = self._wire.outgoing(self._source, self._start, self._length, self._total)

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is, as long as nothing is being sent."""
        return True

    def tell(self) -> int:
        """Bytes from the start of the part."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in the part."""
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._length}[whence]
        self._position = origin + offset
        return self._position

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`."""
        if self._leaving is not None:
            if not self._rest:
                self._rest = next(self._leaving, b"")
            count = len(self._rest) if size < 0 else size
            piece, self._rest = self._rest[:count], self._rest[count:]
        else:
            count = self._length - self._position
            self._stream.seek(self._start + self._position)
            piece = self._stream.read(count if size < 0 else min(size, count))
        self._position += len(piece)
        return piece

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()
