"""The frames of the serial boards: published vectors, round trips, and 100,000 disturbed frames."""

from __future__ import annotations

import functools
import operator
import random
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from cloud_locker.codecs import kerong, relay_0x8a, wkly
from cloud_locker.codecs.framing import FrameDecoder, bits, bytes_of_bits
from cloud_locker.codecs.kerong import KerongCodec
from cloud_locker.codecs.kerong_cu48 import KerongCu48Codec
from cloud_locker.codecs.messages import (
    AskDoors,
    DoorMoved,
    Doors,
    Reply,
    Request,
    SerialCodec,
    Unlock,
    Unlocked,
)
from cloud_locker.codecs.relay_0x8a import Relay0x8aCodec
from cloud_locker.codecs.wkly import WklyCodec

FRAMES = 100_000

WKLY, KERONG, CU48, RELAY = WklyCodec(), KerongCodec(), KerongCu48Codec(), Relay0x8aCodec()
CODECS: dict[str, SerialCodec] = {"wkly": WKLY, "kerong": KERONG, "cu48": CU48, "relay8a": RELAY}


def shut(count: int, *open_channels: int) -> tuple[bool, ...]:
    return tuple(channel in open_channels for channel in range(1, count + 1))


# Vectors of INTEGRATION 1.1: bytes that other people's programs and boards speak.

REQUESTS: list[tuple[SerialCodec, Request, str]] = [
    (WKLY, Unlock(board=0, channel=1), "57 4B 4C 59 09 00 82 01 83"),
    (WKLY, Unlock(board=10, channel=1), "57 4B 4C 59 09 0A 82 01 89"),
    (WKLY, AskDoors(board=0), "57 4B 4C 59 08 00 84 85"),
    (KERONG, AskDoors(board=0), "02 00 30 03 35"),
    (KERONG, Unlock(board=0, channel=5), "02 04 31 03 3A"),
    (CU48, AskDoors(board=0), "02 00 00 60 03 65"),
    (CU48, Unlock(board=0, channel=1), "02 00 00 61 03 66"),
    (RELAY, Unlock(board=1, channel=1), "8A 01 01 11 9B"),
    (RELAY, Unlock(board=1, channel=10), "8A 01 0A 11 90"),
    (RELAY, AskDoors(board=1), "80 01 00 33 B2"),
]

REPLIES: list[tuple[SerialCodec, Reply, str]] = [
    (
        WKLY,
        Unlocked(board=0, channel=1, done=True, door_open=True),
        "57 4B 4C 59 0B 00 82 00 01 00 81",
    ),
    (WKLY, DoorMoved(board=0, channel=1, door_open=False), "57 4B 4C 59 0A 00 85 01 01 86"),
    (
        WKLY,
        Doors(board=0, doors_open=(True, False, False, True)),
        "57 4B 4C 59 0E 00 84 00 04 00 01 01 00 87",
    ),
    (
        KERONG,
        Doors(board=0, doors_open=shut(16), items=shut(16, 1)),
        "02 00 35 FF FF 01 00 03 39",
    ),
    (CU48, Unlocked(board=0, channel=1, done=True), "02 00 00 75 00 77"),
    (
        CU48,
        Doors(board=0, doors_open=shut(48, 1, 16)),
        "02 00 00 75 06 FE 7F FF FF FF FF F6",
    ),
    (RELAY, Unlocked(board=1, channel=1, done=True, door_open=True), "8A 01 01 00 8A"),
    (RELAY, Unlocked(board=1, channel=1, done=True, door_open=False), "8A 01 01 11 9B"),
    (
        RELAY,
        Doors(board=1, doors_open=tuple(channel not in (1, 9, 17) for channel in range(1, 25))),
        "80 01 01 01 01 33 B3",
    ),
    (RELAY, DoorMoved(board=1, channel=2, door_open=False), "81 01 02 11 93"),
]


@pytest.mark.parametrize(("codec", "message", "text"), REQUESTS)
def test_requests_are_the_published_bytes(codec: SerialCodec, message: Request, text: str) -> None:
    assert codec.request(message) == bytes.fromhex(text)
    assert codec.requests().feed(bytes.fromhex(text)) == [message]


@pytest.mark.parametrize(("codec", "message", "text"), REPLIES)
def test_replies_are_the_published_bytes(codec: SerialCodec, message: Reply, text: str) -> None:
    assert codec.replies().feed(bytes.fromhex(text)) == [message]
    assert codec.reply(message) == bytes.fromhex(text)


def test_vectors_of_commands_that_the_driver_never_sends() -> None:
    assert wkly.frame(0, wkly.OPEN_SEVERAL, 3, 1, 2, 3) == bytes.fromhex("574B4C590C00800301020386")
    assert kerong.frame(0xF0, kerong.QUERY_EVERY_BOARD) == bytes.fromhex("02F0320327")
    assert relay_0x8a.checked(relay_0x8a.OPEN, 1, 0, 0x11) == bytes.fromhex("8A0100119A")
    assert relay_0x8a.checked(relay_0x8a.QUERY, 1, 1, 0x33) == bytes.fromhex("80010133B3")


def test_a_lock_of_a_later_board_is_addressed_by_both_halves_of_the_byte() -> None:
    assert KERONG.request(Unlock(board=14, channel=16))[1] == 0xEF


def test_no_request_ever_means_all_locks() -> None:
    with pytest.raises(ValueError):
        RELAY.request(Unlock(board=1, channel=0))
    assert RELAY.requests().feed(bytes.fromhex("8A0100119A")) == []
    assert WKLY.requests().feed(wkly.frame(0, 0x86)) == []


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        (WKLY, "57 4B 4C 59 09 00 84 FF 7B"),  # the query failed
        (WKLY, "57 4B 4C 59 0E 00 84 00 04 00 01 02 00 84"),  # a door that is neither
        (WKLY, "57 4B 4C 59 0C 00 84 00 04 00 01 84"),  # fewer doors than it says
        (WKLY, "57 4B 4C 59 0A 00 85 01 07 80"),
        (RELAY, "8A 01 01 22 A8"),
    ],
)
def test_the_state_of_a_door_is_never_guessed(codec: SerialCodec, text: str) -> None:
    data = bytes.fromhex(text)
    assert functools.reduce(operator.xor, data) == 0  # the checksum is right
    assert codec.replies().feed(data) == []


def test_a_board_that_declines_is_understood_with_and_without_the_channel() -> None:
    replies = WKLY.replies()
    bare, full = wkly.frame(3, wkly.OPEN_ONE, 0xFF), wkly.frame(3, wkly.OPEN_ONE, 0xFF, 7, 1)
    assert replies.feed(bare + full) == [
        Unlocked(board=3, channel=None, done=False),
        Unlocked(board=3, channel=7, done=False, door_open=False),
    ]
    assert CU48.replies().feed(bytes.fromhex("0200051118")) == []
    assert CU48.replies().feed(bytes.fromhex("020005110018")) == [
        Unlocked(board=0, channel=6, done=False)
    ]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_a_mismatching_byte_may_begin_the_next_frame(codec: SerialCodec) -> None:
    frame = codec.request(AskDoors(board=1))
    assert codec.requests().feed(frame[:1] + frame) == [AskDoors(board=1)]
    assert codec.requests().feed(frame[:3] + frame[:2] + frame + frame) == [AskDoors(board=1)] * 2


def test_02_and_03_in_the_data_end_no_frame() -> None:
    doors = Doors(board=0, doors_open=tuple(not it for it in bits(b"\x03\x02")), items=shut(16, 2))
    data = KERONG.reply(doors)
    assert data[3:6] == b"\x03\x02\x02"
    assert KERONG.replies().feed(data * 3) == [doors] * 3


def test_noise_like_the_head_of_a_long_frame_holds_up_until_silence() -> None:
    replies = WKLY.replies()
    frame = WKLY.reply(DoorMoved(board=0, channel=1, door_open=True))
    assert replies.feed(wkly.HEADER + bytes([60, 0]) + frame) == []
    assert replies.silence() == [DoorMoved(board=0, channel=1, door_open=True)]
    assert replies.silence() == []


def test_what_an_adapter_hears_of_itself_is_no_answer() -> None:
    for codec in (WKLY, KERONG, CU48):
        for request in (AskDoors(board=1), Unlock(board=1, channel=3)):
            answer = Doors(board=1, doors_open=shut(4, 2), items=None)
            heard = codec.replies().feed(codec.request(request) + codec.reply(answer))
            assert [reply.doors_open[:4] for reply in heard if isinstance(reply, Doors)] == [
                answer.doors_open
            ]
            assert len(heard) == 1


def test_bits_count_from_the_lowest_of_the_first_byte() -> None:
    assert bits(b"\x01\x80") == shut(16, 1, 16)
    for value in (b"", b"\x00", b"\xa5\x3c\x01"):
        assert bytes_of_bits(bits(value)) == value


# Fuzz. The oracle is a second reading of the reference, on purpose without the product's code.


def _xor_is_zero(data: bytes) -> bool:
    return functools.reduce(operator.xor, data, 0) == 0


def _sum_is_right(data: bytes) -> bool:
    return sum(data[:-1]) % 256 == data[-1]


def _wkly_ends(stream: bytes, start: int) -> list[int]:
    if stream[start : start + 4] != b"WKLY" or start + 4 >= len(stream):
        return []
    return [start + stream[start + 4]]


def _kerong_ends(stream: bytes, start: int) -> list[int]:
    return [start + 5, start + 9] if stream[start] == 2 else []


def _cu48_ends(stream: bytes, start: int) -> list[int]:
    return [start + 6, start + 12] if stream[start] == 2 else []


def _relay_ends(stream: bytes, start: int) -> list[int]:
    return [start + 5, start + 7] if stream[start] in (0x80, 0x81, 0x82, 0x8A) else []


ENDS: dict[str, Callable[[bytes, int], list[int]]] = {
    "wkly": _wkly_ends,
    "kerong": _kerong_ends,
    "cu48": _cu48_ends,
    "relay8a": _relay_ends,
}
RIGHT = {
    "wkly": _xor_is_zero,
    "kerong": _sum_is_right,
    "cu48": _sum_is_right,
    "relay8a": _xor_is_zero,
}


def whole_frames(name: str, stream: bytes) -> Iterator[bytes]:
    """Every stretch of the stream that could be a frame with a right checksum."""
    for start in range(len(stream)):
        for end in ENDS[name](stream, start):
            if end <= len(stream) and RIGHT[name](stream[start:end]):
                yield stream[start:end]


def some_request(rng: random.Random, codec: SerialCodec) -> Request:
    board = rng.choice(codec.boards)
    if rng.random() < 0.5:
        return AskDoors(board=board)
    return Unlock(board=board, channel=rng.randint(1, codec.channels))


def some_reply(rng: random.Random, codec: SerialCodec) -> Reply:
    board, kind = rng.choice(codec.boards), rng.random()
    channel, door_open = rng.randint(1, codec.channels), rng.random() < 0.5
    if kind < 0.3 and codec.speaks_unasked:
        return DoorMoved(board=board, channel=channel, door_open=door_open)
    if kind < 0.6 and not codec.confirms_with_doors:
        if codec is CU48:
            return Unlocked(board=board, channel=channel, done=door_open)
        return Unlocked(board=board, channel=channel, done=True, door_open=door_open)
    count = rng.randint(1, 64) if codec is WKLY else codec.channels
    flags = [rng.random() < 0.5 for _ in range(2 * count)]
    items = tuple(flags[count:]) if codec is KERONG else None
    return Doors(board=board, doors_open=tuple(flags[:count]), items=items)


def disturbed(rng: random.Random, frame: bytes) -> bytes:
    """The frame with something wrong about it, or noise before it."""
    kind = rng.randrange(5)
    place = rng.randrange(len(frame))
    if kind == 0:
        return frame[:place] + bytes([frame[place] ^ 1 << rng.randrange(8)]) + frame[place + 1 :]
    if kind == 1:
        return frame[:place]
    if kind == 2:
        return frame[:place] + frame[place + 1 :]
    if kind == 3:
        return frame[:place] + rng.randbytes(rng.randint(1, 4)) + frame[place:]
    return rng.randbytes(rng.randint(1, 12)) + frame


def chunks(rng: random.Random, stream: bytes) -> Iterator[bytes]:
    cuts = sorted(rng.randrange(len(stream) + 1) for _ in range(rng.randrange(4)))
    for start, end in pairwise([0, *cuts, len(stream)]):
        yield stream[start:end]


Decode = tuple[
    Callable[[], FrameDecoder[Request] | FrameDecoder[Reply]], Callable[[random.Random], bytes]
]


def directions(codec: SerialCodec) -> dict[str, Decode]:
    return {
        "requests": (codec.requests, lambda rng: codec.request(some_request(rng, codec))),
        "replies": (codec.replies, lambda rng: codec.reply(some_reply(rng, codec))),
    }


@pytest.mark.parametrize("direction", ["requests", "replies"])
@pytest.mark.parametrize("name", CODECS)
def test_disturbed_frames_never_raise_nor_say_what_nobody_said(name: str, direction: str) -> None:
    rng = random.Random(f"{name} {direction}")
    decoder_of, some_frame = directions(CODECS[name])[direction]
    sent = 0
    while sent < FRAMES // 8:
        frames = [some_frame(rng) for _ in range(rng.randint(1, 6))]
        sent += len(frames)
        stream = b"".join(
            disturbed(rng, frame) if rng.random() < 0.5 else frame for frame in frames
        )
        decoder = decoder_of()
        heard = [message for part in chunks(rng, stream) for message in decoder.feed(part)]
        heard += decoder.silence()
        # Each of them stands in the stream, whole and with a right checksum.
        possible = [m for frame in whole_frames(name, stream) for m in decoder_of().feed(frame)]
        for message in heard:
            assert message in possible, (stream.hex(" "), message)
            possible.remove(message)
        # And whatever came before: after a silence the next frame is understood.
        last = some_frame(rng)
        assert decoder.feed(last) == decoder_of().feed(last) != []


@pytest.mark.parametrize("direction", ["requests", "replies"])
@pytest.mark.parametrize("name", CODECS)
def test_whole_frames_are_all_found_however_they_are_cut(name: str, direction: str) -> None:
    rng = random.Random(f"whole {name} {direction}")
    decoder_of, some_frame = directions(CODECS[name])[direction]
    for _ in range(300):
        frames = [some_frame(rng) for _ in range(rng.randint(1, 8))]
        # Noise that begins no frame may lie between them.
        stream = b"".join(b"\xaa" * rng.randrange(4) + frame for frame in frames)
        decoder = decoder_of()
        heard = [message for part in chunks(rng, stream) for message in decoder.feed(part)]
        assert heard == [message for frame in frames for message in decoder_of().feed(frame)]
        assert len(heard) == len(frames)


@pytest.mark.parametrize("name", CODECS)
def test_messages_survive_the_wire(name: str) -> None:
    rng = random.Random(f"round {name}")
    codec = CODECS[name]
    for _ in range(500):
        request, reply = some_request(rng, codec), some_reply(rng, codec)
        assert codec.requests().feed(codec.request(request)) == [request]
        assert codec.replies().feed(codec.reply(reply)) == [reply]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_bytes_without_any_sense_never_raise(codec: SerialCodec) -> None:
    rng = random.Random(7)
    requests, replies = codec.requests(), codec.replies()
    for _ in range(2000):
        noise = rng.randbytes(rng.randrange(24))
        requests.feed(noise)
        replies.feed(noise)
    requests.silence()
    replies.silence()
