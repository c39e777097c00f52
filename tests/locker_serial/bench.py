"""A cabinet with simulated serial boards on a real wire, and the person in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloud_locker.codecs.messages import SerialCodec
from cloud_locker.drivers.kerong import KerongBoard
from cloud_locker.drivers.kerong_cu48 import KerongCu48Board
from cloud_locker.drivers.relay_0x8a import Relay0x8aBoard
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.drivers.wkly import WklyBoard
from cloud_locker.registry import open_cabinet
from cloud_locker.simulators.hardware import CabinetHardware
from cloud_locker.simulators.serial_boards import LineMishaps, SerialBoards
from cloud_locker.simulators.serial_wires import PtyLine, SimulatedLine, TcpLine
from cloud_locker.steady import SteadyCabinet

FAMILIES: dict[str, type[SerialBoard]] = {
    "wkly": WklyBoard,
    "kerong": KerongBoard,
    "kerong48": KerongCu48Board,
    "relay8a": Relay0x8aBoard,
}
WIRES = ("pty", "tcp")
STEADY = {"settle_seconds": 0.01, "open_seconds": 0.4, "poll_seconds": 0.05}


@dataclass(kw_only=True)
class Bench:
    """`boards` simulate, `line` carries; `driver` and `board` are what a workstation has."""

    hardware: CabinetHardware
    boards: SerialBoards
    line: SimulatedLine
    driver: SteadyCabinet
    board: SerialBoard

    @property
    def mishaps(self) -> LineMishaps:
        return self.boards.mishaps

    # The person of the contract.

    def close_door(self, number: int) -> None:
        self.hardware.close_door(number)

    def cut_the_wire(self) -> None:
        self.line.pull_cable()

    def jam_lock(self, number: int) -> None:
        self.hardware.mishaps.stuck_shut.add(number)

    def pulses(self, number: int) -> int:
        return self.hardware.door(number).pulses


@contextmanager
def bench(
    scheme: str,
    wire: str,
    folder: Path,
    *,
    cells: int = 6,
    boards: tuple[int, ...] = (),
    cells_per_board: int = 0,
    inverted: bool = False,
    **settings: Any,
) -> Iterator[Bench]:
    """Simulated boards and a driver for them, both through the registry of the product."""
    codec: SerialCodec = FAMILIES[scheme].codec
    hardware = CabinetHardware(cells)
    simulated = SerialBoards(
        codec, hardware, boards=boards, cells_per_board=cells_per_board, inverted=inverted
    )
    line = PtyLine(simulated, folder / "tty") if wire == "pty" else TcpLine(simulated)
    settings = {"address": line.address, "cells": cells, "steady": STEADY} | settings
    if boards:
        settings |= {"boards": list(boards), "cells_per_board": cells_per_board}
    driver = open_cabinet(f"{scheme}:hall", folder, **settings)
    assert isinstance(driver, SteadyCabinet)
    assert isinstance(driver.board, SerialBoard)
    try:
        yield Bench(
            hardware=hardware, boards=simulated, line=line, driver=driver, board=driver.board
        )
    finally:
        driver.close()
        line.stop()
