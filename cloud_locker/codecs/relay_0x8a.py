"""0x8A boards: `HEAD BOARD LOCK FUNC XOR`, 9600 baud, boards 1 to 32 (INTEGRATION 1.1 C).

8A with 11 opens one lock, 80 with 33 asks; lock 00 means all of them, so it is never unlocked
here. All doors: `80 BOARD G3 G2 G1 33 XOR` with locks 17-24, 9-16, 1-8 (lowest bit first). What
is sent unasked begins with 81 or 82, depending on the maker.

What the board calls 00 or bit 0 is an open door where the contact of the lock is closed while
it is locked (上锁短路), and a closed one where it is wired the other way (开锁短路). The codec
speaks of the former; the setting `polarity` of the driver turns it round.
"""

from __future__ import annotations

from cloud_locker.codecs.framing import FrameDecoder, bits, bytes_of_bits, exclusive_or
from cloud_locker.codecs.messages import (
    AskDoors,
    DoorMoved,
    Doors,
    Reply,
    Request,
    Unlock,
    Unlocked,
)

OPEN = 0x8A
QUERY = 0x80
REPORTS = (0x81, 0x82)
OPEN_FUNCTION = 0x11
QUERY_FUNCTION = 0x33

_CHANNELS = 24
_DOOR_OPEN = {0x00: True, 0x11: False}


class Relay0x8aCodec:
    """The codec of this family; see `SerialCodec`."""

    baud_rate = 9600
    boards = range(1, 33)
    channels = _CHANNELS
    rest_seconds = 0.0
    speaks_unasked = True
    confirms_with_doors = False

    def request(self, message: Request) -> bytes:
        """The frame that asks this. Raises ValueError for lock 0, which would open all."""
        if isinstance(message, AskDoors):
            return checked(QUERY, message.board, 0, QUERY_FUNCTION)
        if not 1 <= message.channel <= _CHANNELS:
            raise ValueError(message)
        return checked(OPEN, message.board, message.channel, OPEN_FUNCTION)

    def reply(self, message: Reply) -> bytes:
        """The frame that says this. The family has no word for a refusal."""
        if isinstance(message, Doors):
            missing = (True,) * (_CHANNELS - len(message.doors_open))
            closed = bytes_of_bits(tuple(not it for it in message.doors_open + missing))
            return checked(QUERY, message.board, *reversed(closed), QUERY_FUNCTION)
        state = 0x00 if message.door_open else 0x11
        head = REPORTS[0] if isinstance(message, DoorMoved) else OPEN
        return checked(head, message.board, message.channel or 0, state)

    def requests(self) -> FrameDecoder[Request]:
        """A decoder for the end of the boards."""
        return FrameDecoder(_measure_request, _is_whole, _read_request)

    def replies(self) -> FrameDecoder[Reply]:
        """A decoder for the end of the workstation."""
        return FrameDecoder(_measure_reply, _is_whole, _read_reply)


def checked(*body: int) -> bytes:
    """A whole frame: `body` and its checksum."""
    return bytes([*body, exclusive_or(bytes(body))])


def _measure_request(stream: bytes) -> int:
    return 5 if stream[0] in (OPEN, QUERY) else 0


def _measure_reply(stream: bytes) -> int:
    if stream[0] == QUERY:
        return 7
    return 5 if stream[0] in (OPEN, *REPORTS) else 0


def _is_whole(whole: bytes) -> bool:
    if exclusive_or(whole):
        return False
    if len(whole) == 7:
        return whole[5] == QUERY_FUNCTION
    return True


def _read_request(whole: bytes) -> Request | None:
    head, board, lock, function = whole[:4]
    if (head, lock, function) == (QUERY, 0, QUERY_FUNCTION):
        return AskDoors(board=board)
    if (head, function) == (OPEN, OPEN_FUNCTION) and lock:
        return Unlock(board=board, channel=lock)
    return None


def _read_reply(whole: bytes) -> Reply | None:
    head, board, lock, state = whole[:4]
    if head == QUERY:
        closed = bits(bytes(reversed(whole[2:5])))
        return Doors(board=board, doors_open=tuple(not shut for shut in closed))
    if state not in _DOOR_OPEN:
        return None
    door_open = _DOOR_OPEN[state]
    if head in REPORTS:
        return DoorMoved(board=board, channel=lock, door_open=door_open)
    # The state is that of the door while the solenoid is still driven: no proof of a refusal.
    return Unlocked(board=board, channel=lock, done=True, door_open=door_open)
