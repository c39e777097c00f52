"""The JSON of MQTT controllers: the documented vector, and whatever else may arrive."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from cloud_locker.codecs.mqtt_json import (
    LARGEST_MESSAGE,
    AskDoors,
    BoardDoors,
    DoorMoved,
    Doors,
    Message,
    Opened,
    OpenLock,
    Status,
    decode,
    encode,
)

FRAMES = 50_000

MESSAGES: list[Message] = [
    OpenLock(message=1, command="c1", board=0, lock=5, tenths=10, expires_at=1.5, user="user-柜"),
    AskDoors(message=2, command="c2"),
    Opened(message=1, command="c1", code="00", at=1763900000.25),
    Doors(
        message=2,
        command="c2",
        code="00",
        at=3.0,
        boards=(
            BoardDoors(board=0, doors=(True, False), items=(False, True)),
            BoardDoors(board=7, doors=(False,) * 36, items=None),
        ),
    ),
    DoorMoved(boot="b1", sequence=17, board=3, lock=36, door_open=True, at=9.0),
    Status(online=False, boot="b1", at=0.0),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_what_was_encoded_is_decoded(message: Message) -> None:
    assert decode(encode(message)) == message


def test_the_command_is_that_of_the_controller() -> None:
    """INTEGRATION 1.1 F, with the moment after which it must not be carried out."""
    assert json.loads(encode(MESSAGES[0])) == {
        "msg_id": 1,
        "data": {
            "cmd_type": "open_lock",
            "info": {
                "addr": 0,
                "lock": 5,
                "duration": 10,
                "cmd_id": "c1",
                "user_id": "user-柜",
                "expires_at": 1.5,
            },
        },
    }


def test_anything_more_that_a_controller_says_is_passed_over() -> None:
    row = json.loads(encode(MESSAGES[2])) | {"firmware": "2.1"}
    assert decode(json.dumps(row).encode()) == MESSAGES[2]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("lock", 0),
        ("lock", 37),
        ("lock", True),
        ("lock", 5.0),
        ("lock", "5"),
        ("addr", 8),
        ("addr", -1),
        ("duration", 0),
        ("duration", 101),
        ("cmd_id", ""),
        ("cmd_id", "x" * 129),
        ("cmd_id", 7),
        ("expires_at", None),
        ("expires_at", float("nan")),
        ("expires_at", float("inf")),
        ("expires_at", 10**400),
    ],
    ids=range(16),
)
def test_a_command_out_of_its_range_is_none(part: str, value: Any) -> None:
    row = json.loads(encode(MESSAGES[0]))
    row["data"]["info"][part] = value
    assert decode(json.dumps(row).encode()) is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"open_lock"',
        b"{}",
        b'{"msg_id":1}',
        b'{"msg_id":1,"data":[]}',
        b'{"msg_id":1,"data":{"cmd_type":"open_all","info":{}}}',
        b'{"msg_id":-1,"data":{"cmd_type":"query_all","info":{"cmd_id":"c"}}}',
        b"\xff\xfe{}",
        b"[" * 20_000,
        b'{"a":' * 10_000,
        b"9" * 60_000,
        b" " * (LARGEST_MESSAGE + 1),
    ],
    ids=range(14),
)
def test_what_is_no_message_is_none(payload: bytes) -> None:
    assert decode(payload) is None


def test_boards_that_contradict_themselves_are_none() -> None:
    row = json.loads(encode(MESSAGES[3]))
    boards = row["data"]["info"]["boards"]
    for changed in (
        [boards[0], boards[0]],
        [boards[0] | {"items": [0]}],
        [boards[0] | {"doors": [0] * 37, "items": [0] * 37}],
        [boards[0] | {"doors": [2, 0]}],
        [{"addr": number, "doors": []} for number in range(9)],
    ):
        row["data"]["info"]["boards"] = changed
        assert decode(json.dumps(row).encode()) is None


def _spoilt(chance: random.Random, payload: bytes) -> bytes:
    data = bytearray(payload)
    for _ in range(chance.randrange(1, 5)):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place : place + chance.randrange(1, 9)]
            case 2:
                data[place:place] = bytes(chance.choices(b'{}[],:"0159-.eEtrufalsn\\ ', k=3))
            case 3:
                data[place:place] = data[: chance.randrange(len(data) + 1)]
            case _:
                data = data[place:] + data[:place]
    return bytes(data)


def test_no_spoilt_message_raises_or_leaves_its_ranges() -> None:
    chance = random.Random(7)
    payloads = [encode(message) for message in MESSAGES]
    passed = 0
    for _ in range(FRAMES):
        spoilt = _spoilt(chance, chance.choice(payloads))
        message = decode(spoilt)
        if message is not None:
            passed += 1
            # Whatever is let through is a message that this program could have sent itself.
            assert decode(encode(message)) == message
            check = _RANGES[type(message)]
            assert check(message), (spoilt, message)
    assert 0 < passed < FRAMES // 2


_RANGES: dict[type, Callable[[Any], bool]] = {
    OpenLock: lambda it: it.board in range(8) and it.lock in range(1, 37) and 0 < it.tenths <= 100,
    AskDoors: lambda it: bool(it.command),
    Opened: lambda it: bool(it.command and it.code),
    Doors: lambda it: all(board.board in range(8) for board in it.boards),
    DoorMoved: lambda it: it.board in range(8) and it.lock in range(1, 37),
    Status: lambda it: isinstance(it.online, bool),
}
