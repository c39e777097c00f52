"""What lock boards on a serial bus are asked and what they say, whatever their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cloud_locker.codecs.framing import FrameDecoder


@dataclass(frozen=True, kw_only=True, slots=True)
class AskDoors:
    """How do all doors of this board stand?"""

    board: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Unlock:
    """Pulse one lock. Channels of a board count from 1, as on its terminals."""

    board: int
    channel: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """All doors of a board in the order of its channels, and its item sensors where it has any."""

    board: int
    doors_open: tuple[bool, ...]
    items: tuple[bool, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Unlocked:
    """The answer to `Unlock`. `done` is False when the board says that it did not. `door_open`
    is what it saw while it answered, which may be too early. `channel` is None when not told."""

    board: int
    channel: int | None
    done: bool
    door_open: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorMoved:
    """Said without being asked."""

    board: int
    channel: int
    door_open: bool


Request = AskDoors | Unlock
Reply = Doors | Unlocked | DoorMoved


class SerialCodec(Protocol):
    """One family of boards: pure functions between messages and bytes, and its facts.

    `baud_rate` is that of the factory (always 8 data bits, no parity, 1 stop bit). `boards`: the
    addresses a board can have. `channels`: the most locks of one board. `rest_seconds`: how long
    a board must be left alone after an unlock. `speaks_unasked`: sends `DoorMoved`.
    `confirms_with_doors`: an unlock is answered by `Doors` instead of `Unlocked`.

    A decoder gives nothing but frames whose checksum is right and whose every byte has a meaning:
    the state of a door is never guessed.
    """

    baud_rate: int
    boards: range
    channels: int
    rest_seconds: float
    speaks_unasked: bool
    confirms_with_doors: bool

    def request(self, message: Request) -> bytes:
        """The frame that asks this."""
        ...

    def reply(self, message: Reply) -> bytes:
        """The frame that says this; raises ValueError for what the family cannot say."""
        ...

    def requests(self) -> FrameDecoder[Request]:
        """A decoder for the end of the boards."""
        ...

    def replies(self) -> FrameDecoder[Reply]:
        """A decoder for the end of the workstation."""
        ...
