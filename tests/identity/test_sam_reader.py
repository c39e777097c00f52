"""ID-card readers by their serial protocol: pure frames, and a reader on a real pseudo-terminal."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from app.adapters.id_card_reader import IdCardReader
from app.kernel.errors import BadInput, Fault, Refused, Transient
from cloud_locker.identity import sam_codec
from cloud_locker.identity.sam_codec import IdentityCard, SamAnswer, SamRequest
from cloud_locker.identity.sam_reader import SamReader
from cloud_locker.identity.sam_simulator import SamSimulator
from cloud_locker.simulators.serial_wires import PtyLine, TcpLine
from tests.identity.conftest import TurnedClock

CARD = IdentityCard(
    name="阿卜杜热合曼·吐尔逊",
    sex="1",
    nation="05",
    birth="19491231",
    address="新疆维吾尔自治区伊宁市某路1号",
    number="11010519491231002X",
    issuer="伊宁市公安局",
    valid_from="20150101",
    valid_until="长期",
)


@pytest.fixture
def simulator() -> SamSimulator:
    """A reader with a card on it."""
    return SamSimulator(CARD)


@pytest.fixture
def line(simulator: SamSimulator, tmp_path: Path) -> Iterator[PtyLine]:
    """Its serial port."""
    wire = PtyLine(cast(Any, simulator), tmp_path / "ttySAM")
    yield wire
    wire.stop()


@pytest.fixture
def reader(line: PtyLine) -> Iterator[SamReader]:
    """The host's end."""
    opened = SamReader(line.address, wait=lambda seconds: None)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("command", "frame"),
    [
        (sam_codec.FIND, "AAAAAA96690003200122"),
        (sam_codec.SELECT, "AAAAAA96690003200221"),
        (sam_codec.READ, "AAAAAA96690003300132"),
    ],
)
def test_published_requests(command: tuple[int, int], frame: str) -> None:
    assert sam_codec.request_frame(*command) == bytes.fromhex(frame)
    assert sam_codec.requests().feed(bytes.fromhex(frame)) == [SamRequest(*command)]


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        ("AAAAAA9669 0008 00009F 00000000 97", sam_codec.FOUND),
        ("AAAAAA9669 000C 000090 0000000000000000 9C", sam_codec.DONE),
        ("AAAAAA9669 0004 000080 84", sam_codec.NO_CARD),
    ],
)
def test_published_answers(frame: str, status: int) -> None:
    (answer,) = sam_codec.answers().feed(bytes.fromhex(frame))
    assert answer.status == status
    assert sam_codec.answer_frame(answer) == bytes.fromhex(frame)


def test_a_whole_card_has_the_published_length() -> None:
    answer = SamAnswer(sam_codec.DONE, sam_codec.card_data(CARD, bytes(1024)))
    frame = sam_codec.answer_frame(answer)
    assert len(frame) == 1295
    (read,) = sam_codec.answers().feed(frame)
    assert sam_codec.card_of(read.data) == CARD


def test_a_card_shows_nothing_of_itself_in_a_log() -> None:
    answer = SamAnswer(sam_codec.DONE, sam_codec.card_data(CARD))
    for text in (repr(CARD), repr(answer)):
        assert not any(word in text for word in (CARD.number, CARD.name, CARD.address))


def test_frames_are_found_in_any_noise() -> None:
    chance = random.Random(20261123)
    decoder = sam_codec.answers()
    good = sam_codec.answer_frame(SamAnswer(sam_codec.FOUND, bytes(4)))
    found = 0
    for _ in range(5_000):
        noise = bytes(
            chance.choice(b"\xaa\x96\x69\x00\x01\x55") for _ in range(chance.randrange(9))
        )
        found += len(decoder.feed(noise))
        found += len(decoder.silence())
        before = found
        found += len(decoder.feed(good))
        assert found > before
    broken = bytearray(good)
    for place in range(len(good)):
        for bit in range(8):
            broken[place] ^= 1 << bit
            fresh = sam_codec.answers()
            assert not (fresh.feed(bytes(broken)) + fresh.silence()), (place, bit)
            broken[place] ^= 1 << bit


@pytest.mark.parametrize("data", [b"", b"\x01\x00\x04\x00", bytes(300), b"\xff\xff" + bytes(10)])
def test_data_that_is_no_card(data: bytes) -> None:
    card = sam_codec.card_of(data)
    assert card is None or card.number == ""


def test_a_card_is_read_over_a_serial_port(reader: SamReader, simulator: SamSimulator) -> None:
    assert reader.read(5) == CARD
    commands = [(asked.command, asked.parameter) for asked in simulator.asked]
    assert commands == [sam_codec.FIND, sam_codec.SELECT, sam_codec.READ]


def test_a_card_is_read_over_tcp(simulator: SamSimulator) -> None:
    wire = TcpLine(cast(Any, simulator))
    opened = SamReader(wire.address)
    try:
        assert opened.read(5).number == CARD.number
    finally:
        opened.close()
        wire.stop()


def test_it_waits_until_a_card_is_laid_on(line: PtyLine, simulator: SamSimulator) -> None:
    simulator.lay(None)
    looked = threading.Event()
    simulator.looked = looked.set
    opened = SamReader(line.address)
    read: list[IdentityCard] = []
    thread = threading.Thread(target=lambda: read.append(opened.read(60)))
    thread.start()
    assert looked.wait(30)
    simulator.lay(CARD)
    thread.join(60)
    opened.close()
    assert read == [CARD]


def test_no_card_in_time(reader: SamReader, simulator: SamSimulator) -> None:
    simulator.lay(None)
    with pytest.raises(Refused) as caught:
        reader.read(0)
    assert caught.value.code == "IDN-122"


@pytest.mark.parametrize("garbage", [b"\xaa\xaa\xaa\x96", b"\xaa" * 7, b"noise"])
def test_noise_before_an_answer_hurts_nothing(
    reader: SamReader, simulator: SamSimulator, garbage: bytes
) -> None:
    simulator.mishaps.garbage = garbage
    assert reader.read(5) == CARD


@pytest.mark.parametrize("mishap", ["mute", "damaged", "half"])
def test_a_reader_that_does_not_answer(
    reader: SamReader, simulator: SamSimulator, mishap: str
) -> None:
    setattr(simulator.mishaps, mishap, True)
    with pytest.raises(Transient) as caught:
        reader.read(5)
    assert caught.value.code == "IDN-121"
    setattr(simulator.mishaps, mishap, False)
    assert reader.read(5) == CARD


def test_a_pulled_cable_and_one_plugged_in_again(
    reader: SamReader, line: PtyLine, simulator: SamSimulator
) -> None:
    reader.read(5)
    line.pull_cable()
    simulator.lay(CARD)
    with pytest.raises(Transient) as caught:
        reader.read(5)
    assert caught.value.code == "IDN-121"
    line.plug_in()
    assert reader.read(5) == CARD


def test_an_error_of_the_module_is_told(reader: SamReader, simulator: SamSimulator) -> None:
    simulator.mishaps.status = 0x32
    with pytest.raises(Refused) as caught:
        reader.read(5)
    assert (caught.value.code, caught.value.parameters) == ("IDN-123", {"status": "32"})


def test_a_card_moved_while_it_was_read_is_read_again(
    reader: SamReader, simulator: SamSimulator
) -> None:
    simulator.mishaps.status = sam_codec.CARD_LEFT
    simulator.looked = lambda: None
    with pytest.raises(Refused) as caught:
        reader.read(0)
    assert caught.value.code == "IDN-122"
    simulator.mishaps.status = 0
    assert reader.read(5) == CARD


def test_the_reader_of_the_settings(line: PtyLine, clock: TurnedClock) -> None:
    configured = IdCardReader({"reader": line.address, "seconds": 5}, clock)
    assert configured.read_number() == CARD.number
    assert not configured.typed_numbers


def test_an_expired_card(line: PtyLine, simulator: SamSimulator, clock: TurnedClock) -> None:
    simulator.lay(
        IdentityCard(
            **{name: getattr(CARD, name) for name in CARD.__slots__ if name != "valid_until"},
            valid_until="20261122",
        )
    )
    clock.moment = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    with pytest.raises(Refused) as caught:
        IdCardReader({"reader": line.address, "seconds": 5}, clock).read_number()
    assert caught.value.code == "IDN-125"


def test_no_reader_is_set_up(clock: TurnedClock) -> None:
    with pytest.raises(Refused) as caught:
        IdCardReader({}, clock).read_number()
    assert caught.value.code == "IDN-124"


@pytest.mark.parametrize(
    "settings", [{"raeder": "x"}, {"seconds": 0}, {"baud_rate": "fast"}, {"typed_numbers": 1}]
)
def test_settings_that_cannot_be(settings: dict[str, Any], clock: TurnedClock) -> None:
    with pytest.raises(BadInput) as caught:
        IdCardReader(settings, clock)
    assert caught.value.code in ("SET-102", "SET-103")


def test_faults_of_the_wire_are_faults_of_the_reader(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        SamReader(str(tmp_path / "nothing")).read(1)
    assert caught.value.code == "IDN-121"
