"""Kerong KR-CU48: `02 DEV LOCK CMD 03 SUM`, locks from 0 (INTEGRATION 1.1 B2).

SUM is the low byte of the sum of all bytes before it. 60 asks for all doors, 61 opens one. A
reply is `02 DEV LOCK STATUS LEN DATA.. SUM` with status 75 for done: LEN 0 after an unlock, LEN 6
with one bit per lock (1 = closed) after a query. No item sensor is known for this family.
"""

from __future__ import annotations

from cloud_locker.codecs.framing import FrameDecoder, bits, bytes_of_bits, low_byte_of_sum
from cloud_locker.codecs.messages import (
    AskDoors,
    DoorMoved,
    Doors,
    Reply,
    Request,
    Unlock,
    Unlocked,
)

QUERY = 0x60
OPEN_ONE = 0x61
DONE = 0x75
FAILED = 0x00

_BEGIN = 0x02
_END = 0x03
_REQUEST_LENGTH = 6
_DATA_LENGTHS = (0, 6)
_CHANNELS = 48


class KerongCu48Codec:
    """The codec of this family; see `SerialCodec`."""

    baud_rate = 19200
    boards = range(32)
    channels = _CHANNELS
    rest_seconds = 0.1
    speaks_unasked = False
    confirms_with_doors = False

    def request(self, message: Request) -> bytes:
        """The frame that asks this."""
        if isinstance(message, AskDoors):
            return _summed(_BEGIN, message.board, 0, QUERY, _END)
        return _summed(_BEGIN, message.board, message.channel - 1, OPEN_ONE, _END)

    def reply(self, message: Reply) -> bytes:
        """The frame that says this."""
        if isinstance(message, DoorMoved):
            raise ValueError(message)
        if isinstance(message, Unlocked):
            status = DONE if message.done else FAILED
            return _summed(_BEGIN, message.board, (message.channel or 1) - 1, status, 0)
        missing = (False,) * (_CHANNELS - len(message.doors_open))
        closed = bytes_of_bits(tuple(not it for it in message.doors_open + missing))
        return _summed(_BEGIN, message.board, 0, DONE, len(closed), *closed)

    def requests(self) -> FrameDecoder[Request]:
        """A decoder for the end of the boards."""
        return FrameDecoder(_measure_request, _is_whole, _read_request)

    def replies(self) -> FrameDecoder[Reply]:
        """A decoder for the end of the workstation."""
        return FrameDecoder(_measure_reply, _is_whole, _read_reply)


def _summed(*body: int) -> bytes:
    return bytes([*body, low_byte_of_sum(bytes(body))])


def _measure_request(stream: bytes) -> int:
    known = (_BEGIN, None, None, (QUERY, OPEN_ONE), _END)
    for byte, allowed in zip(stream, known, strict=False):
        if allowed is not None and byte not in (
            allowed if isinstance(allowed, tuple) else (allowed,)
        ):
            return 0
    return _REQUEST_LENGTH


def _measure_reply(stream: bytes) -> int:
    if stream[0] != _BEGIN:
        return 0
    if len(stream) < 5:
        return 5
    # An adapter that hears itself repeats the request, whose fifth byte is 03.
    return 6 + stream[4] if stream[4] in _DATA_LENGTHS else 0


def _is_whole(whole: bytes) -> bool:
    return whole[-1] == low_byte_of_sum(whole[:-1])


def _read_request(whole: bytes) -> Request | None:
    if whole[3] == QUERY:
        return AskDoors(board=whole[1])
    return Unlock(board=whole[1], channel=whole[2] + 1)


def _read_reply(whole: bytes) -> Reply | None:
    done = whole[3] == DONE
    if not whole[4]:
        return Unlocked(board=whole[1], channel=whole[2] + 1, done=done)
    if not done:
        return None
    return Doors(board=whole[1], doors_open=tuple(not shut for shut in bits(whole[5:-1])))
