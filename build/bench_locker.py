"""Times door cycles at a cabinet behind a real MQTT broker on this machine.

usage: bench_locker.py [CYCLES]

A simulated controller opens doors at once and a hand closes them at once, so that what is measured
is ours: journal synced to the disk, commands over the broker, and doors believed only after two
equal readings 50 ms apart. Prints medians and slowest cases from the call until the door is
confirmed open (to stay below 150 ms) and until the cycle is over, and what one question costs.
"""

from __future__ import annotations

import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cloud_locker.api import Cell
from cloud_locker.journal import UnlockJournal
from cloud_locker.registry import open_cabinet
from cloud_locker.session import LockerSession
from cloud_locker.simulators.hardware import CabinetHardware
from cloud_locker.simulators.mqtt_controller import MqttController
from tests.mqtt_broker import CONTROLLER, CONTROLLER_PASSWORD, PASSWORD, USER, Broker

CYCLES = 72
CELLS = 36
DEVICE = "W751-bench"
TARGET_MILLISECONDS = 150
QUESTIONS = 20
READY_SECONDS = 20.0


def main(arguments: list[str]) -> int:
    """Measure; 1 when the target is missed."""
    cycles = int(arguments[0]) if arguments else CYCLES
    with tempfile.TemporaryDirectory(prefix="bench-locker-") as name:
        broker = Broker(Path(name) / "broker", _free_port())
        try:
            return _measured(broker, Path(name), cycles)
        finally:
            broker.stop()


def _measured(broker: Broker, folder: Path, cycles: int) -> int:
    hardware = CabinetHardware(CELLS)
    controller = MqttController(
        hardware,
        host="127.0.0.1",
        port=broker.port,
        device=DEVICE,
        user=CONTROLLER,
        password=CONTROLLER_PASSWORD,
    )
    cabinet = open_cabinet(
        "mqtt:bench",
        folder,
        address=broker.address,
        cells=CELLS,
        device=DEVICE,
        user=USER,
        password=PASSWORD,
    )
    try:
        if not controller.listening.wait(READY_SECONDS):
            raise SystemExit("the controller did not reach the broker")
        cabinet.cells()
        questions = [_seconds(cabinet.cells) for _ in range(QUESTIONS)]
        session = LockerSession(cabinet, UnlockJournal(folder / "unlock.journal"), cabinet="bench")
        opened, over = _cycles(session, hardware, cycles)
    finally:
        cabinet.close()
        controller.stop()
    median = 1000 * statistics.median(opened)
    sys.stdout.write(
        f"{cycles} door cycles over MQTT on loopback, {hardware.total_pulses()} pulses\n"
        f"  call to door confirmed open: {_line(opened)} (target {TARGET_MILLISECONDS} ms)\n"
        f"  call to end of cycle: {_line(over)}\n"
        f"  two equal readings of all doors: {_line(questions)}\n"
    )
    return 0 if median < TARGET_MILLISECONDS and hardware.total_pulses() == cycles else 1


def _cycles(
    session: LockerSession, hardware: CabinetHardware, cycles: int
) -> tuple[list[float], list[float]]:
    """Seconds until the door was confirmed open, and until the cycle was over."""
    opened: list[float] = []
    over: list[float] = []
    for turn in range(cycles):
        number = turn % CELLS + 1
        depositing = turn // CELLS % 2 == 0
        began = time.perf_counter()

        def hand(cell: Cell, began: float = began, depositing: bool = depositing) -> None:
            opened.append(time.perf_counter() - began)
            (hardware.put if depositing else hardware.take)(cell.number)
            hardware.close_door(cell.number)

        (session.deposit if depositing else session.collect)(number, f"bench-{turn}", opened=hand)
        over.append(time.perf_counter() - began)
    return opened, over


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _line(seconds: list[float]) -> str:
    return (
        f"median {1000 * statistics.median(seconds):.0f} ms, slowest {1000 * max(seconds):.0f} ms"
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
