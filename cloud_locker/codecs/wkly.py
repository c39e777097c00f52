"""WKLY boards: `57 4B 4C 59 | LEN | ADDR | CMD | DATA.. | XOR` (INTEGRATION 1.1 A).

LEN counts the whole frame, XOR goes over every byte before it. 9600 baud, boards 0 to 31. There
is no item sensor in this protocol. Doors: 00 open, 01 closed; status: 00 done, FF failed.
"""

from __future__ import annotations

from cloud_locker.codecs.framing import FrameDecoder, exclusive_or
from cloud_locker.codecs.messages import (
    AskDoors,
    DoorMoved,
    Doors,
    Reply,
    Request,
    Unlock,
    Unlocked,
)

HEADER = bytes.fromhex("574B4C59")
OPEN_SEVERAL = 0x80
OPEN_ONE = 0x82
QUERY_ALL = 0x84
DOOR_CHANGE = 0x85

_DONE = 0x00
_FAILED = 0xFF
_DOOR_OPEN = {0x00: True, 0x01: False}
_BARE_LENGTH = 8


class WklyCodec:
    """The codec of this family; see `SerialCodec`."""

    baud_rate = 9600
    boards = range(32)
    channels = 64
    rest_seconds = 0.0
    speaks_unasked = True
    confirms_with_doors = False

    def request(self, message: Request) -> bytes:
        """The frame that asks this."""
        if isinstance(message, AskDoors):
            return frame(message.board, QUERY_ALL)
        return frame(message.board, OPEN_ONE, message.channel)

    def reply(self, message: Reply) -> bytes:
        """The frame that says this."""
        if isinstance(message, Doors):
            doors = [_door(door_open) for door_open in message.doors_open]
            return frame(message.board, QUERY_ALL, _DONE, len(doors), *doors)
        if isinstance(message, DoorMoved):
            return frame(message.board, DOOR_CHANGE, message.channel, _door(message.door_open))
        status = _DONE if message.done else _FAILED
        if message.channel is None:
            return frame(message.board, OPEN_ONE, status)
        door = _door(bool(message.door_open))
        return frame(message.board, OPEN_ONE, status, message.channel, door)

    def requests(self) -> FrameDecoder[Request]:
        """A decoder for the end of the boards."""
        return FrameDecoder(_measure, _is_whole, _read_request)

    def replies(self) -> FrameDecoder[Reply]:
        """A decoder for the end of the workstation."""
        return FrameDecoder(_measure, _is_whole, _read_reply)


def frame(board: int, command: int, *data: int) -> bytes:
    """A whole frame around the data bytes of a command."""
    body = HEADER + bytes([_BARE_LENGTH + len(data), board, command, *data])
    return body + bytes([exclusive_or(body)])


def _door(door_open: bool) -> int:
    return 0x00 if door_open else 0x01


def _measure(stream: bytes) -> int:
    if not HEADER.startswith(stream[: len(HEADER)]):
        return 0
    if len(stream) <= len(HEADER):
        return len(HEADER) + 1
    length = stream[len(HEADER)]
    # Longer ones do not exist; noise that claims so would hold up what comes after it.
    return length if _BARE_LENGTH <= length <= _BARE_LENGTH + 2 + WklyCodec.channels else 0


def _is_whole(whole: bytes) -> bool:
    return exclusive_or(whole) == 0


def _parts(whole: bytes) -> tuple[int, int, bytes]:
    """Board, command and data of a frame."""
    return whole[5], whole[6], whole[7:-1]


def _read_request(whole: bytes) -> Request | None:
    board, command, data = _parts(whole)
    if command == QUERY_ALL and not data:
        return AskDoors(board=board)
    if command == OPEN_ONE and len(data) == 1:
        return Unlock(board=board, channel=data[0])
    return None


def _read_reply(whole: bytes) -> Reply | None:
    board, command, data = _parts(whole)
    if command == QUERY_ALL:
        return _read_doors(board, data)
    if command == OPEN_ONE:
        return _read_unlocked(board, data)
    if command == DOOR_CHANGE and len(data) == 2 and data[1] in _DOOR_OPEN:
        return DoorMoved(board=board, channel=data[0], door_open=_DOOR_OPEN[data[1]])
    return None


def _read_doors(board: int, data: bytes) -> Doors | None:
    if len(data) < 2 or data[0] != _DONE or data[1] != len(data) - 2:
        return None
    if any(door not in _DOOR_OPEN for door in data[2:]):
        return None
    return Doors(board=board, doors_open=tuple(_DOOR_OPEN[door] for door in data[2:]))


def _read_unlocked(board: int, data: bytes) -> Unlocked | None:
    if data == bytes([_FAILED]):
        return Unlocked(board=board, channel=None, done=False)
    if len(data) != 3 or data[0] not in (_DONE, _FAILED) or data[2] not in _DOOR_OPEN:
        return None
    done = data[0] == _DONE
    return Unlocked(board=board, channel=data[1], done=done, door_open=_DOOR_OPEN[data[2]])
