"""Kerong KR-CU12 and KR-CU16: `02 | ADDR | CMD | [DATA] | 03 | SUM` (INTEGRATION 1.1 B).

SUM is the low byte of the sum of all bytes before it. 19200 baud; models with a network socket
use TCP port 5000. The high half of ADDR is the board (0 to E; F speaks to all), the low half the
lock, from 0. Status: two bytes of hooks (1 = closed), two of infra-red sensors (1 = item).

There is no byte of length, and 02 and 03 occur in data, so a frame is found by its command and
the length that this command has. An unlock is answered by a status.
"""

from __future__ import annotations

from cloud_locker.codecs.framing import FrameDecoder, bits, bytes_of_bits, low_byte_of_sum
from cloud_locker.codecs.messages import AskDoors, Doors, Reply, Request, Unlock

QUERY = 0x30
UNLOCK_ONE = 0x31
QUERY_EVERY_BOARD = 0x32
STATUS = 0x35

_BEGIN = 0x02
_END = 0x03
_CHANNELS = 16
_REQUEST_LENGTHS = {QUERY: 5, UNLOCK_ONE: 5}
_REPLY_LENGTHS = {STATUS: 9}


class KerongCodec:
    """The codec of this family; see `SerialCodec`."""

    baud_rate = 19200
    boards = range(15)
    channels = _CHANNELS
    # Right after an unlock a board may take no command (a field note in INTEGRATION 1.1 B).
    rest_seconds = 0.1
    speaks_unasked = False
    confirms_with_doors = True

    def request(self, message: Request) -> bytes:
        """The frame that asks this."""
        if isinstance(message, AskDoors):
            return frame(message.board << 4, QUERY)
        return frame(message.board << 4 | message.channel - 1, UNLOCK_ONE)

    def reply(self, message: Reply) -> bytes:
        """The frame that says this."""
        if not isinstance(message, Doors):
            raise ValueError(message)
        missing = (False,) * (_CHANNELS - len(message.doors_open))
        closed = tuple(not door_open for door_open in message.doors_open + missing)
        items = (message.items or ()) + (False,) * (_CHANNELS - len(message.items or ()))
        return frame(message.board << 4, STATUS, *bytes_of_bits(closed), *bytes_of_bits(items))

    def requests(self) -> FrameDecoder[Request]:
        """A decoder for the end of the boards."""
        return FrameDecoder(lambda data: _measure(data, _REQUEST_LENGTHS), _is_whole, _read_request)

    def replies(self) -> FrameDecoder[Reply]:
        """A decoder for the end of the workstation."""
        return FrameDecoder(lambda data: _measure(data, _REPLY_LENGTHS), _is_whole, _read_reply)


def frame(address: int, command: int, *data: int) -> bytes:
    """A whole frame around the data bytes of a command."""
    body = bytes([_BEGIN, address, command, *data, _END])
    return body + bytes([low_byte_of_sum(body)])


def _measure(stream: bytes, lengths: dict[int, int]) -> int:
    if stream[0] != _BEGIN:
        return 0
    return lengths.get(stream[2], 0) if len(stream) > 2 else 3


def _is_whole(whole: bytes) -> bool:
    return whole[-2] == _END and whole[-1] == low_byte_of_sum(whole[:-1])


def _read_request(whole: bytes) -> Request | None:
    board, lock = divmod(whole[1], 16)
    if whole[2] == QUERY:
        return AskDoors(board=board)
    return Unlock(board=board, channel=lock + 1)


def _read_reply(whole: bytes) -> Reply | None:
    closed = bits(whole[3:5])
    return Doors(
        board=whole[1] >> 4,
        doors_open=tuple(not shut for shut in closed),
        items=bits(whole[5:7]),
    )
