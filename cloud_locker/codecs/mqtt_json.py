"""Messages of MQTT lock controllers as JSON (W751 style): bytes to messages and back, no wire.

INTEGRATION 1.1 F: a command goes to the topic that is the device's serial number, as
`{"msg_id": 1, "data": {"cmd_type": "open_lock", "info": {"addr": 0, "lock": 5, "duration": 10,
"cmd_id": "…", "user_id": "…"}}}`; `addr` is 0-7, `lock` 1-36, `duration` in tenths of a second.
Answers, events and the status go to topics below it. Added here to what that controller documents:
`expires_at` of a command, `time` (the controller's own clock), and `boot` and `sequence` of events.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LARGEST_MESSAGE = 64 * 1024
LONGEST_TEXT = 128
ADDRESSES = range(8)
LOCKS = range(1, 37)
LARGEST_NUMBER = 2**53

CODE_DONE = "00"
CODE_UNKNOWN = "01"
CODE_PARAMETER = "02"
CODE_CHECKSUM = "03"
CODE_FAILED = "04"
CODE_EXPIRED = "05"  # ours; the others are those of the W751
CODE_TIMEOUT = "FF"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenLock:
    """Pulse one lock. `tenths`: 1-100, in 100 ms; `expires_at`: seconds since the epoch on the
    controller's clock, after which the command must not be carried out any more."""

    message: int
    command: str
    board: int
    lock: int
    tenths: int
    expires_at: float
    user: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AskDoors:
    """Ask for all doors and items of one controller, over all its boards."""

    message: int
    command: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """The answer to `OpenLock`. `at`: the controller's clock, seconds since the epoch."""

    message: int
    command: str
    code: str
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BoardDoors:
    """One board: for each of its locks in order, whether its door is open; `items` whether
    something lies in the cell, None for controllers without item sensors."""

    board: int
    doors: tuple[bool, ...]
    items: tuple[bool, ...] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Doors:
    """The answer to `AskDoors`."""

    message: int
    command: str
    code: str
    at: float
    boards: tuple[BoardDoors, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DoorMoved:
    """A door moved, said by the controller itself. `sequence` grows by one within a `boot`."""

    boot: str
    sequence: int
    board: int
    lock: int
    door_open: bool
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Retained: whether the controller is there; its last will says that it is not."""

    online: bool
    boot: str
    at: float


Message = OpenLock | AskDoors | Opened | Doors | DoorMoved | Status


class _Unfit(Exception):
    """Well-formed JSON that is no message."""


def encode(message: Message) -> bytes:
    """The message as it goes over the wire."""
    kind, number, info = _packed(message)
    data: dict[str, Any] = {"cmd_type": kind, "info": info}
    if isinstance(message, Opened | Doors):
        data["code"] = message.code
    return json.dumps({"msg_id": number, "data": data}, separators=(",", ":")).encode()


def decode(payload: bytes) -> Message | None:
    """The message of a payload; None for anything that is not one, whole and within its ranges."""
    if len(payload) > LARGEST_MESSAGE:
        return None
    try:
        row = json.loads(payload.decode("utf-8"), parse_constant=_no_number)
        return _unpacked(_mapping(row))
    except (ValueError, RecursionError, _Unfit):
        return None


def _packed(message: Message) -> tuple[str, int, dict[str, Any]]:
    match message:
        case OpenLock():
            return (
                "open_lock",
                message.message,
                {
                    "addr": message.board,
                    "lock": message.lock,
                    "duration": message.tenths,
                    "cmd_id": message.command,
                    "user_id": message.user,
                    "expires_at": message.expires_at,
                },
            )
        case AskDoors():
            return "query_all", message.message, {"cmd_id": message.command}
        case Opened():
            return "open_answer", message.message, {"cmd_id": message.command, "time": message.at}
        case Doors():
            boards = [_packed_board(board) for board in message.boards]
            info = {"cmd_id": message.command, "time": message.at, "boards": boards}
            return "query_answer", message.message, info
        case DoorMoved():
            return (
                "door_event",
                0,
                {
                    "addr": message.board,
                    "lock": message.lock,
                    "door": int(message.door_open),
                    "boot": message.boot,
                    "sequence": message.sequence,
                    "time": message.at,
                },
            )
        case Status():
            online = {"online": int(message.online), "boot": message.boot, "time": message.at}
            return "status", 0, online


def _packed_board(board: BoardDoors) -> dict[str, Any]:
    packed: dict[str, Any] = {"addr": board.board, "doors": [int(door) for door in board.doors]}
    if board.items is not None:
        packed["items"] = [int(item) for item in board.items]
    return packed


def _unpacked(row: dict[str, Any]) -> Message:
    data = _mapping(row.get("data"))
    info = _mapping(data.get("info"))
    number = _number(row.get("msg_id"), range(LARGEST_NUMBER))
    match data.get("cmd_type"):
        case "open_lock":
            return OpenLock(
                message=number,
                command=_text(info.get("cmd_id")),
                board=_number(info.get("addr"), ADDRESSES),
                lock=_number(info.get("lock"), LOCKS),
                tenths=_number(info.get("duration"), range(1, 101)),
                expires_at=_moment(info.get("expires_at")),
                user=_text(info.get("user_id"), least=0),
            )
        case "query_all":
            return AskDoors(message=number, command=_text(info.get("cmd_id")))
        case "open_answer":
            return Opened(
                message=number,
                command=_text(info.get("cmd_id")),
                code=_text(data.get("code")),
                at=_moment(info.get("time")),
            )
        case "query_answer":
            return Doors(
                message=number,
                command=_text(info.get("cmd_id")),
                code=_text(data.get("code")),
                at=_moment(info.get("time")),
                boards=_boards(info.get("boards")),
            )
        case "door_event":
            return DoorMoved(
                boot=_text(info.get("boot")),
                sequence=_number(info.get("sequence"), range(LARGEST_NUMBER)),
                board=_number(info.get("addr"), ADDRESSES),
                lock=_number(info.get("lock"), LOCKS),
                door_open=_flag(info.get("door")),
                at=_moment(info.get("time")),
            )
        case "status":
            return Status(
                online=_flag(info.get("online")),
                boot=_text(info.get("boot")),
                at=_moment(info.get("time")),
            )
        case _:
            raise _Unfit


def _boards(value: Any) -> tuple[BoardDoors, ...]:
    if not isinstance(value, list) or len(value) > len(ADDRESSES):
        raise _Unfit
    boards = tuple(_board(_mapping(row)) for row in value)
    if len({board.board for board in boards}) != len(boards):
        raise _Unfit
    return boards


def _board(row: dict[str, Any]) -> BoardDoors:
    doors = _flags(row.get("doors"))
    items = _flags(row["items"]) if "items" in row else None
    if items is not None and len(items) != len(doors):
        raise _Unfit
    return BoardDoors(board=_number(row.get("addr"), ADDRESSES), doors=doors, items=items)


def _flags(value: Any) -> tuple[bool, ...]:
    if not isinstance(value, list) or len(value) > len(LOCKS):
        raise _Unfit
    return tuple(_flag(flag) for flag in value)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Unfit
    return value


def _number(value: Any, within: range) -> int:
    # True and 1.0 are equal to 1, but no number of a lock.
    if type(value) is not int or value not in within:
        raise _Unfit
    return value


def _flag(value: Any) -> bool:
    return _number(value, range(2)) == 1


def _text(value: Any, *, least: int = 1) -> str:
    if not isinstance(value, str) or not least <= len(value) <= LONGEST_TEXT:
        raise _Unfit
    return value


def _moment(value: Any) -> float:
    if type(value) not in (int, float) or not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise _Unfit
    return float(value)


def _no_number(word: str) -> float:
    raise ValueError(word)
