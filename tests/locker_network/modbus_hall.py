"""A cabinet of relay boards on a real bus, and the hands at its doors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloud_locker.drivers.modbus_relays import ModbusBoard
from cloud_locker.simulators.hardware import CabinetHardware
from cloud_locker.simulators.modbus_relays import FLASH_BASE, ModbusRelays, SerialPort

CELLS = 20
TCP, RTU = "tcp", "rtu"
FIRST_ITEM = 64


class ModbusHall:
    """`CELLS` cells on the units 1 and 7 (18 and 2 cells); `rtu` on a serial port."""

    def __init__(self, folder: Path, wire: str) -> None:
        self.folder = folder
        self.hardware = CabinetHardware(CELLS)
        self.relays = ModbusRelays(
            self.hardware,
            units=(1, 7),
            cells_per_board=18,
            first_item=FIRST_ITEM,
            rtu=wire == RTU,
        )
        self.port = SerialPort(self.relays, folder / "port") if wire == RTU else None
        self._boards: list[ModbusBoard] = []

    def options(self, **changed: Any) -> dict[str, Any]:
        """What the settings of this cabinet say."""
        return {
            "address": self.port.address if self.port else self.relays.address,
            "cells": CELLS,
            "boards": (1, 7),
            "cells_per_board": 18,
            "first_item": FIRST_ITEM,
            "baud_rate": 115200,
        } | changed

    def board(self, **changed: Any) -> ModbusBoard:
        """A board that is closed with the hall and does not wait while a relay is on."""
        options = {"wait": lambda seconds: None} | self.options(**changed)
        board = ModbusBoard("hall", self.folder, **options)
        self._boards.append(board)
        return board

    def flashing(self) -> ModbusBoard:
        """A board whose relays switch themselves off."""
        return self.board(flash_base=FLASH_BASE)

    def plug_in(self) -> None:
        """The cable is back."""
        (self.port or self.relays).plug_in()

    def close(self) -> None:
        """Let go of everything."""
        for board in self._boards:
            board.close()
        if self.port:
            self.port.stop()
        self.relays.stop()

    # The hands of the contract.

    def close_door(self, number: int) -> None:
        assert self.hardware.close_door(number)

    def cut_the_wire(self) -> None:
        (self.port or self.relays).pull_cable()

    def jam_lock(self, number: int) -> None:
        self.hardware.mishaps.stuck_shut.add(number)

    def pulses(self, number: int) -> int:
        return self.hardware.door(number).pulses
