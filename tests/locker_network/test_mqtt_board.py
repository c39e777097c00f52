"""What goes wrong between a workstation, a broker and a lock controller, on real wires."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt import publish
from paho.mqtt.client import MQTTv5

from app.kernel.errors import BadInput, Broken, Fault, Transient
from cloud_locker.api import Cell, DoorChange
from cloud_locker.codecs.mqtt_json import DoorMoved, OpenLock, encode
from cloud_locker.drivers import mqtt_controllers
from cloud_locker.drivers.mqtt_controllers import MqttBoard
from cloud_locker.registry import open_cabinet
from tests.locker_network.mqtt_hall import CELLS, DEVICE, PATIENCE, MqttHall
from tests.mqtt_broker import CONTROLLER, CONTROLLER_PASSWORD, PASSWORD, USER, Broker


@pytest.fixture
def hall(broker: Broker, tmp_path: Path) -> Iterator[MqttHall]:
    hall = MqttHall(broker, tmp_path)
    yield hall
    hall.close()


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as caught:
        call()
    return caught.value.code


def until(state: Callable[[], object]) -> None:
    """Wait for a state that another thread or process brings about."""
    deadline = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def answered(board: MqttBoard) -> bool:
    try:
        board.snapshot()
    except Transient:
        return False
    return True


def say(
    broker: Broker, topic: str, payload: bytes, *, controller: bool = False, **more: Any
) -> None:
    """What another program, or an echo, puts on the broker."""
    user, password = (CONTROLLER, CONTROLLER_PASSWORD) if controller else (USER, PASSWORD)
    publish.single(
        topic,
        payload,
        qos=1,
        hostname="127.0.0.1",
        port=broker.port,
        auth={"username": user, "password": password},
        protocol=MQTTv5,
        **more,
    )


def opening(command: str, *, lock: int = 1, expires_at: float) -> bytes:
    return encode(
        OpenLock(message=1, command=command, board=0, lock=lock, tenths=5, expires_at=expires_at)
    )


def test_doors_and_items_of_all_boards_in_the_order_of_the_cells(hall: MqttHall) -> None:
    board = hall.board()
    board.pulse(6, 500)  # the first lock of the second board
    hall.hardware.put(6)
    assert board.snapshot() == [
        Cell(number=number, door_open=number == 6, occupied=number == 6)
        for number in range(1, CELLS + 1)
    ]
    assert hall.hardware.total_pulses() == hall.pulses(6) == 1


def test_without_a_sensor_the_content_is_unknown(broker: Broker, tmp_path: Path) -> None:
    hall = MqttHall(broker, tmp_path, sensor=False)
    assert {cell.occupied for cell in hall.board().snapshot()} == {None}
    hall.close()


def test_a_lost_answer_leaves_one_pulse_and_the_question(hall: MqttHall) -> None:
    board = hall.board()
    hall.controller.mishaps.answers_lost = 1
    assert code_of(lambda: board.pulse(2, 500)) == "LCK-116"
    assert board.snapshot()[1].door_open
    assert hall.pulses(2) == 1


def test_a_repeated_command_is_answered_without_a_second_pulse(
    hall: MqttHall, broker: Broker
) -> None:
    for _ in range(3):
        say(broker, DEVICE, opening("c1", expires_at=time.time() + 60))
    say(broker, DEVICE, opening("c2", lock=2, expires_at=time.time() + 60))
    until(lambda: hall.pulses(2))
    assert hall.pulses(1) == 1


def test_a_command_of_yesterday_is_not_carried_out(hall: MqttHall, broker: Broker) -> None:
    say(broker, DEVICE, opening("old", expires_at=time.time() - 1))
    until(lambda: hall.controller.refused == ["old"])
    assert hall.hardware.total_pulses() == 0


def test_a_command_that_the_broker_kept_is_not_carried_out(hall: MqttHall, broker: Broker) -> None:
    hall.controller.pull_cable()
    say(broker, DEVICE, opening("kept", expires_at=time.time() + 60), retain=True)
    hall.controller.plug_in()
    until(lambda: answered(hall.board()))
    assert hall.hardware.total_pulses() == 0


def test_a_network_that_swallows_everything_lets_no_unlock_through_later(
    hall: MqttHall, broker: Broker
) -> None:
    board = hall.board()
    board.snapshot()
    broker.freeze()
    assert code_of(lambda: board.pulse(1, 500)) == "LCK-116"
    assert code_of(board.snapshot) == "LCK-101"
    hall.controller.mishaps.clock_ahead = 2.0  # as if it were that much later
    broker.thaw()
    until(lambda: hall.controller.refused)
    assert hall.hardware.total_pulses() == 0
    until(lambda: answered(board))


def test_the_last_will_ends_every_wait(hall: MqttHall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_controllers, "ANSWER_SECONDS", 10 * PATIENCE)
    board = hall.board()
    board.snapshot()
    hall.controller.mishaps.mute = True
    codes: list[str] = []
    waiting = threading.Thread(target=lambda: codes.append(code_of(lambda: board.pulse(3, 500))))
    waiting.start()
    assert hall.hardware.wait_open(3, PATIENCE)
    hall.controller.pull_cable()
    waiting.join(PATIENCE)
    assert codes == ["LCK-116"]
    with suppress(Transient):  # what was said before still counts
        assert board.changes(0.0) == [DoorChange(number=3, door_open=True)]
    for call in (board.snapshot, lambda: board.pulse(4, 500), lambda: board.changes(PATIENCE * 10)):
        assert code_of(call) == "LCK-101"
    assert hall.hardware.total_pulses() == 1


def test_who_comes_later_knows_from_the_kept_status(
    hall: MqttHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.controller.pull_cable()
    monkeypatch.setattr(mqtt_controllers, "ANSWER_SECONDS", 10 * PATIENCE)
    board = hall.board()
    assert code_of(board.snapshot) == "LCK-101"
    hall.controller.plug_in()
    until(lambda: answered(board))


def test_broker_down_and_back(hall: MqttHall, broker: Broker) -> None:
    board = hall.board()
    board.pulse(1, 500)
    broker.stop()
    for call in (board.snapshot, lambda: board.pulse(2, 500), lambda: board.changes(0.0)):
        assert code_of(call) == "LCK-101"
    broker.start()
    until(lambda: answered(board))
    assert board.snapshot()[0].door_open
    assert hall.hardware.total_pulses() == 1


def test_a_late_answer_is_not_taken_for_the_next(hall: MqttHall) -> None:
    board = hall.board()
    hall.controller.mishaps.held = True
    assert code_of(lambda: board.pulse(1, 500)) == "LCK-116"
    hall.controller.mishaps.held = False
    hall.controller.mishaps.answers_lost = 1

    def meanwhile() -> None:
        assert hall.hardware.wait_open(2, PATIENCE)
        hall.controller.say_held()

    said = threading.Thread(target=meanwhile)
    said.start()
    assert code_of(lambda: board.pulse(2, 500)) == "LCK-116"
    said.join()
    assert [cell.number for cell in board.snapshot() if cell.door_open] == [1, 2]


def test_garbage_and_doubled_answers_change_nothing(hall: MqttHall) -> None:
    board = hall.board()
    hall.controller.mishaps.garbage = hall.controller.mishaps.doubled = True
    for number in range(1, CELLS + 1):
        board.pulse(number, 500)
        assert board.snapshot()[number - 1].door_open
    assert hall.hardware.total_pulses() == CELLS


def test_doors_are_told_once_and_in_order_whatever_repeats_itself(
    hall: MqttHall, broker: Broker
) -> None:
    board = hall.board()
    board.snapshot()
    hall.controller.mishaps.doubled = True
    hall.hardware.force_open(7)
    hall.hardware.close_door(7)
    heard: list[DoorChange] = []
    until(lambda: heard.extend(board.changes(0.1)) or len(heard) >= 2)
    for sequence, boot in ((1, ""), (2, "boot-of-another-run"), (1, "boot-of-another-run")):
        event = DoorMoved(
            boot=boot or hall.controller.boot,
            sequence=sequence,
            board=0,
            lock=2,
            door_open=True,
            at=time.time(),
        )
        say(broker, f"{DEVICE}/event", encode(event), controller=True)
    until(lambda: heard.extend(board.changes(0.1)) or len(heard) >= 3)
    # A run of the controller that is over says nothing any more.
    hall.hardware.force_open(8)
    board.snapshot()
    assert [(change.number, change.door_open) for change in heard + board.changes(0.0)] == [
        (7, True),
        (7, False),
        (2, True),
    ]


def test_the_clock_of_the_controller_is_known_and_does_not_hinder(hall: MqttHall) -> None:
    board = hall.board()
    assert board.clock_drift() is None
    hall.controller.mishaps.clock_ahead = -3600.0
    board.snapshot()
    drift = board.clock_drift()
    assert drift is not None and -3605 < drift < -3595
    board.pulse(1, 500)
    hall.controller.mishaps.clock_ahead = 3600.0
    # Nobody can know of a clock that was set just now; then it is known.
    assert code_of(lambda: board.pulse(2, 500)) == "LCK-101"
    board.pulse(2, 500)
    assert (hall.pulses(1), hall.pulses(2)) == (1, 1)


def test_two_programs_at_one_controller_hear_their_own_answers(hall: MqttHall) -> None:
    boards = [hall.board(), hall.board()]
    faults: list[Fault] = []

    def work(board: MqttBoard, cells: range) -> None:
        try:
            for number in cells:
                board.pulse(number, 500)
                for _ in range(10):
                    board.snapshot()
        except Fault as error:
            faults.append(error)

    threads = [
        threading.Thread(target=work, args=(board, range(first, CELLS + 1, 2)))
        for first, board in enumerate(boards, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [hall.pulses(number) for number in hall.hardware.numbers] == [1] * CELLS


def test_the_broker_lets_nobody_in_without_the_password(hall: MqttHall) -> None:
    for wrong in ({"password": "guess"}, {"user": "", "password": ""}):
        with pytest.raises(Broken) as caught:
            hall.board(**wrong).snapshot()
        assert caught.value.code == "LCK-252"


def test_the_password_may_lie_in_a_file(hall: MqttHall) -> None:
    (hall.folder / "broker.password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    board = hall.board(password="", password_file="broker.password")
    assert len(board.snapshot()) == CELLS


def test_over_an_encrypted_line_to_a_broker_that_proves_itself(
    tmp_path: Path, free_port: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        secure_port = taken.getsockname()[1]
    broker = Broker(tmp_path / "broker", free_port, secure_port)
    hall = MqttHall(broker, tmp_path)
    try:
        address = f"mqtts://127.0.0.1:{secure_port}"
        board = hall.board(address=address, authority=str(broker.certificate))
        board.pulse(1, 500)
        assert board.snapshot()[0].door_open
        hall.controller.pull_cable()
        assert code_of(board.snapshot) == "LCK-101"
        # Somebody else's certificate is none, and without one the machine knows no such authority.
        assert code_of(hall.board(address=address).snapshot) == "LCK-252"
        (tmp_path / "empty.pem").write_text("", encoding="utf-8")
        wrong = hall.board(address=address, authority=str(tmp_path / "empty.pem"))
        assert code_of(wrong.snapshot) == "LCK-252"
    finally:
        hall.close()
        broker.stop()


@pytest.mark.parametrize(
    "wrong", [{"adress": "mqtt://broker"}, {"cells": "8"}, {"boards": 3}, {"steady": {"speed": 1}}]
)
def test_settings_that_nobody_knows(hall: MqttHall, wrong: dict[str, Any]) -> None:
    with pytest.raises(Broken) as caught:
        open_cabinet("mqtt:hall", hall.folder, **hall.options(**wrong))
    assert caught.value.code == "LCK-251"


def test_a_controller_with_other_boards_than_the_settings_say(hall: MqttHall) -> None:
    for wrong in ({"boards": (0, 4)}, {"cells": 9}):
        with pytest.raises(Broken) as caught:
            hall.board(**wrong).snapshot()
        assert caught.value.code == "LCK-253"
    assert code_of(lambda: hall.board(cells=10).pulse(10, 500)) == "LCK-253"
    assert hall.hardware.total_pulses() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"cells": 0},
        {"cells": 11},
        {"boards": ()},
        {"boards": (0, 0)},
        {"boards": (0, 8)},
        {"cells_per_board": 37},
        {"address": "broker:1883"},
        {"address": "http://broker"},
        {"address": "mqtt://"},
        {"address": "mqtt://broker:notaport"},
        {"address": ""},
        {"device": "everybody/#"},
        {"password_file": "not-there"},
    ],
)
def test_settings_that_cannot_be(hall: MqttHall, wrong: dict[str, Any]) -> None:
    with pytest.raises(Broken) as caught:
        hall.board(**wrong)
    assert caught.value.code == "LCK-251"


@pytest.mark.parametrize("number", [0, -1, CELLS + 1])
def test_there_is_no_such_cell(hall: MqttHall, number: int) -> None:
    board = hall.board()
    with pytest.raises(BadInput) as caught:
        board.pulse(number, 500)
    assert caught.value.code == "LCK-108"
    assert hall.hardware.total_pulses() == 0


def test_nobody_there_at_all(tmp_path: Path, free_port: int) -> None:
    board = MqttBoard("hall", tmp_path, address=f"mqtt://127.0.0.1:{free_port}", cells=4)
    for call in (board.snapshot, lambda: board.pulse(1, 500), lambda: board.changes(0.0)):
        assert code_of(call) == "LCK-101"
    board.close()
    board.close()
