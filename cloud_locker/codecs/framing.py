"""Frames out of a stream of bytes that may begin, break off and be disturbed anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Message = TypeVar("Message")


class FrameDecoder(Generic[Message]):
    """Takes bytes as they come and gives the messages of whole frames; never raises.

    `measure` gives the length of the frame that the bytes seem to begin with: more than there
    are while it is not whole or cannot be told yet, 0 when no frame begins there. `is_whole`
    checks a frame of that length (checksum, end mark). `read` gives its meaning, or None for a
    frame that says nothing of interest.

    After a beginning that turns out wrong only its first byte is dropped, because the true
    beginning may lie inside it (`57 57 4B 4C 59`).
    """

    def __init__(
        self,
        measure: Callable[[bytes], int],
        is_whole: Callable[[bytes], bool],
        read: Callable[[bytes], Message | None],
    ) -> None:
        self._measure = measure
        self._is_whole = is_whole
        self._read = read
        self._pending = b""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that became whole with `data`, in order."""
        stream = self._pending + data
        start = 0
        found: list[Message] = []
        while start < len(stream):
            rest = stream[start:]
            length = self._measure(rest)
            if length > len(rest):
                break
            frame = rest[:length]
            if not length or not self._is_whole(frame):
                start += 1
                continue
            start += length
            message = self._read(frame)
            if message is not None:
                found.append(message)
        self._pending = stream[start:]
        return found

    def silence(self) -> list[Message]:
        """Say that nothing came for long: what has begun will never end. Gives the messages
        that lie behind such a beginning (noise may look like the head of a long frame)."""
        found: list[Message] = []
        while self._pending:
            self._pending = self._pending[1:]
            found += self.feed(b"")
        return found


def exclusive_or(data: bytes) -> int:
    """All bytes combined by exclusive or: 0 for a frame that ends with this checksum."""
    result = 0
    for byte in data:
        result ^= byte
    return result


def low_byte_of_sum(data: bytes) -> int:
    """The sum of all bytes, of which only the low byte is kept."""
    return sum(data) & 0xFF


def bits(data: bytes) -> tuple[bool, ...]:
    """The bits of all bytes, the lowest bit of the first byte first."""
    return tuple(bool(byte >> place & 1) for byte in data for place in range(8))


def bytes_of_bits(flags: tuple[bool, ...]) -> bytes:
    """The bytes of which `bits` gives the flags; a last byte is filled up with zeros."""
    number = sum(flag << place for place, flag in enumerate(flags))
    return number.to_bytes((len(flags) + 7) // 8, "little")
